"""Runs tables of cases through the command line, against differences.

    cargo build --release -p beltrami-cli
    python suite/acceptance/cases.py --program target/release/beltrami [--long] [--random COUNT SEED] [ID ...]

For each case, at random data of the declared structure: what `derive --to numpy` prints, `eval --by`, the printed derivative as
an expression, `--times` and `--solve`. Values and derivatives are compared with `language.py` and `differences.py`, which share
nothing with Beltrami. Needs NumPy and SciPy.
"""

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from multiprocessing import Pool
from pathlib import Path

# Each process has one core; threads of the linear algebra would wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from declaration import Variable, names_in, read
from differences import By, tensor
from generator import rows
from language import Point, Undefined, evaluate

DATA = Path(__file__).resolve().parents[2] / "crates/beltrami/tests/data"
TABLES = ("peers.tsv", "random.tsv")
REFUSALS = "refusals.tsv"

# Different sizes find transpositions; tensors of higher orders are kept small.
SIZES = {0: {"m": 4, "n": 3, "p": 5}, 1: {"m": 4, "n": 3, "p": 5}, 2: {"m": 4, "n": 3, "p": 2}, 3: {"m": 3, "n": 2, "p": 2}}
# Both sides compute a value by different algorithms.
VALUE = 1e-9
# Differences are trusted to this part of the largest entry, and to a multiple of what half the step changes them by.
FLOOR, MULTIPLE = 1e-8, 30.0
# The most draws of data, and after how many of them differences may have settled less.
DRAWS = 200
SETTLED = ((0, 1e-8), (12, 1e-7), (30, 1e-5))
# Solutions so many times larger than right-hand side over matrix are made of rounding errors.
MEANINGLESS = 1e13
# Of the warning for a plan that is at fault and was not used.
FAULT = "plan differed"
# What is said of a form that an order does not have, and of orders that orthogonal matrices do not have.
NO_FORM = ("there is no ", "second derivatives on orthogonal matrices")
FORMS = ("matrix", "kron", "index", "operator")


class Wrong(Exception):
    """What a step fails with."""


class Refused(Wrong):
    """Beltrami gives no answer."""

    def __init__(self, what: str, code: str, message: str):
        super().__init__(f"{what}: {code} {message}")
        self.code, self.message = code, message


@dataclass(frozen=True)
class Case:
    """A row of a table."""

    source: str
    id: str
    expression: str
    declarations: str
    by: tuple[str, ...]
    order: int
    layout: str
    form: str
    convention: str
    variant: bool = False

    @staticmethod
    def read(row: dict) -> "Case":
        order = int(row["order"])
        by = tuple(row["by"].split(",")) if order else ()
        return Case(**{**row, "by": by * order if len(by) == 1 else by, "order": order})

    def asked(self, form: str) -> list[str]:
        return [
            *("--by", ",".join(self.by), "--order", str(self.order), "--layout", self.layout),
            *("--form", form, "--symmetric", self.convention),
        ]

    def variants(self) -> Iterator["Case"]:
        """The case in every form, for its own order and the next one or the one before."""
        for order in (1, 2) if self.order else ():
            for form in FORMS:
                yield replace(self, by=(self.by * 2)[:order], order=order, form=form, variant=True)

    def __str__(self) -> str:
        asked = f"{','.join(self.by)} {self.form} {self.layout} {self.convention}" if self.order else "its value"
        return f"{self.source} {self.id}  {self.expression}  where {self.declarations}  by {asked}"


class Program:
    """The command line."""

    def __init__(self, path: Path):
        self.path = path

    def run(self, arguments: list[str]) -> subprocess.CompletedProcess:
        return subprocess.run([self.path, *arguments], capture_output=True, text=True, timeout=120)

    def answer(self, what: str, arguments: list[str]) -> dict:
        """The JSON object of a command that must succeed."""
        verb, *rest = arguments
        done = self.run([verb, "--json", *rest])
        try:
            found = json.loads(done.stdout)
        except json.JSONDecodeError as error:
            raise Wrong(f"{what}: status {done.returncode}, {done.stderr[-200:] or 'no JSON'}") from error
        if done.returncode != 0:
            first = found["error"][0]
            raise Refused(what, first["code"], first["message"])
        if faults := [warning for warning in found.get("warnings", []) if FAULT in warning]:
            raise Wrong(f"{what}: {faults[0]}")
        return found


def compare(what: str, own: object, expected: np.ndarray, tolerance: float) -> None:
    own, expected = np.squeeze(np.asarray(own, dtype=float)), np.squeeze(expected)
    if own.shape != expected.shape:
        raise Wrong(f"{what}: shape {own.shape}, expected {expected.shape}")
    error = np.max(np.abs(own - expected), initial=0.0)
    if not error <= tolerance:
        raise Wrong(f"{what}: differs by {error:.1e} where the largest entry is {largest(expected):.1e}")


def largest(a: np.ndarray) -> float:
    return float(np.max(np.abs(a), initial=0.0))


def kron(slopes: np.ndarray, order: int) -> np.ndarray:
    """Columns stacked on both sides; what has a second derivative of this form is a scalar."""
    block = slopes if order == 1 else slopes[0, 0]
    (m, n), (p, q) = block.shape[:2], block.shape[2:]
    return block.transpose(1, 0, 3, 2).reshape(m * n, p * q)


def laid_out(slopes: np.ndarray, form: str, layout: str, order: int) -> np.ndarray:
    """The tensor of derivatives in a form and layout, as the manual's chapter on layouts has them."""
    if form == "index" or order > 2:
        return slopes
    if form == "matrix" and all(n == 1 for n in slopes.shape[2:]):
        result = slopes.reshape(slopes.shape[:2])
    elif form == "matrix" and order == 1 and slopes.shape[:2] == (1, 1):
        result = slopes[0, 0].T
    else:
        result = kron(slopes, order)
    return result.T if order == 1 and layout == "denominator" else result


def literal(a: np.ndarray) -> str:
    """A value as `--data` takes it."""
    rows = [", ".join(repr(float(x)) for x in row) for row in a]
    return rows[0] if a.size == 1 else f"[{'; '.join(rows)}]"


def given(value: np.ndarray) -> np.ndarray | float:
    """A value as modules take it: scalars are floats, vectors and rows have one axis."""
    if value.size == 1:
        return value.item()
    return value.ravel() if 1 in value.shape else value


class Drawn:
    """Data where value and derivative exist and differences settle, with both."""

    def __init__(self, case: Case, assumed: list[str]):
        self.case = case
        self.types = [text for text in assumed if re.fullmatch(r"\w+: [a-z]+(\(.*\))?", text)]
        self.variables = {v.name: v for v in read(", ".join([case.declarations, *self.types]))}
        self.sizes = SIZES[case.order]
        self.random = np.random.default_rng(zlib.crc32(case.expression.encode()))
        self.by = [By(name, self.variables[name].kind, case.convention) for name in case.by]
        self.gap = np.inf
        for draw in range(DRAWS):
            self.attempt(draw)
            size = largest(self.slopes) if np.isfinite(self.gap) else 0.0
            # What is zero but for rounding errors settles absolutely.
            if any(draw >= after and self.gap <= part * (max(size, 1.0) if after else size) for after, part in SETTLED):
                return
        if not np.isfinite(self.gap):
            raise Wrong("no data found where value and differences exist")

    def attempt(self, draw: int) -> None:
        """Keeps the data if differences settle better than at those so far."""
        values = {name: v.draw(self.random, self.sizes, draw)[None] for name, v in self.variables.items()}
        sizes = {name: np.full((1, 1, 1), float(n)) for name, n in self.sizes.items() if name not in values}
        function = partial(evaluate, self.case.expression)
        try:
            value = function({**values, **sizes})[0]
            if not largest(value) < 1e6:
                return
            slopes, gap = tensor(function, {**values, **sizes}, self.by) if self.by else (value, 0.0)
        except Undefined:
            return
        if np.all(np.isfinite(slopes)) and gap < self.gap:
            self.values, self.value, self.slopes, self.gap = values, value, slopes, gap

    @property
    def tolerance(self) -> float:
        return FLOOR * largest(self.slopes) + MULTIPLE * self.gap + 1e-12

    @property
    def value_tolerance(self) -> float:
        return VALUE * (1 + largest(self.value))

    def data(self) -> list[str]:
        """Arguments for all names, sizes that no variable has among them."""
        declared = {name for v in self.variables.values() for axis in v.axes for name in names_in(axis)}
        loose = [name for name in self.sizes if name in names_in(self.case.expression) - declared - set(self.values)]
        values = [f"{name}={literal(value[0])}" for name, value in self.values.items()]
        return ["--data", *values, *(f"{name}={self.sizes[name]}" for name in loose)]

    def within(self, name: str, array: np.ndarray) -> np.ndarray:
        """An array moved into the linear structure of a variable, where derivatives are taken within it."""
        convention = "ambient" if self.case.convention == "ambient" else "frobenius"
        directions = By(name, self.variables[name].kind, convention).directions(self.values[name])[0]
        return np.tensordot(array.ravel(), directions, 1)

    @cached_property
    def direction(self) -> np.ndarray:
        name = self.case.by[-1]
        return self.within(name, self.random.standard_normal(self.values[name].shape[1:]))

    @cached_property
    def along(self) -> np.ndarray:
        """The derivative along the direction."""
        slopes = self.slopes
        if self.case.convention == "free":
            # Entries off the diagonal count for both places, and directions have both places.
            last = replace(self.by[-1], convention="frobenius")
            sizes = {name: np.full((1, 1, 1), float(n)) for name, n in self.sizes.items() if name not in self.values}
            slopes, _ = tensor(partial(evaluate, self.case.expression), {**self.values, **sizes}, [*self.by[:-1], last])
        return np.tensordot(slopes, self.direction, axes=([-2, -1], [0, 1]))


class Check:
    """One case, step by step; a step that fails does not keep the others from being taken."""

    def __init__(self, program: Program, case: Case):
        self.program, self.case = program, case
        self.wrong: list[str] = []
        self.refusal: Refused | None = None
        self.declared = ["--let", case.declarations] if case.declarations else []

    def step(self, function: Callable, *arguments: object) -> object:
        try:
            return function(*arguments)
        except Refused as refused:
            self.refusal = self.refusal or refused
            self.wrong.append(str(refused))
        except Wrong as wrong:
            self.wrong.append(str(wrong))
        except Exception as error:  # Whatever a module raises is a failure of its case.
            self.wrong.append(f"{function.__name__}: {type(error).__name__}: {error}")
        return None

    def run(self) -> None:
        case = self.case
        text = {"assumed": []}
        if case.order:
            derive = ["derive", case.expression, *self.declared, *case.asked(case.form)]
            text = self.step(self.program.answer, "derive", derive)
        drawn = text and self.step(Drawn, case, text["assumed"])
        if not drawn:
            return
        # The entries of an operator are those of its Kronecker form.
        form = "kron" if case.form == "operator" else case.form
        asked = case.asked(form) if case.order else []
        found = self.step(self.program.answer, "eval", ["eval", case.expression, *self.declared, *asked, *drawn.data()])
        if found:
            self.step(compare, "value by eval", found["value"], drawn.value, drawn.value_tolerance)
        if not case.order:
            return
        if found:
            expected = laid_out(drawn.slopes, found["form"], case.layout, case.order)
            self.step(compare, "derivative by eval", found["derivative"], expected, drawn.tolerance)
        self.step(self.module, drawn, text["form"])
        self.step(self.text, drawn, text)
        if text.get("adjoint"):
            self.step(self.adjoint, drawn, text)
        if case.order == 1 and drawn.value.ndim == 2 or case.order == 2 and drawn.value.size == 1:
            self.step(self.times, drawn)
            self.step(self.solve, drawn)

    def expected(self, drawn: Drawn, form: str) -> tuple[np.ndarray, float]:
        """What a formula gives, and to what it must agree."""
        if form == "operator":
            return drawn.along, drawn.tolerance * (1 + np.abs(drawn.direction).sum())
        return laid_out(drawn.slopes, form, self.case.layout, self.case.order), drawn.tolerance

    def module(self, drawn: Drawn, form: str) -> None:
        case = self.case
        done = self.program.run(["derive", case.expression, *self.declared, *case.asked(case.form), "--to", "numpy"])
        if done.returncode != 0:
            raise Wrong(f"module: {done.stderr[:200]}")
        space: dict = {}
        exec(compile(done.stdout, "<module>", "exec"), space)
        names = re.search(r"names = \(([^)]*)\)", done.stdout)
        inputs: dict = {}
        for name in re.findall(r'"([^"]+)"', names.group(1)) if names else []:
            if name in drawn.values:
                inputs[name] = given(drawn.values[name][0])
            else:
                inputs[name] = drawn.sizes[name] if name in drawn.sizes else given(drawn.direction)
        with np.errstate(all="ignore"):
            value, derivative = space["value"](**inputs), space["derivative"](**inputs)
        compare("value by the module", value, drawn.value, drawn.value_tolerance)
        compare("derivative by the module", derivative, *self.expected(drawn, form))

    def text(self, drawn: Drawn, text: dict) -> None:
        """The printed derivative is an expression of its own."""
        declarations, data = [self.case.declarations, *drawn.types], drawn.data()
        if text["form"] == "operator":
            last = drawn.variables[self.case.by[-1]]
            declarations.append(f"d{last.name}: {last.direction(self.case.convention)}")
            data.append(f"d{last.name}={literal(drawn.direction)}")
        self.reads("derivative by its text", text["derivative"], declarations, data, *self.expected(drawn, text["form"]))

    def adjoint(self, drawn: Drawn, text: dict) -> None:
        seed = drawn.random.standard_normal(drawn.value.shape)
        kind = {0: "scalar", 1: "vector({})", 2: "matrix({},{})"}[len(text["shape"])].format(*text["shape"])
        kind = f"row({text['shape'][1]})" if text["shape"][:1] == ["1"] else kind
        back = np.tensordot(seed, drawn.slopes, axes=([0, 1], [0, 1]))
        declarations = [self.case.declarations, *drawn.types, f"V: {kind}"]
        tolerance = drawn.tolerance * (1 + np.abs(seed).sum())
        self.reads("adjoint by its text", text["adjoint"], declarations, [*drawn.data(), f"V={literal(seed)}"], back, tolerance)

    def reads(self, what: str, text: str, declarations: list[str], data: list[str], expected: np.ndarray, tolerance: float) -> None:
        # A size may have gone with what had it.
        named = names_in(text) | {name for declaration in declarations for name in names_in(declaration)}
        data = [one for one in data if one.startswith("--") or one.split("=")[0] in named]
        declared = ", ".join(filter(None, declarations))
        # Behind two hyphens, a text may start with one.
        found = self.program.answer(what, ["eval", "--let", declared, *data, "--", text])
        compare(what, found["value"], expected, tolerance)

    def acting(self, drawn: Drawn) -> list[str]:
        return ["eval", self.case.expression, *self.declared, *self.case.asked("operator"), *drawn.data()]

    def times(self, drawn: Drawn) -> None:
        found = self.program.answer("times", [*self.acting(drawn), "--times", literal(drawn.direction)])
        compare("product by --times", found["product"], *self.expected(drawn, "operator"))

    def solve(self, drawn: Drawn) -> None:
        """The solution is put into the equation; where there is none, an answer is wrong, and where there is, a refusal."""
        matrix = kron(drawn.slopes, self.case.order)
        if len(matrix) != len(matrix.T):
            return
        right = drawn.random.standard_normal(drawn.slopes.shape[-4:-2])
        right = drawn.within(self.case.by[0], right) if self.case.order == 2 else right
        sizes = np.linalg.svd(matrix, compute_uv=False)
        try:
            found = self.program.answer("solve", [*self.acting(drawn), "--solve", literal(right)])
        except Refused as refused:
            if sizes[-1] > 1e-8 * sizes[0] and sizes[-1] > 1e4 * drawn.gap + 1e-9:
                raise Wrong(f"{refused}; the condition number is {sizes[0] / sizes[-1]:.0e}") from refused
            return
        solution = np.reshape(found["solution"], drawn.slopes.shape[-2:])
        if np.abs(solution).max() * max(sizes[0], 1e-3) > MEANINGLESS * np.abs(right).max():
            raise Wrong(f"solve: the derivative is singular, and there is an answer by {found['method']}")
        reach = 1e-7 * (np.abs(right).max() + np.abs(solution).sum() * sizes[0]) + MULTIPLE * drawn.gap * np.abs(solution).sum()
        compare("image of the solution", matrix @ solution.ravel(order="F"), right.ravel(order="F"), reach)


def checked(program: Path, refusals: dict[tuple[str, str], tuple[str, str]], case: Case) -> list[str] | None:
    """What is wrong with a case; `None` for one that is refused as it should be."""
    check = Check(Program(program), case)
    check.run()
    refusal, expected = check.refusal, refusals.get((case.source, case.id))
    if refusal and expected and refusal.code == expected[0] and expected[1] in refusal.message:
        return None
    if case.variant:
        return None if refusal and refusal.message.startswith(NO_FORM) else check.wrong
    return [*check.wrong, f"{REFUSALS} expects {' '.join(expected)}"] if expected else check.wrong


def table(name: str) -> Iterator[dict]:
    with (DATA / name).open(newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True, help="the binary of beltrami")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--long", action="store_true", help="every case in all forms, to both orders")
    parser.add_argument("--random", type=int, nargs=2, metavar=("COUNT", "SEED"), help="drawn cases instead of the tables")
    parser.add_argument("ids", nargs="*")
    options = parser.parse_args()
    found = rows(*options.random) if options.random else (row for name in TABLES for row in table(name))
    cases = [case for case in map(Case.read, found) if not options.ids or case.id in options.ids]
    refusals = {(row["source"], row["id"]): (row["code"], row["reason"]) for row in table(REFUSALS)}
    if options.long:
        cases += [variant for case in cases for variant in case.variants()]
    with Pool(options.jobs) as pool:
        results = pool.map(partial(checked, options.program, refusals), cases, chunksize=4)
    failed = [(case, wrong) for case, wrong in zip(cases, results) if wrong]
    refused = sum(wrong is None for wrong in results)
    for case, wrong in failed:
        print(case, *wrong, sep="\n      ")
    held = len(cases) - len(failed) - refused
    print(f"{held} of {len(cases)} cases hold by emitted code and by eval, {refused} are refused for the reason expected")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
