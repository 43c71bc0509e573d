//! Functions of singular values and inverse roots that printed modules bring with them; `xp` stands for the library.
//!
//! One uses `_columns`, which each library has its own of; no shape or loop depends on the entries of an array.

use crate::runtime::Helper;

pub(super) static HELPERS: [Helper; 13] = [
    Helper {
        name: "_rescaled",
        source: r#"def _rescaled(a, lines):
    """U @ diag(slope * s + offset) @ Vt, the slope and offset for every singular value s."""
    u, s, vt = xp.linalg.svd(a, full_matrices=False)
    slope, offset = lines(s)
    return (u * (slope * s + offset)) @ vt
"#,
    },
    Helper {
        name: "_divided",
        source: r#"def _divided(values, slope, offset, places):
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
"#,
    },
    Helper {
        name: "_directional",
        source: r#"def _directional(a, order, lines):
    """The mixed derivatives, along all unit matrices, of a function of [0, a; a.T, 0] that is a line at every eigenvalue."""
    m, n, order = *a.shape, int(order)
    top = xp.concatenate((xp.zeros_like(a @ a.T), a), 1)
    bottom = xp.concatenate((a.T, xp.zeros_like(a.T @ a)), 1)
    values, basis = xp.linalg.eigh(xp.concatenate((top, bottom), 0))
    places = [sorted(p) for p in itertools.product(range(m + n), repeat=order + 1)]
    table = _divided(values, *lines(values), [xp.asarray(p) for p in zip(*places)])
    table = xp.reshape(table, (m + n,) * (order + 1))
    letters = "abcdefghi"[: order + 1]
    steps = ",".join(letters[i : i + 2] for i in range(order))
    units = []
    for column, row in itertools.product(range(n), range(m)):
        outer = xp.outer(basis[row], basis[m + column])
        units.append(outer + outer.T)
    derivatives = []
    for chosen in itertools.product(units, repeat=order):
        form = f"{letters},{steps}->{letters[0]}{letters[-1]}"
        total = sum(xp.einsum(form, table, *directions) for directions in itertools.permutations(chosen))
        derivatives.append(basis @ total @ basis.T)
    return derivatives
"#,
    },
    Helper {
        name: "_corners",
        source: r#"def _corners(a, order, lines):
    """The matrix of the derivative of U @ diag(slope * s + offset) @ Vt, columns stacked."""
    m = a.shape[0]
    return xp.stack([xp.reshape(d[:m, m:].T, (-1,)) for d in _directional(a, order, lines)], 1)
"#,
    },
    Helper {
        name: "_clipping",
        source: r#"def _clipping(a, low, high):
    """The lines of clipping to an interval, continued as an odd function."""
    jumps = (low > 0) | (high < 0)
    smallest = xp.linalg.svd(a, full_matrices=False)[1][-1]

    def lines(x):
        size, sign = xp.abs(x), xp.sign(x)
        zero, over, under = jumps & (size <= smallest / 2), size > high, size < low
        nothing = xp.zeros_like(x)
        slope = xp.where(zero | over | under, nothing, xp.ones_like(x))
        return slope, xp.where(zero, nothing, xp.where(over, high * sign, xp.where(under, low * sign, nothing)))

    return lines
"#,
    },
    Helper {
        name: "_clip_singular",
        source: r#"def _clip_singular(a, low, high):
    """The matrix with its singular values clipped to an interval."""
    return _rescaled(a, _clipping(a, low, high))
"#,
    },
    Helper {
        name: "_clip_derivative",
        source: r#"def _clip_derivative(a, low, high, order):
    """The matrix of the derivative of clipped singular values, columns stacked."""
    return _corners(a, order, _clipping(a, low, high))
"#,
    },
    Helper {
        name: "_truncating",
        source: r#"def _truncating(a, rank):
    """The lines of keeping the largest singular values."""
    s, rank = xp.linalg.svd(a, full_matrices=False)[1], int(rank)
    bound = (s[rank - 1] + s[rank]) / 2 if rank < len(s) else -1.0
    return lambda x: (xp.where(xp.abs(x) > bound, xp.ones_like(x), xp.zeros_like(x)), xp.zeros_like(x))
"#,
    },
    Helper {
        name: "_low_rank",
        source: r#"def _low_rank(a, rank):
    """The nearest matrix of a rank."""
    return _rescaled(a, _truncating(a, rank))
"#,
    },
    Helper {
        name: "_low_rank_derivative",
        source: r#"def _low_rank_derivative(a, rank, order):
    """The matrix of the derivative of the nearest matrix of a rank, columns stacked."""
    return _corners(a, order, _truncating(a, rank))
"#,
    },
    Helper {
        name: "_singular_values",
        source: r#"def _singular_values(a):
    """Singular values, descending."""
    return xp.linalg.svd(_columns(a), full_matrices=False)[1]
"#,
    },
    Helper {
        name: "_singular_values_derivative",
        source: r#"def _singular_values_derivative(a, order):
    """The matrix of the derivative of the singular values, columns stacked."""
    rows = []
    for i in range(min(a.shape)):
        own = lambda x, i=i: (xp.concatenate((x[: -1 - i] * 0, x[:1] * 0 + 1, x[len(x) - i :] * 0)), x * 0)
        rows.append(xp.stack([xp.trace(d) for d in _directional(a, order, own)], 0))
    return xp.stack(rows, 0)
"#,
    },
    Helper {
        name: "_inverse_root_derivative",
        source: r#"def _inverse_root_derivative(a, p, order):
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
"#,
    },
];
