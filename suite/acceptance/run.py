"""Runs the emitted Python module of every identity of the acceptance table.

    cargo run --release -p beltrami --example emit
    python suite/acceptance/run.py [--target numpy|torch|jax|julia|rust|c] [--long] [--cases FOLDER] [ID ...]

For each row and each random draw of its inputs: `value` against the expression, `derivative` against the expected column in the
layout of the row, and, with NumPy, `derivative` against central differences of `value` itself.
With PyTorch, autograd differentiates the value; with JAX, both functions are compiled. Needs NumPy and SciPy, and the target.
"""

import argparse
import json
import os
import re
import sys
import warnings
import zlib
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from types import ModuleType

import numpy as np
from compiled import C, Rust
from julia import Julia
from library import Jax, Library, Mismatch, Torch
from table import Filler, Variable, evaluate

ROOT = Path(__file__).resolve().parents[2]
# The two sides take different algorithms for a square root or logarithm of a matrix.
EXACT, SPECTRAL, DIFFERENCES = 1e-9, 1e-7, 1e-5
# Some dozen operations, each within a unit in the last place or two; smaller numbers than this have fewer digits.
DIGITS, TINY = 2e-14, 1e-300
# Steps of fourth-order differences for orders 1, 2, 3: a power of the rounding error that balances the truncation.
STEPS = {1: 1e-4, 2: 1e-3, 3: 5e-3}

LIBRARIES = {library.name: library for library in (Library, Torch, Jax, Julia, Rust, C)}

# Variables of which every entry is free.
PLAIN = ("scalar", "vector", "rowvector", "matrix")

Inputs = dict[str, np.ndarray]


def target() -> Path:
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def given(value: np.ndarray) -> np.ndarray | float:
    """A value as modules take it: scalars are floats, vectors and rows have one axis."""
    thin = np.squeeze(value)
    return thin.item() if thin.ndim == 0 else thin


def as_inputs(row: dict, values: Inputs) -> dict:
    return {name: given(values[name]) for name in row["inputs"]}


def gap(a: np.ndarray, b: np.ndarray) -> float:
    """The largest difference, relative to the largest entry of `b`."""
    return float(np.max(np.abs(a - b), initial=0.0) / max(np.max(np.abs(b), initial=0.0), 1e-3))


def compare(what: str, own: np.ndarray, expected: np.ndarray, tolerance: float) -> None:
    if np.shape(own) != np.shape(expected):
        raise Mismatch(f"{what}: shape {np.shape(own)}, expected {np.shape(expected)}")
    error = gap(own, expected)
    if not error <= tolerance:
        raise Mismatch(f"{what}: relative difference {error:.1e}")


def two_dimensional(row: dict) -> bool:
    return "Hessian" in row["layout"] or row["layout"].startswith("numerator (Jacobian")


def derivative_shape(row: dict, value: np.ndarray, by: list[Variable], values: Inputs) -> tuple[int, ...]:
    """The axes of the derivative in the layout of the row, sizes of 1 kept."""
    layout, variables = row["layout"], [values[v.name] for v in by]
    if layout.startswith("tensor"):
        return (*value.shape, *(n for x in variables for n in x.shape))
    if "Hessian" in layout:
        return variables[0].size, variables[-1].size
    if layout.startswith("numerator (Jacobian"):
        return value.size, variables[0].size
    return value.shape if layout.startswith("numerator") else variables[0].shape


def draws(row: dict, variables: list[Variable], count: int) -> Iterator[tuple[Inputs, np.ndarray, np.ndarray]]:
    """Inputs where expression and expected derivative exist and are of moderate size, with both values."""
    random = np.random.default_rng(zlib.crc32(row["id"].encode()))
    by = [next(v for v in variables if v.name == name) for name in row["by"]] * (row["order"] // len(row["by"]))
    found = 0
    for _ in range(100 * count):
        values = {v.name: v.draw(random) for v in variables}
        with np.errstate(all="ignore"):
            value, expected = evaluate(row["expression"], values), evaluate(row["expected"], values)
        shape = derivative_shape(row, value, by, values)
        if isinstance(expected, Filler):
            expected = expected.fit(shape)
        expected = expected.reshape(shape)
        if np.all(np.abs(value) < 1e5) and np.all(np.abs(expected) < 1e5):
            yield values, value, expected
            found += 1
        if found == count:
            return
    raise Mismatch("no inputs found where the expression is defined")


def directions(variable: Variable, shape: tuple[int, ...], layout: str) -> Iterator[tuple[tuple[int, ...], np.ndarray]]:
    """For each entry of a variable, the direction within its structure along which the derivative is that entry."""
    for place in np.ndindex(shape):
        unit = np.zeros(shape)
        unit[place] = 1.0
        if variable.kind == "diagonal":
            unit *= np.eye(len(unit))
        elif variable.symmetric and layout.startswith("free entries"):
            unit = unit if place[0] == place[1] else unit + unit.T
        elif variable.symmetric:
            unit = (unit + unit.T) / 2
        yield place, unit


def differenced(function: Callable[[Inputs], np.ndarray], values: Inputs, steps: list[tuple[str, np.ndarray]]) -> np.ndarray:
    """Fourth-order central differences along the steps, one after the other."""
    if not steps:
        return function(values)
    (name, step), *rest = steps

    def at(t: float) -> np.ndarray:
        return differenced(function, {**values, name: values[name] + t * step}, rest)

    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / 12


def central(module: ModuleType, row: dict, values: Inputs, value: np.ndarray, by: list[Variable]) -> np.ndarray:
    """The tensor of derivatives, axes of the value and then axes of each variable."""

    def function(inputs: Inputs) -> np.ndarray:
        return np.reshape(module.value(**as_inputs(row, inputs)), value.shape)

    length = STEPS[len(by)]
    tensor = np.zeros((*value.shape, *(n for v in by for n in values[v.name].shape)))
    for choice in product(*(list(directions(v, values[v.name].shape, row["layout"])) for v in by)):
        steps = [(v.name, length * unit) for v, (_, unit) in zip(by, choice)]
        if any(not step.any() for _, step in steps):
            continue
        places = tuple(index for place, _ in choice for index in place)
        tensor[(..., *places)] = differenced(function, values, steps) / length ** len(by)
    return tensor


def laid_out(tensor: np.ndarray, row: dict, shape: tuple[int, ...]) -> np.ndarray:
    """The tensor of derivatives in the layout of the row."""
    if not two_dimensional(row):
        return tensor.reshape(shape)
    # Stacking columns of each pair of axes: the second axis of a pair is the slow one.
    pairs = [axis for first in range(0, tensor.ndim, 2) for axis in (first + 1, first)]
    return tensor.transpose(pairs).reshape(shape)


def check_values(library: Library, module: ModuleType, row: dict, variables: list[Variable], count: int) -> None:
    texts = row["expression"] + row["expected"] + row["derivative"]
    tolerance = SPECTRAL if "sqrtm(" in texts or "logm(" in texts else EXACT
    by = [next(v for v in variables if v.name == name) for name in row["by"]] * (row["order"] // len(row["by"]))
    for values, value, expected in draws(row, variables, count):
        inputs = as_inputs(row, values)
        shapes = np.squeeze(value).shape, expected.shape if two_dimensional(row) else np.squeeze(expected).shape
        own_value, own = library.run(module, inputs, shapes)
        compare("value", own_value, np.squeeze(value), tolerance)
        compare("derivative", own, expected if two_dimensional(row) else np.squeeze(expected), tolerance)
        if library.name == "numpy":
            differences = laid_out(central(module, row, values, value, by), row, expected.shape)
            own = np.reshape(own, expected.shape)
            if by[0].symmetric and row["layout"].startswith("denominator"):
                # Differences within the symmetric matrices see the symmetric part only.
                own = (own + own.T) / 2
            compare("derivative against differences of value", own, differences, DIFFERENCES)
        elif library.python and np.size(value) == 1 and row["order"] == 1 and row["layout"].startswith("denominator") and by[0].kind in PLAIN:
            gradient = library.gradient(module, inputs, row["by"][0])
            compare("derivative against automatic differentiation", np.reshape(gradient, np.shape(own)), own, tolerance)


def raises(error: type[Exception], function: Callable, inputs: dict) -> bool:
    try:
        function(**inputs)
    except error:
        return True
    return False


def check_refusals(module: ModuleType, row: dict, variables: list[Variable]) -> None:
    values, _, _ = next(draws(row, variables, 1))
    inputs = as_inputs(row, values)
    declared = [
        axis for v in variables if v.name in inputs for axis in v.axes * (1 if v.kind in ("matrix", "vector", "rowvector") else 2)
    ]
    for function in (module.value, module.derivative):
        for name, value in inputs.items():
            others = {other: v for other, v in inputs.items() if other != name}
            if not raises(TypeError, function, others):
                raise Mismatch(f"{function.__name__} without {name}: no TypeError")
            if not raises(ValueError, function, {**others, name: np.full((2, *np.shape(value)), 0.5)}):
                raise Mismatch(f"{function.__name__} with an axis too many in {name}: no ValueError")
            axes = next(v.axes for v in variables if v.name == name)
            for place in range(np.ndim(value)):
                # Only a size that occurs twice can be wrong.
                if declared.count((axes * 2)[place]) > 1:
                    longer = np.concatenate([value, np.take(value, [0], axis=place)], axis=place)
                    if not raises(ValueError, function, {**others, name: longer}):
                        raise Mismatch(f"{function.__name__} with {name} of shape {longer.shape}: no ValueError")
        if not raises(TypeError, function, {**inputs, "unasked": 1.0}):
            raise Mismatch(f"{function.__name__} with an input too many: no TypeError")


def code_of(path: Path) -> str:
    """The code without its comments and descriptions, which show formulas."""
    return re.sub(r'""".*?"""|/\*.*?\*/|(//|#).*?$', "", path.read_text(), flags=re.DOTALL | re.MULTILINE)


def check(library: Library, row: dict, folder: Path, count: int) -> None:
    if "error" in row:
        raise Mismatch(row["error"])
    path = library.path(folder, row)
    if re.search(r"linalg\.inv\(|\.inverse\(|getri|\binv\(", code_of(path)):
        raise Mismatch("an explicit inverse")
    module = library.load(path, row)
    variables = [Variable.read(declaration) for declaration in row["variables"].split(";")]
    check_values(library, module, row, variables, count)
    if library.python:
        check_refusals(module, row, variables)
    else:
        values, value, expected = next(draws(row, variables, 1))
        shapes = np.squeeze(value).shape, expected.shape if two_dimensional(row) else np.squeeze(expected).shape
        library.check_refusals(module, row, as_inputs(row, values), shapes)


def check_sample(library: Library, sample: dict, folder: Path) -> None:
    """Value and derivative of an operation against those of Beltrami's executor, at one point."""

    def array(numbers: dict) -> np.ndarray:
        return np.squeeze(np.reshape(numbers["entries"], numbers["sizes"]))

    module = library.load(library.path(folder, sample), sample)
    inputs = {name: given(array(sample["given"][name])) for name in sample["inputs"]}
    if sample["slope"] is None:
        # Python has no exceptions for what an array library cannot tell.
        if not library.python and not raises(ValueError, lambda **given: library.run(module, given, ((64,), (64,))), inputs):
            raise Mismatch("no error, where the executor has no derivative")
        return
    value, slope = array(sample["value"]), array(sample["slope"])
    own_value, own = library.run(module, inputs, (value.shape, slope.shape))
    if sample.get("exact"):
        for what, found, wanted in (("value", own_value, float(value)), ("derivative", own, float(slope))):
            if not abs(found - wanted) <= DIGITS * abs(wanted) + TINY:
                raise Mismatch(f"{what} at {inputs}: {found!r}, expected {wanted!r}")
        return
    compare("value", own_value, value, SPECTRAL)
    compare("derivative", own, slope, SPECTRAL)
    if sample["expression"].startswith(library.differentiated):
        jacobian = library.jacobian(module, inputs, sample["by"][0])
        stacked = jacobian.transpose(1, 0, 3, 2) if jacobian.ndim == 4 else jacobian
        compare("automatic differentiation", stacked.reshape(slope.shape), slope, SPECTRAL)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", choices=LIBRARIES, default="numpy", help="the language of the modules")
    parser.add_argument("--long", action="store_true", help="ten times as many draws a row")
    parser.add_argument("--cases", type=Path, default=target() / "acceptance", help="the folder that the example wrote")
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these rows")
    options = parser.parse_args()
    index = options.cases / "index.json"
    if not index.exists():
        print(f"{index} is missing: run `cargo run --release -p beltrami --example emit`", file=sys.stderr)
        return 1
    rows = [row for row in json.loads(index.read_text()) if not options.ids or row["id"] in options.ids]
    # Drawn points may lie outside of a domain; what comes back is looked at, not warned about.
    warnings.simplefilter("ignore")
    library = LIBRARIES[options.target]()
    samples = [] if options.ids else json.loads((options.cases / "samples.json").read_text())
    if library.sampled and not options.long:
        samples = [sample for sample in samples if sample["expression"].startswith(library.sampled)]
    library.prepare(options.cases, rows + samples)
    failures = []
    for row in rows:
        try:
            if reason := row.get("refused", {}).get(library.name):
                raise Mismatch(reason)
            check(library, row, options.cases, library.draws * (10 if options.long else 1))
        except Exception as error:  # Whatever a module raises is a failure of its row.
            reason = str(error) if isinstance(error, Mismatch) else f"{type(error).__name__}: {error}"
            failures.append((row, reason))
    broken = []
    for sample in samples:
        try:
            if reason := sample["refused"].get(library.name):
                raise Mismatch(reason)
            check_sample(library, sample, options.cases)
        except Exception as error:
            broken.append((sample, f"{type(error).__name__}: {error}"))
    for row, reason in failures:
        print(f"{row['id']:6}{row['expression']}  by {','.join(row['by'])}  [{row['layout']}]")
        print(f"      own       {row.get('derivative', '-')}\n      expected  {row['expected']}\n      {reason}")
    for sample, reason in broken:
        print(f"{sample['id']:6}{sample['expression']}  by {','.join(sample['by'])}\n      {reason}")
    print(f"{len(rows) - len(failures)} of {len(rows)} rows hold through their modules for {library.name}")
    if samples:
        print(f"{len(samples) - len(broken)} of {len(samples)} samples of operations are as the executor computes them")
    return 1 if failures or broken or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
