"""The identity table: constants that its texts have beside the language, and inputs drawn as it declares them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from language import FUNCTIONS, OPERATIONS, Parser, is_scalar, scalar

SIZES = {"m": 4, "n": 3, "p": 5, "q": 2, "k": 2}


@dataclass(frozen=True)
class Filler:
    """A constant whose size its surroundings decide: `vector(c)`, `matrix(c)`, and `eye` without a size."""

    kind: str
    entry: float
    row: bool = False

    def fit(self, shape: tuple[int, ...]) -> np.ndarray:
        return self.entry * (np.eye(shape[0]) if self.kind == "eye" else np.ones(shape))

    def times(self, factor: float) -> "Filler":
        return replace(self, entry=self.entry * factor)


Value = np.ndarray | Filler


def fitted(a: Value, b: Value) -> tuple[np.ndarray, np.ndarray]:
    """Both operands of an entrywise operation as arrays of fitting shapes."""
    if isinstance(a, Filler):
        a = a.fit(b.shape[1:])[None]
    if isinstance(b, Filler):
        b = b.fit(a.shape[1:])[None]
    return a, b


def add(a: Value, b: Value) -> Value:
    if isinstance(a, Filler) and isinstance(b, Filler):
        return replace(a, entry=a.entry + b.entry)
    return OPERATIONS["+"](*fitted(a, b))


def negative(a: Value) -> Value:
    return a.times(-1) if isinstance(a, Filler) else -a


def entrywise(sign: str) -> Callable:
    return lambda a, b: OPERATIONS[sign](*fitted(a, b))


def multiply(a: Value, b: Value) -> Value:
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Filler) and is_scalar(other):
            return one.times(other.item())
        if isinstance(one, Filler) and one.kind == "eye":
            return one.entry * other
    if isinstance(a, Filler):
        a = a.fit((1, b.shape[1]))[None]
    if isinstance(b, Filler):
        b = b.fit((a.shape[2], 1))[None]
    return OPERATIONS["*"](a, b)


class Table(Parser):
    """The language with constants that take the size of their surroundings."""

    functions = {
        **FUNCTIONS,
        "vector": lambda c: Filler("vector", c.item()),
        "matrix": lambda c: Filler("matrix", c.item()),
    }
    operations = {
        **OPERATIONS,
        "+": add,
        "-": lambda a, b: add(a, negative(b)),
        ".*": entrywise(".*"),
        "./": entrywise("./"),
        "*": multiply,
        "/": lambda a, b: multiply(a, 1 / b),
        "minus": negative,
        "'": lambda a: replace(a, row=not a.row) if isinstance(a, Filler) else OPERATIONS["'"](a),
    }


def evaluate(text: str, values: dict[str, np.ndarray]) -> np.ndarray | Filler:
    """The value of a text of the table at one point; every value has two axes, except the result of an einsum."""
    sizes = {name: scalar(n) for name, n in SIZES.items()}
    point = {"eye": Filler("eye", 1.0), **sizes, **{name: value[None] for name, value in values.items()}}
    value = Table(text).whole()(point)
    return value if isinstance(value, Filler) else value[0]


@dataclass(frozen=True)
class Variable:
    """A declaration of the table, such as `x:vector(n) >0`."""

    name: str
    kind: str
    axes: tuple[str, ...]
    drawn: str

    @staticmethod
    def read(declaration: str) -> "Variable":
        name, kind, axes, drawn = re.fullmatch(r"\s*(\w+)\s*:\s*([a-z]+)(?:\(([^)]*)\))?\s*(.*?)\s*", declaration).groups()
        return Variable(name, kind, tuple(a.strip() for a in axes.split(",")) if axes else (), drawn)

    @property
    def symmetric(self) -> bool:
        return self.kind in ("symmetric", "spd")

    def size(self, axis: str) -> int:
        return SIZES.get(axis) or int(axis)

    def draw(self, random: np.random.Generator) -> np.ndarray:
        """A random value, of two axes."""
        size = [self.size(axis) for axis in self.axes]
        shape = {"scalar": (1, 1), "vector": (*size, 1), "rowvector": (1, *size)}.get(self.kind)
        if self.drawn.startswith("in("):
            low, high = (float(end) for end in self.drawn[3:-1].split(","))
            middle, half = (low + high) / 2, 0.45 * (high - low)
            return random.uniform(middle - half, middle + half, shape or size)
        if self.kind == "diagonal":
            return np.diag(random.uniform(0.5, 2.0, size[0]))
        if self.symmetric:
            factor = random.standard_normal((size[0], size[0]))
            value = factor @ factor.T / size[0] + np.eye(size[0]) if self.kind == "spd" else (factor + factor.T) / 2
        else:
            value = random.standard_normal(shape or (size if len(size) == 2 else 2 * size))
            if not shape and value.shape[0] == value.shape[1]:
                # Far from singular, with a positive determinant, so that inverses are moderate and log(det(.)) exists.
                value = value / 2 + 2 * np.eye(len(value))
                value[0] *= np.sign(np.linalg.det(value))
        match self.drawn:
            case ">0":
                return 0.3 + np.abs(value)
            case "+-1":
                return np.where(value > 0, 1.0, -1.0)
            case "0/1":
                return np.where(value > 0, 1.0, 0.0)
            case "simplex":
                return np.abs(value) / np.abs(value).sum()
            case "small":
                return 0.3 * value
            case "":
                return value
        raise ValueError(f"{self.name}: drawn as {self.drawn}?")
