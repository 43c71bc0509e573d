"""tensorgrad beside the peers of plans.py, in an environment of its own: one JSON request a line, one JSON answer a line.

A request names a problem, what is wanted, sizes and for each input a file of its entries, little-endian doubles row by row.
The expression is differentiated, simplified if the request says so, and compiled by the library to a function of PyTorch
tensors once for each problem; the answer has the seconds of that and of its calls, and the result goes to the file named.
"""

import json
import resource
import signal
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sympy as sp
import tensorgrad as tg
import tensorgrad.functions as F
import torch
from tensorgrad.compiler import compile_to_callable

# Seconds after which a derivation, or a compilation with the first call, is given up.
PATIENCE = 20
# Bytes that it may take beyond what it holds at the beginning.
MEMORY = 8 << 30
# One call says enough of what takes so many seconds.
SLOW = 2.0

m, n, k, b = sp.symbols("m n k b")
SYMBOLS = {"m": m, "n": n, "k": k, "b": b}


@dataclass
class Expression:
    """A tensor, the variable to differentiate by, all inputs, and the edges of the tensor in the order of the other peers."""

    tensor: tg.Tensor
    by: tg.Variable
    inputs: list[tg.Variable]
    edges: tuple[str, ...] = ()

    def derivative(self, order: int, simplified: bool) -> tuple[tg.Tensor, list[str]]:
        """The derivative and its edges, those of the tensor before those of the variable."""
        tensor, edges = self.tensor, list(self.edges)
        if simplified and order == 0:
            tensor = tensor.full_simplify()
        for k in range(order):
            new = {edge: edge + "_" * (k + 1) for edge in self.by.shape}
            tensor = tensor.grad(self.by, new)
            edges += new.values()
            if simplified:
                tensor = tensor.full_simplify()
        return tensor, edges


def logistic() -> Expression:
    X, y, w = tg.Variable("X", i=m, j=n), tg.Variable("y", i=m), tg.Variable("w", j=n)
    return Expression(F.sum(F.log(1 + F.exp(-F.prod(y, X @ w)))), w, [X, y, w])


def quadratic() -> Expression:
    A, x = tg.Variable("A", i=n, j=n), tg.Variable("x", i=n)
    return Expression(tg.Product([x, A, x.rename(i="j")]), x, [A, x])


def log_sum_exp() -> Expression:
    x = tg.Variable("x", i=n)
    return Expression(F.log(F.sum(F.exp(x))), x, [x])


def factorisation(masked: bool = False) -> Expression:
    T, U, V = tg.Variable("T", i=n, j=n), tg.Variable("U", i=n, k=k), tg.Variable("V", j=n, k=k)
    W = tg.Variable("W", i=n, j=n)
    R = T - U @ V
    return Expression(F.sum(F.prod(W, R, R) if masked else R * R), U, [T, U, V, *([W] if masked else [])])


def exponential() -> Expression:
    A, x = tg.Variable("A", i=n, j=n), tg.Variable("x", j=n)
    return Expression(A @ F.exp(x), x, [A, x], ("i",))


def marginal_likelihood() -> Expression:
    S, y, c = tg.Variable("S", i=n, j=n), tg.Variable("y", i=n), tg.Variable("c")
    K = S + tg.Product([c, tg.Delta(n, "i", "j")])
    fit = tg.Product([y, F.inverse(K), y.rename(i="j")])
    return Expression(fit + F.log(F.det(K)), c, [S, y, c])


def rosenbrock() -> Expression:
    """`n` is the number of terms, one less than that of the unknowns."""
    x = tg.Variable("x", i=m)
    head, tail = (x @ F.window(i=m, j=n, start=start) for start in (0, 1))
    chain = tail - F.prod(head, head)
    return Expression(100 * F.sum(F.prod(chain, chain)) + F.sum(F.prod(1 - head, 1 - head)), x, [x])


def network() -> Expression:
    X, Y = tg.Variable("X", b=b, a0=n), tg.Variable("Y", b=b, a10=n)
    weights = [tg.Variable(f"W{layer}", **{f"a{layer}": n, f"a{layer - 1}": n}) for layer in range(1, 11)]
    A = X @ weights[0]
    for W in weights[1:]:
        A = F.relu(A) @ W
    loss = F.sum(F.log(F.sum(F.exp(A), ["a10"]))) - F.sum(F.prod(Y, A))
    return Expression(loss, weights[0], [X, Y, *weights])


def poisson() -> Expression:
    """The Newton direction itself; nothing is differentiated."""
    X, w, y, c = tg.Variable("X", i=m, j=n), tg.Variable("w", j=n), tg.Variable("y", i=m), tg.Variable("c")
    mean = F.exp(X @ w)
    H = F.dot(F.prod(X, mean), X.rename(j="l"), "i") + tg.Product([c, tg.Delta(n, "j", "l")])
    slope = X @ (mean - y) + tg.Product([c, w])
    return Expression(F.inverse(H).rename(j="l", l="j") @ slope.rename(j="l"), w, [X, w, y, c], ("j",))


PROBLEMS: dict[str, Callable[[], Expression]] = {
    "logistic regression": logistic,
    "x'Ax": quadratic,
    "logsumexp": log_sum_exp,
    "factorisation": factorisation,
    "masked factorisation": lambda: factorisation(True),
    "A·exp(x)": exponential,
    "marginal likelihood": marginal_likelihood,
    "Rosenbrock": rosenbrock,
    "ten relu layers": network,
    "Poisson regression": poisson,
}


@dataclass
class Compiled:
    """A derivative as a function, with the seconds that it took to make it."""

    inputs: list[tg.Variable]
    edges: list[str]
    call: Callable
    deriving: float
    compiling: float


def compiled(request: dict) -> Compiled:
    expression = PROBLEMS[request["family"]]()
    start = time.perf_counter()
    derivative, edges = expression.derivative(request["order"], request["simplified"])
    deriving = time.perf_counter() - start
    start = time.perf_counter()
    call = compile_to_callable(derivative)
    return Compiled(expression.inputs, edges, call, deriving, time.perf_counter() - start)


def timed(own: Compiled, request: dict) -> dict:
    sizes = {SYMBOLS[name]: size for name, size in request["sizes"].items()}
    dtype = torch.float32 if request["single"] else torch.float64
    values = {}
    for variable in own.inputs:
        shape = [sizes[size] for size in variable.shape.values()]
        entries = np.fromfile(request["data"][variable.name]).reshape(shape)
        values[variable] = torch.from_numpy(entries).to(dtype).refine_names(*variable.shape)
    start = time.perf_counter()
    result = own.call(values, sizes)
    times = [time.perf_counter() - start]
    signal.alarm(0)
    first = times[0]
    began = time.perf_counter()
    while first < SLOW and (len(times) < 5 or time.perf_counter() - began < request["seconds"]):
        start = time.perf_counter()
        own.call(values, sizes)
        times.append(time.perf_counter() - start)
    if own.edges:
        result = result.align_to(*own.edges)
    result.rename(None).to(torch.float64).contiguous().numpy().tofile(request["out"])
    return {"deriving": own.deriving, "compiling": own.compiling, "first": first, "best": min(times)}


def late(*_: object) -> None:
    raise TimeoutError(f"more than {PATIENCE} s")


def main() -> None:
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, late)
    lines = Path("/proc/self/status").read_text().splitlines()
    held = next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmData"))
    resource.setrlimit(resource.RLIMIT_DATA, (held + MEMORY, held + MEMORY))
    # A derivative has symbols for sizes, and serves all of them.
    known: dict[tuple, Compiled | Exception] = {}
    for line in sys.stdin:
        request = json.loads(line)
        torch.set_num_threads(request["threads"])
        key = (request["family"], request["order"], request["simplified"])
        try:
            signal.alarm(PATIENCE)
            if key not in known:
                try:
                    known[key] = compiled(request)
                except Exception as error:  # Whatever the library raises is its answer.
                    known[key] = error
            own = known[key]
            if isinstance(own, Exception):
                raise own
            answer = timed(own, request)
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"[:300]}
        finally:
            signal.alarm(0)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
