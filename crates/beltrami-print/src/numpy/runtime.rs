//! Functions that printed modules bring with them, when they use them.

/// A Python function of the printed module.
pub(super) struct Helper {
    pub name: &'static str,
    pub source: &'static str,
}

/// Those that `code` uses, in order, with those they use themselves.
pub(super) fn used(code: &str) -> Vec<&'static Helper> {
    let mut wanted = vec![false; HELPERS.len()];
    // A helper only uses helpers above it.
    for place in (0..HELPERS.len()).rev() {
        let call = format!("{}(", HELPERS[place].name);
        let later = HELPERS[place + 1..].iter().zip(&wanted[place + 1..]);
        wanted[place] = code.contains(&call)
            || later.into_iter().any(|(helper, wanted)| *wanted && helper.source.contains(&call));
    }
    HELPERS.iter().zip(wanted).filter(|(_, wanted)| *wanted).map(|(helper, _)| helper).collect()
}

static HELPERS: [Helper; 13] = [
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
        name: "_expect",
        source: r#"def _expect(name, array, sizes, shape):
    if array.shape != sizes:
        raise ValueError(f"{name}: expected {shape}, here of shape {sizes}, got an array of shape {array.shape}")
"#,
    },
    Helper {
        name: "_size",
        source: r#"def _size(name, value):
    if int(value) != value or value < 1:
        raise ValueError(f"{name}: expected a size, an integer of at least 1, got {value!r}")
    return int(value)
"#,
    },
    Helper {
        name: "_khatri_rao",
        source: r#"def _khatri_rao(a, b):
    """Kronecker products of the columns."""
    return (a[:, None, :] * b[None, :, :]).reshape(-1, a.shape[1])
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
        name: "_top_eigenvector",
        source: r#"def _top_eigenvector(a):
    """The unit eigenvector of the largest eigenvalue, its entry of largest magnitude positive."""
    vector = np.linalg.eigh(a)[1][:, -1]
    return vector * np.sign(vector[np.argmax(np.abs(vector))])
"#,
    },
    Helper {
        name: "_polar_factor",
        source: r#"def _polar_factor(a):
    """U @ Vt of the thin singular value decomposition."""
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return u @ vt
"#,
    },
    Helper {
        name: "_top_dyad",
        source: r#"def _top_dyad(a):
    """The outer product of the leading singular vectors."""
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return np.outer(u[:, 0], vt[0])
"#,
    },
];
