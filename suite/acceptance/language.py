"""The language of Beltrami, evaluated with NumPy on many points at once.

Written apart from Beltrami, so that a mistake in its parser or its kernels cannot hide here. A value has one axis for the points
in front and then its own: two for scalars, vectors and matrices, more for what einsum makes. What does not depend on the point
has one point, which NumPy repeats.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import scipy.linalg
import scipy.special

TOKEN = re.compile(
    r"""\s*(?:(?P<number>(?:\d+(?:\.(?![*/^])\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)|"(?P<text>[^"]*)"|(?P<sign>\.[*/^]|[-+*/^(),;'\[\]]))"""
)

Point = dict[str, np.ndarray]
# From the values of names to a value.
Code = Callable[[Point], np.ndarray]


class Undefined(Exception):
    """A function has no value at any of the points."""


def scalar(number: float) -> np.ndarray:
    return np.full((1, 1, 1), float(number))


def is_scalar(a: np.ndarray) -> bool:
    return a.shape[1:] == (1, 1)


def turned(a: np.ndarray) -> np.ndarray:
    return np.swapaxes(a, -1, -2)


def total(a: np.ndarray) -> np.ndarray:
    return a.sum(axis=tuple(range(1, a.ndim)), keepdims=True)


def multiply(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    if is_scalar(a) or is_scalar(b):
        return a * b
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"product of shapes {a.shape} and {b.shape}")
    return a @ b


def entrywise(operation: Callable) -> Callable:
    def apply(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        if a.shape[1:] != b.shape[1:] and not is_scalar(a) and not is_scalar(b):
            raise ValueError(f"shapes {a.shape} and {b.shape}")
        return operation(a, b)

    return apply


def whole(a: np.ndarray) -> int:
    """A size, an index or an exponent, which no point changes."""
    number = a.ravel()[0]
    if number != round(number):
        raise ValueError(f"{number} is not whole")
    return int(round(number))


def raised(a: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    if np.all(exponent == np.round(exponent)) and exponent.size == 1:
        return a ** whole(exponent) if whole(exponent) >= 0 else 1 / a ** -whole(exponent)
    # NumPy has no real power of a negative number, as it should be.
    return np.power(a, exponent)


def power(a: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    return raised(a, exponent) if is_scalar(a) else np.linalg.matrix_power(a, whole(exponent))


def row_of(values: list[np.ndarray], axis: int) -> np.ndarray:
    """Blocks beside (`axis` -1) or below (-2) each other."""
    count = max(len(a) for a in values)
    return np.concatenate([np.broadcast_to(a, (count, *a.shape[1:])) for a in values], axis=axis)


def grouped(letters: str) -> list[str]:
    """The letters of each axis."""
    return [group or letter for group, letter in re.findall(r"\((\w+)\)|(\w)", letters)]


def einsum(spec: str, operands: list[np.ndarray]) -> np.ndarray:
    """Letters in parentheses share an axis, slow index first; a letter that stands twice in the output fills a diagonal."""
    inputs, output = (side.replace(" ", "") for side in spec.split("->"))
    spelled = [grouped(letters) for letters in inputs.split(",")]
    sizes: dict[str, int] = {}
    for groups, a in zip(spelled, operands):
        # A column, a row or a number has axes of size 1 that no letter stands for.
        axes = a.shape[1:] if len(groups) == a.ndim - 1 else [n for n in a.shape[1:] if n > 1] or [1]
        sizes.update((group, n) for group, n in zip(groups, axes) if len(group) == 1)
    arrays = [
        a.reshape(len(a), *(sizes[letter] for group in groups for letter in group)) for groups, a in zip(spelled, operands)
    ]
    flat = "".join(grouped(output))
    once = "".join(dict.fromkeys(flat))
    count = max(len(a) for a in arrays)
    arrays = [np.broadcast_to(a, (count, *a.shape[1:])) for a in arrays]
    terms = ",".join("Z" + "".join(groups) for groups in spelled)
    result = np.einsum(f"{terms}->Z{once}", *arrays, optimize=len(arrays) > 2)
    if once != flat:
        full = np.zeros((count, *(sizes[letter] for letter in flat)))
        places = np.indices([sizes[letter] for letter in once])
        index = tuple(places[once.index(letter)] for letter in flat)
        full[(slice(None), *index)] = result
        result = full
    axes = [int(np.prod([sizes[letter] for letter in group])) for group in grouped(output)]
    return result.reshape(count, *axes, *[1] * (2 - len(axes)))


def commutation(m: int, n: int) -> np.ndarray:
    """K with K*vec(A) = vec(A') for A of m rows and n columns: the places of vec(A'), looked up in vec(A)."""
    places = np.arange(m * n).reshape((m, n), order="F")
    return np.eye(m * n)[places.T.ravel(order="F")]


def singular(a: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.linalg.svd(a, full_matrices=False)


def rebuilt(a: np.ndarray, values: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    u, s, vt = singular(a)
    return (u * values(s)[:, None, :]) @ vt


def leading(a: np.ndarray) -> np.ndarray:
    """The unit vector of the largest eigenvalue whose largest entry is positive; of a matrix beside symmetric ones too."""
    values, vectors = np.linalg.eig(a)
    first = np.argmax(values.real, axis=1)[:, None, None]
    v = np.take_along_axis(vectors.real, first, axis=2)
    v = v / np.sqrt(total(v * v))
    largest = np.take_along_axis(v, np.argmax(np.abs(v), axis=1)[:, None, :], axis=1)
    return v * np.sign(largest)


def pseudoinverse(a: np.ndarray) -> np.ndarray:
    return np.linalg.pinv(a, rcond=1e-11)


def spectral(function: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """A principal function of the eigenvalues, which random matrices have apart from each other; where it is not real, no number."""

    def apply(a: np.ndarray) -> np.ndarray:
        values, vectors = np.linalg.eig(a.astype(complex))
        result = (vectors * function(values)[:, None, :]) @ np.linalg.inv(vectors)
        size = np.abs(result).max(axis=(1, 2), keepdims=True)
        imaginary = np.abs(result.imag).max(axis=(1, 2), keepdims=True)
        return np.where(imaginary <= 1e-9 * size, result.real, np.nan)

    return apply


def softmax(a: np.ndarray) -> np.ndarray:
    weights = np.exp(a - a.max(axis=(1, 2), keepdims=True))
    return weights / total(weights)


def adjugate(a: np.ndarray) -> np.ndarray:
    """Cofactors from minors, so that singular matrices have one too."""
    n = a.shape[-1]
    result = np.empty_like(a)
    for i in range(n):
        for j in range(n):
            minor = np.delete(np.delete(a, i, axis=1), j, axis=2)
            result[:, j, i] = (-1) ** (i + j) * np.linalg.det(minor)
    return result


def kronecker(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    product = np.einsum("Zij,Zkl->Zikjl", *paired(a, b))
    count, m, p, n, q = product.shape
    return product.reshape(count, m * p, n * q)


def paired(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both for the same points."""
    count = max(len(a), len(b))
    return np.broadcast_to(a, (count, *a.shape[1:])), np.broadcast_to(b, (count, *b.shape[1:]))


def khatri_rao(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    product = np.einsum("Zik,Zjk->Zijk", *paired(a, b))
    return product.reshape(len(product), -1, product.shape[-1])


def diagonal(a: np.ndarray) -> np.ndarray:
    if a.shape[-1] == 1 or a.shape[-2] == 1:
        column = a.reshape(len(a), -1)
        return column[:, :, None] * np.eye(column.shape[1])
    return np.diagonal(a, axis1=-2, axis2=-1)[:, :, None]


def stacked(a: np.ndarray) -> np.ndarray:
    return turned(a).reshape(len(a), -1, 1)


def unstacked(a: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return turned(a.reshape(len(a), whole(columns), whole(rows)))


def summed(a: np.ndarray, along: np.ndarray | None = None) -> np.ndarray:
    return total(a) if along is None else a.sum(axis=whole(along), keepdims=True)


def truncated(a: np.ndarray, rank: np.ndarray) -> np.ndarray:
    return rebuilt(a, lambda s: np.where(np.arange(s.shape[1]) < whole(rank), s, 0.0))


def clipped(a: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return rebuilt(a, lambda s: np.clip(s, low[:, 0], high[:, 0]))


def cosine(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return total(x * y) / np.sqrt(total(x * x) * total(y * y))


def filled(number: float) -> Callable:
    return lambda m, n=None: np.full((1, whole(m), 1 if n is None else whole(n)), number)


def part(function: Callable) -> Callable:
    return lambda a: np.where(function(np.ones(a.shape[1:], dtype=bool)), a, 0.0)


FUNCTIONS: dict[str, Callable] = {
    **{name: getattr(np, name) for name in "sin cos tan sinh cosh tanh exp log abs sign sqrt arcsin arccos arctan log1p expm1".split()},
    # What is no number stays none.
    "relu": lambda a: np.maximum(a, 0.0),
    "leaky_relu": lambda a: np.maximum(a, 0.01 * a),
    "step": lambda a: np.heaviside(a, 0.0),
    "sigmoid": lambda a: scipy.special.expit(a),
    "softplus": lambda a: np.logaddexp(0, a),
    "gelu": lambda a: a * scipy.special.ndtr(a),
    "erf": scipy.special.erf,
    "max": entrywise(np.maximum),
    "min": entrywise(np.minimum),
    "softmax": softmax,
    "logsumexp": lambda a: np.logaddexp.reduce(a.reshape(len(a), -1), axis=1)[:, None, None],
    "sum": summed,
    "mean": lambda a: total(a) / (a.shape[1] * a.shape[2]),
    "norm1": lambda a: total(np.abs(a)),
    "norm2": lambda a: np.sqrt(total(a * a)),
    "norminf": lambda a: np.abs(a).max(axis=(1, 2), keepdims=True),
    "cosine": cosine,
    "tr": lambda a: np.trace(a, axis1=-2, axis2=-1)[:, None, None],
    "det": lambda a: np.linalg.det(a)[:, None, None],
    "logdet": lambda a: np.linalg.slogdet(a)[1][:, None, None],
    "detsign": lambda a: np.linalg.slogdet(a)[0][:, None, None],
    "inv": np.linalg.inv,
    "adj": adjugate,
    "pinv": pseudoinverse,
    "expm": scipy.linalg.expm,
    "logm": spectral(np.log),
    "sqrtm": spectral(np.sqrt),
    "invroot": lambda a, order: spectral(lambda values: values ** (-1 / whole(order)))(a),
    "svdvals": lambda a: np.linalg.svd(a, compute_uv=False)[:, :, None],
    "normnuc": lambda a: np.linalg.svd(a, compute_uv=False).sum(axis=1)[:, None, None],
    "normspec": lambda a: np.linalg.svd(a, compute_uv=False)[:, :1, None],
    "msign": lambda a: rebuilt(a, np.ones_like),
    "topdyad": lambda a: rebuilt(a, lambda s: np.where(np.arange(s.shape[1]) < 1, np.ones_like(s), 0.0)),
    "mclip": clipped,
    "lowrank": truncated,
    "lmax": lambda a: np.linalg.eigvalsh((a + turned(a)) / 2)[:, -1:, None],
    "vmax": leading,
    "diag": diagonal,
    "vec": stacked,
    "unvec": unstacked,
    "tril": part(np.tril),
    "triu": part(np.triu),
    "kron": kronecker,
    "kr": khatri_rao,
    "eye": lambda n: np.eye(whole(n))[None],
    "ones": filled(1.0),
    "zeros": filled(0.0),
    "unit": lambda i, n: np.eye(whole(n))[None, :, [whole(i) - 1]],
    "K": lambda m, n: commutation(whole(m), whole(n))[None],
}

OPERATIONS: dict[str, Callable] = {
    "'": turned,
    "minus": np.negative,
    "+": entrywise(np.add),
    "-": entrywise(np.subtract),
    "*": multiply,
    "/": lambda a, b: a / b,
    ".*": entrywise(np.multiply),
    "./": entrywise(np.divide),
    "^": power,
    ".^": entrywise(raised),
}


class Parser:
    """Texts to functions of points, one method a level of precedence."""

    functions = FUNCTIONS
    operations = OPERATIONS

    def __init__(self, text: str):
        self.tokens = list(TOKEN.finditer(text))
        if "".join(match.group() for match in self.tokens) != text.rstrip():
            raise SyntaxError(text)
        self.place = 0

    def take(self, *signs: str) -> str | None:
        if self.place < len(self.tokens) and self.tokens[self.place]["sign"] in signs:
            self.place += 1
            return self.tokens[self.place - 1]["sign"]
        return None

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise SyntaxError(f"{sign} expected at token {self.place}")

    def whole(self) -> Code:
        code = self.sum()
        if self.place != len(self.tokens):
            raise SyntaxError(f"unread: {self.tokens[self.place].group()}")
        return code

    def sum(self) -> Code:
        code = self.product()
        while sign := self.take("+", "-"):
            code = applied(self.operations[sign], code, self.product())
        return code

    def product(self) -> Code:
        code = self.signed()
        while sign := self.take("*", "/", ".*", "./"):
            code = applied(self.operations[sign], code, self.signed())
        return code

    def signed(self) -> Code:
        if self.take("-"):
            return applied(self.operations["minus"], self.signed())
        return self.raised()

    def raised(self) -> Code:
        code = self.primed()
        if sign := self.take("^", ".^"):
            code = applied(self.operations[sign], code, self.signed())
        return code

    def primed(self) -> Code:
        code = self.atom()
        while sign := self.take("'", "["):
            if sign == "'":
                code = applied(self.operations[sign], code)
            else:
                code = applied(entry, code, *self.listed("]"))
        return code

    def listed(self, end: str) -> list[Code]:
        codes = []
        while not self.take(end):
            codes.append(self.sum())
            if not self.take(","):
                self.expect(end)
                break
        return codes

    def blocks(self) -> Code:
        rows = [[self.sum()]]
        while sign := self.take(",", ";"):
            if sign == ";":
                rows.append([])
            rows[-1].append(self.sum())
        self.expect("]")
        return lambda point: row_of([row_of([code(point) for code in row], -1) for row in rows], -2)

    def atom(self) -> Code:
        if self.take("("):
            code = self.sum()
            self.expect(")")
            return code
        if self.take("["):
            return self.blocks()
        token = self.tokens[self.place]
        self.place += 1
        if token["number"]:
            number = scalar(float(token["number"]))
            return lambda point: number
        name = token["name"]
        if name is None:
            raise SyntaxError(f"unexpected {token.group()}")
        if not self.take("("):
            return lambda point: point[name]
        if name == "einsum":
            spec = self.tokens[self.place]["text"]
            self.place += 1
            self.expect(",")
            operands = self.listed(")")
            return lambda point: einsum(spec, [operand(point) for operand in operands])
        return applied(self.functions[name], *self.listed(")"))


def entry(a: np.ndarray, *indices: np.ndarray) -> np.ndarray:
    if len(indices) == 1:
        return a.reshape(len(a), -1)[:, whole(indices[0]) - 1, None, None]
    i, j = (whole(index) - 1 for index in indices)
    return a[:, i, j, None, None]


def applied(function: Callable, *codes: Code) -> Code:
    return lambda point: function(*(code(point) for code in codes))


@lru_cache(maxsize=4096)
def code_of(text: str) -> Code:
    return Parser(text).whole()


def evaluate(text: str, points: Point) -> np.ndarray:
    """The values of a text at points, the first axis those; no number where it has none."""
    with np.errstate(all="ignore"):
        try:
            return code_of(text)(points)
        except np.linalg.LinAlgError as error:
            # One singular matrix among many stops NumPy for all.
            raise Undefined(str(error)) from error
