"""Minimisation beside SciPy, JAX, optax and scikit-learn: logistic regression and the chained Rosenbrock function.

    python3 benches/peers/solve.py [--quick]

Builds Beltrami, makes a virtual environment for the peers under the target folder, and writes benches/results/solve.md.
All stop where the largest entry of the gradient is below 1e-6. Each program runs on one processor, Beltrami before and after
every peer. The time of Beltrami is that of its command without the reading of files: it reads the text, derives, checks and
solves. A peer has two times, its first call, which compiles, and its fastest one.
"""

import argparse
import json
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from run import RESULTS, ROOT, TARGET, cargo, environment, interpreter, kernels, processor, run

PACKAGES = ["numpy", "scipy", "jax", "optax", "scikit-learn", "threadpoolctl"]
PYTHON = TARGET / "peers/solve/bin/python"
OURS = TARGET / "release/beltrami"
LOGISTIC = "mean(softplus(-y.*(X*w))) + 0.0005*norm2(w)^2"


def pinned(*command: object, **options: object) -> str:
    return run("taskset", "-c", "0", *command, env={**environment(1), "JAX_PLATFORMS": "cpu"}, **options)


def logistic_data(folder: Path, count: int, size: int, condition: float) -> Path:
    file = folder / "logistic.npz"
    code = """
import sys, numpy as np
file, count, size, condition = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
random = np.random.default_rng(0)
scale = np.logspace(0, -np.log10(condition) / 2, size)
X = random.standard_normal((count, size)) * scale
w = random.standard_normal(size) / (np.sqrt(size) * scale)
y = np.where(random.random(count) < 1 / (1 + np.exp(-X @ w)), 1.0, -1.0)
np.savez(file, X=X, y=y)
"""
    run(PYTHON, "-c", code, file, count, size, condition)
    return file


def rosenbrock_program(folder: Path, size: int) -> tuple[Path, str]:
    """A chain written out term by term, fifty terms a binding, and its start."""
    terms = [f"100*(x[{i + 1}] - x[{i}]^2)^2 + (1 - x[{i}])^2" for i in range(1, size)]
    parts = [" + ".join(terms[i : i + 50]) for i in range(0, len(terms), 50)]
    lines = [f"x: vector({size})", *(f"g{k} = {part}" for k, part in enumerate(parts))]
    program = folder / "rosenbrock.bel"
    program.write_text("\n".join([*lines, "f = " + " + ".join(f"g{k}" for k in range(len(parts)))]) + "\n")
    start = folder / "start.npy"
    run(PYTHON, "-c", "import sys, numpy as np; np.save(sys.argv[1], np.where(np.arange(int(sys.argv[2])) % 2 == 0, -1.2, 1.0))", start, size)
    return program, f"x={start}"


def ours(arguments: list[object]) -> dict:
    found = json.loads(pinned(OURS, "minimize", *arguments, "--tol", "1e-6", "--json"))
    assert found["status"] == "converged", found["reason"]
    return found


def compare(title: str, arguments: list[object], peer: list[object]) -> list[str]:
    before = [ours(arguments) for _ in range(3)]
    lines = pinned(PYTHON, ROOT / "benches/peers/solve_peer.py", *peer, stderr=subprocess.DEVNULL).splitlines()
    after = [ours(arguments) for _ in range(3)]
    own = min(before + after, key=lambda found: found["seconds"])
    print(title, f"{own['seconds'] * 1e3:.1f} ms", own["method"], own["iterations"], flush=True)
    rows = [f"| {title} | **Beltrami**: {own['method']}, {own['iterations']} steps | {own['seconds'] * 1e3:.1f} | {own['seconds'] * 1e3:.1f} | {own['gradient_norm']:.0e} | | |"]
    for line in lines:
        found = json.loads(line)
        print("   ", found, flush=True)
        first, best = found["first"], found["best"]
        rows.append(
            f"| | {found['name']}, {found['iterations']} steps | {first * 1e3:.1f} | {best * 1e3:.1f} | {found['gradient']:.0e} | {first / own['seconds']:.1f} | {best / own['seconds']:.1f} |"
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the largest problem, and two calls of each peer")
    parser.add_argument("--python", type=Path, help="an interpreter that has the packages, instead of a new environment")
    asked = parser.parse_args()
    global PYTHON
    PYTHON = asked.python or interpreter("solve", PACKAGES)
    cargo("build", "--release", "-p", "beltrami-cli")
    repeats = 2 if asked.quick else 4
    rows: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program, start = rosenbrock_program(folder, 1000)
        rows += compare("Rosenbrock, n = 1000", [program, "--over", "x", "--start", start], ["rosenbrock", 1000, repeats])
        sizes = [(10000, 100, 1.0), (10000, 100, 1e4)] + ([] if asked.quick else [(100000, 300, 1e4)])
        for count, size, condition in sizes:
            file = logistic_data(folder, count, size, condition)
            let = ["--let", "X: matrix(m,n), y: vector(m), w: vector(n)"]
            title = f"logistic regression {count}×{size}, condition {condition:g}"
            rows += compare(title, [LOGISTIC, "--over", "w", *let, "--data", file], ["logistic", file, repeats])
    packages = "import numpy, scipy, jax, optax, sklearn; print(*(f'{m.__name__} {m.__version__}' for m in (numpy, scipy, jax, optax, sklearn)), sep=', ')"
    text = f"""# Time of minimisation

- {processor()}
- {date.today()}, {run("rustc", "--version").strip()}, {run(PYTHON, "-c", packages).strip()}; kernels of NumPy: {kernels(PYTHON)}
- `python3 benches/peers/solve.py{" --quick" if asked.quick else ""}`; one processor; all stop at a largest gradient entry of 1e-6
- Beltrami: fastest of 6 commands, from text to verdict, without the reading of files
- ratio: time of the peer over time of Beltrami; above 1 Beltrami is faster

| problem | solver | first call, ms | fastest call, ms | gradient | ratio, first | ratio, fastest |
|---|---|---|---|---|---|---|
{chr(10).join(rows)}
"""
    (RESULTS / "solve.md").write_text(text)


if __name__ == "__main__":
    main()
