"""The language of the identity table, evaluated with NumPy, and inputs drawn as the table declares them.

Written apart from Beltrami, so that a mistake in its parser or its kernels cannot hide here.
"""

import re
from dataclasses import dataclass, replace

import numpy as np
import scipy.linalg

SIZES = {"m": 4, "n": 3, "p": 5, "q": 2, "k": 2}

TOKEN = re.compile(r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)|"(?P<text>[^"]*)"|(?P<sign>\.[*/^]|[-+*/^(),']))""")


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


Value = np.ndarray | Filler | str


def is_scalar(value: Value) -> bool:
    return isinstance(value, np.ndarray) and value.size == 1


def scalar(number: float) -> np.ndarray:
    return np.full((1, 1), float(number))


def fitted(a: Value, b: Value) -> tuple[np.ndarray, np.ndarray]:
    """Both operands of an entrywise operation as arrays of fitting shapes."""
    if isinstance(a, Filler):
        a = a.fit(b.shape)
    if isinstance(b, Filler):
        b = b.fit(a.shape)
    if a.shape != b.shape and not is_scalar(a) and not is_scalar(b):
        raise ValueError(f"shapes {a.shape} and {b.shape}")
    return a, b


def multiply(a: Value, b: Value) -> Value:
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Filler) and is_scalar(other):
            return one.times(other.item())
        if isinstance(one, Filler) and one.kind == "eye":
            return one.entry * other
    if isinstance(a, Filler):
        a = a.fit((1, b.shape[0]))
    if isinstance(b, Filler):
        b = b.fit((a.shape[1], 1))
    return a * b if is_scalar(a) or is_scalar(b) else a @ b


def power(base: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    exponent = exponent.item()
    if is_scalar(base):
        return base**exponent
    return np.linalg.matrix_power(base, int(exponent))


def negative(a: Value) -> Value:
    return a.times(-1) if isinstance(a, Filler) else -a


def add(a: Value, b: Value) -> Value:
    if isinstance(a, Filler) and isinstance(b, Filler):
        return replace(a, entry=a.entry + b.entry)
    a, b = fitted(a, b)
    return a + b


def transposed(a: Value) -> Value:
    return replace(a, row=not a.row) if isinstance(a, Filler) else a.T


def svd(a: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.linalg.svd(a, full_matrices=False)


def commutation(m: np.ndarray, n: np.ndarray) -> np.ndarray:
    """K with K*vec(A) = vec(A') for A of m rows and n columns: the places of vec(A'), looked up in vec(A)."""
    m, n = int(m.item()), int(n.item())
    places = np.arange(m * n).reshape((m, n), order="F")
    return np.eye(m * n)[places.T.ravel(order="F")]


def einsum(spec: str, *operands: np.ndarray) -> np.ndarray:
    letters = spec.split("->")[0].split(",")
    return np.einsum(spec, *(a.reshape(-1) if len(axes) == 1 else a for axes, a in zip(letters, operands)))


def diag(a: np.ndarray) -> np.ndarray:
    return np.diag(a[:, 0]) if a.shape[1] == 1 else np.diag(a)[:, None]


def sizes(*dims: np.ndarray) -> tuple[int, ...]:
    return tuple(int(dim.item()) for dim in dims)


def softmax(a: np.ndarray) -> np.ndarray:
    weights = np.exp(a - a.max())
    return weights / weights.sum()


FUNCTIONS = {
    **{name: getattr(np, name) for name in "sin cos tan sinh cosh tanh exp log abs sign sqrt arcsin arccos arctan".split()},
    "relu": lambda a: np.where(a > 0, a, 0.0),
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "softplus": lambda a: np.logaddexp(0, a),
    "max": np.maximum,
    "min": np.minimum,
    "softmax": softmax,
    "logsumexp": lambda a: scalar(np.logaddexp.reduce(a, axis=None)),
    "sum": lambda a: scalar(a.sum()),
    "norm1": lambda a: scalar(np.abs(a).sum()),
    "norm2": lambda a: scalar(np.sqrt((a * a).sum())),
    "tr": lambda a: scalar(np.trace(a)),
    "det": lambda a: scalar(np.linalg.det(a)),
    "logdet": lambda a: scalar(np.linalg.slogdet(a)[1]),
    "inv": np.linalg.inv,
    "adj": lambda a: np.linalg.det(a) * np.linalg.inv(a),
    "pinv": np.linalg.pinv,
    "expm": scipy.linalg.expm,
    "logm": lambda a: np.real(scipy.linalg.logm(a)),
    "sqrtm": lambda a: np.real(scipy.linalg.sqrtm(a)),
    "normnuc": lambda a: scalar(svd(a)[1].sum()),
    "normspec": lambda a: scalar(svd(a)[1][0]),
    "msign": lambda a: svd(a)[0] @ svd(a)[2],
    "topdyad": lambda a: np.outer(svd(a)[0][:, 0], svd(a)[2][0]),
    "lmax": lambda a: scalar(np.linalg.eigvalsh(a)[-1]),
    "vmax": lambda a: np.linalg.eigh(a)[1][:, -1:],
    "diag": diag,
    "vec": lambda a: a.reshape((-1, 1), order="F"),
    "kron": np.kron,
    "kr": scipy.linalg.khatri_rao,
    "einsum": einsum,
    "eye": lambda n: np.eye(*sizes(n)),
    "ones": lambda *dims: np.ones(sizes(*dims) if len(dims) > 1 else (*sizes(*dims), 1)),
    "K": commutation,
    "vector": lambda c: Filler("vector", c.item()),
    "matrix": lambda c: Filler("matrix", c.item()),
}


class Reader:
    """Evaluates while it reads, one method a level of precedence."""

    def __init__(self, text: str, values: dict[str, np.ndarray]):
        self.tokens = [match for match in TOKEN.finditer(text)]
        if "".join(match.group() for match in self.tokens) != text.rstrip():
            raise SyntaxError(text)
        self.place = 0
        self.values = values

    def take(self, *signs: str) -> str | None:
        if self.place < len(self.tokens) and self.tokens[self.place]["sign"] in signs:
            self.place += 1
            return self.tokens[self.place - 1]["sign"]
        return None

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise SyntaxError(f"{sign} expected at token {self.place}")

    def whole(self) -> Value:
        value = self.sum()
        if self.place != len(self.tokens):
            raise SyntaxError(f"unread: {self.tokens[self.place].group()}")
        return value

    def sum(self) -> Value:
        value = self.product()
        while sign := self.take("+", "-"):
            term = self.product()
            value = add(value, term if sign == "+" else negative(term))
        return value

    def product(self) -> Value:
        value = self.signed()
        while sign := self.take("*", "/", ".*", "./"):
            factor = self.signed()
            if sign == "*":
                value = multiply(value, factor)
            elif sign == "/":
                value = multiply(value, 1 / factor)
            else:
                a, b = fitted(value, factor)
                value = a * b if sign == ".*" else a / b
        return value

    def signed(self) -> Value:
        return negative(self.signed()) if self.take("-") else self.raised()

    def raised(self) -> Value:
        base = self.primed()
        if sign := self.take("^", ".^"):
            exponent = self.signed()
            return power(base, exponent) if sign == "^" else np.power(*fitted(base, exponent))
        return base

    def primed(self) -> Value:
        value = self.atom()
        while self.take("'"):
            value = transposed(value)
        return value

    def atom(self) -> Value:
        if self.take("("):
            value = self.sum()
            self.expect(")")
            return value
        token = self.tokens[self.place]
        self.place += 1
        if token["number"]:
            return scalar(float(token["number"]))
        if token["text"] is not None:
            return token["text"]
        name = token["name"]
        if self.take("("):
            arguments = [self.sum()]
            while self.take(","):
                arguments.append(self.sum())
            self.expect(")")
            return FUNCTIONS[name](*arguments)
        if name in self.values:
            return self.values[name]
        return scalar(SIZES[name]) if name in SIZES else Filler({"eye": "eye"}[name], 1.0)


def evaluate(text: str, values: dict[str, np.ndarray]) -> np.ndarray | Filler:
    """The value of a text of the table; every value has two axes, except the result of an einsum."""
    return Reader(text, values).whole()


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
