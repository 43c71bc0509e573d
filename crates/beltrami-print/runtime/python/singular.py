# Functions of singular values and inverse roots; `xp` stands for the library, and no shape or loop depends on the entries of an array.
import itertools

import numpy as xp


# helper _singular_values
def _singular_values(a):
    """Singular values, descending."""
    return xp.linalg.svd(_columns(a), full_matrices=False)[1]


# helper _divided
def _divided(values, slope, offset, places):
    """Divided differences of a function that is a line, slope and offset, at every value; places ascend from array to array."""
    first, last = places[0], places[-1]
    if len(places) == 1:
        return slope[first] * values[first] + offset[first]
    same = slope[first] == slope[first]
    for place in places[1:]:
        same = same & (slope[place] == slope[first]) & (offset[place] == offset[first])
    distance = values[last] - values[first]
    difference = _divided(values, slope, offset, places[1:]) - _divided(values, slope, offset, places[:-1])
    on_line = slope[first] if len(places) == 2 else xp.zeros_like(distance)
    return xp.where(same, on_line, difference / xp.where(same, xp.ones_like(distance), distance))


# helper _doubled
def _doubled(a):
    """[0, a; a.T, 0], whose eigenvalues are the singular values with both signs."""
    top = xp.concatenate((xp.zeros_like(a @ a.T), a), 1)
    return xp.concatenate((top, xp.concatenate((a.T, xp.zeros_like(a.T @ a)), 1)), 0)


# helper _differences
def _differences(a, order, slope, offset):
    """Eigenvectors of [0, a; a.T, 0], and divided differences of an odd function that is a line at every singular value."""
    values, basis = xp.linalg.eigh(_doubled(a))
    # Eigenvalues ascend, and those between the singular values of both signs are zero.
    none = xp.zeros_like(values[: len(values) - 2 * len(slope)])
    slope = xp.concatenate((slope, none + slope[-1], xp.flip(slope, (0,))))
    offset = xp.concatenate((-offset, none, xp.flip(offset, (0,))))
    places = list(xp.meshgrid(*[xp.arange(len(values))] * (order + 1), indexing="ij"))
    for i, j in itertools.combinations(range(order + 1), 2):
        places[i], places[j] = xp.minimum(places[i], places[j]), xp.maximum(places[i], places[j])
    return basis, _divided(values, slope, offset, places)


# helper _paths
def _paths(table, steps):
    """The sum over the orders of the steps of products along paths, weighted with the table."""
    letters = "abcdefghi"[: len(steps) + 1]
    form = f"{letters},{','.join(map(''.join, zip(letters, letters[1:])))}->{letters[0]}{letters[-1]}"
    return sum(xp.einsum(form, table, *chosen) for chosen in itertools.permutations(steps))


# helper _rescaled
def _rescaled(a, slope, offset):
    """U @ diag(slope * s + offset) @ Vt, a line for every singular value."""
    u, s, vt = xp.linalg.svd(a, full_matrices=False)
    return (u * (slope * s + offset)) @ vt


# helper _corners
def _corners(a, order, slope, offset):
    """The matrix of the derivative of U @ diag(slope * s + offset) @ Vt, columns stacked (Daleckii and Krein 1965)."""
    m, n, order = *a.shape, int(order)
    basis, table = _differences(a, order, slope, offset)
    steps = []
    for column, row in itertools.product(range(n), range(m)):
        outer = xp.outer(basis[row], basis[m + column])
        steps.append(outer + outer.T)
    corners = [basis[:m] @ _paths(table, chosen) @ basis[m:].T for chosen in itertools.product(steps, repeat=order)]
    return xp.stack([xp.reshape(corner.T, (-1,)) for corner in corners], 1)


# helper _clipping
def _clipping(s, low, high):
    """The line, slope and offset, that clipping to an interval follows at every singular value."""
    over, under, nothing = s > high, s < low, xp.zeros_like(s)
    slope = xp.where(over | under, nothing, xp.ones_like(s))
    return slope, xp.where(over, high + nothing, xp.where(under, low + nothing, nothing))


# helper _clip_singular
def _clip_singular(a, low, high):
    """The matrix with its singular values clipped to an interval."""
    return _rescaled(a, *_clipping(_singular_values(a), low, high))


# helper _clip_derivative
def _clip_derivative(a, low, high, order):
    """The matrix of the derivative of clipped singular values, columns stacked."""
    return _corners(a, order, *_clipping(_singular_values(a), low, high))


# helper _truncating
def _truncating(s, rank):
    """The line, slope and offset, that keeping the largest singular values follows at every one."""
    return xp.concatenate((xp.ones_like(s[: int(rank)]), xp.zeros_like(s[int(rank) :]))), xp.zeros_like(s)


# helper _low_rank
def _low_rank(a, rank):
    """The nearest matrix of a rank."""
    return _rescaled(a, *_truncating(_singular_values(a), rank))


# helper _low_rank_derivative
def _low_rank_derivative(a, rank, order):
    """The matrix of the derivative of the nearest matrix of a rank, columns stacked."""
    return _corners(a, order, *_truncating(_singular_values(a), rank))


# helper _singular_values_derivative
def _singular_values_derivative(a, order):
    """The matrix of the derivative of the singular values, columns stacked: the first one has rows vec(u @ v.T)."""
    u, s, vt = xp.linalg.svd(a, full_matrices=False)
    if int(order) == 1:
        return xp.stack([xp.reshape(xp.outer(v, u[:, i]), (-1,)) for i, v in enumerate(vt)], 0)
    rows = []
    for i in range(len(s)):
        # The dyad of one singular value is what makes it 1 and the others 0.
        dyad = xp.concatenate((xp.zeros_like(s[:i]), xp.ones_like(s[:1]), xp.zeros_like(s[i + 1 :])))
        rows.append(xp.reshape(_corners(a, int(order) - 1, xp.zeros_like(s), dyad), (-1,)))
    return xp.stack(rows, 0)


# helper _inverse_root_derivative
def _inverse_root_derivative(a, p, order):
    """The matrix of the derivative of the inverse root, columns stacked: x**p @ a = 1 for blocks of blocks."""
    n, p, order = a.shape[0], int(p), int(order)
    values, basis = xp.linalg.eigh(a)
    roots = values ** (-1 / p)
    slopes = values * sum(xp.outer(roots**k, roots ** (p - 1 - k)) for k in range(p))
    diagonal = lambda blocks, entries, k=0: xp.diag(xp.concatenate([entries] * blocks), k)
    one = xp.ones_like(values[:1])
    bigs = [diagonal(2**order, values)]
    for bit in range(order):
        step = xp.kron(diagonal(2 ** (order - 1 - bit), one), diagonal(2**bit, one, 2**bit))
        pairs = itertools.product(range(n), repeat=2)
        units = [xp.outer(basis[row], basis[column]) for column, row in pairs]
        bigs = [big + xp.kron(step, unit) for big in bigs for unit in units]
    columns = []
    for big in bigs:
        x = diagonal(2**order, roots)
        for _ in range(order + 1):
            rest = diagonal(2**order, values * 0 + 1) - xp.linalg.matrix_power(x, p) @ big
            x = x + rest / xp.tile(slopes, (2**order, 2**order))
        columns.append(xp.reshape((basis @ x[:n, -n:] @ basis.T).T, (-1,)))
    return xp.stack(columns, 1)
