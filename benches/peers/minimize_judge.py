"""Verdicts of `minimize` on the problems of Moré, Garbow and Hillstrom, judged with sixty digits.

    python3 benches/peers/minimize_judge.py EXECUTABLE

Needs mpmath. Every problem of crates/beltrami/tests/data/mgh.json is run from 1, 10 and 100 times its start; what the answer claims
is compared with value, gradient and Hessian of the objective in sixty digits, by differences, in which no code of Beltrami takes
part. Writes benches/results/minimize_verdicts.md.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import mpmath
from mpmath import mp, mpf

ROOT = Path(__file__).resolve().parents[2]
SCALES = (1, 10, 100)

mp.dps = 60
# The third root of the unit roundoff, for differences of second order.
STEP = mpf(10) ** -20
NAMES = {
    "exp": mpmath.exp, "log": mpmath.log, "sqrt": mpmath.sqrt, "sin": mpmath.sin, "cos": mpmath.cos, "abs": abs, "pi": mp.pi,
    "arctan": mpmath.atan, "tan": mpmath.tan, "step": lambda x: mpf(1 if x > 0 else 0), "sign": mpmath.sign,
}  # fmt: skip


def compiled(residuals: list[str]):
    """The sum of squares as a function of numbers of sixty digits."""
    numbers = lambda text: re.sub(r"(?<![\w.])(\d+\.?\d*(?:e[+-]?\d+)?)", r'mpf("\1")', text)
    code = [compile(numbers(text).replace("^", "**"), "<residual>", "eval") for text in residuals]

    def value(x: list) -> mpf:
        names = {**NAMES, "mpf": mpf, **{f"x{i + 1}": entry for i, entry in enumerate(x)}}
        return mpmath.fsum(eval(one, {"__builtins__": {}}, names) ** 2 for one in code)

    return value


def sizes(x: list) -> list:
    return [max(abs(entry), mpf("1e-6")) for entry in x]


def moved(x: list, *steps: tuple[int, mpf]) -> list:
    x = list(x)
    for i, step in steps:
        x[i] += step
    return x


def derivatives(value, x: list) -> tuple[mpmath.matrix, mpmath.matrix]:
    """Gradient and Hessian with unknowns in units of their own sizes."""
    n, unit = len(x), sizes(x)
    here = value(x)
    up = [value(moved(x, (i, STEP * unit[i]))) for i in range(n)]
    down = [value(moved(x, (i, -STEP * unit[i]))) for i in range(n)]
    gradient = mpmath.matrix([(up[i] - down[i]) / (2 * STEP) for i in range(n)])
    hessian = mpmath.matrix(n, n)
    for i in range(n):
        hessian[i, i] = (up[i] - 2 * here + down[i]) / STEP**2
        for j in range(i):
            ends = [value(moved(x, (i, a * STEP * unit[i]), (j, b * STEP * unit[j]))) for a in (1, -1) for b in (1, -1)]
            hessian[i, j] = hessian[j, i] = (ends[0] - ends[1] - ends[2] + ends[3]) / (4 * STEP**2)
    return gradient, hessian


def judged(value, start: list, answer: dict) -> str:
    """`holds`, `refuted: …`, `no claim`, or `open` where these means do not tell."""
    x = [mpf(number) for number in answer["point"]]
    status, here = answer["status"], value(x)
    if status in ("undecided", "iteration limit", "no progress"):
        return "no claim"
    if status in ("not attained", "unbounded"):
        # Farther along the way from the start, or along one unknown, no value is higher.
        way = [b - a for a, b in zip(start, x)]
        ways = [way] + [[(1 if k == i else 0) * side * sizes(x)[k] for k in range(len(x))] for i in range(len(x)) for side in (1, -1)]
        far = lambda way: value([b + 9 * d for b, d in zip(x, way)])
        falls = any(far(way) <= here * (1 + mpf("1e-9")) for way in ways)
        # A way to infinity may bend.
        return "holds" if falls else "open"
    if status == "converged" and answer["f"] == 0:
        # No sum of squares is lower.
        return "holds" if here <= mpf("1e-30") else "refuted: the value is not zero"
    gradient, hessian = derivatives(value, x)
    values, vectors = mpmath.eigsy(hessian)
    largest = max(abs(values[0]), abs(values[len(x) - 1]))
    negative = values[0] < -mpf("1e-8") * largest
    if status == "saddle":
        return "holds" if negative else "refuted: no eigenvalue is negative"
    # Converged: what a step of Newton's method over the eigenvalues that are there would still gain.
    slopes = vectors.T * gradient
    gain = mpmath.fsum(slopes[k] ** 2 / (2 * values[k]) for k in range(len(x)) if values[k] > mpf("1e-14") * largest)
    if negative:
        return f"refuted: an eigenvalue is {mpmath.nstr(values[0] / largest, 3)} of the largest"
    # What the measure `decrease` promises.
    if gain > mpf("1e-8") * max(here, 1):
        return f"refuted: a Newton step gains {mpmath.nstr(gain, 3)}"
    return "holds"


def asked(executable: str, problem: dict, start: list[float]) -> dict:
    unknowns = [f"x{i + 1}" for i in range(len(start))]
    text = " + ".join(f"({residual})^2" for residual in problem["residuals"])
    given = [f"{name}={number!r}" for name, number in zip(unknowns, start)]
    # Names of scalars by what they are.
    declared = ", ".join(f"{name}: scalar" for name in unknowns)
    command = [executable, "minimize", text, "--over", ",".join(unknowns), "--let", declared, "--json"]
    command += [word for one in given for word in ("--start", one)]
    done = subprocess.run(command, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    if "error" in answer:
        return {"status": "refused", "reason": answer["error"][0]["message"]}
    answer["point"] = [answer["x"][name] for name in unknowns]
    return answer


def main() -> None:
    executable = sys.argv[1]
    problems = json.loads((ROOT / "crates/beltrami/tests/data/mgh.json").read_text())["problems"]
    lines, counts = [], Counter()
    for problem in problems:
        value = compiled(problem["residuals"])
        for scale in SCALES:
            start = [scale * number for number in problem["start"]]
            answer = asked(executable, problem, start)
            if answer["status"] == "refused":
                verdict, shown = "no claim", answer["reason"]
            else:
                verdict, shown = judged(value, [mpf(number) for number in start], answer), f"{float(answer['f']):.9g}"
            counts[verdict.split(":")[0]] += 1
            lines.append(f"| {problem['name']} | {scale} | {answer['status']} | {shown} | {verdict} |")
            print(lines[-1], flush=True)
    head = [
        "# Verdicts of `minimize`, judged with sixty digits",
        "",
        f"- `python3 benches/peers/minimize_judge.py EXECUTABLE`; {date.today()}",
        f"- {sum(counts.values())} runs: " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())),
        "- at a minimum: no eigenvalue below -1e-8 of the largest, in units of the unknowns, and no Newton step that gains 1e-8 of the value or of 1",
        "- not attained: at ten times the way from the start, or nine sizes farther along an unknown, the value is not higher; open where it is, as a way to infinity may bend",
        "",
        "| problem | times its start | status | value | judge |",
        "|---|---|---|---|---|",
    ]
    (ROOT / "benches/results/minimize_verdicts.md").write_text("\n".join([*head, *lines]) + "\n")


if __name__ == "__main__":
    main()
