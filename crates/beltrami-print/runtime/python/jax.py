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
def _dexpm(a, *directions):
    """The derivative of the exponential along directions."""
    return _along(jax.scipy.linalg.expm, a, *directions)


# helper _turned
def _turned(a):
    """[cos(a), -sin(a); sin(a), cos(a)]."""
    zero = jnp.zeros_like(a)
    return jax.scipy.linalg.expm(jnp.concatenate((jnp.concatenate((zero, -a), 1), jnp.concatenate((a, zero), 1)), 0))


# helper _cosm
def _cosm(a):
    """The cosine of a matrix."""
    return _turned(a)[: len(a), : len(a)]


# helper _dcosm
def _dcosm(a, *directions):
    """The derivative of the cosine along directions."""
    return _along(lambda x: _cosm(x), a, *directions)


# helper _sinm
def _sinm(a):
    """The sine of a matrix."""
    return _turned(a)[len(a) :, : len(a)]


# helper _dsinm
def _dsinm(a, *directions):
    """The derivative of the sine along directions."""
    return _along(lambda x: _sinm(x), a, *directions)


# helper _dsqrtm
def _dsqrtm(a, *directions):
    """The derivative of the square root along directions."""
    return _along(lambda x: jnp.real(jax.scipy.linalg.sqrtm(x)), a, *directions)


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
def _dlogm(a, *directions):
    """The derivative of the logarithm along directions."""
    return _along(lambda x: _logm(x), a, *directions)


# helper _root
def _root(a, p):
    """The principal root."""
    return jax.scipy.linalg.expm(_logm(a) / p)


# helper _droot
def _droot(a, p, *directions):
    """The derivative of the principal root along directions."""
    return _along(lambda x: _root(x, p), a, *directions)


# helper _dinvroot
def _dinvroot(a, p, *directions):
    """The derivative of the inverse root of a symmetric positive definite matrix along directions."""
    return _along(lambda x: _root(x, -p), _definite(a), *directions)
