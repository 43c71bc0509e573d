"""What the functions and operators of Julia compute that printed files use, on NumPy's arrays."""

import math
from collections.abc import Callable
from functools import reduce
from itertools import product
from types import SimpleNamespace

import numpy as np
import scipy.linalg


class DimensionMismatch(Exception):
    """Julia's."""


class Product(list):
    """What `Iterators.product` gives: tuples, with the sizes of the array that a comprehension makes of them."""

    def __init__(self, *ranges: object):
        super().__init__(product(*ranges))
        self.sizes = [len(values) for values in ranges]


def arranged(entries: list, sizes: list[int]) -> object:
    """An array of entries, the last index fast; those of one axis that are no numbers are a list."""
    if np.ndim(entries[0]) == 0:
        return np.array(entries).reshape(sizes)
    if len(sizes) == 1:
        return entries
    array = np.empty(len(entries), dtype=object)
    array[:] = entries
    return array.reshape(sizes)


class Factors:
    """What `lu` and `cholesky` give."""

    def __init__(self, matrix: np.ndarray, definite: bool, transposed: bool = False):
        if definite:
            np.linalg.cholesky(matrix)
        self.matrix, self.transposed = matrix, transposed

    def solve(self, right: np.ndarray) -> np.ndarray:
        return np.linalg.solve(self.matrix.T if self.transposed else self.matrix, right)


class Triangle(Factors):
    """`LowerTriangular` or `UpperTriangular`."""


def adjoint(a: object) -> object:
    if isinstance(a, Factors):
        return Factors(a.matrix, False, not a.transposed)
    a = np.asarray(a)
    return a[None, :] if a.ndim == 1 else a.T


def broadcast(function: Callable, *args: object) -> object:
    """Entry by entry; what lacks axes has ones at the end."""
    axes = max(np.ndim(arg) for arg in args)
    arrays = [np.reshape(arg, (*np.shape(arg), *[1] * (axes - np.ndim(arg)))) if np.ndim(arg) else arg for arg in args]
    try:
        np.broadcast_shapes(*(np.shape(array) for array in arrays))
    except ValueError as error:
        raise DimensionMismatch(str(error)) from None
    return function(*arrays) if axes == 0 or isinstance(function, np.ufunc) else np.vectorize(function, otypes=[float])(*arrays)


def times(a: object, b: object) -> object:
    """`*`: a product of matrices, or of numbers; a vector from the left is one column."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    if np.ndim(a) == 1 and np.ndim(b) == 2 and b.shape[0] == 1:
        return np.outer(a, b)
    if np.ndim(a) != 2 or a.shape[1] != b.shape[0]:
        raise DimensionMismatch(f"product of sizes {np.shape(a)} and {np.shape(b)}")
    return a @ b


def divided(a: object, b: object) -> object:
    if np.ndim(b):
        raise TypeError("a quotient by an array")
    return a / b


def added(sign: Callable) -> Callable:
    def of(a: object, b: object) -> object:
        if np.shape(a) != np.shape(b):
            raise DimensionMismatch(f"sizes {np.shape(a)} and {np.shape(b)}")
        return sign(a, b)

    return of


def raised(a: object, b: object) -> object:
    if np.ndim(a):
        return np.linalg.matrix_power(a, b)
    if isinstance(a, int) and isinstance(b, int) and b >= 0 and abs(a**b) >= 2**63:
        raise OverflowError("a power of integers beyond 64 bits, which Julia wraps around")
    if a < 0 and not float(b).is_integer():
        raise ValueError("DomainError: a power of a negative number")
    return a**b


def solved(a: object, b: np.ndarray) -> np.ndarray:
    return a.solve(b) if isinstance(a, Factors) else np.linalg.solve(a, b)


INFIX = {
    "+": added(lambda a, b: a + b),
    "-": added(lambda a, b: a - b),
    "*": times,
    "/": divided,
    "^": raised,
    "\\": solved,
    "÷": lambda a, b: a // b,
    "%": lambda a, b: math.fmod(a, b) if isinstance(a, float) else a % b,
    "&": lambda a, b: a & b,
    ">>": lambda a, b: a >> b,
    "==": lambda a, b: bool(np.all(a == b)),
    "!=": lambda a, b: bool(np.any(a != b)),
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


# Signs between numbers for which NumPy has a loop.
ENTRYWISE = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}


def of_matrix(scalar: Callable, matrix: Callable) -> Callable:
    """A function that means another thing of a matrix than of a number."""
    return lambda a: matrix(a) if np.ndim(a) else scalar(a)


def size(a: object, axis: int | None = None) -> object:
    return np.shape(a) if axis is None else np.shape(a)[axis - 1]


def svd(a: np.ndarray) -> SimpleNamespace:
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return SimpleNamespace(U=u, S=s, Vt=vt, V=vt.T)


def eigen(a: np.ndarray) -> SimpleNamespace:
    values, vectors = np.linalg.eigh(a)
    return SimpleNamespace(values=values, vectors=vectors)


def symmetric(a: np.ndarray) -> np.ndarray:
    """The upper triangle says everything."""
    return np.triu(a) + np.triu(a, 1).T


def matrix_of(a: object, *dims: int) -> np.ndarray:
    return a * np.eye(*dims) if np.ndim(a) == 0 else np.array(a)


def thrown(error: Exception) -> None:
    raise error


def column(a: object) -> np.ndarray:
    return np.reshape(a, (-1, 1)) if np.ndim(a) < 2 else a


def vcat(*parts: object) -> object:
    if any(isinstance(part, list) for part in parts):
        return [entry for part in parts for entry in part]
    if all(np.ndim(part) < 2 for part in parts):
        return np.concatenate([np.atleast_1d(part) for part in parts])
    return np.vstack(parts)


def listed(a: object) -> list:
    """The entries by columns."""
    return list(np.ravel(a, order="F")) if isinstance(a, np.ndarray) else list(a)


def reshape(a: np.ndarray, *dims: object) -> np.ndarray:
    dims = dims[0] if len(dims) == 1 and isinstance(dims[0], tuple) else dims
    dims = tuple(-1 if isinstance(n, slice) else n for n in dims)
    return np.reshape(a, dims, order="F")


def chosen(places: list[int]) -> slice | np.ndarray:
    """Places from 0 on: neighbours as a part of an axis."""
    if places == list(range(places[0], places[-1] + 1)):
        return slice(places[0] - 1, places[-1])
    return np.array(places) - 1


FUNCTIONS = {
    **{name: getattr(np, name) for name in "sin cos tan sinh cosh tanh sign sqrt abs exp log1p expm1 isnan".split()},
    **{name: getattr(np, f"arc{name[1:]}") for name in ("asin", "acos", "atan")},
    "sin": of_matrix(np.sin, scipy.linalg.sinm),
    "cos": of_matrix(np.cos, scipy.linalg.cosm),
    "exp": of_matrix(np.exp, scipy.linalg.expm),
    "log": of_matrix(np.log, scipy.linalg.logm),
    "sqrt": of_matrix(np.sqrt, scipy.linalg.sqrtm),
    "real": np.real,
    "float": lambda a: np.asarray(a, dtype=float) if np.ndim(a) else float(a),
    "one": lambda x: 1.0,
    "zero": lambda x: 0.0,
    "max": np.maximum,
    "min": np.minimum,
    "maximum": np.max,
    "argmax": lambda a: int(np.argmax(a)) + 1,
    "dot": lambda a, b: a @ b,
    "tr": np.trace,
    "det": np.linalg.det,
    "logdet": lambda f: np.linalg.slogdet(f.matrix)[1],
    "logabsdet": lambda f: np.linalg.slogdet(f.matrix if isinstance(f, Factors) else f)[::-1],
    "diag": lambda a: np.diag(a),
    "diagm": lambda x: np.diag(x),
    "tril": np.tril,
    "triu": np.triu,
    "kron": np.kron,
    "lu": lambda a: Factors(a, False),
    "cholesky": lambda a: Factors(a, True),
    "LowerTriangular": lambda a: Triangle(np.tril(a), False),
    "UpperTriangular": lambda a: Triangle(np.triu(a), False),
    "Symmetric": symmetric,
    "norm": lambda a: np.linalg.norm(np.ravel(a)),
    "opnorm": lambda a: np.linalg.norm(a, 2),
    "svd": svd,
    "svdvals": lambda a: np.linalg.svd(a, compute_uv=False),
    "pinv": np.linalg.pinv,
    "eigen": eigen,
    "eigmax": lambda a: np.linalg.eigvalsh(a)[-1],
    "size": size,
    "length": lambda a: len(a) if isinstance(a, (list, tuple)) else int(np.size(a)),
    "axes": lambda a, axis: list(range(1, np.shape(a)[axis - 1] + 1)),
    "selectdim": lambda a, axis, place: np.take(a, place - 1, axis=axis - 1),
    "sort": sorted,
    "allunique": lambda a: len(set(a)) == len(a),
    "count": lambda f, a: sum(bool(f(x)) for x in a),
    "isodd": lambda n: n % 2 == 1,
    "setdiff": lambda a, b: [x for x in a if x not in set(b)],
    "all": all,
    "eps": lambda: float(np.finfo(float).eps),
    "Iterators": SimpleNamespace(product=Product),
    "ndims": np.ndim,
    "eachindex": lambda a: np.arange(1, len(a) + 1),
    "reshape": reshape,
    "vec": lambda a: listed(a) if np.asarray(a).dtype == object else np.ravel(a, order="F"),
    "permutedims": lambda a, order: np.transpose(a, np.asarray(order, dtype=int) - 1),
    "reverse": lambda a: a[::-1],
    "copy": np.array,
    "vcat": vcat,
    "hcat": lambda *parts: np.hstack([column(part) for part in parts]),
    "ones": lambda *dims: np.ones(dims),
    "zeros": lambda *dims: np.zeros(dims),
    "fill": lambda value, *dims: [value] * dims[0] if isinstance(value, (tuple, list)) else np.full(dims, value),
    "Matrix": matrix_of,
    "prod": lambda a: float(np.prod(a)),
    "map": lambda f, a: arranged([f(x) for x in a], a.sizes) if isinstance(a, Product) else [f(x) for x in a],
    "foldl": lambda f, a, init: reduce(f, a, init),
    "throw": thrown,
    "DimensionMismatch": DimensionMismatch,
    "ArgumentError": ValueError,
    "DomainError": lambda value, reason: ValueError(f"{value}: {reason}"),
}


def summed(a: object, dims: int | None = None) -> object:
    if isinstance(a, list) or np.asarray(a).dtype == object:
        return reduce(INFIX["+"], listed(a))
    return np.sum(a, axis=dims - 1, keepdims=True) if dims else np.sum(a)


FUNCTIONS["sum"] = summed

def copied(node: object) -> SimpleNamespace:
    """A node without its parser, which makes children anew whenever they are asked for."""
    return SimpleNamespace(type=node.type, text=node.text, named_children=[copied(child) for child in node.named_children])
