"""How far a matrix is from the polar factor of another, by NumPy's singular value decomposition."""

import sys

import numpy as np

M, X = (np.load(name).astype(float) for name in sys.argv[1:])
U, sigma, Vt = np.linalg.svd(M, full_matrices=False)
root = np.sqrt(np.count_nonzero(sigma > 1e-14 * sigma[0]))
error = np.linalg.norm(X - U @ Vt) / root
away = np.linalg.norm(X.T @ X - np.eye(X.shape[1])) / root
print(f"error {error:.1e}, of X'X {away:.1e}")
