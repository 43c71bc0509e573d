"""Derivatives of functions of matrices beside JAX and PyTorch: gradients and products with the Hessian.

    python3 benches/peers/maps.py [--quick] [--only TEXT] [--threads N[,N...]] [--python PYTHON]

Builds Beltrami, makes a virtual environment for the peers under the target folder unless an interpreter is given, and writes
benches/results/maps.md. Every call is the fastest of several, on 1 and on 2 threads, each program in a process of its own, one
after the other. All results are compared: with the peers', and where these have no finite result with central differences.
"""

import argparse
import json
import math
import os
import shlex
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plans import versions
from run import RESULTS, ROOT, TARGET, cargo, environment, interpreter, kernels, processor, run

PACKAGES = ["numpy", "scipy", "jax", "torch", "threadpoolctl"]
OURS = TARGET / "release/examples/plan_speed"
FOLDER = TARGET / "peers/maps-data"


@dataclass
class Problem:
    name: str
    expression: str
    by: str
    declarations: str
    inputs: list[str]
    rectangular: bool = False


PROBLEMS = [
    Problem("expm", "x'*expm(A)*y", "A", "A: matrix(n,n), x: vector(n), y: vector(n)", ["A", "x", "y"]),
    Problem("msign", "norm2(msign(X) - Y)^2", "X", "X: matrix(m,n), Y: matrix(m,n)", ["X", "Y"], True),
    Problem("logm", "tr(logm(P)*B)", "P", "P: spd(n), B: matrix(n,n)", ["P", "B"]),
    Problem("sqrtm", "norm2(sqrtm(P) - B)^2", "P", "P: spd(n), B: matrix(n,n)", ["P", "B"]),
    Problem("mclip", "sum(mclip(X,0,1).*B)", "X", "X: matrix(m,n), B: matrix(m,n)", ["X", "B"], True),
    Problem("invroot", "tr(invroot(P,4)*B)", "P", "P: spd(n), B: matrix(n,n)", ["P", "B"]),
    Problem("normnuc", "normnuc(X*W)", "X", "X: matrix(m,n), W: matrix(n,n)", ["X", "W"], True),
]
# Inputs of the sizes m, n: entries of order 1/sqrt(n), so that norms are of order 1; with `equal` all singular values are 1.
DATA = """
import sys, json, numpy as np
folder, m, n, names, equal = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4]), sys.argv[5] == 'equal'
random = np.random.default_rng(1)
normal = lambda *shape: random.standard_normal(shape) / np.sqrt(max(shape))
for name in names + ['along']:
    like = names[0] if name == 'along' else name
    if like == 'P':
        a = normal(n, n)
        value = (a + a.T) / 2 if name == 'along' else a @ a.T + 0.5 * np.eye(n)
    elif like in 'xy':
        value = normal(n)
    elif like in 'AW' or (like == 'B' and names[0] == 'P'):
        value = normal(n, n)
    else:
        value = normal(m, n)
        if equal and name == names[0]:
            u, _, vt = np.linalg.svd(value, full_matrices=False)
            value = u @ vt
    np.save(f'{folder}/{name}.npy', value)
    value.tofile(f'{folder}/{name}.bin')
"""
# A gradient within the symmetric matrices and one without that agree have the same symmetric part.
DIFFERENCE = """
import sys, numpy as np
folder, peer, symmetric = sys.argv[1], sys.argv[2], sys.argv[3] == 'symmetric'
theirs = np.load(f'{folder}/{peer}.npy')
ours = np.fromfile(f'{folder}/ours.bin').reshape(theirs.shape)
if symmetric and theirs.ndim == 2:
    theirs, ours = (theirs + theirs.T) / 2, (ours + ours.T) / 2
scale = np.abs(theirs).max()
print('no number' if not np.isfinite(theirs).all() else np.abs(ours - theirs).max() / scale, np.isfinite(ours).all())
"""


def on(threads: int, command: list, **options: object) -> tuple[str, int]:
    """What a program prints, and the largest memory it had, in bytes."""
    pinned = ["taskset", "-c", ",".join(map(str, range(threads))), *map(str, command)]
    given = options.pop("input", None)
    process = subprocess.Popen(
        pinned, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**environment(threads), "JAX_PLATFORMS": "cpu"}
    )
    if given is not None:
        process.stdin.write(given + "\n")
    process.stdin.close()
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{shlex.join(pinned)} ended with {process.returncode}: {text}")
    return text, usage.ru_maxrss * 1024


def ours(problem: Problem, size: tuple[int, int], what: str, threads: int, seconds: float) -> dict:
    request = {
        "expression": problem.expression,
        "declarations": problem.declarations,
        "sizes": {"m": size[0], "n": size[1]},
        "by": [problem.by],
        "order": {"value": 0, "gradient": 1}.get(what, 2),
        "kron": False,
        "value": what == "value",
        "data": {name: str(FOLDER / f"{name}.bin") for name in problem.inputs},
        "constant": [],
        "single": False,
        "threads": threads,
        "seconds": seconds,
        "out": str(FOLDER / "ours.bin"),
        "fresh": True,
        "along": str(FOLDER / "along.bin") if what == "product" else None,
    }
    text, memory = on(threads, [OURS], input=json.dumps(request))
    return {**json.loads(text), "memory": memory}


def row(problem: Problem, size: tuple[int, int], what: str, threads: int, python: Path, seconds: float) -> dict:
    request = {"problem": problem.name, "folder": str(FOLDER), "inputs": problem.inputs, "what": what, "threads": threads, "seconds": seconds}
    text, _ = on(threads, [python, ROOT / "benches/peers/maps_peer.py", json.dumps(request)])
    peers = [json.loads(line) for line in text.splitlines()]
    own = ours(problem, size, what, threads, seconds)
    symmetric = "symmetric" if problem.by == "P" and what != "value" else "any"
    for peer in peers:
        if "seconds" in peer:
            found, finite = run(python, "-c", DIFFERENCE, FOLDER, peer["name"], symmetric).rsplit(maxsplit=1)
            peer["difference"] = math.nan if found == "no number" else float(found)
            if finite != "True":
                raise SystemExit(f"{problem.expression} at {size}: Beltrami's result is not finite")
    return {"problem": problem, "size": size, "what": what, "threads": threads, "ours": own, "peers": peers}


def milliseconds(seconds: float) -> str:
    return f"{1e3 * seconds:.3g}"


def line(found: dict, value: float) -> str:
    own, able = found["ours"], [p for p in found["peers"] if p.get("difference", math.inf) < 1e-6]
    fastest = min(able, key=lambda p: p["seconds"], default=None)

    def cell(peer: dict) -> str:
        if "refused" in peer:
            return "refused"
        said = milliseconds(peer["seconds"])
        return f"{said}, not finite" if math.isnan(peer["difference"]) else f"{said}, {peer['difference']:.0e}"

    m, n = found["size"]
    cells = [
        *(f"`{found['problem'].expression}`", f"{m}×{n}", found["what"], str(found["threads"]), milliseconds(own["best"])),
        *(cell(peer) for peer in found["peers"]),
        f"{fastest['seconds'] / own['best']:.2f}" if fastest else "",
        "" if found["what"] == "value" else f"{own['best'] / value:.1f}",
        f"{own['memory'] / 2**20:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the small size alone, to see that it runs; nothing is written")
    parser.add_argument("--only", default="", help="problems whose name contains this; nothing is written")
    parser.add_argument("--threads", default="1,2", help="numbers of threads")
    parser.add_argument("--python", type=Path, help="an interpreter that has the peers")
    options = parser.parse_args()
    python = options.python or interpreter("maps", PACKAGES)
    cargo("build", "--quiet", "--release", "-p", "beltrami", "--example", "plan_speed")
    FOLDER.mkdir(parents=True, exist_ok=True)
    seconds = 0.05 if options.quick else 0.3
    lines, ratios = [], {"value": [], "gradient": [], "product": []}
    for problem in PROBLEMS:
        if options.only not in problem.name:
            continue
        sizes = [(n, n) for n in ((50,) if options.quick else (50, 200, 500))]
        sizes += [(256, 1024)] if problem.rectangular and not options.quick and problem.name != "normnuc" else []
        cases = [(size, "generic") for size in sizes] + ([((50, 50), "equal")] if problem.name == "msign" else [])
        for size, kind in cases:
            run(python, "-c", DATA, FOLDER, *size, json.dumps(problem.inputs), kind)
            for threads in map(int, options.threads.split(",")):
                value = None
                for what in ("value", "gradient", "product"):
                    found = row(problem, size, what, threads, python, seconds)
                    value = value or found["ours"]["best"]
                    text = line(found, value)
                    lines.append(text if kind == "generic" else text.replace(" | ", ", equal singular values | ", 1))
                    able = [p["seconds"] for p in found["peers"] if p.get("difference", math.inf) < 1e-6]
                    if able:
                        ratios[what].append(min(able) / found["ours"]["best"])
                    print(lines[-1], flush=True)
    mean = {what: math.exp(sum(map(math.log, r)) / len(r)) for what, r in ratios.items() if r}
    head = [
        "# Derivatives of functions of matrices",
        "",
        f"- {processor()}",
        f"- {date.today()}, {run('rustc', '--version').strip()}, {versions(python, PACKAGES)}",
        f"- kernels of NumPy: {kernels(python)}",
        "- `" + shlex.join(["python3", "benches/peers/maps.py", *(["--threads", options.threads] if options.threads != "1,2" else [])]) + "`",
        "- times in ms, and the largest difference of a peer's result from Beltrami's relative to its largest entry; JAX is compiled before",
        "- every run of Beltrami has another first entry of the variable, so that no factorisation is kept from run to run",
        "- product: the Hessian times a direction; JAX forwards over backwards, PyTorch backwards twice",
        "- ratio: time of the fastest peer whose result is finite and agrees over time of Beltrami; beside value: time over that of the function's own value; memory: the largest of the whole process, MiB",
        *(f"- {what}: geometric mean of the ratios {m:.2f}, the smallest {min(ratios[what]):.2f}, over {len(ratios[what])} rows" for what, m in mean.items()),
        "",
        "| function | size | what | threads | Beltrami | JAX | PyTorch | ratio | beside value | memory |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    if not options.quick and not options.only:
        (RESULTS / "maps.md").write_text("\n".join([*head, *lines]) + "\n")


if __name__ == "__main__":
    main()
