"""Writes the small data set of the guide: A (3x2), x (2) and y (3)."""

import numpy as np

np.savez(
    "data.npz",
    A=np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
    x=np.array([1.0, -1.0]),
    y=np.array([0.5, 0.0, -0.5]),
)
