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
def _dexpm(a, order=1):
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


# helper _dlogm
def _dlogm(a):
    """The matrix K with vec(L(a, e)) = K @ vec(e), L the Frechet derivative of the logarithm, columns stacked."""
    return np.linalg.solve(_dexpm(np.real(scipy.linalg.logm(a))), np.eye(a.size))


# helper _dsqrtm
def _dsqrtm(a):
    """The matrix K with vec(L(a, e)) = K @ vec(e), L the Frechet derivative of the square root, columns stacked."""
    root, eye = np.real(scipy.linalg.sqrtm(a)), np.eye(a.shape[0])
    return np.linalg.solve(np.kron(eye, root) + np.kron(root.T, eye), np.eye(a.size))


# helper _columns
def _columns(a):
    """The array with two axes; one axis is a column."""
    return np.reshape(a, (*(np.shape(a) or (1,)), 1)[:2])
