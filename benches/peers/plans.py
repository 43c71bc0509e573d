"""Values of derivatives beside NumPy, JAX and PyTorch: gradients and Hessians of usual objectives.

    python3 benches/peers/plans.py [--quick] [--python PYTHON]

Builds Beltrami, makes a virtual environment for the peers under the target folder unless an interpreter is given (one without
PyTorch leaves it out), and writes benches/results/plans.md. Every call is the fastest of several, on 1 and on 2 threads; peers
and Beltrami take turns three times within a row. NumPy has the formula written by hand; JAX and PyTorch differentiate, and JAX
is also given the formula. Every result is compared with NumPy's.
"""

import argparse
import json
import math
import os
import shlex
import subprocess
import sys
from datetime import date

from run import ROOT, RESULTS, TARGET, cargo, processor, run

PYTHON = TARGET / "peers/plans/bin/python"
OURS = TARGET / "release/examples/plan_speed"
PACKAGES = ["numpy", "scipy", "jax", "torch"]


def environment(threads: int) -> dict[str, str]:
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    flags = "" if threads > 1 else "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    return {**os.environ, **dict.fromkeys(names, str(threads)), "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}


def measured(python: object, threads: int, quick: bool, only: str) -> list[dict]:
    pinned = ["taskset", "-c", ",".join(map(str, range(threads)))]
    script = ROOT / "benches/peers/plans_peer.py"
    folder = TARGET / "peers/plans-data"
    folder.mkdir(parents=True, exist_ok=True)
    command = [*pinned, python, script, OURS, folder, threads, "quick" if quick else "full", only]
    lines = subprocess.run(
        [str(part) for part in command], check=True, text=True, stdout=subprocess.PIPE, env=environment(threads)
    ).stdout.splitlines()
    return [json.loads(line) for line in lines]


def milliseconds(seconds: float) -> str:
    return f"{1e3 * seconds:.3g}"


def table(rows: list[dict]) -> list[str]:
    lines = [
        "| problem | what | precision | threads | Beltrami ms | fastest peer | ms | ratio | NumPy | JAX, formula | JAX, differentiated | PyTorch | first call, Beltrami (derivation, plan, run) | JAX | above the roof | difference |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        peers = row["peers"]
        fastest = min(peers, key=peers.get)
        cells = [milliseconds(peers[name]) if name in peers else "" for name in ("numpy", "jax formula", "jax", "torch")]
        own = row["ours"]
        first = ", ".join(milliseconds(own[name]) for name in ("deriving", "compiling", "first"))
        lines.append(
            f"| {row['problem']} | {row['what']} | {row['precision']} | {row['threads']} | {milliseconds(own['best'])} "
            f"| {fastest} | {milliseconds(peers[fastest])} | {peers[fastest] / own['best']:.2f} | {' | '.join(cells)} "
            f"| {first} | {milliseconds(row['first'].get('jax', float('nan')))} | {above(row)} | {row['difference']:.0e} |"
        )
    return lines


def above(row: dict) -> str:
    return f"{row['ours']['best'] / row['roof']:.1f}" if row["roof"] else ""


def means(rows: list[dict]) -> list[str]:
    """Geometric means of the ratios, and in how many rows Beltrami is at least as fast."""
    ratios = [min(row["peers"].values()) / row["ours"]["best"] for row in rows]
    lines = [f"- the fastest peer: at least as fast in {sum(r >= 1 for r in ratios)} of {len(ratios)} rows, geometric mean {geometric(ratios):.2f}"]
    for peer, name in (("jax", "JAX, which differentiates"), ("torch", "PyTorch")):
        ratios = [row["peers"][peer] / row["ours"]["best"] for row in rows if peer in row["peers"] and row["what"] == "Hessian"]
        if ratios:
            lines.append(f"- Hessians beside {name}: geometric mean {geometric(ratios):.1f} over {len(ratios)} rows")
    return lines


def geometric(ratios: list[float]) -> float:
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the small sizes alone, to see that it runs")
    parser.add_argument("--python", help="an interpreter that has the peers")
    parser.add_argument("--only", default="", help="problems whose name contains this; nothing is written")
    options = parser.parse_args()
    python = options.python or PYTHON
    if not options.python and not PYTHON.exists():
        run(sys.executable, "-m", "venv", PYTHON.parents[1])
        run(PYTHON, "-m", "pip", "install", "--quiet", *PACKAGES)
    cargo("build", "--quiet", "--release", "-p", "beltrami", "--example", "plan_speed")
    rows = [row for threads in (1, 2) for row in measured(python, threads, options.quick, options.only)]
    code = (
        "import importlib.util as u; from importlib.metadata import version as v; "
        "print(', '.join(f'{n} {v(n)}' for n in ('numpy', 'jax', 'torch') if u.find_spec(n)))"
    )
    versions = run(python, "-c", code).strip()
    # The place of an interpreter says nothing to others.
    asked = [argument for argument in sys.argv[1:] if argument != "--python" and argument != options.python]
    head = [
        "# Time of plans",
        "",
        f"- {processor()}",
        f"- {date.today()}, {run('rustc', '--version').strip()}, {versions}",
        f"- `{shlex.join(['python3', 'benches/peers/plans.py', *asked])}`" + (", an environment without PyTorch" if "torch" not in versions else ""),
        "- ratio: time of the fastest peer over time of Beltrami; above 1 Beltrami is faster",
        "- results of Beltrami lie in memory of its plan, where entries that are zero by structure are written by the first call alone; the peers return new arrays",
        "- above the roof: time over the larger of a copy of as many bytes as the plan moves and a matrix product of NumPy of as many flops",
        "- difference: the largest from NumPy's result, relative to its largest entry",
        "",
    ]
    text = "\n".join([*head, *means(rows), "", *table(rows)]) + "\n"
    if not options.quick and not options.only:
        (RESULTS / "plans.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
