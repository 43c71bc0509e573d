"""Derivatives of any order by central differences, along the directions that a structured variable leaves.

The tensor of derivatives has the axes of the value and then two for each variable, as `--form index` has when sizes of 1 are kept.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from language import Point, turned

# Of sixth order: the error is a seventh derivative times the sixth power of the step, over 140.
WEIGHTS = {1: 45 / 60, 2: -9 / 60, 3: 1 / 60}
OFFSETS = np.array([sign * k for k in WEIGHTS for sign in (1, -1)], dtype=float)
COEFFICIENTS = np.array([sign * w for w in WEIGHTS.values() for sign in (1, -1)])
# Rounding errors of the size 1e-16 are divided by a power of the step.
STEP = {1: 4e-3, 2: 1.6e-2, 3: 4e-2}

Function = Callable[[Point], np.ndarray]


@dataclass(frozen=True)
class By:
    """A variable that is differentiated by."""

    name: str
    kind: str
    convention: str

    def directions(self, x: np.ndarray) -> np.ndarray:
        """For each entry the direction along which the derivative is that entry, behind the axis of points."""
        _, m, n = x.shape
        unit = np.eye(m * n).reshape(1, m * n, m, n)
        free = self.convention == "free"
        square = np.eye(m) if m == n else None
        x = x[:, None]
        match self.kind if self.convention != "ambient" else "matrix":
            case "diagonal":
                return unit * square
            case "lower":
                return unit * np.tril(np.ones((m, n)))
            case "upper":
                return unit * np.triu(np.ones((m, n)))
            case "symmetric" | "spd":
                return unit + turned(unit) - unit * square if free else (unit + turned(unit)) / 2
            case "skew":
                return unit - turned(unit) if free else (unit - turned(unit)) / 2
            case "orthogonal":
                return (unit - x @ turned(unit) @ x) / 2
        return unit

    def back(self, x: np.ndarray) -> np.ndarray:
        """The nearest point of the structure; of the linear ones a step does not leave any."""
        if self.kind != "orthogonal" or self.convention == "ambient":
            return x
        u, _, vt = np.linalg.svd(x)
        return u @ vt


def differences(function: Function, point: Point, by: list[By], step: float) -> np.ndarray:
    """The tensor at each point; the directions of an outer difference are those at its own points."""
    if not by:
        return function(point)
    *inner, last = by
    count = max(len(a) for a in point.values())
    x = np.broadcast_to(point[last.name], (count, *point[last.name].shape[1:]))
    unit = last.directions(x)
    # Axes: points, directions, steps, rows, columns.
    moved = x[:, None, None] + step * OFFSETS[:, None, None] * unit[:, :, None]
    entries, steps = unit.shape[1], len(OFFSETS)
    copies = entries * steps
    # An array of one point stays one for all of them, unless it is moved by an outer difference.
    around = {name: a if len(a) == 1 else np.repeat(a, copies, axis=0) for name, a in point.items()}
    around[last.name] = last.back(moved.reshape(-1, *x.shape[1:]))
    values = differences(function, around, inner, step)
    values = np.broadcast_to(values, (count * copies, *values.shape[1:])).reshape(count, entries, steps, *values.shape[1:])
    slopes = np.tensordot(values, COEFFICIENTS, axes=([2], [0])) / step
    return np.moveaxis(slopes, 1, -1).reshape(count, *slopes.shape[2:], *x.shape[1:])


def tensor(function: Function, point: Point, by: list[By]) -> tuple[np.ndarray, float]:
    """The tensor at one point, and by how much half the step changes it, which bounds its error."""
    step = STEP[len(by)]
    coarse, fine = (differences(function, point, by, h)[0] for h in (step, step / 2))
    gap = np.max(np.abs(coarse - fine), initial=0.0)
    return fine, float(gap) if np.isfinite(gap) else np.inf
