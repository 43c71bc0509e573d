"""All real roots of systems of the literature, beside the number that is published.

    python3 benches/peers/systems.py [--before EXECUTABLE] [--seconds S]

Builds Beltrami, and writes benches/results/systems.md. `--before` is an older executable to compare with. A search ends after
`--seconds` of wall time, 20 where nothing is said. What is published nowhere is compared with Newton's method from thousands of
points of the box, a lower bound that shares no code with the search.
"""

import argparse
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from run import RESULTS, TARGET, cargo, interpreter, processor, run
from systems_problem import Problem, problems

NUMPY = ["numpy"]
# There is no other executable to compare with.
UNASKED = object()


def searched(executable: Path, problem: Problem, seconds: float) -> dict | None:
    """What a search finds, and the processor time it takes; none where it does not end."""
    before = os.times()
    try:
        command = [executable, *problem.command(), "--boxes", "1000000000", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    after = os.times()
    found = json.loads(done.stdout)
    if "roots" not in found:
        sys.exit(f"{problem.name}: {done.stdout}{done.stderr}")
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return {**found, "seconds": used}


def started(problem: Problem) -> int:
    """How many different roots in the box Newton's method finds from random points."""
    python = interpreter("systems", NUMPY)
    asked = {"unknowns": problem.unknowns, "box": problem.box, "equations": problem.equations}
    return int(run(python, Path(__file__).with_name("systems_peer.py"), input=json.dumps(asked)))


def row(problem: Problem, ours: dict | None, old: dict | object | None, seconds: float) -> tuple[str, bool]:
    known = str(problem.roots) if problem.roots is not None else f"≥ {started(problem)}"
    source = f"{problem.source}; {problem.known}" if problem.known else problem.source
    spent = " → ".join(shown(one, seconds) for one in (old, ours) if one is not UNASKED)
    found = ["", "", "", ""]
    if ours is not None:
        found = [len(ours["roots"]), len(ours["undecided"]), "yes" if ours["complete"] else "no", ours["boxes"]]
    cells = [problem.name, len(problem.unknowns), known, *found, spent, source]
    return "| " + " | ".join(str(cell) for cell in cells) + " |", ours is not None and clean(ours)


def shown(found: dict | None, seconds: float) -> str:
    if found is None:
        return f"> {seconds:g}"
    return f"{found['seconds']:.2f}" + ("" if clean(found) else " (undecided parts)")


def clean(found: dict) -> bool:
    return found["complete"] and not found["undecided"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--before", type=Path)
    parser.add_argument("--seconds", type=float, default=20.0)
    asked = parser.parse_args()
    cargo("build", "--release", "-p", "beltrami-cli")
    executable = TARGET / "release/beltrami"
    lines, complete, differ = [], 0, []
    for problem in problems():
        ours = searched(executable, problem, asked.seconds)
        old = searched(asked.before, problem, asked.seconds) if asked.before else UNASKED
        line, is_complete = row(problem, ours, old, asked.seconds)
        complete += is_complete
        if is_complete and problem.roots is not None and len(ours["roots"]) != problem.roots:
            differ.append(problem.name)
        lines.append(line)
        print(line, flush=True)
    head = [
        "# All roots of systems of the literature",
        "",
        f"- {processor()}; {date.today()}",
        f"- `python3 benches/peers/systems.py`; one process, its processor time in seconds; a search ends after {asked.seconds:g} s of wall time",
        f"- {complete} of {len(lines)} are complete without an undecided part",
        f"- counts that differ from the published ones: {', '.join(differ) if differ else 'none'}",
        "- numbers of PHC were compared with its files of solutions, the real ones counted with their images under the symmetries; "
        "those of NTA and VMK alone were written down from memory and compared with no source; others say how they were derived",
        "- the undecided parts of Solotarev's system are its two double roots, y = -1 and x = -1 or 5/3: elimination leaves "
        "(y + 1)^2*(y - 1) = 0, the Jacobian is singular at both, and no test of a box proves a root there; PHC lists each twice",
        "- ≥: nothing is published; so many roots Newton's method finds from 20,000 random points of the box",
        "",
        f"| system | unknowns | known roots | certified | undecided | complete | boxes | seconds{', before → after' if asked.before else ''} | source; of the number |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    (RESULTS / "systems.md").write_text("\n".join([*head, *lines]) + "\n")


if __name__ == "__main__":
    main()
