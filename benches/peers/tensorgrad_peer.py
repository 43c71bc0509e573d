"""tensorgrad on the rows of the acceptance table: time of `grad` and `full_simplify`, and whether the answer is right.

Run by `run.py` in an environment with tensorgrad; one JSON object a row goes to the file named first.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import count
from numbers import Number

import common
import numpy as np
import sympy as sp
import tensorgrad as tg
import tensorgrad.functions as F
import torch
from common import Entrywise, NotExpressible, Values, refused, table
from tensorgrad.extras.evaluate import evaluate

SIZE = {name: sp.symbols(name) for name in table.SIZES}
edges = (f"e{k}" for k in count())


class Filler:
    """`vector(c)`, `matrix(c)` and `eye` without sizes."""

    def __init__(self, kind: str, factor: "Term"):
        self.kind, self.factor = kind, factor

    def fit(self, like: "Term") -> "Term":
        return self.sized(like.sizes)

    def sized(self, sizes: tuple) -> "Term":
        axes = tuple(size and next(edges) for size in sizes)
        if self.kind == "eye":
            return self.factor * Term(tg.Delta(sizes[0], *axes), axes)
        return self.factor * Term(tg.Ones(**{axis: size for axis, size in zip(axes, sizes) if axis}), axes)

    def __mul__(self, other: "Term") -> "Term | Filler":
        return Filler(self.kind, self.factor * other) if not any(other.axes) else self.sized((None, other.sizes[0])) * other

    def __rmul__(self, other: float) -> "Filler":
        return Filler(self.kind, other * self.factor)

    def __neg__(self) -> "Filler":
        return Filler(self.kind, -self.factor)

    def __add__(self, other: "Term") -> "Term":
        return self.fit(other) + other

    def __sub__(self, other: "Term") -> "Term":
        return self.fit(other) + -other

    def __floordiv__(self, other: "Term") -> "Term":
        return self.fit(other) // other


class Term:
    """A tensor with the edges that are its rows and columns; `@` is `.*` and `//` is `./`."""

    def __init__(self, tensor: tg.Tensor, axes: tuple = (None, None)):
        self.tensor, self.axes = tensor, axes

    @property
    def sizes(self) -> tuple:
        return tuple(axis and self.tensor.shape[axis] for axis in self.axes)

    @property
    def T(self) -> "Term":
        return Term(self.tensor, self.axes[::-1])

    def on(self, axes: tuple) -> "Term":
        """The same with other edges."""
        if [axis is None for axis in axes] != [axis is None for axis in self.axes]:
            raise NotExpressible("shapes that differ")
        return Term(self.tensor.rename(**{old: new for old, new in zip(self.axes, axes) if old}), axes)

    def fresh(self) -> "Term":
        return self.on(tuple(axis and next(edges) for axis in self.axes))

    def __neg__(self) -> "Term":
        return Term(-self.tensor, self.axes)

    def __add__(self, other: "Term | Filler | float") -> "Term":
        other = other.fit(self) if isinstance(other, Filler) else term(other)
        return Term(self.tensor + other.on(self.axes).tensor, self.axes)

    def __radd__(self, other: float) -> "Term":
        return term(other) + self

    def __sub__(self, other: "Term | Filler | float") -> "Term":
        return self + -other

    def __rsub__(self, other: float) -> "Term":
        return term(other) + -self

    def __mul__(self, other: "Term | Filler | float") -> "Term | Filler":
        if isinstance(other, Number):
            return Term(self.tensor * other, self.axes)
        if isinstance(other, Filler):
            if not any(self.axes):
                return Filler(other.kind, self * other.factor)
            other = other.sized((self.sizes[1], self.sizes[1] if other.kind == "eye" else None))
        other = other.fresh()
        if not any(self.axes) or not any(other.axes):
            axes = self.axes if any(self.axes) else other.axes
        else:
            other = other.on((self.axes[1], other.axes[1]))
            axes = (self.axes[0], other.axes[1])
        return Term(tg.Product([self.tensor, other.tensor]), axes)

    def __rmul__(self, other: float) -> "Term":
        return self * other

    def __truediv__(self, other: "Term | float") -> "Term":
        return self * (1 / other if isinstance(other, Number) else Term(F.pow(other.tensor, -1)))

    def __rtruediv__(self, other: float) -> "Term":
        return other * Term(F.pow(self.tensor, -1))

    def __matmul__(self, other: "Term | Filler | float") -> "Term":
        if isinstance(other, Number) or not any(self.axes) or isinstance(other, Term) and not any(other.axes):
            return self * other
        other = other.fit(self) if isinstance(other, Filler) else other
        return Term(F.prod(self.tensor, other.on(self.axes).tensor), self.axes)

    def __floordiv__(self, other: "Term") -> "Term":
        return self @ Term(F.pow(other.tensor, -1), other.axes)

    def __pow__(self, exponent: "Entrywise | float") -> "Term":
        if isinstance(exponent, Entrywise) or not any(self.axes):
            exponent = exponent.exponent if isinstance(exponent, Entrywise) else exponent
            if not isinstance(exponent, Number):
                refused()
            exact = Fraction(exponent).limit_denominator(60)
            return Term(F.pow(self.tensor, exact.numerator if exact.denominator == 1 else exact), self.axes)
        return self if exponent == 1 else self * self ** (exponent - 1)


def term(value: "Term | float") -> Term:
    return Term(value * tg.Product([])) if isinstance(value, Number) else value


def entrywise(function: Callable) -> Callable:
    return lambda a: Term(function(term(a).tensor), term(a).axes)


def summed(a: Term) -> Term:
    return Term(F.sum(a.tensor))


def trace(a: Term) -> Term:
    return Term(F.trace(a.tensor))


def inverse(a: Term) -> Term:
    """`F.inverse` keeps the names of the edges, rows and columns exchanged."""
    return Term(F.inverse(a.tensor), a.axes[::-1]) if any(a.axes) else 1 / a


def diag(a: Term) -> Term:
    if all(a.axes):
        axis = next(edges)
        return Term(F.diag(a.tensor, [axis]), (axis, None))
    axes = (next(edges), next(edges))
    return Term(F.diag(a.tensor, list(axes)), axes)


def norm2(a: Term) -> Term:
    return Term(F.sqrt(F.sum(F.prod(a.tensor, a.tensor))))


FUNCTIONS = {
    **{name: entrywise(getattr(F, name)) for name in "exp log tanh abs sign sqrt relu sigmoid".split()},
    "softplus": entrywise(lambda t: F.log(1 + F.exp(t))),
    "softmax": entrywise(F.softmax),
    "logsumexp": lambda a: Term(F.log(F.sum(F.exp(a.tensor)))),
    "max": lambda a, b: Term(F.maximum(a.tensor, b.on(a.axes).tensor), a.axes),
    "sum": summed,
    "norm1": lambda a: Term(F.sum(F.abs(a.tensor))),
    "norm2": norm2,
    "tr": trace,
    "det": lambda a: Term(F.det(a.tensor)),
    "logdet": lambda a: Term(F.log(F.det(a.tensor))),
    "inv": inverse,
    "diag": diag,
    "eye": Filler("eye", term(1)),
    "vector": lambda c: Filler("vector", term(c)),
    "matrix": lambda c: Filler("matrix", term(c)),
}
MISSING = "sin cos vec kron kr expm logm sqrtm pinv adj normnuc normspec msign topdyad lmax vmax min K einsum".split()
FUNCTIONS |= {name: refused for name in MISSING}


def symbol(variable: table.Variable) -> tuple[tg.Variable, tuple]:
    """A variable and its edges."""
    if variable.kind == "scalar":
        return tg.Variable(variable.name), (None, None)
    sizes = [SIZE[axis] for axis in variable.axes]
    if variable.kind in ("vector", "rowvector"):
        axes = ("row", None) if variable.kind == "vector" else (None, "col")
        return tg.Variable(variable.name, **{next(filter(None, axes)): sizes[0]}), axes
    return tg.Variable(variable.name, row=sizes[0], col=sizes[-1]), ("row", "col")


def answer(row: dict) -> dict:
    symbols: dict[str, tuple[tg.Variable, tuple]] = {}

    def translate(variables: list[table.Variable]) -> tg.Tensor:
        symbols.update({v.name: symbol(v) for v in variables})
        names = {name: Term(*own).fresh() for name, own in symbols.items()}
        return term(common.read(row["expression"], {**FUNCTIONS, **names})).tensor

    def differentiate(expr: tg.Tensor) -> tg.Tensor:
        for name in common.variables_of(row):
            expr = expr.grad(symbols[name][0]).full_simplify()
        return expr

    def number(expr: tg.Tensor, values: Values) -> np.ndarray:
        given = {
            variable: torch.tensor(np.squeeze(values[name]), dtype=torch.float32).refine_names(*(axis for axis in axes if axis))
            for name, (variable, axes) in symbols.items()
        }
        dims = {SIZE[name]: size for name, size in table.SIZES.items()}
        return evaluate(expr, given, dims).rename(None).numpy()

    return dict(common.attempt(row, translate, differentiate, number))


if __name__ == "__main__":
    common.main(answer)
