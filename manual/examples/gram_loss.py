"""The smallest singular value by M'M and from M itself, for matrices with singular values from 1 down to 1/κ."""

import numpy as np

random = np.random.default_rng(1873)
print("kappa   from M'M   from M")
for digits in range(2, 13, 2):
    values = np.logspace(0, -digits, 20)
    u, _ = np.linalg.qr(random.standard_normal((40, 20)))
    v, _ = np.linalg.qr(random.standard_normal((20, 20)))
    M = u @ np.diag(values) @ v.T
    gram = np.sqrt(np.maximum(np.linalg.eigvalsh(M.T @ M)[0], 0.0))
    direct = np.linalg.svd(M, compute_uv=False)[-1]
    smallest = values[-1]
    print(f"1e{digits:<6}{abs(gram / smallest - 1):.0e}      {abs(direct / smallest - 1):.0e}")
