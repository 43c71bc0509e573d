"""Writes the matrices of the chapters on singular values, all small and the same on every run."""

import numpy as np

random = np.random.default_rng(1873)


def with_singular_values(m, values):
    """An m×n matrix with these n singular values and random singular vectors."""
    n = len(values)
    u, _ = np.linalg.qr(random.standard_normal((m, n)))
    v, _ = np.linalg.qr(random.standard_normal((n, n)))
    return u @ np.diag(values) @ v.T


# Singular values √45 and √5.
np.save("three.npy", np.array([[3.0, 0.0], [4.0, 5.0], [0.0, 0.0]]))
np.save("tiny.npy", np.array([[3.0, 0.0], [4.0, 5.0], [0.0, 0.0]]) * 1e-200)
# Läuchli's matrix: singular values √2 and 1e-9.
np.save("lauchli.npy", np.array([[1.0, 1.0], [1e-9, 0.0], [0.0, 1e-9]]))
np.save("decay.npy", with_singular_values(60, 1.0 / np.arange(1, 41)))
np.save(
    "low_rank.npy",
    with_singular_values(300, np.append(2.0 ** -np.arange(10), np.full(190, 1e-6))),
)
np.save("tall.npy", with_singular_values(64, np.logspace(0, -6, 16)))
# A shear, whose polar factor is a rotation.
np.save("shear.npy", np.array([[1.0, 2.0], [0.0, 1.0]]))
# Not symmetric, with the singular values 3 and 0.5.
np.save("turn.npy", np.array([[0.0, -3.0], [0.5, 0.0]]))
# The singular value 2 twice, and 1.
np.save("twice.npy", np.array([[0.0, 2.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]))
np.save("direction.npy", np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0], [1.0, 0.0, 1.0]]))
np.save("deficient.npy", np.array([[1.0, 1.0], [1.0, 1.0]]))
# Large enough for iterations; singular values from 5.8 to 34.
np.save("long.npy", random.standard_normal((400, 200)))
np.save("square.npy", random.standard_normal((300, 300)))
# Three times the identity, and a direction in which it turns.
np.save("multiple.npy", 3.0 * np.eye(2))
np.save("turning.npy", np.array([[0.0, 1.0], [-1.0, 0.0]]))
