"""Beltrami beside SymPy and tensorgrad on the acceptance table.

    python3 benches/peers/run.py [--tensorgrad]

Builds Beltrami, makes a virtual environment for each peer under the target folder, and writes benches/results/derive.csv and
derive.md. `--tensorgrad` adds that peer, which needs PyTorch: a download of several hundred megabytes.
"""

import argparse
import csv
import json
import os
import platform
import re
import shlex
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
RESULTS = ROOT / "benches/results"
CALLS = 5

PEERS = {
    "sympy": ["sympy==1.14.0", "numpy", "scipy"],
    "tensorgrad": ["tensorgrad==0.3.0", "torch<=2.12", "numpy", "scipy"],
}

GROUPS = {
    "by a scalar": ("SS", "VS", "MS"),
    "scalar by vector": ("SV",),
    "scalar by matrix": ("SM",),
    "vector by vector": ("VV",),
    "with matrices of vec": ("VM", "MV", "MM", "LY"),
    "Hessians": ("HE", "HX"),
    "tensors": ("T3",),
    "structured, matrix functions": ("ST", "MX"),
}


def run(*command: str | Path, **options: object) -> str:
    return subprocess.run([str(part) for part in command], check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def cargo(*arguments: str | Path) -> None:
    run("cargo", *arguments, cwd=ROOT)


def interpreter(name: str, packages: list[str]) -> Path:
    """The interpreter of an environment with these packages under the target folder, which is made where it is missing."""
    python = TARGET / "peers" / name / "bin/python"
    names = [re.match(r"[\w-]+", package)[0] for package in packages]
    probe = "import sys; from importlib.metadata import version; [version(name) for name in sys.argv[1:]]"
    if python.exists() and subprocess.run([python, "-c", probe, *names], stderr=subprocess.DEVNULL).returncode == 0:
        return python
    run(sys.executable, "-m", "venv", python.parents[1])
    pip = [python, "-m", "pip", "install", "--quiet", "--no-cache-dir"]
    for package in packages:
        if package.startswith("torch"):
            # The build for processors alone where it can be reached; that of PyPI brings gigabytes for accelerators.
            source = ["--retries", "0", "--timeout", "20", "--index-url", "https://download.pytorch.org/whl/cpu"]
            subprocess.run([*pip, *source, package], stderr=subprocess.DEVNULL)
    run(*pip, *packages)
    return python


def library(folder: Path) -> dict[str, dict[str, float]]:
    path = folder / "library.csv"
    cargo("bench", "--quiet", "-p", "beltrami", "--bench", "derive", "--", "--csv", path)
    with path.open() as lines:
        return {row.pop("id"): {name: float(ms) for name, ms in row.items()} for row in csv.DictReader(lines)}


def process(row: dict) -> float | None:
    """The fastest of some runs of the command, in milliseconds; nothing when it refuses."""
    binary = TARGET / "release/beltrami"
    best = None
    for _ in range(CALLS):
        start = time.perf_counter()
        done = subprocess.run([binary, *row["arguments"]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        spent = 1e3 * (time.perf_counter() - start)
        if done.returncode != 0:
            return None
        best = spent if best is None else min(best, spent)
    return best


def peer(name: str, index: Path, folder: Path) -> dict[str, dict]:
    python = interpreter(name, PEERS[name])
    out = folder / f"{name}.jsonl"
    run(python, ROOT / f"benches/peers/{name}_peer.py", out, index, stderr=subprocess.DEVNULL)
    return {row["id"]: row for row in map(json.loads, out.read_text().splitlines())}


def number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}" if value < 100 else f"{value:.0f}"


def spread(values: list[float]) -> str:
    if not values:
        return "| | "
    top = quantiles(values, n=100, method="inclusive")[98] if len(values) > 1 else values[0]
    return f"{number(median(values))} | {number(top)} | {number(max(values))}"


def environment(threads: int) -> dict[str, str]:
    """Of a peer: so many threads, and its own choice of kernels, which OpenBLAS leaves to whoever sets its variables."""
    forced = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    flags = "" if threads > 1 else "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    own = {name: value for name, value in os.environ.items() if name not in forced}
    return {**own, **dict.fromkeys(names, str(threads)), "XLA_FLAGS": flags}


def kernels(python: Path) -> str:
    """What libraries of linear algebra NumPy and SciPy have loaded, and for which processor their kernels are."""
    code = """
import numpy, scipy.linalg
from threadpoolctl import threadpool_info
for one in threadpool_info():
    if one["user_api"] == "blas":
        print(one["internal_api"], one["version"], one.get("architecture", ""))
"""
    return ", ".join(sorted(set(run(python, "-c", code, env=environment(1)).split("\n")) - {""}))


def processor() -> str:
    info = Path("/proc/cpuinfo")
    names = (
        [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        if info.exists()
        else []
    )
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    name = names[0] if names else platform.processor()
    return f"{name}, {os.cpu_count()} cores, {platform.system()}; load {load} at the end of the run"


def report(rows: list[dict], peers: list[str]) -> str:
    def column(name: str) -> list[float]:
        return [row[name] for row in rows if row[name] is not None]

    version = run("rustc", "--version").strip()
    packages = [PEERS[name][0] for name in peers]
    lines = [
        "# Time of a derivative",
        "",
        f"- {processor()}",
        f"- {date.today()}, {version}, Python {platform.python_version()}, {', '.join(packages)}",
        f"- `{shlex.join(['python3', 'benches/peers/run.py', *sys.argv[1:]])}`",
        f"- {len(rows)} rows of the acceptance table; each time is the fastest of several calls, in milliseconds",
        "",
        "| | rows | median | p99 | max |",
        "|---|---|---|---|---|",
    ]
    kinds = {
        "library_ms": "Beltrami, library: text to simplified gradient",
        "checked_ms": "Beltrami, library: with the check",
        "process_ms": "Beltrami, process: start to exit, check included",
        **{
            f"{name}_ms": f"{name}: `{'diff' if name == 'sympy' else 'grad, simplified'}` alone, all answers, right or not"
            for name in peers
        },
    }
    lines += [f"| {text} | {len(column(name))} | {spread(column(name))} |" for name, text in kinds.items()]
    for name in peers:
        verdicts = Counter(row[f"{name}_verdict"] for row in rows)
        order = sorted(verdicts, key=lambda verdict: (verdict != "right", verdict != "silently wrong", -verdicts[verdict]))
        lines += [
            "",
            f"## {name}",
            "",
            "Its answers, evaluated at a random point and compared with the expected column; any order of axes counts as right.",
            f"Not expressible: by the translation in `{name}_peer.py`.",
            "",
        ]
        lines += [
            f"| rows | all | {' | '.join(order)} | median, right answers | Beltrami there, library | ratio |",
            "|---" * (len(order) + 5) + "|",
        ]
        for group, prefixes in {**GROUPS, "all": ("",)}.items():
            own = [row for row in rows if row["id"].startswith(prefixes)]
            right = [row for row in own if row[f"{name}_verdict"] == "right"]
            counts = [str(sum(row[f"{name}_verdict"] == verdict for row in own)) for verdict in order]
            times, ours = [row[f"{name}_ms"] for row in right], [row["library_ms"] for row in right]
            ratio = median(a / b for a, b in zip(times, ours)) if right else None
            cells = [number(median(times)), number(median(ours)), number(ratio)] if right else [""] * 3
            lines.append(f"| {group} | {len(own)} | {' | '.join(counts + cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tensorgrad", action="store_true", help="also tensorgrad, which needs PyTorch")
    options = parser.parse_args()
    peers = ["sympy", "tensorgrad"] if options.tensorgrad else ["sympy"]
    folder = TARGET / "peers"
    folder.mkdir(parents=True, exist_ok=True)
    RESULTS.mkdir(exist_ok=True)
    cargo("build", "--quiet", "--release", "-p", "beltrami-cli")
    cargo("run", "--quiet", "--release", "-p", "beltrami", "--example", "emit", "--", folder / "cases")
    index = folder / "cases/index.json"
    times = library(folder)
    answers = {name: peer(name, index, folder) for name in peers}
    rows = []
    for row in json.loads(index.read_text()):
        own = times[row["id"]]
        result = {"id": row["id"], "expression": row["expression"], "by": ",".join(row["by"]), "order": row["order"]}
        result |= {"library_ms": own["gradient_ms"], "checked_ms": own["checked_ms"], "process_ms": process(row)}
        for name, answer in answers.items():
            seconds = answer[row["id"]].get("seconds")
            result |= {f"{name}_ms": None if seconds is None else 1e3 * seconds, f"{name}_verdict": answer[row["id"]]["verdict"]}
        rows.append(result)
    with (RESULTS / "derive.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        table.writeheader()
        table.writerows({k: f"{v:.4f}" if isinstance(v, float) else v for k, v in row.items()} for row in rows)
    text = report(rows, peers)
    (RESULTS / "derive.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
