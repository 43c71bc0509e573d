"""What the peers share: reading the table with Python's operators, timing, and judging an answer."""

import json
import re
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "suite/acceptance"))
import table  # noqa: E402

LIMIT = 25
CALLS = 3
STRUCTURED = ("free entries", "gradient on symmetric", "diagonal")

Values = dict[str, np.ndarray]


class NotExpressible(Exception):
    """The row has no counterpart in the peer's language."""


class Unevaluated(Exception):
    """The result still contains a derivative."""


class Entrywise:
    """The right side of `.^`: `a .^ b` is read as `a ** (entrywise ** b)`, which has the precedence of `^`."""

    def __init__(self, exponent: object = None):
        self.exponent = exponent

    def __pow__(self, exponent: object) -> "Entrywise":
        return Entrywise(exponent)


def refused(*_: object) -> None:
    raise NotExpressible("no counterpart")


def read(text: str, names: dict[str, object]) -> object:
    """Evaluates a text of the table with operators of Python: `@` is `.*`, `//` is `./`."""
    text = re.sub(r"\beye\((\w+)\)", "eye", text)
    for sign, operator in ((".*", "@"), ("./", "//"), (".^", "**entrywise**"), ("^", "**"), ("'", ".T")):
        text = text.replace(sign, operator)
    # The texts are those of the table, and no name but the given ones can be reached.
    return eval(text, {"__builtins__": {}}, {"entrywise": Entrywise(), **names})


def tensor(row: dict, values: Values) -> np.ndarray:
    """The expected derivative, axes of the function and then of the variables, those of size 1 left out."""
    shape = table.evaluate(row["expression"], values).shape
    axes = [n for name in variables_of(row) for n in values[name].shape]
    expected = table.evaluate(row["expected"], values)
    layout = row["layout"]
    stacked = "Hessian" in layout or layout.startswith("numerator (Jacobian")
    if isinstance(expected, table.Filler):
        expected = expected.fit(tuple(n for n in (*shape, *axes) if n > 1))
    return np.squeeze(expected.reshape((*shape, *axes), order="F" if stacked else "C"))


def variables_of(row: dict) -> list[str]:
    """The variables, one for each order."""
    return row["by"] * (row["order"] // len(row["by"]))


def same(own: np.ndarray, expected: np.ndarray, tolerance: float = 1e-3) -> bool:
    """Equal in some order of the axes, which differs between kinds of derivatives and between peers.

    A wrong formula is wrong by far more than single precision, in which tensorgrad computes.
    """
    own = np.squeeze(own)
    scale = max(1e-3, np.max(np.abs(expected)))
    return own.ndim == expected.ndim and any(
        turned.shape == expected.shape and np.max(np.abs(turned - expected)) <= tolerance * scale
        for turned in (own.transpose(axes) for axes in permutations(range(own.ndim)))
    )


def late(*_: object) -> None:
    raise TimeoutError


def attempt(
    row: dict,
    translate: Callable[[list[table.Variable]], object],
    differentiate: Callable[[object], object],
    number: Callable[[object, Values], np.ndarray],
) -> Iterator[tuple[str, object]]:
    """The verdict on a row and the seconds of `differentiate`, when it returned."""
    variables = [table.Variable.read(declaration) for declaration in row["variables"].split(";")]
    stage = "not expressible"
    try:
        if row["layout"].startswith(STRUCTURED):
            refused()
        expr = translate(variables)
        stage = "raises"
        seconds = []
        signal.alarm(LIMIT)
        for _ in range(CALLS):
            start = time.perf_counter()
            result = differentiate(expr)
            seconds.append(time.perf_counter() - start)
        signal.alarm(0)
        yield "seconds", min(seconds)
        yield "answer", str(result)
        stage = "not evaluable"
        signal.alarm(LIMIT)
        random = np.random.default_rng(1)
        values = {v.name: v.draw(random) for v in variables}
        own = np.asarray(number(result, values))
        yield "verdict", "right" if same(own, tensor(row, values)) else "silently wrong"
    except Unevaluated:
        yield "verdict", "unevaluated"
    except TimeoutError:
        yield "verdict", "over the limit"
    except Exception as error:  # Whatever a peer raises is its answer.
        yield "verdict", stage
        yield "why", f"{type(error).__name__}: {error}"[:120]
    finally:
        signal.alarm(0)


def main(answer: Callable[[dict], dict]) -> None:
    out, index = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    signal.signal(signal.SIGALRM, late)
    warnings.simplefilter("ignore")
    with out.open("w") as lines:
        for row in index:
            lines.write(json.dumps({"id": row["id"], **answer(row)}) + "\n")
