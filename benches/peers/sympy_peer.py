"""SymPy on the rows of the acceptance table: time of `diff`, and whether its answer is right.

Run by `run.py` in an environment with SymPy; one JSON object a row goes to the file named first.
Sizes are numbers here, because SymPy's results are evaluated; its `diff` does not depend on them.
"""

from collections.abc import Callable
from functools import reduce

import common
import numpy as np
import sympy as sp
from common import Entrywise, NotExpressible, Unevaluated, Values, refused, table
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagMatrix
from sympy.tensor.array import expressions as arrays


class Filler:
    """`vector(c)`, `matrix(c)` and `eye` without sizes."""

    def __init__(self, kind: str, factor: sp.Expr = sp.Integer(1)):
        self.kind, self.factor = kind, factor

    def fit(self, shape: tuple) -> "Term":
        whole = sp.Identity(shape[0]) if self.kind == "eye" else sp.OneMatrix(*shape)
        return Term(whole) if self.factor == 1 else Term(self.factor * whole)

    def __mul__(self, other: "Term") -> "Term | Filler":
        return term(other).__rmul__(self)

    def __rmul__(self, other: float) -> "Filler":
        return Filler(self.kind, sp.nsimplify(other) * self.factor)

    def __neg__(self) -> "Filler":
        return Filler(self.kind, -self.factor)

    def __add__(self, other: "Term") -> "Term":
        return self.fit(other.shape) + other

    def __sub__(self, other: "Term") -> "Term":
        return self.fit(other.shape) - other

    def __floordiv__(self, other: "Term") -> "Term":
        return self.fit(other.shape) // other


class Term:
    """An expression of SymPy with the operators of the table: `@` is `.*` and `//` is `./`."""

    def __init__(self, expr: sp.Basic):
        self.expr = expr

    @property
    def is_matrix(self) -> bool:
        return isinstance(self.expr, sp.MatrixExpr) and self.expr.shape != (1, 1)

    @property
    def shape(self) -> tuple:
        return self.expr.shape if isinstance(self.expr, sp.MatrixExpr) else (1, 1)

    @property
    def scalar(self) -> sp.Expr:
        """A scalar expression; one-by-one matrices become traces, which SymPy differentiates."""
        return sp.Trace(self.expr) if isinstance(self.expr, sp.MatrixExpr) else self.expr

    @property
    def T(self) -> "Term":
        return Term(self.expr.T) if isinstance(self.expr, sp.MatrixExpr) else self

    def __neg__(self) -> "Term":
        return Term(-self.expr)

    def __add__(self, other: "Term | Filler | float") -> "Term":
        other = term(other, self.shape)
        if self.is_matrix != other.is_matrix:
            raise NotExpressible("a scalar added to a matrix")
        if isinstance(self.expr, sp.MatrixExpr) and isinstance(other.expr, sp.MatrixExpr):
            return Term(self.expr + other.expr)
        return Term(self.scalar + other.scalar)

    def __radd__(self, other: float) -> "Term":
        return term(other) + self

    def __sub__(self, other: "Term | Filler | float") -> "Term":
        return self + -term(other, self.shape)

    def __rsub__(self, other: float) -> "Term":
        return term(other) - self

    def __mul__(self, other: "Term | Filler | float") -> "Term | Filler":
        if isinstance(other, Filler):
            if not self.is_matrix:
                return Filler(other.kind, self.scalar * other.factor)
            other = other.fit((self.shape[1], self.shape[1] if other.kind == "eye" else 1))
        other = term(other)
        if self.is_matrix and other.is_matrix:
            return Term(self.expr * other.expr)
        if isinstance(self.expr, sp.MatrixExpr) and isinstance(other.expr, sp.MatrixExpr) and self.shape[1] == other.shape[0]:
            return Term(self.expr * other.expr)
        if self.is_matrix or other.is_matrix:
            matrix, factor = (self, other) if self.is_matrix else (other, self)
            return Term(factor.scalar * matrix.expr)
        return Term(self.scalar * other.scalar)

    def __rmul__(self, other: "float | Filler") -> "Term | Filler":
        if isinstance(other, Filler):
            return other.fit((1, self.shape[0]) if self.is_matrix else self.shape) * self
        return term(other) * self

    def __truediv__(self, other: "Term | float") -> "Term":
        inverse = 1 / term(other).scalar
        return Term(inverse * self.expr) if self.is_matrix else Term(self.scalar * inverse)

    def __rtruediv__(self, other: float) -> "Term":
        return term(other) / self

    def __matmul__(self, other: "Term | Filler") -> "Term":
        other = term(other, self.shape)
        return Term(sp.HadamardProduct(self.expr, other.expr)) if self.is_matrix and other.is_matrix else self * other

    def __floordiv__(self, other: "Term | Filler") -> "Term":
        return self @ Term(sp.HadamardPower(term(other, self.shape).expr, -1))

    def __pow__(self, other: "Entrywise | Term | float") -> "Term":
        if isinstance(other, Entrywise):
            return Term(sp.HadamardPower(self.expr, term(other.exponent).expr))
        return Term(self.expr ** term(other).expr) if self.is_matrix else Term(self.scalar ** term(other).scalar)


def term(value: "Term | Filler | float", shape: tuple | None = None) -> Term:
    if isinstance(value, Filler):
        return value.fit(shape)
    return value if isinstance(value, Term) else Term(sp.nsimplify(value))


def entrywise(function: type) -> Callable[["Term | float"], Term]:
    def apply(a: "Term | float") -> Term:
        a = term(a)
        return Term(a.expr.applyfunc(function)) if a.is_matrix else Term(function(a.scalar))

    return apply


def summed(a: Term) -> Term:
    m, n = a.shape
    expr = a.expr if m == 1 else sp.OneMatrix(1, m) * a.expr
    return Term(expr if n == 1 else expr * sp.OneMatrix(n, 1))


def squared_norm(a: Term) -> sp.Expr:
    return sp.Trace(a.expr.T * a.expr) if a.is_matrix else a.scalar**2


def diag(a: Term) -> Term:
    return Term(DiagMatrix(a.expr)) if a.shape[1] == 1 else refused()


t = sp.Dummy("t", real=True)
absolute = entrywise(sp.Lambda(t, sp.Abs(t)))
FUNCTIONS = {
    **{name: entrywise(getattr(sp, name)) for name in "sin cos tan sinh cosh tanh exp log sign sqrt".split()},
    "abs": absolute,
    "relu": entrywise(sp.Lambda(t, sp.Max(t, 0))),
    "sigmoid": entrywise(sp.Lambda(t, 1 / (1 + sp.exp(-t)))),
    "softplus": entrywise(sp.Lambda(t, sp.log(1 + sp.exp(t)))),
    "sum": summed,
    "norm1": lambda a: summed(absolute(a)),
    "norm2": lambda a: Term(sp.sqrt(squared_norm(a))),
    "tr": lambda a: Term(sp.Trace(a.expr)),
    "det": lambda a: Term(sp.Determinant(a.expr)),
    "logdet": lambda a: Term(sp.log(sp.Determinant(a.expr))),
    "inv": lambda a: Term(a.expr.inverse()),
    "diag": diag,
    "kron": lambda a, b: Term(sp.KroneckerProduct(a.expr, b.expr)),
    "eye": Filler("eye"),
    "vector": lambda c: Filler("vector", term(c).scalar),
    "matrix": lambda c: Filler("matrix", term(c).scalar),
}
MISSING = "vec kr expm logm sqrtm pinv adj normnuc normspec msign topdyad lmax vmax softmax logsumexp max min K".split()
FUNCTIONS |= {name: refused for name in MISSING}


def symbol(variable: table.Variable) -> Term:
    if variable.kind == "scalar":
        return Term(sp.Symbol(variable.name, real=True))
    size = [variable.size(axis) for axis in variable.axes]
    shape = {"vector": (size[0], 1), "rowvector": (1, size[0])}.get(variable.kind, (size[0], size[-1]))
    return Term(sp.MatrixSymbol(variable.name, *shape))


def number(expr: sp.Basic, values: Values) -> np.ndarray:
    """The value of an expression of SymPy as an array; matrices have two axes."""

    def of(argument: sp.Basic) -> np.ndarray:
        return number(argument, values)

    def applied(function: sp.Basic, array: np.ndarray) -> np.ndarray:
        x = sp.Dummy()
        return np.vectorize(sp.lambdify(x, function(x), "numpy"), otypes=[float])(array)

    def flat(array: np.ndarray) -> np.ndarray:
        return array.reshape(()) if array.size == 1 else array

    match expr:
        case sp.Derivative():
            raise Unevaluated
        case sp.MatrixSymbol() | sp.Symbol():
            return values[expr.name] if expr.is_Matrix else values[expr.name].reshape(())
        case sp.Identity():
            return np.eye(int(expr.shape[0]))
        case sp.OneMatrix() | arrays.ZeroArray() | sp.ZeroMatrix():
            return np.full([int(n) for n in expr.shape], float(isinstance(expr, sp.OneMatrix)))
        case arrays.ArrayTensorProduct():
            return reduce(lambda a, b: np.multiply.outer(a, b), map(of, expr.args))
        case arrays.ArrayContraction() | arrays.ArrayDiagonal():
            array = of(expr.expr)
            groups = expr.contraction_indices if isinstance(expr, arrays.ArrayContraction) else expr.diagonal_indices
            names = list(range(array.ndim))
            for group in groups:
                for axis in group:
                    names[axis] = int(group[0])
            grouped = [int(axis) for group in groups for axis in group]
            kept = [axis for axis in range(array.ndim) if axis not in grouped]
            kept += [int(group[0]) for group in groups] if isinstance(expr, arrays.ArrayDiagonal) else []
            return np.einsum(array, names, kept)
        case arrays.PermuteDims():
            return of(expr.expr).transpose([int(i) for i in expr.permutation.array_form])
        case arrays.ArrayAdd():
            return sum(map(of, expr.args))
        case arrays.ArrayElementwiseApplyFunc():
            return applied(expr.function, of(expr.expr))
        case arrays.Reshape():
            return of(expr.expr).reshape([int(n) for n in expr.shape])
        case ElementwiseApplyFunction():
            return applied(expr.function, of(expr.expr))
        case sp.Transpose():
            return of(expr.arg).T
        case sp.Inverse():
            return np.linalg.inv(of(expr.arg))
        case sp.MatPow():
            return np.linalg.matrix_power(of(expr.base), int(expr.exp))
        case sp.HadamardProduct():
            return reduce(np.multiply, map(of, expr.args))
        case sp.HadamardPower():
            return of(expr.base) ** of(expr.exp)
        case DiagMatrix():
            return np.diagflat(of(expr.args[0]))
        case sp.KroneckerProduct():
            return reduce(np.kron, map(of, expr.args))
        case sp.Trace():
            return np.trace(of(expr.arg))
        case sp.Determinant():
            return np.linalg.det(of(expr.arg))
        case sp.MatMul():
            factors = [of(a) for a in expr.args]
            return reduce(lambda a, b: a * b if np.ndim(a) == 0 or np.ndim(b) == 0 else a @ b, factors)
        case sp.MatAdd() | sp.Add():
            return sum(map(of, expr.args))
        case sp.Mul():
            return reduce(lambda a, b: flat(a) * flat(b), map(of, expr.args))
        case sp.Pow():
            return flat(of(expr.base)) ** flat(of(expr.exp))
        case sp.Function() if len(expr.args) == 1:
            return applied(expr.func, of(expr.args[0]))
        case _ if expr.is_number:
            return np.float64(sp.N(expr))
    raise NotImplementedError(type(expr).__name__)


def attempt(row: dict, as_trace: bool) -> dict:
    symbols: dict[str, Term] = {}

    def translate(variables: list[table.Variable]) -> sp.Expr:
        symbols.update({v.name: symbol(v) for v in variables})
        sizes = {name: Term(sp.Integer(size)) for name, size in table.SIZES.items()}
        expr = term(common.read(row["expression"], {**sizes, **FUNCTIONS, **symbols}))
        return expr.scalar if as_trace and not expr.is_matrix else expr.expr

    def differentiate(expr: sp.Expr) -> sp.Expr:
        sp.core.cache.clear_cache()
        return reduce(lambda e, name: e.diff(symbols[name].expr), common.variables_of(row), expr)

    return dict(common.attempt(row, translate, differentiate, number))


def answer(row: dict) -> dict:
    """The better of two ways to write a scalar that is a one-by-one matrix."""
    answers = [attempt(row, as_trace) for as_trace in (False, True)]
    return next((a for a in answers if a["verdict"] == "right"), answers[-1])


if __name__ == "__main__":
    common.main(answer)
