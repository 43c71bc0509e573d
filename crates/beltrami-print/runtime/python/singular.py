# Functions of singular values; `xp` stands for the library, and no shape or loop depends on the entries of an array.
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


# helper _polar_factor
def _polar_factor(a):
    """U @ Vt of the thin singular value decomposition."""
    u, _, vt = xp.linalg.svd(a, full_matrices=False)
    return u @ vt


# helper _nuclear_norm
def _nuclear_norm(a):
    """The sum of the singular values."""
    return xp.linalg.norm(a, "nuc")


# helper _corners
def _corners(a, slope, offset, *directions):
    """The derivative of U @ diag(slope * s + offset) @ Vt along directions (Daleckii and Krein 1965)."""
    basis, table = _differences(a, max(len(directions), 1), slope, offset)

    def mixed(*steps):
        return basis[: len(a)] @ _paths(table, [basis.T @ _doubled(e) @ basis for e in steps]) @ basis[len(a) :].T

    return _each(mixed, a, *directions)


# helper _dmsign
def _dmsign(a, *directions):
    """The derivative of the polar factor along directions."""
    s = _singular_values(a)
    return _corners(a, xp.zeros_like(s), xp.ones_like(s), *directions)


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


# helper _dmclip
def _dmclip(a, low, high, *directions):
    """The derivative of clipped singular values along directions."""
    return _corners(a, *_clipping(_singular_values(a), low, high), *directions)


# helper _truncating
def _truncating(s, rank):
    """The line, slope and offset, that keeping the largest singular values follows at every one."""
    return xp.concatenate((xp.ones_like(s[: int(rank)]), xp.zeros_like(s[int(rank) :]))), xp.zeros_like(s)


# helper _low_rank
def _low_rank(a, rank):
    """The nearest matrix of a rank."""
    return _rescaled(a, *_truncating(_singular_values(a), rank))


# helper _dlowrank
def _dlowrank(a, rank, *directions):
    """The derivative of the nearest matrix of a rank along directions."""
    return _corners(a, *_truncating(_singular_values(a), rank), *directions)


# helper _dadj
def _dadj(a, *directions):
    """The derivative of the adjugate along directions: between singular vectors, rows of the directions replace rows of the diagonal
    matrix of singular values, at places that differ, in all orders of their columns."""
    u, s, vt = xp.linalg.svd(a)
    n, count = len(s), max(len(directions), 1) + 1
    full = xp.ones_like(xp.outer(xp.concatenate((s, s[:1])), s))
    # The products of the singular values from one place on, before another one.
    products = xp.cumprod(xp.triu(full) * s + xp.tril(full, -1), 1)
    products = xp.concatenate((full[:, :1], products), 1)
    places = list(xp.meshgrid(*[xp.arange(n)] * count, indexing="ij"))
    for i, j in itertools.combinations(range(count), 2):
        places[i], places[j] = xp.minimum(places[i], places[j]), xp.maximum(places[i], places[j])
    table, apart = products[0, places[0]] * products[places[-1] + 1, n], 1 - xp.diag(full[0])
    for i, j in zip(places, places[1:]):
        table = table * products[i + 1, j] * apart[i, j]

    def mixed(*steps):
        turned, total, letters = [u.T @ e @ vt.T for e in steps], xp.zeros_like(a), "abcdefghi"[:count]
        for order in itertools.permutations(range(count)):
            sign = (-1) ** sum(order[i] > order[j] for i, j in itertools.combinations(range(count), 2))
            rows = ",".join(letters[k] + letters[order[k]] for k in range(1, count))
            if order[0] == 0:
                total = total + sign * xp.diag(xp.einsum(f"{letters},{rows}->a", table, *turned))
            else:
                total = total + sign * xp.einsum(f"{letters},{rows}->{letters[order[0]]}a", table, *turned)
        return xp.linalg.det(u) * xp.linalg.det(vt) * vt.T @ total @ u.T

    return _each(mixed, a, *directions)


# helper _dyads
def _dyads(a, w):
    """U @ diag(w) @ Vt."""
    u, _, vt = xp.linalg.svd(a, full_matrices=False)
    return (u * w) @ vt


# helper _dyad_derivatives
def _dyad_derivatives(a, *directions):
    """The derivative of the dyad of each singular value along directions."""
    s = _singular_values(a)
    # The dyad of one singular value is what makes it 1 and the others 0.
    return [_corners(a, xp.zeros_like(s), unit, *directions) for unit in xp.diag(xp.ones_like(s))]


# helper _ddyads
def _ddyads(a, w, *directions):
    """The derivative of U @ diag(w) @ Vt along directions."""
    return sum(weight * dyad for weight, dyad in zip(xp.reshape(w, (-1,)), _dyad_derivatives(a, *directions)))


# helper _dsvdvals
def _dsvdvals(a, *directions):
    """The derivative of the singular values along directions: that of the dyads along all but the last one, times the last one."""

    def mixed(*steps):
        if len(steps) == 1:
            u, _, vt = xp.linalg.svd(a, full_matrices=False)
            return xp.reshape(xp.sum((u.T @ steps[0]) * vt, 1), (-1, 1))
        return xp.stack([xp.reshape(xp.sum(dyad * steps[-1]), (1,)) for dyad in _dyad_derivatives(a, *steps[:-1])], 0)

    value = _each(mixed, a, *directions)
    return value[:, 0] if directions and all(e.shape == a.shape for e in directions) else value
