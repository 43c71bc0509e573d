"""Random cases: expressions that fit, in structured and plain variables, with what to ask of them."""

import random
from collections.abc import Callable, Iterator

SIZES = ("m", "n", "p")
ENTRYWISE = "sin cos tanh exp sinh cosh arctan erf sigmoid softplus relu leaky_relu gelu abs".split()
POSITIVE = "log sqrt".split()
CONVENTIONS = ("frobenius", "frobenius", "frobenius", "ambient", "free")
Shape = tuple[str, str]


class Generator:
    """One expression with its variables."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.declared: dict[str, tuple[str, Shape]] = {}

    def pick(self, choices: list) -> object:
        return self.random.choice(choices)

    def name(self, kind: str, shape: Shape, positive: bool = False) -> str:
        """A name of this type, an old one where there is."""
        types = {"scalar": "scalar", "vector": f"vector({shape[0]})", "matrix": f"matrix({shape[0]}, {shape[1]})"}
        text = types.get(kind, f"{kind}({shape[0]})") + (" > 0" if positive else "")
        old = [name for name, (other, _) in self.declared.items() if other == text]
        if old and self.random.random() < 0.7:
            return self.pick(old)
        letters = "abcd" if kind == "scalar" else "xyuvw" if kind == "vector" else "ABCDEFGH"
        free = [letter for letter in letters if letter not in self.declared]
        if not free:
            return self.pick(old) if old else self.fresh(text, shape, letters[0])
        return self.fresh(text, shape, free[0])

    def fresh(self, text: str, shape: Shape, letter: str) -> str:
        name = letter if letter not in self.declared else f"{letter}{len(self.declared)}"
        self.declared[name] = (text, shape)
        return name

    def scalar(self, depth: int) -> str:
        if depth <= 0:
            return self.name("scalar", ("1", "1"), self.random.random() < 0.5)
        n, m = self.pick(SIZES), self.pick(SIZES)
        d = depth - 1
        square = (n, n)
        return self.pick(
            [
                lambda: f"sum({self.matrix((m, n), d)})",
                lambda: f"sum({self.vector(n, d)})",
                lambda: f"tr({self.matrix(square, d)})",
                lambda: f"det({self.matrix(square, d)})",
                lambda: f"logdet({self.definite(n, d)})",
                lambda: f"{self.pick(['norm1', 'norm2', 'norminf', 'mean', 'logsumexp'])}({self.any_array(d)})",
                lambda: f"{self.pick(['normnuc', 'normspec'])}({self.matrix((m, n), d)})",
                lambda: f"lmax({self.symmetric(n, d)})",
                lambda: f"{self.factor(self.vector(n, d))}'*{self.factor(self.vector(n, d))}",
                lambda: f"{self.factor(self.vector(n, d))}'*{self.factor(self.matrix(square, d))}*{self.factor(self.vector(n, d))}",
                lambda: f"cosine({self.vector(n, d)}, {self.vector(n, d)})",
                lambda: f"{self.factor(self.matrix((m, n), d))}[1,2]",
                lambda: f"{self.pick(ENTRYWISE)}({self.scalar(d)})",
                lambda: f"{self.factor(self.scalar(d))}{self.pick(['*', '/'])}{self.factor(self.scalar(d))}",
                lambda: f"{self.scalar(d)} {self.pick(['+', '-'])} {self.factor(self.scalar(d))}",
                lambda: f"{self.factor(self.scalar(d))}^{self.pick([2, 3, '(-1)'])}",
                lambda: f"sum(svdvals({self.matrix(square, d)}).^{self.pick([2, 3])})",
                lambda: f"einsum(\"ij,ij->\", {self.matrix((m, n), d)}, {self.matrix((m, n), d)})",
                lambda: f"{self.pick(POSITIVE)}({self.positive_scalar(d)})",
                lambda: f"sum({self.large((m, n), (n, m), d)})",
                lambda: f"norm2([{self.vector(m, d)}; {self.vector(n, d)}])",
                lambda: f"norm2(kr({self.matrix((m, n), d)}, {self.matrix((n, n), d)}))",
            ]
        )()

    def positive_scalar(self, depth: int) -> str:
        return self.pick([lambda: f"1 + {self.factor(self.scalar(depth))}^2", lambda: f"exp({self.scalar(depth)})", lambda: f"norm2({self.any_array(depth)})"])()

    def any_array(self, depth: int) -> str:
        return self.vector(self.pick(SIZES), depth) if self.random.random() < 0.5 else self.matrix((self.pick(SIZES), self.pick(SIZES)), depth)

    def vector(self, n: str, depth: int) -> str:
        if depth <= 0:
            return self.name("vector", (n, "1"), self.random.random() < 0.2)
        m, d = self.pick(SIZES), depth - 1
        return self.pick(
            [
                lambda: f"{self.factor(self.matrix((n, m), d))}*{self.factor(self.vector(m, d))}",
                lambda: f"inv({self.matrix((n, n), d)})*{self.factor(self.vector(n, d))}",
                lambda: f"diag({self.matrix((n, n), d)})",
                lambda: f"sum({self.matrix((n, m), d)}, 2)",
                lambda: f"sum({self.matrix((m, n), d)}, 1)'",
                lambda: f"{self.pick(ENTRYWISE)}({self.vector(n, d)})",
                lambda: f"{self.factor(self.vector(n, d))}{self.pick(['.*', './'])}{self.factor(self.vector(n, d))}",
                lambda: f"{self.factor(self.scalar(d))}*{self.factor(self.vector(n, d))}",
                lambda: f"{self.vector(n, d)} {self.pick(['+', '-'])} {self.factor(self.vector(n, d))}",
                lambda: f"softmax({self.vector(n, d)})",
                lambda: f"vmax({self.symmetric(n, d)})",
                lambda: f"{self.factor(self.vector(n, d))}.^{self.pick([2, 3])}",
                lambda: f"{self.pick(['max', 'min'])}({self.vector(n, d)}, {self.vector(n, d)})",
                lambda: f"svdvals({self.matrix((n, n), d)})",
                lambda: f"einsum(\"ij,j->i\", {self.matrix((n, m), d)}, {self.vector(m, d)})",
                lambda: f"{self.pick(POSITIVE)}({self.factor(self.vector(n, d))}.^2 + 1)",
                lambda: f"log(softplus({self.vector(n, d)}))",
                lambda: f"{self.factor(self.vector(n, d))}*{self.factor(self.vector(m, d))}'*{self.factor(self.vector(m, d))}",
                lambda: f"{self.factor(self.vector(n, d))}[1]*{self.factor(self.vector(n, d))}",
                lambda: f"(vec({self.matrix((n, m), d)})'*kron({self.vector(m, d)}, eye({n})))'",
                lambda: f"unit(1, {n}).*{self.factor(self.vector(n, d))}",
            ]
        )()

    def matrix(self, shape: Shape, depth: int) -> str:
        m, n = shape
        square = m == n
        if depth <= 0:
            kinds = ["matrix"] * 4 + (["symmetric", "spd", "diagonal", "lower", "upper", "skew", "orthogonal"] if square else [])
            return self.name(self.pick(kinds), shape)
        k, d = self.pick(SIZES), depth - 1
        choices: list[Callable[[], str]] = [
            lambda: f"{self.factor(self.matrix((m, k), d))}*{self.factor(self.matrix((k, n), d))}",
            lambda: f"{self.factor(self.matrix((n, m), d))}'",
            lambda: f"{self.matrix(shape, d)} {self.pick(['+', '-'])} {self.factor(self.matrix(shape, d))}",
            lambda: f"{self.factor(self.scalar(d))}*{self.factor(self.matrix(shape, d))}",
            lambda: f"{self.factor(self.matrix(shape, d))}.*{self.factor(self.matrix(shape, d))}",
            lambda: f"{self.pick(ENTRYWISE)}({self.matrix(shape, d)})",
            lambda: f"{self.factor(self.vector(m, d))}*{self.factor(self.vector(n, d))}'",
            lambda: f"{self.pick(['msign', 'tril', 'triu'])}({self.matrix(shape, d)})",
            lambda: f"pinv({self.matrix((n, m), d)})",
            lambda: f"lowrank({self.matrix(shape, d)}, 1)",
            lambda: f"mclip({self.matrix(shape, d)}, 0, 1)",
            lambda: f"{self.pick(['max', 'min'])}({self.matrix(shape, d)}, {self.matrix(shape, d)})",
            lambda: f"unvec(vec({self.matrix(shape, d)}), {m}, {n})",
            lambda: f"{self.pick(POSITIVE)}({self.factor(self.matrix(shape, d))}.^2 + ones({m}, {n}))",
            lambda: f"softmax({self.matrix(shape, d)})",
            lambda: f"tanh({self.vector(m, d)})*{self.factor(self.vector(n, d))}'",
            lambda: f"diag({self.vector(m, d)})*{self.factor(self.matrix(shape, d))}",
            lambda: f"[{self.matrix((m, m), d)}, {self.matrix(shape, d)}]*[{self.matrix(shape, d)}; {self.matrix((n, n), d)}]",
            lambda: f"unvec({self.factor(self.large((n, m), (n, m), 0))}*vec({self.matrix(shape, d)}), {m}, {n})",
            lambda: f'einsum("ij,j->ij", {self.matrix(shape, d)}, {self.vector(n, d)})',
            lambda: f"{self.factor(self.matrix(shape, d))} + 0.5*ones({m}, {n})",
        ]
        if square:
            choices += [
                lambda: f"inv({self.matrix(shape, d)})",
                lambda: f"diag({self.vector(m, d)})",
                lambda: f"{self.factor(self.matrix(shape, d))}^{self.pick([2, 3, '(-1)'])}",
                lambda: f"expm({self.matrix(shape, d)})",
                lambda: f"{self.pick(['logm', 'sqrtm'])}({self.definite(m, d)})",
                lambda: f"invroot({self.definite(m, d)}, 2)",
                lambda: f"adj({self.matrix(shape, d)})",
                lambda: self.symmetric(m, d),
                lambda: f"{self.factor(self.matrix(shape, d))} + eye({m})",
            ]
        return self.pick(choices)()

    def large(self, rows: Shape, cols: Shape, depth: int) -> str:
        """A matrix whose rows and columns are counted by products of sizes."""
        (m, n), (p, q), d = rows, cols, depth - 1
        leaves: list[Callable[[], str]] = [
            lambda: f"kron({self.matrix((m, p), 0)}, {self.matrix((n, q), 0)})",
            lambda: f"vec({self.matrix((n, m), 0)})*vec({self.matrix((q, p), 0)})'",
            lambda: f"vec({self.matrix((n, m), 0)})*kron({self.vector(p, 0)}, {self.vector(q, 0)})'",
            lambda: f"ones({m}*{n}, {p}*{q})",
            lambda: f'einsum("ik,jl->(ij)(kl)", {self.matrix((m, p), 0)}, {self.matrix((n, q), 0)})',
            lambda: f'einsum("il,jk->(ij)(kl)", {self.matrix((m, q), 0)}, {self.matrix((n, p), 0)})',
        ]
        if rows == cols:
            leaves += [
                lambda: f"diag(vec({self.matrix((n, m), 0)}))",
                lambda: f"diag(kron({self.vector(m, 0)}, {self.vector(n, 0)}))",
                lambda: f"eye({m}*{n})",
            ]
        if (m, n) == (q, p):
            leaves.append(lambda: f"K({n}, {m})")
        if depth <= 0:
            return self.pick(leaves)()
        r = (self.pick(SIZES), self.pick(SIZES))
        return self.pick(
            [
                *leaves,
                lambda: f"{self.factor(self.large(rows, cols, d))} {self.pick(['+', '-'])} {self.factor(self.large(rows, cols, d))}",
                lambda: f"{self.factor(self.large(rows, r, d))}*{self.factor(self.large(r, cols, d))}",
                lambda: f"{self.factor(self.large(rows, cols, d))}.*{self.factor(self.large(rows, cols, d))}",
                lambda: f"{self.factor(self.large(cols, rows, d))}'",
                lambda: f"{self.pick(['tril', 'triu', 'tanh', 'exp'])}({self.large(rows, cols, d)})",
                lambda: f"{self.pick(['2', '-1', self.name('scalar', ('1', '1'))])}*{self.factor(self.large(rows, cols, d))}",
            ]
        )()

    def symmetric(self, n: str, depth: int) -> str:
        if depth <= 0:
            return self.name(self.pick(["symmetric", "spd"]), (n, n))
        m, d = self.pick(SIZES), depth - 1
        a = self.matrix((n, n), d)
        b = self.matrix((n, m), d)
        return self.pick([f"{self.factor(a)} + {self.factor(a)}'", f"{self.factor(b)}*{self.factor(b)}'", self.name("symmetric", (n, n))])

    def definite(self, n: str, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.3:
            return self.name("spd", (n, n))
        b = self.factor(self.matrix((n, self.pick(SIZES)), depth - 1))
        return f"{b}*{b}' + eye({n})"

    @staticmethod
    def factor(text: str) -> str:
        return text if text.isalnum() else f"({text})"

    def by(self) -> str:
        return self.pick(sorted(self.declared))


def rows(count: int, first: int) -> Iterator[dict]:
    """Rows as those of the tables; the seed is the id."""
    for seed in range(first, first + count):
        generator = Generator(seed)
        kind = generator.random.random()
        depth = generator.pick([1, 2, 2, 3])
        n, m = generator.pick(SIZES), generator.pick(SIZES)
        value = kind > 0.9
        if value:
            text, scalar = generator.large((m, n), generator.pick([(m, n), (n, m), (n, n)]), depth), False
        elif kind < 0.6:
            text, scalar = generator.scalar(depth), True
        elif kind < 0.8:
            text, scalar = generator.vector(n, depth), False
        else:
            text, scalar = generator.matrix((m, n), depth), False
        order = 0 if value or not generator.declared else generator.pick([1, 2] if scalar else [1, 1, 1, 2])
        forms = ["matrix", "index"] + (["kron", "operator"] if scalar or order == 1 else [])
        yield {
            "source": "generator",
            "id": str(seed),
            "expression": text,
            "declarations": ", ".join(f"{name}: {kind}" for name, (kind, _) in generator.declared.items()),
            "by": generator.by() if order else "",
            "order": str(order),
            "layout": generator.pick(["numerator", "denominator"]),
            "form": generator.pick(forms),
            "convention": generator.pick(CONVENTIONS),
        }
