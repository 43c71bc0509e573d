# Functions of modules on NumPy.
import warnings

import numpy as np
import scipy.linalg


# helper _array
def _array(name, value, axes, shape):
    array = np.asarray(value, dtype=float)
    if array.ndim != axes:
        raise ValueError(f"{name}: expected {shape}, got an array of shape {array.shape}")
    return array if axes else array[()]


# helper _lu
def _lu(a):
    """Triangular factors of an invertible matrix."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scipy.linalg.LinAlgWarning)
        factors = scipy.linalg.lu_factor(a)
    if not np.all(np.diag(factors[0])):
        raise np.linalg.LinAlgError("Singular matrix")
    return factors


# helper _commutation
def _commutation(m, n):
    """The matrix K with K @ vec(A) = vec(A.T) for A of shape (m, n), columns stacked."""
    rows = np.arange(m * n)
    matrix = np.zeros((m * n, m * n))
    matrix[rows, rows // n + m * (rows % n)] = 1.0
    return matrix


# helper _unit
def _unit(i, n):
    """Column i of the identity, counted from 1."""
    if not 1 <= i <= n:
        raise ValueError(f"index {i} is out of range for size {n}")
    vector = np.zeros(n)
    vector[i - 1] = 1.0
    return vector


# helper _adjugate
def _adjugate(a):
    """The adjugate through singular values, also of a singular matrix."""
    u, s, vt = np.linalg.svd(a)
    others = np.array([np.prod(np.delete(s, i)) for i in range(len(s))])
    return np.linalg.det(u) * np.linalg.det(vt) * (vt.T * others) @ u.T


# helper _dexpm
def _dexpm(a, *directions):
    """The derivative of the exponential along directions."""
    if len(directions) == 1 and directions[0].shape == a.shape:
        return scipy.linalg.expm_frechet(a, directions[0], compute_expm=False)
    return _along(scipy.linalg.expm, a, *directions)


# helper _dlogm
def _dlogm(a, *directions):
    """The derivative of the logarithm along directions."""
    return _along(lambda x: np.real(scipy.linalg.logm(x)), a, *directions)


# helper _dsqrtm
def _dsqrtm(a, *directions):
    """The derivative of the square root along directions."""
    return _along(lambda x: np.real(scipy.linalg.sqrtm(x)), a, *directions)


# helper _dcosm
def _dcosm(a, *directions):
    """The derivative of the cosine along directions."""
    return _along(scipy.linalg.cosm, a, *directions)


# helper _dsinm
def _dsinm(a, *directions):
    """The derivative of the sine along directions."""
    return _along(scipy.linalg.sinm, a, *directions)


# helper _root
def _root(a, p):
    """The principal root."""
    return np.real(scipy.linalg.fractional_matrix_power(a, 1 / p))


# helper _droot
def _droot(a, p, *directions):
    """The derivative of the principal root along directions."""
    return _along(lambda x: _root(x, p), a, *directions)


# helper _dinvroot
def _dinvroot(a, p, *directions):
    """The derivative of the inverse root of a symmetric positive definite matrix along directions."""
    return _along(lambda x: _root(x, -p), _definite(a), *directions)


# helper _columns
def _columns(a):
    """The array with two axes; one axis is a column."""
    return np.reshape(a, (*(np.shape(a) or (1,)), 1)[:2])
