# Functions of printed modules that are the same for all libraries, whose name is `xp` here.
#
# A module takes over the functions it uses, from the line that names one to the next such line, and imports what they need.
import itertools

import numpy as xp


# helper _expect
def _expect(name, array, sizes, shape):
    if array.shape != sizes:
        raise ValueError(f"{name}: expected {shape}, here of shape {sizes}, got an array of shape {tuple(array.shape)}")


# helper _size
def _size(name, value):
    if int(value) != value or value < 1:
        raise ValueError(f"{name}: expected a size, an integer of at least 1, got {value!r}")
    return int(value)


# helper _khatri_rao
def _khatri_rao(a, b):
    """Kronecker products of the columns."""
    return (a[:, None, :] * b[None, :, :]).reshape(-1, a.shape[1])


# helper _top_eigenvector
def _top_eigenvector(a):
    """The unit eigenvector of the largest eigenvalue, its entry of largest magnitude positive."""
    vector = xp.linalg.eigh(a)[1][:, -1]
    return vector * xp.sign(vector[xp.argmax(xp.abs(vector))])


# helper _top_dyad
def _top_dyad(a):
    """The outer product of the leading singular vectors."""
    u, _, vt = xp.linalg.svd(a, full_matrices=False)
    return xp.outer(u[:, 0], vt[0])


# helper _each
def _each(derivative, a, *directions):
    """A derivative along directions: one of more rows has a stacked matrix in every column, and none stands for all unit matrices."""
    if directions and all(e.shape == a.shape for e in directions):
        return derivative(*directions)
    directions = directions or (xp.diag(xp.ones_like(xp.reshape(a, (-1,)))),)
    choices = [[e] if e.shape == a.shape else [xp.reshape(step, a.T.shape).T for step in e.T] for e in directions]
    values = [derivative(*chosen) for chosen in itertools.product(*choices)]
    return xp.stack([xp.reshape(value.T, (-1,)) for value in values], 1)


# helper _along
def _along(function, a, *directions):
    """The derivative of a function along directions, the last block in the first row of that of blocks of blocks: a block for every
    two sets of directions, which is a where they are equal, and the direction that the second has more (Higham and Relton 2014)."""

    def mixed(*steps):
        sets, none = range(2 ** len(steps)), xp.zeros_like(a)
        more = lambda s, t: next((e for k, e in enumerate(steps) if t - s == 2**k == t & ~s), none)
        rows = [xp.concatenate([a if s == t else more(s, t) for t in sets], 1) for s in sets]
        return function(xp.concatenate(rows, 0))[: len(a), -len(a) :]

    return _each(mixed, a, *directions)


# helper _definite
def _definite(a):
    """A symmetric matrix, or what is no number where it is not positive definite."""
    return xp.where(xp.linalg.eigvalsh(a)[0] > 0, a, xp.nan)


# helper _inverse_root
def _inverse_root(a, p):
    """The inverse root of a symmetric positive definite matrix."""
    values, basis = xp.linalg.eigh(a)
    return (basis * values ** (-1 / p)) @ basis.T


# helper _log_near_one
def _log_near_one(x, eye):
    """The logarithm of eye + x for small x: Gauss and Legendre's formula for the integral of x / (1 + t * x) (Higham 2008,
    equation 11.18)."""
    places = (0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363)
    weights = (0.362683783378362, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763)
    total = 0 * x
    for place, weight in zip(places, weights):
        for t in ((1 - place) / 2, (1 + place) / 2):
            total = total + weight / 2 * xp.linalg.solve(eye + t * x, x)
    return total
