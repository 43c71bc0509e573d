"""The singular value decomposition from the eigenvectors of M'M: the proof, not the method."""

import sys

import numpy as np


def svd_from_gram(M):
    m, n = M.shape
    # The spectral theorem: M'M = V diag(λ) V', eigenvalues ascending.
    eigenvalues, V = np.linalg.eigh(M.T @ M)
    eigenvalues, V = eigenvalues[::-1], V[:, ::-1]
    sigma = np.sqrt(np.maximum(eigenvalues, 0.0))
    # Rounding puts sqrt(eps)*σ₁ in the place of a zero.
    rank = np.count_nonzero(sigma > 1e-7 * sigma[0])
    U = M @ V[:, :rank] / sigma[:rank]
    # Completion: of the unit columns, the one that is furthest from the range of U.
    while U.shape[1] < m:
        rest = np.eye(m) - U @ U.T
        norms = np.linalg.norm(rest, axis=0)
        furthest = rest[:, np.argmax(norms)] / norms.max()
        U = np.column_stack([U, furthest])
    return U, sigma, V


if __name__ == "__main__":
    M = np.load(sys.argv[1])
    U, sigma, V = svd_from_gram(M)
    S = np.zeros(M.shape)
    np.fill_diagonal(S, sigma)
    print("singular values", *(f"{s:.10f}" for s in sigma))
    print(f"U*S*V' - M  {np.linalg.norm(U @ S @ V.T - M):.1e}")
    print(f"U'*U - I    {np.linalg.norm(U.T @ U - np.eye(len(U))):.1e}")
    print(f"V'*V - I    {np.linalg.norm(V.T @ V - np.eye(len(V))):.1e}")
