# Functions of modules on JAX; none has a shape that depends on data.
import jax
import jax.numpy as jnp


# helper _above
def _above(a, b):
    """1 where an entry of a is the larger one, 1/2 where both are equal, 0 elsewhere, in the dtype of the arguments."""
    return (0.5 * (a > b) + 0.5 * (a >= b)).astype(jnp.result_type(a, b))


# helper _array
def _array(name, value, axes, shape):
    array = jnp.asarray(value)
    if not jnp.issubdtype(array.dtype, jnp.floating):
        array = array.astype(float)
    if array.ndim != axes:
        raise ValueError(f"{name}: expected {shape}, got an array of shape {array.shape}")
    return array


# helper _commutation
def _commutation(m, n, dtype):
    """The matrix K with K @ vec(A) = vec(A.T) for A of shape (m, n), columns stacked."""
    rows = jnp.arange(m * n)
    return jnp.eye(m * n, dtype=dtype)[rows // n + m * (rows % n)]


# helper _unit
def _unit(i, n, dtype):
    """Column i of the identity, counted from 1."""
    if not 1 <= i <= n:
        raise ValueError(f"index {i} is out of range for size {n}")
    return jnp.eye(n, dtype=dtype)[i - 1]


# helper _adjugate
def _adjugate(a):
    """The adjugate through singular values, also of a singular matrix."""
    u, s, vt = jnp.linalg.svd(a)
    n = len(s)
    others = jnp.stack([jnp.prod(jnp.delete(s, i)) for i in range(n)])
    return jnp.linalg.det(u) * jnp.linalg.det(vt) * (vt.T * others) @ u.T


# helper _dexpm
def _dexpm(a, order=1):
    """The matrix K with vec(D) = K @ kron(vec(e1), ..., vec(ek)), D the mixed derivative of the exponential, columns stacked."""
    n, order = a.shape[0], int(order)
    units = jnp.eye(n * n, dtype=a.dtype).reshape(n * n, n, n).mT
    columns = [jnp.kron(jnp.eye(2**order, dtype=a.dtype), a)]
    for bit in range(order):
        shift = jnp.eye(2 ** (bit + 1), k=2**bit, dtype=a.dtype)
        step = jnp.kron(jnp.eye(2 ** (order - 1 - bit), dtype=a.dtype), shift)
        columns = [big + jnp.kron(step, e) for big in columns for e in units]
    return jnp.stack([jax.scipy.linalg.expm(big)[:n, -n:].ravel(order="F") for big in columns], axis=1)


# helper _dsqrtm
def _dsqrtm(a):
    """The matrix K with vec(L(a, e)) = K @ vec(e), L the Frechet derivative of the square root, columns stacked."""
    root, eye = jnp.real(jax.scipy.linalg.sqrtm(a)), jnp.eye(a.shape[0], dtype=a.dtype)
    return jnp.linalg.solve(jnp.kron(eye, root) + jnp.kron(root.T, eye), jnp.eye(a.size, dtype=a.dtype))


# helper _entry
def _entry(array, *places):
    """An entry, where there is one."""
    if any(not -n <= place < n for place, n in zip(places, array.shape)):
        raise IndexError(f"index {places} is out of range for shape {array.shape}")
    return array[places]


# helper _columns
def _columns(a):
    """The array with two axes; one axis is a column."""
    return jnp.reshape(a, (*(jnp.shape(a) or (1,)), 1)[:2])


# helper _logm
def _logm(a):
    """The principal logarithm: square roots, by the products of Denman and Beavers (Higham 2008, equation 6.29), until near the
    identity, where it is a simple integral."""
    eye = jnp.eye(a.shape[0], dtype=a.dtype)

    def product(state, _):
        root, m = state
        far = jnp.linalg.norm(m - eye) > 0.1
        scale = jnp.where(far, jnp.exp(-jnp.linalg.slogdet(m)[1] / (2 * a.shape[0])), 1.0)
        root, m = scale * root, scale**2 * m
        reciprocal = jnp.linalg.solve(m, eye)
        return (root @ (eye + reciprocal) / 2, (eye + (m + reciprocal) / 2) / 2), None

    def rooted(a, factor):
        (root, m), _ = jax.lax.scan(product, (a, a), None, length=20)
        # Nothing converges for eigenvalues on the negative half of the axis.
        return jnp.where(jnp.linalg.norm(m - eye) < 0.1, root, jnp.nan), 2 * factor

    def halved(state, _):
        far = jnp.linalg.norm(state[0] - eye) > 0.25
        return jax.lax.cond(far, rooted, lambda *same: same, *state), None

    (a, factor), _ = jax.lax.scan(halved, (a, jnp.ones((), a.dtype)), None, length=40)
    return factor * _log_near_one(a - eye, eye)


# helper _dlogm
def _dlogm(a):
    """The matrix K with vec(L(a, e)) = K @ vec(e), L the Frechet derivative of the logarithm, columns stacked."""
    return jnp.linalg.solve(_dexpm(_logm(a)), jnp.eye(a.size, dtype=a.dtype))
