"""Counts the different roots that Newton's method finds from random points of a box; the system comes as JSON on standard input."""

import json
import re
import sys

import numpy as np

STARTS = 20_000
STEPS = 60


def main() -> None:
    asked = json.load(sys.stdin)
    names, box = asked["unknowns"], np.array(asked["box"], dtype=float)
    scope = {name: getattr(np, name) for name in ("sin", "cos", "exp", "sqrt", "tan")}
    codes = [compile(re.sub(r"\^", "**", text), "<equation>", "eval") for text in asked["equations"]]

    def values(x: np.ndarray) -> np.ndarray:
        given = dict(zip(names, x))
        return np.array([np.broadcast_to(eval(code, scope, given), x[0].shape) for code in codes])

    # Roots far inside of a huge box are met from starts near zero alone.
    reach = np.clip(box, -20, 20)
    random = np.random.default_rng(1)
    x = random.uniform(reach[:, :1], reach[:, 1:], (len(names), STARTS))
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            f = values(x)
            jacobian = np.empty((x.shape[1], len(names), len(names)))
            for k in range(len(names)):
                # The imaginary part of a shifted value is the derivative, without cancellation.
                shifted = x.astype(complex)
                shifted[k] += 1e-30j
                jacobian[:, :, k] = values(shifted).imag.T / 1e-30
            good = np.isfinite(jacobian).all((1, 2)) & np.isfinite(f).all(0)
            good[good] = np.abs(np.linalg.det(jacobian[good])) > 0
            x, f, jacobian = x[:, good], f[:, good], jacobian[good]
            step = np.linalg.solve(jacobian, f.T[:, :, None])[:, :, 0].T
            x = x - step
        small = (np.abs(step) <= 1e-9 * (1 + np.abs(x))).all(0) & (np.abs(values(x)) <= 1e-6 * (1 + np.abs(x).max(0))).all(0)
    inside = ((x >= box[:, :1]) & (x <= box[:, 1:])).all(0) & small
    print(len({tuple(np.round(point / (1 + np.abs(point)), 6) + 0.0) for point in x[:, inside].T}))


main()
