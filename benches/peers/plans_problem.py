"""The problems of plans.py: the text for Beltrami, the formula by hand in NumPy, and the function that JAX and PyTorch differentiate."""

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

JAX, TORCH = (importlib.util.find_spec(name) is not None for name in ("jax", "torch"))
if JAX:
    import jax
    import jax.numpy as jnp
if TORCH:
    import torch

random = np.random.default_rng(0)
normal = random.standard_normal


@dataclass
class Problem:
    """One row: a function with inputs, and what is wanted of it."""

    name: str
    # What larger and smaller ones have in common, by the name that plans_tensorgrad.py has for it.
    family: str
    # "gradient", "Hessian", "Jacobian" or "Newton step", which is the value itself.
    what: str
    expression: str
    declarations: str
    sizes: dict[str, int]
    values: dict[str, np.ndarray]
    by: str
    # The dense result by NumPy.
    hand: Callable[..., np.ndarray]
    # From `jax.numpy` or `torch` to the function of the inputs, in their order.
    function: Callable
    # Operations of the function, up to a factor.
    cost: float
    # The result by JAX, written by hand.
    formula: Callable | None = None
    single: bool = False
    # The parts that make up the result by NumPy; Beltrami computes them too, the peers that differentiate know no parts.
    parts: Callable | None = None

    @property
    def work(self) -> float:
        """Operations of the derivative by differentiation of the function, up to a factor."""
        return self.cost * (self.values[self.by].size if self.what in ("Hessian", "Jacobian") else 1)


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def logistic(m: int, n: int, single: bool = False, margin: float | None = None) -> Iterator[Problem]:
    X = normal((m, n))
    y = np.where(random.random(m) < 0.5, 1.0, -1.0)
    w = 0.5 * normal(n) / np.sqrt(n)
    if margin is not None:
        w *= margin / np.abs(X @ w).max()

    def hessian(X, y, w):
        s = sigmoid(X @ w)
        return X.T @ ((s * (1 - s))[:, None] * X)

    def gradient(X, y, w):
        return X.T @ (-y * sigmoid(-y * (X @ w)))

    def function(xp):
        if xp.__name__ == "torch":
            return lambda X, y, w: torch.nn.functional.softplus(-y * (X @ w)).sum()
        return lambda X, y, w: jnp.sum(jnp.logaddexp(0.0, -y * (X @ w)))

    def formula(X, y, w):
        s = jax.nn.sigmoid(X @ w)
        return (X.T * (s * (1 - s))) @ X

    own = {
        "name": f"logistic regression {m}×{n}" + (f", margins to {margin:g}" if margin else ""),
        "family": "logistic regression",
        "expression": "sum(softplus(-y.*(X*w)))",
        "declarations": "X: matrix(m,n), y: vector(m) +-1, w: vector(n)",
        "sizes": {"m": m, "n": n},
        "values": {"X": X, "y": y, "w": w},
        "by": "w",
        "function": function,
        "cost": m * n,
        "single": single,
    }
    yield Problem(what="Hessian", hand=hessian, formula=formula, **own)
    yield Problem(what="gradient", hand=gradient, **own)


def quadratic(n: int, single: bool = False) -> Iterator[Problem]:
    own = {
        "name": f"x'Ax {n}",
        "family": "x'Ax",
        "expression": "x'*A*x",
        "declarations": "A: matrix(n,n), x: vector(n)",
        "sizes": {"n": n},
        "values": {"A": normal((n, n)), "x": normal(n)},
        "by": "x",
        "function": lambda xp: lambda A, x: x @ (A @ x),
        "cost": n * n,
        "single": single,
    }
    yield Problem(what="Hessian", hand=lambda A, x: A + A.T, formula=lambda A, x: A + A.T, **own)
    yield Problem(what="gradient", hand=lambda A, x: A @ x + A.T @ x, **own)


def log_sum_exp(n: int, single: bool = False) -> Iterator[Problem]:
    def hand(x):
        e = np.exp(x - x.max())
        p = e / e.sum()
        H = -p[:, None] * p
        H[np.arange(n), np.arange(n)] += p
        return H

    def function(xp):
        return (lambda x: torch.logsumexp(x, 0)) if xp.__name__ == "torch" else jax.nn.logsumexp

    yield Problem(
        name=f"logsumexp {n}",
        family="logsumexp",
        what="Hessian",
        expression="logsumexp(x)",
        declarations="x: vector(n)",
        sizes={"n": n},
        values={"x": normal(n)},
        by="x",
        hand=hand,
        function=function,
        cost=n,
        single=single,
    )


def factorisation(n: int, k: int, masked: bool = False) -> Iterator[Problem]:
    values = {"T": normal((n, n)), "U": normal((n, k)), "V": normal((n, k))}
    if masked:
        values["W"] = (random.random((n, n)) < 0.5).astype(float)

    def parts(T, U, V, W=None):
        if W is None:
            return 2 * V.T @ V
        return (2 * (W @ (V[:, :, None] * V[:, None, :]).reshape(n, k * k))).reshape(n, k, k)

    def hand(**values):
        H = np.zeros((n, k, n, k))
        i = np.arange(n)
        H[i, :, i, :] = parts(**values)
        return H

    def loss(T, U, V, W=None):
        squares = (T - U @ V.T) ** 2
        return (squares if W is None else W * squares).sum()

    name = f"factorisation {n}² k={k}" + (", masked" if masked else "")
    own = {
        "family": "masked factorisation" if masked else "factorisation",
        "what": "Hessian",
        "expression": f"sum({'W.*' if masked else ''}(T - U*V').^2)",
        "declarations": f"T: matrix(n,n), {'W: matrix(n,n), ' if masked else ''}U: matrix(n,k), V: matrix(n,k)",
        "sizes": {"n": n, "k": k},
        "values": values,
        "by": "U",
        "hand": hand,
        "function": lambda xp: loss,
        "cost": n * n * k,
    }
    yield Problem(name=name, **own)
    yield Problem(name=f"{name}, compressed", parts=parts, **own)


def exponential(n: int, single: bool = False) -> Iterator[Problem]:
    yield Problem(
        name=f"A·exp(x) {n}",
        family="A·exp(x)",
        what="Jacobian",
        expression="A*exp(x)",
        declarations="A: matrix(n,n), x: vector(n)",
        sizes={"n": n},
        values={"A": normal((n, n)), "x": normal(n)},
        by="x",
        hand=lambda A, x: A * np.exp(x),
        function=lambda xp: lambda A, x: A @ xp.exp(x),
        cost=n * n,
        formula=lambda A, x: A * jnp.exp(x),
        single=single,
    )


def marginal_likelihood(n: int) -> Iterator[Problem]:
    A = normal((n, n))

    def hand(S, y, c):
        L = np.linalg.inv(S + c * np.eye(n))
        z = L @ y
        return np.trace(L) - z @ z

    def function(xp):
        def likelihood(S, y, c):
            K = S + c * xp.eye(n, dtype=S.dtype)
            return y @ xp.linalg.solve(K, y) + xp.linalg.slogdet(K)[1]

        return likelihood

    yield Problem(
        name=f"marginal likelihood {n}",
        family="marginal likelihood",
        what="gradient",
        expression="y'*inv(S + c*eye(n))*y + logdet(S + c*eye(n))",
        declarations="S: spd(n), y: vector(n), c: scalar > 0",
        sizes={"n": n},
        values={"S": A @ A.T / n, "y": normal(n), "c": np.array(0.5)},
        by="c",
        hand=hand,
        function=function,
        cost=n**3,
    )


def network(n: int, batch: int) -> Iterator[Problem]:
    """Ten layers, relu between them, softmax cross entropy; the Hessian by the first weights (Laue et al. 2018)."""
    layers = [f"W{k}" for k in range(1, 11)]
    activation = "X*W1'"
    for name in layers[1:]:
        activation = f"relu({activation})*{name}'"
    matrices = ", ".join(f"{name}: matrix(n,n)" for name in layers)
    values = {"X": normal((batch, n)), "Y": np.eye(n)[random.integers(0, n, batch)]}
    values |= {name: normal((n, n)) * np.sqrt(2 / n) for name in layers}

    def hand(X, Y, **W):
        A, masks = X @ W["W1"].T, []
        for name in layers[1:]:
            masks.append(A > 0)
            A = np.maximum(A, 0) @ W[name].T
        P = np.exp(A - A.max(1, keepdims=True))
        P /= P.sum(1, keepdims=True)
        J = np.broadcast_to(W["W10"], (batch, n, n))
        for name, mask in zip(reversed(layers[1:-1]), reversed(masks[1:])):
            J = (J * mask[:, None, :]) @ W[name]
        J = J * masks[0][:, None, :]
        PJ = P[:, :, None] * J
        v = PJ.sum(1)
        G = J.transpose(0, 2, 1) @ PJ - v[:, :, None] * v[:, None, :]
        XX = (X[:, :, None] * X[:, None, :]).reshape(batch, n * n)
        H = (G.reshape(batch, n * n).T @ XX).reshape(n, n, n, n)
        return np.ascontiguousarray(H.transpose(0, 2, 1, 3))

    def function(xp):
        in_torch = xp.__name__ == "torch"
        relu = torch.relu if in_torch else jax.nn.relu

        def loss(X, Y, *W):
            A = X @ W[0].T
            for Wi in W[1:]:
                A = relu(A) @ Wi.T
            normaliser = torch.logsumexp(A, 1) if in_torch else jax.nn.logsumexp(A, axis=1)
            return normaliser.sum() - (Y * A).sum()

        return loss

    yield Problem(
        name=f"ten relu layers n={n}, batch {batch}",
        family="ten relu layers",
        what="Hessian",
        expression=f"sum(log(sum(exp({activation}), 2))) - sum(Y.*({activation}))",
        declarations=f"X: matrix(b,n), Y: matrix(b,n), {matrices}",
        sizes={"n": n, "b": batch},
        values=values,
        by="W1",
        hand=hand,
        function=function,
        cost=10 * batch * n * n,
    )


def generalised_linear_step(m: int, n: int) -> Iterator[Problem]:
    """A damped Newton direction of Poisson regression, gradient and Hessian with shared parts."""
    values = {"X": normal((m, n)), "w": 0.3 * normal(n) / np.sqrt(n), "y": random.poisson(1.0, m).astype(float), "c": np.array(1.0)}

    def hand(X, w, y, c):
        mu = np.exp(X @ w)
        return np.linalg.solve((X.T * mu) @ X + c * np.eye(n), X.T @ (mu - y) + c * w)

    def formula(X, w, y, c):
        mu = jnp.exp(X @ w)
        return jax.scipy.linalg.solve((X.T * mu) @ X + c * jnp.eye(n), X.T @ (mu - y) + c * w, assume_a="pos")

    def function(xp):
        def step(X, w, y, c):
            mu = xp.exp(X @ w)
            return xp.linalg.solve((X.T * mu) @ X + c * xp.eye(n, dtype=X.dtype), X.T @ (mu - y) + c * w)

        return step

    yield Problem(
        name=f"Poisson regression {m}×{n}",
        family="Poisson regression",
        what="Newton step",
        expression="inv(X'*diag(exp(X*w))*X + c*eye(n))*(X'*(exp(X*w) - y) + c*w)",
        declarations="X: matrix(m,n), w: vector(n), y: vector(m), c: scalar > 0",
        sizes={"m": m, "n": n},
        values=values,
        by="w",
        hand=hand,
        function=function,
        cost=m * n * n,
        formula=formula,
    )


def rosenbrock(count: int) -> Iterator[Problem]:
    """The chained function; all unknowns but the last and all but the first are products with an identity and a column of zeros."""
    head, tail = "[eye(n), zeros(n,1)]*x", "[zeros(n,1), eye(n)]*x"

    def bands(x):
        diagonal = np.zeros(count)
        diagonal[:-1] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
        diagonal[1:] += 200
        return diagonal, -400 * x[:-1]

    def hessian(x):
        diagonal, beside = bands(x)
        H = np.zeros((count, count))
        i = np.arange(count)
        H[i, i] = diagonal
        H[i[:-1], i[1:]] = H[i[1:], i[:-1]] = beside
        return H

    def gradient(x):
        step = x[1:] - x[:-1] ** 2
        g = np.zeros(count)
        g[:-1] = -400 * step * x[:-1] - 2 * (1 - x[:-1])
        g[1:] += 200 * step
        return g

    own = {
        "family": "Rosenbrock",
        "expression": f"100*sum(({tail} - ({head}).^2).^2) + sum((1 - {head}).^2)",
        "declarations": "x: vector(n+1)",
        "sizes": {"n": count - 1, "m": count},
        "values": {"x": normal(count)},
        "by": "x",
        "function": lambda xp: lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum(),
        "cost": count,
    }
    name = f"Rosenbrock {count}"
    yield Problem(name=name, what="gradient", hand=gradient, **own)
    yield Problem(name=name, what="Hessian", hand=hessian, **own)
    yield Problem(name=f"{name}, compressed", what="Hessian", hand=hessian, parts=bands, **own)


def problems(quick: bool) -> Iterator[Problem]:
    """In the order of the table, smaller ones of a family before larger ones."""
    yield from logistic(2048, 256)
    yield from quadratic(1000)
    yield from log_sum_exp(1000)
    yield from factorisation(100, 5)
    yield from exponential(1000)
    yield from network(10, 100)
    yield from generalised_linear_step(2048, 256)
    yield from rosenbrock(1000)
    if quick:
        return
    yield from network(30, 100)
    yield from generalised_linear_step(10000, 100)
    yield from logistic(10000, 100)
    yield from logistic(10000, 300)
    yield from logistic(1000, 500)
    yield from logistic(2000, 1000)
    yield from logistic(10000, 1000)
    yield from quadratic(2000)
    yield from quadratic(4000)
    yield from log_sum_exp(2000)
    yield from factorisation(200, 5)
    yield from factorisation(200, 10)
    yield from factorisation(300, 5)
    yield from factorisation(100, 5, masked=True)
    yield from factorisation(100, 10)
    yield from factorisation(200, 10, masked=True)
    yield from exponential(2000)
    yield from marginal_likelihood(300)
    yield from logistic(2048, 256, single=True, margin=180)
    yield from logistic(10000, 100, single=True)
    yield from logistic(10000, 300, single=True)
    yield from quadratic(2000, single=True)
    yield from log_sum_exp(2000, single=True)
