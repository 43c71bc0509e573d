//! Functions that modules on NumPy bring with them.

use crate::runtime::Helper;

pub(super) static HELPERS: [Helper; 20] = [
    Helper {
        name: "_array",
        source: r#"def _array(name, value, axes, shape):
    array = np.asarray(value, dtype=float)
    if array.ndim != axes:
        raise ValueError(f"{name}: expected {shape}, got an array of shape {array.shape}")
    return array if axes else array[()]
"#,
    },
    Helper {
        name: "_lu",
        source: r#"def _lu(a):
    """Triangular factors of an invertible matrix."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scipy.linalg.LinAlgWarning)
        factors = scipy.linalg.lu_factor(a)
    if not np.all(np.diag(factors[0])):
        raise np.linalg.LinAlgError("Singular matrix")
    return factors
"#,
    },
    Helper {
        name: "_commutation",
        source: r#"def _commutation(m, n):
    """The matrix K with K @ vec(A) = vec(A.T) for A of shape (m, n), columns stacked."""
    rows = np.arange(m * n)
    matrix = np.zeros((m * n, m * n))
    matrix[rows, rows // n + m * (rows % n)] = 1.0
    return matrix
"#,
    },
    Helper {
        name: "_unit",
        source: r#"def _unit(i, n):
    """Column i of the identity, counted from 1."""
    if not 1 <= i <= n:
        raise ValueError(f"index {i} is out of range for size {n}")
    vector = np.zeros(n)
    vector[i - 1] = 1.0
    return vector
"#,
    },
    Helper {
        name: "_adjugate",
        source: r#"def _adjugate(a):
    """The adjugate through singular values, also of a singular matrix."""
    u, s, vt = np.linalg.svd(a)
    others = np.array([np.prod(np.delete(s, i)) for i in range(len(s))])
    return np.linalg.det(u) * np.linalg.det(vt) * (vt.T * others) @ u.T
"#,
    },
    Helper {
        name: "_dexpm",
        source: r#"def _dexpm(a, order=1):
    """The matrix K with vec(D) = K @ kron(vec(e1), ..., vec(ek)), D the mixed derivative of the exponential, columns stacked."""
    n, blocks = a.shape[0], 2**order
    matrix = np.empty((n * n, (n * n) ** order))
    for column, units in enumerate(np.ndindex(*[n * n] * order)):
        big = np.kron(np.eye(blocks), a)
        for bit, unit in enumerate(units):
            e = np.zeros((n, n))
            e[unit % n, unit // n] = 1.0
            step = np.kron(np.eye(2 ** (order - 1 - bit)), np.kron([[0.0, 1.0], [0.0, 0.0]], np.eye(2**bit)))
            big += np.kron(step, e)
        matrix[:, column] = scipy.linalg.expm(big)[:n, -n:].ravel(order="F")
    return matrix
"#,
    },
    Helper {
        name: "_dlogm",
        source: r#"def _dlogm(a):
    """The matrix K with vec(L(a, e)) = K @ vec(e), L the Frechet derivative of the logarithm, columns stacked."""
    return np.linalg.solve(_dexpm(np.real(scipy.linalg.logm(a))), np.eye(a.size))
"#,
    },
    Helper {
        name: "_dsqrtm",
        source: r#"def _dsqrtm(a):
    """The matrix K with vec(L(a, e)) = K @ vec(e), L the Frechet derivative of the square root, columns stacked."""
    root, eye = np.real(scipy.linalg.sqrtm(a)), np.eye(a.shape[0])
    return np.linalg.solve(np.kron(eye, root) + np.kron(root.T, eye), np.eye(a.size))
"#,
    },
    Helper {
        name: "_columns",
        source: r#"def _columns(a):
    """The array with two axes; one axis is a column."""
    return np.reshape(a, (*(np.shape(a) or (1,)), 1)[:2])
"#,
    },
    Helper {
        name: "_rescaled",
        source: r#"def _rescaled(a, lines):
    """U @ diag(slope * s + offset) @ Vt, the slope and offset for every singular value s."""
    u, s, vt = np.linalg.svd(_columns(a), full_matrices=False)
    slope, offset = lines(s)
    return np.reshape((u * (slope * s + offset)) @ vt, np.shape(a))
"#,
    },
    Helper {
        name: "_directional",
        source: r#"def _directional(a, order, lines, part):
    """Columns part(D) for the mixed derivatives D, along all unit matrices, of a function of [0, a; a.T, 0].

    The function is a line, slope and offset, at every eigenvalue; its divided differences are exact where lines are equal.
    """
    m, n = a.shape
    values, basis = np.linalg.eigh(np.block([[np.zeros((m, m)), a], [a.T, np.zeros((n, n))]]))
    slope, offset = lines(values)

    def divided(places):
        first, last = places[0], places[-1]
        if all((slope[i], offset[i]) == (slope[first], offset[first]) for i in places):
            return [slope[first] * values[first] + offset[first], slope[first], 0.0][min(len(places), 3) - 1]
        return (divided(places[1:]) - divided(places[:-1])) / (values[last] - values[first])

    def orders(items):
        places = range(len(items))
        return [[items[i], *rest] for i in places for rest in orders(items[:i] + items[i + 1 :])] or [[]]

    table = np.zeros((m + n,) * (order + 1))
    for places in np.ndindex(table.shape):
        table[places] = divided(sorted(places))
    letters = "abcdefghi"[: order + 1]
    steps = ",".join(letters[i : i + 2] for i in range(order))
    columns = []
    for units in np.ndindex(*[m * n] * order):
        directions = []
        for unit in units:
            e = np.zeros((m + n, m + n))
            e[unit % m, m + unit // m] = e[m + unit // m, unit % m] = 1.0
            directions.append(basis.T @ e @ basis)
        total = sum(
            np.einsum(f"{letters},{steps}->{letters[0]}{letters[-1]}", table, *chosen)
            for chosen in orders(directions)
        )
        columns.append(part(basis @ total @ basis.T))
    return np.array(columns).T
"#,
    },
    Helper {
        name: "_clipping",
        source: r#"def _clipping(a, low, high):
    """The lines of clipping to an interval, continued as an odd function."""
    jumps = low > 0 or high < 0
    smallest = np.linalg.svd(a, compute_uv=False)[-1]

    def lines(x):
        size, sign = np.abs(x), np.sign(x)
        zero, over, under = jumps & (size <= smallest / 2), size > high, size < low
        slope = np.where(zero | over | under, 0.0, 1.0)
        return slope, np.where(zero, 0.0, np.where(over, high * sign, np.where(under, low * sign, 0.0)))

    return lines
"#,
    },
    Helper {
        name: "_clip_singular",
        source: r#"def _clip_singular(a, low, high):
    """The matrix with its singular values clipped to an interval."""
    return _rescaled(a, _clipping(_columns(a), low, high))
"#,
    },
    Helper {
        name: "_clip_derivative",
        source: r#"def _clip_derivative(a, low, high, order):
    """The matrix of the derivative of clipped singular values, columns stacked."""
    a = _columns(a)
    corner = lambda d: d[: a.shape[0], a.shape[0] :].ravel(order="F")
    return _directional(a, order, _clipping(a, low, high), corner)
"#,
    },
    Helper {
        name: "_truncating",
        source: r#"def _truncating(a, rank):
    """The lines of keeping the largest singular values."""
    s = np.linalg.svd(a, compute_uv=False)
    bound = (s[rank - 1] + s[rank]) / 2 if rank < len(s) else -1.0
    return lambda x: (np.where(np.abs(x) > bound, 1.0, 0.0), np.zeros(len(x)))
"#,
    },
    Helper {
        name: "_low_rank",
        source: r#"def _low_rank(a, rank):
    """The nearest matrix of a rank."""
    return _rescaled(a, _truncating(_columns(a), rank))
"#,
    },
    Helper {
        name: "_low_rank_derivative",
        source: r#"def _low_rank_derivative(a, rank, order):
    """The matrix of the derivative of the nearest matrix of a rank, columns stacked."""
    a = _columns(a)
    corner = lambda d: d[: a.shape[0], a.shape[0] :].ravel(order="F")
    return _directional(a, order, _truncating(a, rank), corner)
"#,
    },
    Helper {
        name: "_singular_values",
        source: r#"def _singular_values(a):
    """Singular values, descending."""
    return np.linalg.svd(_columns(a), compute_uv=False)
"#,
    },
    Helper {
        name: "_singular_values_derivative",
        source: r#"def _singular_values_derivative(a, order):
    """The matrix of the derivative of the singular values, columns stacked."""
    a = _columns(a)
    rows = []
    for i in range(min(a.shape)):
        own = lambda x: (np.where(np.arange(len(x)) == len(x) - 1 - i, 1.0, 0.0), np.zeros(len(x)))
        rows.append(_directional(a, order, own, np.trace))
    return np.array(rows)
"#,
    },
    Helper {
        name: "_inverse_root_derivative",
        source: r#"def _inverse_root_derivative(a, p, order):
    """The matrix of the derivative of the inverse root, columns stacked: x**p @ a = 1 for blocks of blocks."""
    n, blocks = a.shape[0], 2**order
    values, basis = np.linalg.eigh(a)
    roots = values ** (-1 / p)
    slopes = values * sum(np.outer(roots**k, roots ** (p - 1 - k)) for k in range(p))
    matrix = np.empty((n * n, (n * n) ** order))
    for column, units in enumerate(np.ndindex(*[n * n] * order)):
        big = np.kron(np.eye(blocks), np.diag(values))
        for bit, unit in enumerate(units):
            e = np.outer(basis[unit % n], basis[unit // n])
            step = np.kron(np.eye(2 ** (order - 1 - bit)), np.kron([[0.0, 1.0], [0.0, 0.0]], np.eye(2**bit)))
            big += np.kron(step, e)
        x = np.kron(np.eye(blocks), np.diag(roots))
        for _ in range(order + 1):
            x += (np.eye(n * blocks) - np.linalg.matrix_power(x, p) @ big) / np.tile(slopes, (blocks, blocks))
        matrix[:, column] = (basis @ x[:n, -n:] @ basis.T).ravel(order="F")
    return matrix
"#,
    },
];
