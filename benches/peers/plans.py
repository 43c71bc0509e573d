"""Values of derivatives beside NumPy, JAX, PyTorch and tensorgrad: gradients and Hessians of usual objectives.

    python3 benches/peers/plans.py [--quick] [--only TEXT] [--python PYTHON] [--tensorgrad PYTHON]

Builds Beltrami, makes virtual environments for the peers under the target folder, one for tensorgrad and one for the others,
unless interpreters are given (what one does not have stays empty), and writes benches/results/plans.md. PyTorch takes gigabytes
in each where its build for processors cannot be reached. Every call is the fastest of several, on 1 and on 2 threads; peers and
Beltrami take turns three times within a row. NumPy has the formula written by hand; JAX and PyTorch differentiate, and JAX is
also given the formula; tensorgrad derives the formula and compiles it. Every result is compared with NumPy's.
"""

import argparse
import json
import math
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path

from run import PEERS, RESULTS, ROOT, TARGET, cargo, environment, interpreter, kernels, processor, run

OURS = TARGET / "release/examples/plan_speed"
PACKAGES = ["numpy", "scipy", "jax", "torch", "threadpoolctl"]
COLUMNS = {
    "numpy": "NumPy",
    "jax formula": "JAX, formula",
    "jax": "JAX, differentiated",
    "torch": "PyTorch",
    "tensorgrad": "tensorgrad",
}


def measured(python: Path, tensorgrad: Path | None, threads: int, options: argparse.Namespace) -> list[dict]:
    pinned = ["taskset", "-c", ",".join(map(str, range(threads)))]
    folder = TARGET / "peers/plans-data"
    folder.mkdir(parents=True, exist_ok=True)
    command = [*pinned, python, ROOT / "benches/peers/plans_peer.py", OURS, folder, threads, "--only", options.only]
    command += ["--quick"] if options.quick else []
    command += ["--tensorgrad", tensorgrad] if tensorgrad else []
    lines = subprocess.run(
        [str(part) for part in command], check=True, text=True, stdout=subprocess.PIPE, env={**environment(threads), "JAX_PLATFORMS": "cpu"}
    ).stdout.splitlines()
    return [json.loads(line) for line in lines]


def milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{1e3 * seconds:.3g}"


def table(rows: list[dict]) -> list[str]:
    heads = [
        *("problem", "what", "precision", "threads", "Beltrami ms", "fastest peer", "ms", "ratio"),
        *COLUMNS.values(),
        *("first call, Beltrami (derivation, plan, run)", "JAX", "tensorgrad (derivation, compilation, run)"),
        *("above the roof", "difference"),
    ]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for row in rows:
        own, peers, first = row["ours"], row["peers"], row["first"]
        fastest = min(peers, key=peers.get)
        cells = [
            *(row["problem"], row["what"], row["precision"], str(row["threads"]), milliseconds(own["best"])),
            *(COLUMNS[fastest], milliseconds(peers[fastest]), f"{peers[fastest] / own['best']:.3g}"),
            *(cell(row, name) for name in COLUMNS),
            ", ".join(milliseconds(own[name]) for name in ("deriving", "compiling", "first")),
            milliseconds(first["jax"]),
            ", ".join(map(milliseconds, first["tensorgrad"].values())),
            f"{own['best'] / row['roof']:.1f}" if row["roof"] else "",
            f"{row['difference']:.0e}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def cell(row: dict, peer: str) -> str:
    """The time of a peer, and what is to be said of it."""
    return ", ".join(filter(None, [milliseconds(row["peers"].get(peer)), row["marks"].get(peer)]))


def means(rows: list[dict]) -> list[str]:
    """Geometric means of the ratios, and in how many rows Beltrami is at least as fast."""
    ratios = [min(row["peers"].values()) / row["ours"]["best"] for row in rows]
    lines = [f"- the fastest peer: at least as fast in {sum(r >= 1 for r in ratios)} of {len(ratios)} rows, geometric mean {geometric(ratios):.2f}"]

    def beside(peer: str, chosen: list[dict]) -> list[float]:
        return [row["peers"][peer] / row["ours"]["best"] for row in chosen if peer in row["peers"]]

    hessians = [row for row in rows if row["what"] == "Hessian"]
    for peer, name in (("jax", "JAX, which differentiates"), ("torch", "PyTorch"), ("tensorgrad", "tensorgrad")):
        dense = beside(peer, [row for row in hessians if not row["compressed"]])
        compressed = beside(peer, [row for row in hessians if row["compressed"]])
        if dense:
            line = f"- dense Hessians beside {name}: geometric mean {geometric(dense):.1f} over {len(dense)} rows, the smallest {min(dense):.2f}"
            if compressed:
                line += f"; compressed ones included, {geometric(dense + compressed):.1f} over {len(dense + compressed)}"
            lines.append(line)
    for family in ("factorisation", "masked factorisation"):
        ratios = beside("jax", [row for row in hessians if row["compressed"] and row["family"] == family])
        if ratios:
            lines.append(f"- compressed Hessians of {family}s beside `jax.hessian`: {min(ratios):.0f} to {max(ratios):.0f}")
    return lines


def geometric(ratios: list[float]) -> float:
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def versions(python: Path, names: list[str]) -> str:
    code = "import sys, importlib.util as u; from importlib.metadata import version as v; " \
        "print(', '.join(f'{n} {v(n)}' for n in sys.argv[1:] if u.find_spec(n)))"
    return run(python, "-c", code, *names).strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the small sizes alone, to see that it runs; nothing is written")
    parser.add_argument("--only", default="", help="problems whose name contains this; nothing is written")
    parser.add_argument("--python", type=Path, help="an interpreter that has the peers")
    parser.add_argument("--tensorgrad", type=Path, help="an interpreter that has tensorgrad")
    options = parser.parse_args()
    python = options.python or interpreter("plans", PACKAGES)
    tensorgrad = options.tensorgrad or interpreter("tensorgrad", PEERS["tensorgrad"])
    cargo("build", "--quiet", "--release", "-p", "beltrami", "--example", "plan_speed")
    has = versions(tensorgrad, ["tensorgrad", "torch"])
    rows = [row for threads in (1, 2) for row in measured(python, tensorgrad if "tensorgrad" in has else None, threads, options)]
    packages = versions(python, PACKAGES)
    missing = [name for name in PACKAGES if name not in packages] + ([] if "tensorgrad" in has else ["tensorgrad"])
    # The place of an interpreter says nothing to others.
    asked = (["--quick"] if options.quick else []) + (["--only", options.only] if options.only else [])
    head = [
        "# Time of plans",
        "",
        f"- {processor()}",
        f"- {date.today()}, {run('rustc', '--version').strip()}, {packages}" + (f"; {has}" if "tensorgrad" in has else ""),
        f"- kernels of NumPy: {kernels(python)}",
        f"- `{shlex.join(['python3', 'benches/peers/plans.py', *asked])}`" + (f", without {', '.join(missing)}" if missing else ""),
        "- ratio: time of the fastest peer over time of Beltrami; above 1 Beltrami is faster",
        "- results of Beltrami lie in memory of its plan, where entries that are zero by structure are written by the first call alone; the peers return new arrays",
        "- compressed: Beltrami and NumPy compute the parts that make up the derivative, and the peers that differentiate all of it",
        "- PyTorch: Hessians backwards over backwards, `jacrev` of `grad`, which takes less time than `torch.func.hessian`",
        "- tensorgrad: its derivative, compiled by it to calls of PyTorch, the faster of as it is and simplified before",
        "- wrong: not NumPy's result, and in no ratio; out of memory: more than 8 GiB; over the limit: a derivation or a first call of more than 20 s; left out: a call would take more than 20 s by the time of a smaller one; calls of more than 2 s are timed once",
        "- above the roof: time over the larger of a copy of as many bytes as the plan moves and a matrix product of NumPy of as many flops, with as many threads; what only reads can stay below, and so does a plan whose zeros are counted",
        "- difference: the largest from NumPy's result, relative to its largest entry",
        "",
    ]
    text = "\n".join([*head, *means(rows), "", *table(rows)]) + "\n"
    if not options.quick and not options.only:
        (RESULTS / "plans.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
