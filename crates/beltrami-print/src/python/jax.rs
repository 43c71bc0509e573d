//! Functions that modules on JAX bring with them; none has a shape that depends on data.

use crate::runtime::Helper;

pub(super) static HELPERS: [Helper; 8] = [
    Helper {
        name: "_array",
        source: r#"def _array(name, value, axes, shape):
    array = jnp.asarray(value)
    if not jnp.issubdtype(array.dtype, jnp.floating):
        array = array.astype(float)
    if array.ndim != axes:
        raise ValueError(f"{name}: expected {shape}, got an array of shape {array.shape}")
    return array
"#,
    },
    Helper {
        name: "_commutation",
        source: r#"def _commutation(m, n, dtype):
    """The matrix K with K @ vec(A) = vec(A.T) for A of shape (m, n), columns stacked."""
    rows = jnp.arange(m * n)
    return jnp.eye(m * n, dtype=dtype)[rows // n + m * (rows % n)]
"#,
    },
    Helper {
        name: "_unit",
        source: r#"def _unit(i, n, dtype):
    """Column i of the identity, counted from 1."""
    if not 1 <= i <= n:
        raise ValueError(f"index {i} is out of range for size {n}")
    return jnp.eye(n, dtype=dtype)[i - 1]
"#,
    },
    Helper {
        name: "_adjugate",
        source: r#"def _adjugate(a):
    """The adjugate through singular values, also of a singular matrix."""
    u, s, vt = jnp.linalg.svd(a)
    n = len(s)
    others = jnp.stack([jnp.prod(jnp.delete(s, i)) for i in range(n)])
    return jnp.linalg.det(u) * jnp.linalg.det(vt) * (vt.T * others) @ u.T
"#,
    },
    Helper {
        name: "_dexpm",
        source: r#"def _dexpm(a, order=1):
    """The matrix K with vec(D) = K @ kron(vec(e1), ..., vec(ek)), D the mixed derivative of the exponential, columns stacked."""
    n, order = a.shape[0], int(order)
    units = jnp.eye(n * n, dtype=a.dtype).reshape(n * n, n, n).mT
    columns = [jnp.kron(jnp.eye(2**order, dtype=a.dtype), a)]
    for bit in range(order):
        shift = jnp.eye(2 ** (bit + 1), k=2**bit, dtype=a.dtype)
        step = jnp.kron(jnp.eye(2 ** (order - 1 - bit), dtype=a.dtype), shift)
        columns = [big + jnp.kron(step, e) for big in columns for e in units]
    return jnp.stack([jax.scipy.linalg.expm(big)[:n, -n:].ravel(order="F") for big in columns], axis=1)
"#,
    },
    Helper {
        name: "_dsqrtm",
        source: r#"def _dsqrtm(a):
    """The matrix K with vec(L(a, e)) = K @ vec(e), L the Frechet derivative of the square root, columns stacked."""
    root, eye = jnp.real(jax.scipy.linalg.sqrtm(a)), jnp.eye(a.shape[0], dtype=a.dtype)
    return jnp.linalg.solve(jnp.kron(eye, root) + jnp.kron(root.T, eye), jnp.eye(a.size, dtype=a.dtype))
"#,
    },
    Helper {
        name: "_entry",
        source: r#"def _entry(array, *places):
    """An entry, where there is one."""
    if any(not -n <= place < n for place, n in zip(places, array.shape)):
        raise IndexError(f"index {places} is out of range for shape {array.shape}")
    return array[places]
"#,
    },
    Helper {
        name: "_columns",
        source: r#"def _columns(a):
    """The array with two axes; one axis is a column."""
    return jnp.reshape(a, (*(jnp.shape(a) or (1,)), 1)[:2])
"#,
    },
];
