"""Systems of equations of the literature with the number of their real roots in a box.

Each has the source of its equations and of the number. Families are written by their size. "PHC" is the list of all complex
solutions in the Demo folder of PHCpack (Verschelde 1999, ACM TOMS 25, 251-276), of which the real ones in the box are counted,
with their images under the symmetries of the system, as read from the files of github.com/janverschelde/PHCpack; "VMK" is Van Hentenryck, McAllester and Kapur 1997 (SIAM J. Numer. Anal.
34, 797-827); "NTA" is Neveu, Trombettoni and Araya 2015, *Adaptive constructive interval disjunction* (Constraints 20, 452-467).
A count without a number of the literature is None, and says what is known.
"""

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass
class Problem:
    name: str
    source: str
    roots: int | None
    known: str
    unknowns: list[str]
    box: list[tuple[float, float]]
    equations: list[str]
    values: list[str] = field(default_factory=list)

    def command(self) -> list[str]:
        box = ",".join(f"{low!r}:{high!r}" for low, high in self.box)
        return ["roots", "; ".join(self.equations), "--vars", ",".join(self.unknowns), "--all", f"--box={box}"]


def names(count: int, letter: str = "x", first: int = 1) -> list[str]:
    return [f"{letter}{i}" for i in range(first, first + count)]


def cube(unknowns: list[str], low: float, high: float) -> list[tuple[float, float]]:
    return [(low, high)] * len(unknowns)


def total(terms: list[str]) -> str:
    return " + ".join(terms)


def katsura(n: int, roots: int | None, known: str) -> Problem:
    x = names(n + 1, "u", 0)

    def at(k: int) -> str | None:
        return x[abs(k)] if abs(k) <= n else None

    equations = [f"u0 + 2*({total(x[1:])}) - 1"]
    for m in range(n):
        terms: dict[tuple[str, str], int] = {}
        for k in range(-n, n + 1):
            a, b = at(k), at(m - k)
            if a and b:
                pair = (min(a, b), max(a, b))
                terms[pair] = terms.get(pair, 0) + 1
        products = [(f"{c}*" if c > 1 else "") + (f"{a}^2" if a == b else f"{a}*{b}") for (a, b), c in terms.items()]
        equations.append(f"{total(products)} - u{m}")
    return Problem(f"katsura {n}", "Katsura 1990, magnetism", roots, known, x, cube(x, -1, 1), equations)


def cyclic(n: int, roots: int) -> Problem:
    x = names(n)
    equations = [total(["*".join(x[(i + j) % n] for j in range(k)) for i in range(n)]) for k in range(1, n)]
    equations.append("*".join(x) + " - 1")
    return Problem(f"cyclic {n}", "Bjorck and Froberg 1991", roots, "PHC", x, cube(x, -10, 10), equations)


def economics(n: int, roots: int | None, known: str) -> Problem:
    x = names(n)
    equations = []
    for k in range(1, n):
        inner = [f"x{k}"] + [f"x{i}*x{i + k}" for i in range(1, n - k)]
        equations.append(f"({total(inner)})*x{n} - {k}")
    equations.append(f"{total(x[:-1])} + 1")
    return Problem(f"eco {n}", "Morgan 1987, Solving polynomial systems, p. 148", roots, known, x, cube(x, -100, 100), equations)


def reduced_economics(n: int, roots: int | None, known: str) -> Problem:
    x = names(n - 1)
    equations = []
    for k in range(1, n):
        inner = [f"x{k}"] + [f"x{i}*x{i + k}" for i in range(1, n - k)]
        equations.append(f"{total(inner)} - {k}*u")
    equations.append(f"{total(x)} + 1")
    x = [*x, "u"]
    return Problem(f"redeco {n}", "Verschelde, reduced economics", roots, known, x, cube(x, -1e8, 1e8), equations)


def noon(n: int, roots: int | None, known: str) -> Problem:
    x = names(n)
    equations = [f"{a}*({total([f'{b}^2' for b in x if b != a])}) - 1.1*{a} + 1" for a in x]
    return Problem(f"noon {n}", "Noonburg 1989, SIAM J. Appl. Math. 49", roots, known, x, cube(x, -10, 10), equations)


def reimer(n: int, roots: int | None, known: str) -> Problem:
    x = names(n)
    equations = []
    for k in range(2, n + 2):
        terms = "".join(f" {'+' if i % 2 == 0 else '-'} 2*{a}^{k}" for i, a in enumerate(x))
        equations.append(f"-1{terms}")
    return Problem(f"reimer {n}", "PoSSo, system of Reimer", roots, known, x, cube(x, -10, 10), equations)


def brown(n: int) -> Problem:
    x = names(n)
    equations = [f"{a} + {total(x)} - {n + 1}" for a in x[:-1]] + ["*".join(x) + " - 1"]
    # x1 = ... = s, xn = n + 1 - n*s and s^(n-1)*(n + 1 - n*s) = 1: s = 1, one in (0, 1), and a negative one for odd n.
    known = "reduces to one polynomial: 3 for odd n, 2 for even n"
    return Problem(f"Brown {n}", "More, Garbow and Hillstrom 1981, 27", 2 + n % 2, known, x, cube(x, -1e8, 1e8), equations)


def wood(n: int) -> Problem:
    x = names(n)
    equations = []
    for i in range(0, n, 4):
        a, b, c, d = x[i : i + 4]
        equations += [
            f"-200*{a}*({b} - {a}^2) - (1 - {a})",
            f"200*({b} - {a}^2) + 20.2*({b} - 1) + 19.8*({d} - 1)",
            f"-180*{c}*({d} - {c}^2) - (1 - {c})",
            f"180*({d} - {c}^2) + 20.2*({d} - 1) + 19.8*({b} - 1)",
        ]
    known = "PHC has 3 for one block"
    return Problem(f"extended Wood {n}", "Luksan and Vlcek 1998, 5.26", 3 ** (n // 4), known, x, cube(x, -1e6, 1e6), equations)


def freudenstein(n: int) -> Problem:
    x = names(n)
    equations = []
    for a, b in zip(x[::2], x[1::2]):
        equations += [f"{a} + ((5 - {b})*{b} - 2)*{b} - 13", f"{a} + (({b} + 1)*{b} - 14)*{b} - 29"]
    # The difference of both is -2*(b - 4)*(b^2 + 2*b + 2).
    known = "the difference of both has one real root"
    return Problem(f"Freudenstein and Roth {n}", "More, Garbow and Hillstrom 1981, 2", 1, known, x, cube(x, -1e8, 1e8), equations)


def trigexp1(n: int) -> Problem:
    x = names(n)
    equations = ["3*x1^3 + 2*x2 - 5 + sin(x1 - x2)*sin(x1 + x2)"]
    for i in range(2, n):
        a, b, c = f"x{i - 1}", f"x{i}", f"x{i + 1}"
        equations.append(f"3*{b}^3 + 2*{c} - 5 + sin({b} - {c})*sin({b} + {c}) + 4*{b} - {a}*exp({a} - {b}) - 3")
    a, b = f"x{n - 1}", f"x{n}"
    equations.append(f"4*{b} - {a}*exp({a} - {b}) - 3")
    return Problem(f"trigexp1 {n}", "Luksan and Vlcek 1998, 5.24", 1, "NTA", x, cube(x, -100, 100), equations)


def broyden_tridiagonal(n: int) -> Problem:
    x = names(n)
    equations = []
    for i in range(n):
        left = f" - {x[i - 1]}" if i > 0 else ""
        right = f" - 2*{x[i + 1]}" if i + 1 < n else ""
        equations.append(f"(3 - 2*{x[i]})*{x[i]}{left}{right} + 1")
    known = "NTA"
    return Problem(f"Broyden tridiagonal {n}", "More, Garbow and Hillstrom 1981, 30", 2, known, x, cube(x, -100, 100), equations)


def broyden_banded(n: int) -> Problem:
    x = names(n)
    equations = []
    for i in range(n):
        near = [x[j] for j in range(max(0, i - 5), min(n, i + 2)) if j != i]
        equations.append(f"{x[i]}*(2 + 5*{x[i]}^2) + 1 - ({total([f'{a}*(1 + {a})' for a in near])})")
    return Problem(f"Broyden banded {n}", "More, Garbow and Hillstrom 1981, 31", 1, "VMK, NTA", x, cube(x, -100, 100), equations)


def integral(n: int) -> Problem:
    x = names(n)
    h = Fraction(1, n + 1)
    cubes = [f"({a} + {(i + 1) * h} + 1)^3" for i, a in enumerate(x)]
    equations = []
    for i in range(n):
        t = (i + 1) * h
        below = [f"{h * (1 - t) / 2 * (j + 1) * h}*{cubes[j]}" for j in range(i + 1)]
        above = [f"{h * t / 2 * (1 - (j + 1) * h)}*{cubes[j]}" for j in range(i + 1, n)]
        equations.append(f"{x[i]} + {total(below + above)}")
    known = "VMK has 1 in [-4, 5]"
    return Problem(f"More and Cosnard {n}", "More, Garbow and Hillstrom 1981, 29", 1, known, x, cube(x, -4, 5), equations)


def boundary(n: int) -> Problem:
    x = names(n)
    h = Fraction(1, n + 1)
    equations = []
    for i in range(n):
        left = f" - {x[i - 1]}" if i > 0 else ""
        right = f" - {x[i + 1]}" if i + 1 < n else ""
        equations.append(f"2*{x[i]}{left}{right} + {h * h / 2}*({x[i]} + {(i + 1) * h} + 1)^3")
    known = "equivalent to a discretisation with one root near 0"
    return Problem(f"discrete boundary value {n}", "More, Garbow and Hillstrom 1981, 28", 1, known, x, cube(x, -1, 1), equations)


def yamamura(n: int) -> Problem:
    x = names(n)
    equations = [f"2.5*{a}^3 - 10.5*{a}^2 + 11.8*{a} + {total(x)} - {i + 1}" for i, a in enumerate(x)]
    return Problem(f"Yamamura {n}", "Yamamura, Kawata and Tokue 1998", None, "multi-start below", x, cube(x, -1e8, 1e8), equations)


def wright(n: int) -> Problem:
    x = names(n)
    equations = [f"{a}^2 - 2*{a} + {total(x)} - 10" for a in x]
    return Problem(f"Wright {n}", "Wright 1985, Math. Comp. 44, 125-133", 2**n, "PHC" if n == 5 else "that of PHC for n = 5", x, cube(x, -10, 10), equations)


def chandrasekhar(n: int) -> Problem:
    x = names(n, "h")
    equations = []
    for i in range(1, n + 1):
        inner = total(["1", *(f"{Fraction(i, i + j)}*h{j}" for j in range(1, n))])
        equations.append(f"{2 * n}*h{i} - 0.51234*h{i}*({inner}) - {2 * n}")
    return Problem(f"Chandrasekhar {n}", "Gonzalez-Vega 1998; H-equation", 2 ** (n - 1), "PHC", x, cube(x, -20000, 20000), equations)


def interval_benchmark(which: int) -> Problem:
    """The systems of Moore and Jones 1977, and the variants of VMK."""
    triples = [(4, 3, 9), (1, 10, 6), (1, 2, 10), (7, 1, 6), (7, 6, 3), (8, 5, 10), (2, 5, 8), (1, 7, 6), (10, 6, 8), (4, 8, 1)]
    last = [9, 6, 10, 6, 3, 10, 8, 6, 8, 1]
    quartic = [3, 10, 2, 1, 6, 5, 5, 7, 6, 8]
    constants = [0.25428722, 0.37842197, 0.27162577, 0.19807914, 0.44166728, 0.14654113, 0.42937161, 0.07056438, 0.34504906, 0.42651102]
    factors = [0.18324757, 0.16275449, 0.16955071, 0.15585316, 0.19950920, 0.18922793, 0.21180486, 0.17081208, 0.19612740, 0.21466544]
    x = names(10)
    equations = []
    for i in range(10):
        p, q, r = (f"x{k}" for k in triples[i])
        if which == 1:
            equations.append(f"{x[i]} - {constants[i]} - {factors[i]}*{p}*{q}*{r}")
        elif which == 4:
            equations.append(f"{x[i]}^2 - {constants[i]} - {factors[i]}*{p}^2*{q}^2*{r}^2")
        else:
            equations.append(f"{x[i]} - {constants[i]} - {factors[i]}*{p}^3*{q}^3*{r}^3 + x{quartic[i]}^4*x{last[i]}^7")
    box, roots = {1: (2, 1), 4: (1, 1024), 5: (1, 1)}[which]
    return Problem(f"interval benchmark i{which}", "Moore and Jones 1977; VMK", roots, "VMK", x, cube(x, -box, box), equations)


def fixed(name: str, source: str, roots: int | None, known: str, unknowns: str, low: float, high: float, text: str) -> Problem:
    x = unknowns.split()
    return Problem(name, source, roots, known, x, cube(x, low, high), [" ".join(part.split()) for part in text.split(";")])


def rotations(pairs: list[str]) -> str:
    return "; ".join(f"{pair.split()[0]}^2 + {pair.split()[1]}^2 - 1" for pair in pairs)


def quadratic_pencil() -> Problem:
    """Chu, Li and Sauer 1988: A + B*t + C*t^2 applied to x with the sum of x one; symmetric matrices by their upper parts."""
    a = [[10, 2, -1, 2, -2], [9, 3, -1, -2], [10, 2, -1], [12, 1], [10]]
    b = [[1, 2, 1, 2, 1], [1, 2, 1, 3], [0, -2, -2], [2, 3], [3]]
    c = [[-10, 2, -1, 1, 3], [-11, 2, -2, 1], [-12, -1, 1], [-10, 2], [-11]]

    def entry(m: list[list[int]], i: int, j: int) -> int:
        return m[min(i, j)][abs(i - j)]

    x = names(5)
    rows = [
        total([f"({entry(a, i, j)} + {entry(b, i, j)}*t + {entry(c, i, j)}*t^2)*{x[j]}" for j in range(5)]) for i in range(5)
    ]
    unknowns = [*x, "t"]
    source = "Chu, Li and Sauer 1988, SIAM J. Matrix Anal. 9"
    return Problem("generalised eigenvalues", source, 10, "PHC, NTA", unknowns, cube(unknowns, -100, 100), [*rows, f"{total(x)} - 1"])


def heart_dipole() -> Problem:
    """Nelsen and Hodgkin 1981, with the moments of PHC: (a + ic)*(t + iv)^k + (b + id)*(u + iw)^k."""
    moments = [(0.63254, -1.34534), (-0.8365348, 1.7345334), (1.352352, -0.843453), (-0.9563453, 1.2342523)]
    powers = [("1", "0"), ("t", "v"), ("(t^2 - v^2)", "2*t*v"), ("(t^3 - 3*t*v^2)", "(3*t^2*v - v^3)")]
    equations = []
    for (real, imaginary), (p, q) in zip(moments, powers):
        second = [part.translate(str.maketrans("tv", "uw")) for part in (p, q)]
        equations.append(f"a*{p} - c*{q} + b*{second[0]} - d*{second[1]} - ({real})")
        equations.append(f"a*{q} + c*{p} + b*{second[1]} + d*{second[0]} - ({imaginary})")
    x = list("abcdtuvw")
    return Problem("heart dipole", "Nelsen and Hodgkin 1981; Morgan, Sommese and Watson 1989", 2, "PHC", x, cube(x, -1000, 1000), equations)


def transistor() -> Problem:
    g = [
        [0.485, 0.752, 0.869, 0.982],
        [0.369, 1.254, 0.703, 1.455],
        [5.2095, 10.0677, 22.9274, 20.2153],
        [23.3037, 101.779, 111.461, 191.267],
        [28.5132, 111.8467, 134.3884, 211.4823],
    ]
    equations = []
    for k in range(4):
        g1, g2, g3, g4, g5 = (row[k] for row in g)
        equations.append(f"(1 - x1*x2)*x3*(exp(x5*({g1} - {g3}*x7*1e-3 - {g5}*x8*1e-3)) - 1) - {g5} + {g4}*x2")
        equations.append(f"(1 - x1*x2)*x4*(exp(x6*({g1} - {g2} - {g3}*x7*1e-3 + {g4}*x9*1e-3)) - 1) - {g5}*x1 + {g4}")
    x = names(9)
    return Problem("transistor", "Ebers and Moll; Ratschek and Rokne 1993", 1, "VMK", x, cube(x, 0, 10), [*equations, "x1*x3 - x2*x4"])


FIXED = [
    fixed(
        "Caprasse", "PoSSo; Traverso", 18, "VMK, PHC", "x y z t", -10, 10,
        """y^2*z + 2*x*y*t - 2*x - z; 2*y*z*t + x*t^2 - x - 2*z;
        -x^3*z + 4*x*y^2*z + 4*x^2*y*t + 2*y^3*t + 4*x^2 - 10*y^2 + 4*x*z - 10*y*t + 2;
        -x*z^3 + 4*y*z^2*t + 4*x*z*t^2 + 2*y*t^3 + 4*x*z + 4*z^2 - 10*y*t - 10*t^2 + 2""",
    ),
    fixed(
        "cyclohexane", "Emiris and Mourrain 1999, conformations of molecules", 16, "Emiris and Mourrain; ibex", "x y z", -1e8, 1e8,
        "y^2*(1 + z^2) + z*(z - 24*y) + 13; x^2*(1 + y^2) + y*(y - 24*x) + 13; z^2*(1 + x^2) + x*(x - 24*z) + 13",
    ),
    fixed(
        "conformation without real roots", "Emiris 1994, first instance", 0, "PHC", "x y z", -1e8, 1e8,
        "-9 - y^2 - z^2 - 3*y^2*z^2 + 8*y*z; -9 - z^2 - x^2 - 3*z^2*x^2 + 8*z*x; -9 - x^2 - y^2 - 3*x^2*y^2 + 8*x*y",
    ),
    fixed(
        "neurophysiology", "Sjirk Boon; VMK", 8, "PHC, one upon symmetry", "s t g h c d", -10, 10,
        """s^2 + g^2 - 1; t^2 + h^2 - 1; c*g^3 + d*h^3 - 1.2; c*s^3 + d*t^3 - 1.2; c*g^2*s + d*h^2*t - 0.7;
        c*g*s^2 + d*h*t^2 - 0.7""",
    ),
    fixed(
        "Boon, trigonometric", "Sjirk Boon; the Coprin benchmarks", None, "multi-start below", "c d p q", -6.3, 6.3,
        "5 + c*cos(3*p) + d*cos(3*q); -3 + c*cos(p) + d*cos(q); c*sin(3*p) + d*sin(3*q); -4 + c*sin(p) + d*sin(q)",
    ),
    fixed(
        "combustion, 5 unknowns", "Meintjes and Morgan 1990, equation 3", 4, "PHC", "y1 y2 y3 y4 y5", -100, 100,
        """y1*y2 + y1 - 3*y5;
        2*y1*y2 + y1 + 1.923e-6*y2^2 + y2*y3^2 + 5.4518e-4*y2*y3 + 3.4074e-5*y2*y4 + 4.4975e-7*y2 - 10*y5;
        2*y2*y3^2 + 5.4518e-4*y2*y3 + 0.386*y3^2 + 4.1062e-4*y3 - 8*y5; 3.4074e-5*y2*y4 + 2*y4^2 - 40*y5;
        y1*y2 + y1 + 9.615e-7*y2^2 + y2*y3^2 + 5.4518e-4*y2*y3 + 3.4074e-5*y2*y4 + 4.4975e-7*y2 + 0.193*y3^2
        + 4.1062e-4*y3 + y4^2 - 1""",
    ),
    fixed(
        "combustion, 10 unknowns", "Morgan 1987; VMK", 1, "VMK, the positive one", " ".join(names(10)), 0, 1,
        """x2 + 2*x6 + x9 + 2*x10 - 1e-5; x3 + x8 - 3e-5; x1 + x3 + 2*x5 + 2*x8 + x9 + x10 - 5e-5; x4 + 2*x7 - 1e-5;
        0.5140437e-7*x5 - x1^2; 0.1006932e-6*x6 - 2*x2^2; 0.7816278e-15*x7 - x4^2; 0.1496236e-6*x8 - x1*x3;
        0.6194411e-7*x9 - x1*x2; 0.2089296e-14*x10 - x1*x2^2""",
    ),
    fixed(
        "kinematics kin1", "Hong and Stahl 1995; VMK", 16, "VMK, PHC", "s1 c1 s2 c2 s3 c3 s4 c4 s5 c5 s6 c6", -1, 1,
        rotations(["s1 c1", "s2 c2", "s3 c3", "s4 c4", "s5 c5", "s6 c6"])
        + """; s2*c5*s6 - s3*c5*s6 - s4*c5*s6 + c2*c6 + c3*c6 + c4*c6 - 0.4077; c1*c2*s5 + c1*c3*s5 + c1*c4*s5 + s1*c5 - 1.9115;
        s2*s5 + s3*s5 + s4*s5 - 1.9791; 3*c1*c2 + 2*c1*c3 + c1*c4 - 4.0616; 3*s1*c2 + 2*s1*c3 + s1*c4 - 1.7172;
        3*s2 + 2*s3 + s4 - 3.9701""",
    ),
    fixed(
        "kinematics kin1, angles", "Hong and Stahl 1995; the Coprin benchmarks", 16, "VMK", "a b c d e f", 0, 6.283185307179586,
        """-0.4077 + cos(b)*cos(f) + cos(c)*cos(f) + cos(d)*cos(f) + cos(e)*sin(b)*sin(f) - cos(e)*sin(c)*sin(f)
        - cos(e)*sin(d)*sin(f); -1.9115 + cos(e)*sin(a) + cos(a)*sin(e)*(cos(b) + cos(c) + cos(d));
        -1.9791 + sin(e)*(sin(b) + sin(c) + sin(d)); -4.0616 + cos(a)*(3*cos(b) + 2*cos(c) + cos(d));
        -1.7172 + sin(a)*(3*cos(b) + 2*cos(c) + cos(d)); -3.9701 + 3*sin(b) + 2*sin(c) + sin(d)""",
    ),
    fixed(
        "puma", "Morgan 1987; hand of a PUMA robot", 16, "PHC", "s1 c1 s2 c2 s3 c3 s4 c4", -1, 1,
        rotations(["s1 c1", "s2 c2", "s3 c3", "s4 c4"])
        + """; 0.004731*s1*s2 - 0.3578*c1*s2 - 0.1238*s1 - 0.001637*c1 - 0.9338*c2 + s4 - 0.3571;
        0.2238*s1*s2 + 0.7623*c1*s2 + 0.2638*s1 - 0.07745*c1 - 0.6734*c2 - 0.6022; c3*c4 + 0.3578*s1 + 0.004731*c1;
        -0.7623*s1 + 0.2238*c1 + 0.3461""",
    ),
    fixed(
        "Bellido", "Bellido 1992, robot kinematics", 8, "PHC (kinema), NTA", "a b c d e f g h k", -1e8, 1e8,
        """(a - 6)^2 + b^2 + c^2 - 104; d^2 + (e - 6)^2 + f^2 - 104; g^2 + (h - 12)^2 + (k - 6)^2 - 80;
        a*(d - 6) + (b - 6)*e + c*f - 52; a*(g - 6) + (b - 12)*h + (c - 6)*k + 64; d*g + (e - 12)*h + (f - 6)*k - 6*e + 32;
        2*b + 2*c - d - e - 2*f - g - k + 18; a + b + 2*c + 2*d + 2*f - 2*g + h - k - 38; a + c - 2*d + e - f + 2*g - 2*h + 8""",
    ),
    fixed("Solotarev", "PoSSo", 2, "PHC, beside two double ones", "x y a b", -10, 10, "3*x^2 - 2*x - a; x^3 - x^2 - x*a + a - 2*b - 2; 3*y^2 - 2*y - a; y^3 - y^2 - y*a - a + 2"),
    fixed(
        "Trinks", "Boege, Gebauer and Kredel 1986", 2, "PHC", "p s t v w z", -100, 100,
        """45*p + 35*s - 165*t - 36; 35*p + 40*z + 25*w - 27*s; 15*v + 25*p*s + 30*z - 18*w - 165*t^2; -9*v + 15*p*w + 20*z*s;
        v*p + 2*w*z - 11*t^3; 99*v - 11*s*t + 3*t^2""",
    ),
    fixed("Lorentz, 4 unknowns", "Lorenz 1963; Li 1997", 3, "PHC", "x y z t", -10, 10, "x*y - x*z - t + 1; y*z - y*t - x + 1; -x*z + z*t - y + 1; x*t - y*t - z + 1"),
    fixed("reaction and diffusion", "PHC; 3 compartments", None, "1 beside 0 in PHC", "x y z", -100, 100, "-2*x + y + 0.835634534*x*(1 - x); x - 2*y + z + 0.835634534*y*(1 - y); y - 2*z + 0.835634534*z*(1 - z)"),
    fixed("quadrature with 2 knots", "Traverso; PoSSo", 2, "the Gauss-Legendre rule and its mirror image", "w v x y", -10, 10, "w + v - 1; w*x + v*y; w*x^2 + v*y^2 - 2/3; w*x^3 + v*y^3"),
    fixed(
        "Butcher, 7 unknowns", "Butcher 1984; PoSSo", None, "PHC has 3 isolated ones beside surfaces", "x y z t u v w", -5, 5,
        """z*u + y*v + t*w - w^2 - w/2 - 1/2; z*u^2 + y*v^2 - t*w^2 + w^3 + w^2 - t/3 + 4*w/3;
        x*z*v - t*w^2 + w^3 - t*w/2 + w^2 - t/6 + 2*w/3; z*u^3 + y*v^3 + t*w^3 - w^4 - 3*w^3/2 + t*w - 5*w^2/2 - w/4 - 1/4;
        x*z*u*v + t*w^3 - w^4 + t*w^2/2 - 3*w^3/2 + t*w/2 - 7*w^2/4 - 3*w/8 - 1/8;
        x*z*v^2 + t*w^3 - w^4 + t*w^2 - 3*w^3/2 + 2*t*w/3 - 7*w^2/6 - w/12 - 1/12;
        -t*w^3 + w^4 - t*w^2 + 3*w^3/2 - t*w/3 + 13*w^2/12 + 7*w/24 + 1/24""",
    ),
    fixed(
        "camera displacement", "Emiris 1994; Faugeras and Maybank 1990", 16, "PHC", "d1 d2 d3 q1 q2 q3", -200, 200,
        """1 - d1*q1 - d2*q2 - d3*q3;
        -3.6*d1*q1 + 4.1*(d1*q2 + d2*q1) + 2*(d1*q3 + d3*q1) + 0.1*(d1 + q1) + 1.8*d2*q2 + 3.7*(d2*q3 + d3*q2) - 0.2*(d2 + q2)
        - 4*d3*q3 + 0.3*(d3 + q3) + 5.8;
        0.3464*d1*q1 + 0.1732*(d1*q2 + d2*q1) - 5.999648*(d1*q3 + d3*q1) - 0.1732*(d1 + q1) - 5.999648*d2*q2
        - 0.1732*(d2*q3 + d3*q2) + 0.3464*(d2 + q2) - 0.3464*d3*q3 - 0.1732*(d3 + q3) + 5.999648;
        -5701.3*d1*q1 - 2.9*(d1*q2 + d2*q1) + 3796.7*(d1*q3 + d3*q1) - 1902.7*(d1 + q1) - 5698.7*d2*q2 + 1897.3*(d2*q3 + d3*q2)
        + 3803.3*(d2 + q2) + 5703.1*d3*q3 + 0.7*(d3 + q3) + 5696.9;
        -6.8*d1*q1 - 3.2*(d1*q2 + d2*q1) + 1.3*(d1*q3 + d3*q1) + 5.1*(d1 + q1) - 4.8*d2*q2 - 0.7*(d2*q3 + d3*q2) - 7.1*(d2 + q2)
        + 9*d3*q3 - (d3 + q3) + 2.6;
        -2.140796*d1*q1 - 3.998792*(d1*q2 + d2*q1) + 3.715992*(d1*q3 + d3*q1) - 0.2828*(d1 + q1) - 1.575196*d2*q2
        - 3.998792*(d2*q3 + d3*q2) - 2.140796*d3*q3 + 0.2828*(d3 + q3) + 5.856788""",
    ),
    fixed(
        "Virasoro", "Schrans and Troost 1990; construction of Virasoro algebras", 224, "PHC, NTA", " ".join(names(8)), -1, 1,
        """8*x1^2 + 8*x1*x2 + 8*x1*x3 + 2*x1*x4 + 2*x1*x5 + 2*x1*x6 + 2*x1*x7 - 8*x2*x3 - 2*x4*x7 - 2*x5*x6 - x1;
        8*x1*x2 - 8*x1*x3 + 8*x2^2 + 8*x2*x3 + 2*x2*x4 + 2*x2*x5 + 2*x2*x6 + 2*x2*x7 - 2*x4*x6 - 2*x5*x7 - x2;
        -8*x1*x2 + 8*x1*x3 + 8*x2*x3 + 8*x3^2 + 2*x3*x4 + 2*x3*x5 + 2*x3*x6 + 2*x3*x7 - 2*x4*x5 - 2*x6*x7 - x3;
        2*x1*x4 - 2*x1*x7 + 2*x2*x4 - 2*x2*x6 + 2*x3*x4 - 2*x3*x5 + 8*x4^2 + 8*x4*x5 + 2*x4*x6 + 2*x4*x7 + 6*x4*x8 - 6*x5*x8 - x4;
        2*x1*x5 - 2*x1*x6 + 2*x2*x5 - 2*x2*x7 - 2*x3*x4 + 2*x3*x5 + 8*x4*x5 - 6*x4*x8 + 8*x5^2 + 2*x5*x6 + 2*x5*x7 + 6*x5*x8 - x5;
        -2*x1*x5 + 2*x1*x6 - 2*x2*x4 + 2*x2*x6 + 2*x3*x6 - 2*x3*x7 + 2*x4*x6 + 2*x5*x6 + 8*x6^2 + 8*x6*x7 + 6*x6*x8 - 6*x7*x8 - x6;
        -2*x1*x4 + 2*x1*x7 - 2*x2*x5 + 2*x2*x7 - 2*x3*x6 + 2*x3*x7 + 2*x4*x7 + 2*x5*x7 + 8*x6*x7 - 6*x6*x8 + 8*x7^2 + 6*x7*x8 - x7;
        -6*x4*x5 + 6*x4*x8 + 6*x5*x8 - 6*x6*x7 + 6*x6*x8 + 6*x7*x8 + 8*x8^2 - x8""",
    ),
    fixed(
        "Kuerten chain, 10 unknowns", "Ku; products of neighbours", 2, "PHC", " ".join(names(10)), -100, 100,
        """5*x1*x2 + 5*x1 + 3*x2 + 55; 7*x2*x3 + 9*x2 + 9*x3 + 19; 3*x3*x4 + 6*x3 + 5*x4 - 4; 6*x4*x5 + 6*x4 + 7*x5 + 118;
        x5*x6 + 3*x5 + 9*x6 + 27; 6*x6*x7 + 7*x6 + x7 + 72; 9*x7*x8 + 7*x7 + x8 + 35; 4*x8*x9 + 4*x8 + 6*x9 + 16;
        8*x9*x10 + 4*x9 + 3*x10 - 51; 3*x1*x10 - 6*x1 + x10 + 5""",
    ),
    fixed(
        "four-bar loop", "Freudenstein 1955: bars 4, 2, 4, 3, crank at 1 rad", 2, "two circles meet twice", "a b", -3.2, 3.2,
        "2*cos(1) + 4*cos(a) - 3*cos(b) - 4; 2*sin(1) + 4*sin(a) - 3*sin(b)",
    ),
    fixed(
        "Stewart platform, planar", "Gosselin and Merlet 1994: 3-RPR", None, "at most 6; multi-start below", "x y t", -10, 10,
        """x^2 + y^2 - 14.98; (x + 17.04*cos(t) - 15.91)^2 + (y + 17.04*sin(t))^2 - 15.38;
        (x + 20.84*cos(t + 0.8822) - 0)^2 + (y + 20.84*sin(t + 0.8822) - 10)^2 - 12^2""",
    ),
]


def problems() -> list[Problem]:
    """All of them, families first."""
    return [
        *(katsura(n, roots, "PHC" if roots else "multi-start below") for n, roots in [(3, None), (4, None), (5, None), (6, 32), (7, 44), (8, 84)]),
        *(cyclic(n, roots) for n, roots in [(5, 10), (6, 24), (7, 56)]),
        *(economics(n, roots, "PHC") for n, roots in [(5, 4), (6, 4), (7, 8), (8, 8)]),
        *(economics(n, roots, "NTA") for n, roots in [(9, 16), (10, 16), (11, None)]),
        *(reduced_economics(n, roots, "PHC") for n, roots in [(5, 4), (6, 4), (7, 8), (8, 8)]),
        *(noon(n, roots, "PHC" if roots else "multi-start below") for n, roots in [(3, 7), (4, 15), (5, 11), (6, None)]),
        *(reimer(n, roots, "PHC" if roots else "multi-start below") for n, roots in [(3, None), (4, None), (5, 24)]),
        *(brown(n) for n in [5, 6, 7, 8, 9, 10]),
        wood(4), wood(8), freudenstein(2), freudenstein(10), trigexp1(10), trigexp1(20),
        broyden_tridiagonal(10), broyden_tridiagonal(20), broyden_banded(10), integral(6), integral(10), boundary(10), boundary(20),
        yamamura(5), yamamura(8), wright(5), wright(6), chandrasekhar(4), chandrasekhar(5), chandrasekhar(6),
        interval_benchmark(1), interval_benchmark(4), interval_benchmark(5), quadratic_pencil(), heart_dipole(), transistor(),
        *FIXED,
    ]
