"""The polar factor, the singular value decomposition and its randomised form beside NumPy, SciPy, PyTorch, JAX, scikit-learn.

    python3 benches/peers/spectral.py [--quick] [--only polar|svd|random]

Builds Beltrami, makes a virtual environment for the peers under the target folder (PyTorch: a download of several hundred
megabytes or more), and writes benches/results/spectral.md. Every call is the fastest of several, on 1 and on 2 threads, each
program in a process of its own, one after the other. Errors are distances from a reference: for the polar factor that of
Beltrami to a proved 1e-13, as ‖X - msign(M)‖_F/sqrt(n); for decompositions ‖U*S*V' - M‖_F/‖M‖_F.
"""

import argparse
import json
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path

from run import ROOT, RESULTS, TARGET, cargo, environment, interpreter, kernels, processor, run

PACKAGES = ["numpy", "scipy", "torch", "jax", "scikit-learn", "threadpoolctl"]
SIZES = [(256, 256), (512, 512), (1024, 1024), (512, 2048)]
ACCURACIES = ["1e-2", "1e-5", "1e-12"]
PYTHON = TARGET / "peers/spectral/bin/python"
OURS = TARGET / "release/examples/spectral_speed"


def on(threads: int, *command: object, **options: object) -> str:
    # XLA counts the processors it may run on.
    pinned = ["taskset", "-c", ",".join(map(str, range(threads)))]
    return run(*pinned, *command, env=environment(threads), **options)


def ours(folder: Path, size: tuple[int, int], runs: int, threads: int, *asked: str) -> dict:
    out = folder / "ours.bin"
    found = json.loads(on(threads, OURS, folder / "matrix.bin", *size, runs, *asked, out))
    code = "import sys; sys.argv = ['', *sys.argv[1:]]; import numpy as np; f = sys.argv[1]; x = np.fromfile(f + '/ours.bin'); " \
        "r = np.fromfile(f + '/reference.bin'); print(np.linalg.norm(x - r) / float(open(f + '/scale.txt').read()))"
    found["error"] = float(run(PYTHON, "-c", code, folder))
    return found


def peers(folder: Path, size: tuple[int, int], runs: int, threads: int, function: str) -> list[dict]:
    script = ROOT / "benches/peers/spectral_peer.py"
    lines = on(threads, PYTHON, script, folder / "matrix.bin", *size, runs, function, folder, stderr=subprocess.DEVNULL)
    return [json.loads(line) for line in lines.splitlines()]


def prepared(folder: Path, size: tuple[int, int], kind: str) -> None:
    """A matrix, and what results are compared with."""
    code = """
import sys, numpy as np
folder, m, n, kind = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
random = np.random.default_rng(1)
a = random.standard_normal((m, n))
scale = np.sqrt(min(m, n))
reference = a
if kind == 'random':
    u, v = np.linalg.qr(a)[0], np.linalg.qr(random.standard_normal((n, n)))[0]
    values = 1 / np.arange(1, n + 1)
    a = (u * values) @ v.T
    reference = (u[:, :50] * values[:50]) @ v[:, :50].T
    scale = 1.0
if kind == 'svd':
    scale = np.linalg.norm(a)
if kind == 'values':
    reference = np.linalg.svd(a, compute_uv=False)
    scale = np.linalg.norm(reference)
a.tofile(folder + '/matrix.bin')
(a if kind == 'random' else reference).tofile(folder + '/reference.bin')
open(folder + '/scale.txt', 'w').write(repr(float(scale)))
"""
    run(PYTHON, "-c", code, folder, *size, kind)
    if kind == "polar":
        run(OURS, folder / "matrix.bin", *size, 0, "polar", 1, "5e-13", "proved", folder / "reference.bin")


def seconds(value: float) -> str:
    return f"{1e3 * value:.3g} ms"


def polar_rows(folder: Path, sizes: list, runs: int) -> list[str]:
    lines = [
        "## Polar factor",
        "",
        "A peer counts for an accuracy when its error is within it. *proved*: the time includes the proof of the bound, which no peer gives.",
        "Errors are distances from Beltrami's own proved factor, whose bound is below 5e-13; where the same plan made both, the distance is 0 and the bound is what counts.",
        "",
        "| size | threads | accuracy | fastest peer that reaches it | time, error | Beltrami | error | ratio | with proof | bound | ratio |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for size in sizes:
        prepared(folder, size, "polar")
        for threads in (1, 2):
            found = peers(folder, size, runs, threads, "polar")
            for accuracy in ACCURACIES:
                aimed = ours(folder, size, runs, threads, "polar", str(threads), accuracy, "aimed")
                proved = ours(folder, size, runs, threads, "polar", str(threads), accuracy, "proved")
                # Rounding of the reference and of double precision: a decimal more at the last accuracy.
                able = [p for p in found if p.get("error", 1) <= max(float(accuracy), 1e-11)]
                peer = min(able, key=lambda p: p["seconds"])
                lines.append(
                    f"| {size[0]}×{size[1]} | {threads} | {accuracy} | {peer['name']} | {seconds(peer['seconds'])}, {peer['error']:.0e} "
                    f"| {seconds(aimed['seconds'])} | {aimed['error']:.0e} | {peer['seconds'] / aimed['seconds']:.2f} "
                    f"| {seconds(proved['seconds'])} | {proved['bound']:.0e} | {peer['seconds'] / proved['seconds']:.2f} |"
                )
            muon = [p for p in found if "Newton" in p["name"] and "seconds" in p]
            lines += [f"| {size[0]}×{size[1]} | {threads} | none | {p['name']} | {seconds(p['seconds'])}, {p['error']:.0e} | | | | | | |" for p in muon]
    return lines


def svd_rows(folder: Path, sizes: list, runs: int) -> list[str]:
    lines = [
        "## Singular value decomposition",
        "",
        "Errors of values alone are distances from those of NumPy.",
        "",
        "| size | what | format | fastest peer, 1 thread | time | Beltrami | error | ratio |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for size in sizes:
        for what, formats in (("svd", ("f64", "f32")), ("values", ("f64",))):
            prepared(folder, size, what)
            found = peers(folder, size, runs, 1, what)
            for name in formats:
                own = ours(folder, size, runs, 1, what, name)
                peer = min((p for p in found if name in p["name"]), key=lambda p: p["seconds"])
                lines.append(
                    f"| {size[0]}×{size[1]} | {'factors' if what == 'svd' else what} | {name} | {peer['name']} | {seconds(peer['seconds'])} "
                    f"| {seconds(own['seconds'])} | {own['error']:.0e} | {peer['seconds'] / own['seconds']:.2f} |"
                )
    return lines


def random_rows(folder: Path, quick: bool) -> list[str]:
    size = (1024, 1024) if quick else (4096, 4096)
    optimum = sum(1 / i**2 for i in range(51, size[0] + 1)) ** 0.5
    prepared(folder, size, "random")
    lines = [
        f"## Randomised singular value decomposition, rank 50 of {size[0]}², σᵢ = 1/i, f64, 1 thread",
        "",
        "| | time | excess of the Frobenius error over the optimum |",
        "|---|---|---|",
    ]
    rows = peers(folder, size, 2, 1, "random")
    for accuracy in ("1e-4", "1e-8"):
        own = ours(folder, size, 2, 1, "random", "50", accuracy)
        rows.append({"name": f"Beltrami, block Krylov to {accuracy}, {own['method']}", **{k: own[k] for k in ("seconds", "error")}})
    lines += [f"| {r['name']} | {seconds(r['seconds'])} | {r['error'] / optimum - 1:.1e} |" for r in rows]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the small sizes alone, to see that it runs")
    parser.add_argument("--only", choices=["polar", "svd", "random"], help="one section; the others stay as they are")
    options = parser.parse_args()
    interpreter("spectral", PACKAGES)
    cargo("build", "--quiet", "--release", "-p", "beltrami-linalg", "--example", "spectral_speed")
    folder = TARGET / "peers/spectral-data"
    folder.mkdir(parents=True, exist_ok=True)
    sizes = SIZES[:1] if options.quick else SIZES
    runs = 3 if options.quick else 5
    code = "import numpy, scipy, torch, jax, sklearn; print(', '.join(f'{m.__name__} {m.__version__}' for m in (numpy, scipy, torch, jax, sklearn)))"
    sections = {
        "polar": lambda: polar_rows(folder, sizes, runs),
        "svd": lambda: svd_rows(folder, sizes, runs),
        "random": lambda: random_rows(folder, options.quick),
    }
    call = f"`{shlex.join(['python3', 'benches/peers/spectral.py', *sys.argv[1:]])}`"
    versions = f"{run('rustc', '--version').strip()}, {run(PYTHON, '-c', code).strip()}; kernels of NumPy: {kernels(PYTHON)}"
    found = {}
    for name, section in sections.items():
        if options.only in (None, name):
            title, *rows = section()
            made = f"{processor()}; {date.today()}, {versions}; {call}"
            found[name] = "\n".join([title, "", made, *rows])
    path = RESULTS / "spectral.md"
    if options.only and path.exists():
        old = path.read_text().split("\n## ")[1:]
        found = {name: found.get(name, "## " + text.strip("\n")) for name, text in zip(sections, old, strict=True)}
    head = [
        "# Time of spectral functions",
        "",
        f"- Gaussian matrices, seed 1; the fastest of {runs} calls",
        "- ratio: time of the peer over time of Beltrami; above 1 Beltrami is faster",
    ]
    text = "\n\n".join(["\n".join(head), *found.values()]) + "\n"
    if not options.quick:
        RESULTS.mkdir(exist_ok=True)
        path.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
