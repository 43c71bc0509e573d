"""The peers of plans.py, in one process, with Beltrami beside them in another: a line of JSON for each row."""

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
HAS_TORCH = importlib.util.find_spec("torch") is not None
if HAS_TORCH:
    import torch

OURS, FOLDER, THREADS, SIZE, ONLY = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
QUICK = SIZE == "quick"
ROUNDS = 3
SLOW = 2.0
SECONDS = 0.1 if QUICK else 0.2
if HAS_TORCH:
    torch.set_num_threads(THREADS)

program = subprocess.Popen([OURS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def best(call: Callable[[], object]) -> float:
    times: list[float] = []
    began = time.perf_counter()
    while len(times) < 3 or time.perf_counter() - began < SECONDS and len(times) < 500:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def roof(numbers: float, flops: float, single: bool) -> float:
    """Seconds below which nothing of this size can stay: a copy of as many bytes, or a matrix product of as many flops."""
    dtype = np.float32 if single else np.float64
    source = np.ones(max(int(numbers / 2), 1), dtype)
    target = np.empty_like(source)
    square = np.ones((768, 768), dtype)
    product = np.empty_like(square)
    rate = 2 * 768**3 / best(lambda: np.matmul(square, square, out=product))
    return max(best(lambda: np.copyto(target, source)), flops / rate)


def row(
    problem: str,
    what: str,
    asked: dict,
    values: dict[str, np.ndarray],
    by: str,
    hand: Callable[..., np.ndarray],
    function: Callable,
    formula: Callable | None,
    single: bool = False,
    slow: bool = False,
    compressed: Callable[..., np.ndarray] | None = None,
) -> None:
    # Compressed, Beltrami and NumPy compute the parts that make up the derivative; the peers that differentiate know no parts.
    if ONLY not in f"{problem} {what}":
        return
    dtype = np.float32 if single else np.float64
    values = {name: value.astype(dtype) for name, value in values.items()}
    for name, value in values.items():
        value.astype(np.float64).tofile(FOLDER / f"{name}.bin")
    request = {
        "by": [by],
        "order": {"Hessian": 2, "Newton step": 0}.get(what, 1),
        "kron": what in ("Hessian", "Jacobian"),
        "value": False,
        "data": {name: str(FOLDER / f"{name}.bin") for name in values},
        "constant": [],
        "single": single,
        "threads": THREADS,
        "seconds": SECONDS,
        "out": str(FOLDER / "ours.bin"),
        "compressed": compressed is not None,
        **asked,
    }
    def alone(function: Callable, argnums: int) -> Callable:
        return function

    derive = {"gradient": jax.grad, "Hessian": jax.hessian, "Jacobian": jax.jacfwd, "Newton step": alone}[what]
    names = list(values)
    place = names.index(by)
    on_device = [jnp.asarray(value) for value in values.values()]
    own = jax.jit(derive(function(jnp), argnums=place))
    calls: dict[str, Callable[[], object]] = {"numpy": lambda: (compressed or hand)(**values)}
    if formula is not None:
        given = jax.jit(formula)
        calls["jax formula"] = lambda: jax.block_until_ready(given(*on_device))
    if not slow:
        calls["jax"] = lambda: jax.block_until_ready(own(*on_device))
    if HAS_TORCH and not slow:
        tensors = [torch.from_numpy(value) for value in values.values()]
        of = {
            "gradient": torch.func.grad,
            "Hessian": torch.func.hessian,
            "Jacobian": torch.func.jacrev,
            "Newton step": alone,
        }[what]
        differentiated = of(function(torch), argnums=place)
        calls["torch"] = lambda: differentiated(*tensors)
    expected = np.asarray(hand(**values), dtype=np.float64)
    first = {}
    for name, call in calls.items():
        start = time.perf_counter()
        call()
        first[name] = time.perf_counter() - start
    peers = dict.fromkeys(calls, float("inf"))
    ours: dict = {}
    for _ in range(ROUNDS):
        program.stdin.write(json.dumps(request) + "\n")
        program.stdin.flush()
        answer = json.loads(program.stdout.readline())
        ours = {**answer, "best": min(answer["best"], ours.get("best", float("inf")))}
        for name, call in calls.items():
            # One call says enough of what takes seconds.
            peers[name] = min(peers[name], first[name] if first[name] > SLOW else best(call))
    found = np.fromfile(FOLDER / "ours.bin")
    # Rows and columns of a Kronecker form stack columns.
    if what == "Hessian" and values[by].ndim == 2:
        m, n = values[by].shape
        found = found.reshape(n, m, n, m).transpose(1, 0, 3, 2)
    width = 4 if single else 8
    limit = roof(ours["bytes"] / width, ours["flops"], single) if "bytes" in ours else None
    difference = np.abs(found.ravel() - expected.ravel()).max() / np.abs(expected).max()
    print(
        json.dumps(
            {
                "problem": problem,
                "what": what,
                "precision": "f32" if single else "f64",
                "threads": THREADS,
                "ours": ours,
                "peers": peers,
                "first": first,
                "roof": limit,
                "difference": float(difference),
            }
        ),
        flush=True,
    )
    print(f"{problem} {what}: {ours['text']}\n{ours['plan']}", file=sys.stderr, flush=True)


random = np.random.default_rng(0)
normal = random.standard_normal


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def logistic(m: int, n: int, single: bool = False) -> None:
    asked = {
        "expression": "sum(softplus(-y.*(X*w)))",
        "declarations": "X: matrix(m,n), y: vector(m) +-1, w: vector(n)",
        "sizes": {"m": m, "n": n},
    }
    X = normal((m, n))
    y = np.where(random.random(m) < 0.5, 1.0, -1.0)
    values = {"X": X, "y": y, "w": 0.5 * normal(n) / np.sqrt(n)}

    def hessian(X, y, w):
        s = sigmoid(X @ w)
        return X.T @ ((s * (1 - s))[:, None] * X)

    def gradient(X, y, w):
        return X.T @ (-y * sigmoid(-y * (X @ w)))

    def function(xp):
        if xp is jnp:
            return lambda X, y, w: jnp.sum(jnp.logaddexp(0.0, -y * (X @ w)))
        return lambda X, y, w: torch.nn.functional.softplus(-y * (X @ w)).sum()

    def formula(X, y, w):
        s = jax.nn.sigmoid(X @ w)
        return (X.T * (s * (1 - s))) @ X

    name = f"logistic regression {m}×{n}"
    row(name, "Hessian", asked, values, "w", hessian, function, formula, single)
    row(name, "gradient", asked, values, "w", gradient, function, None, single)


def quadratic(n: int, single: bool = False) -> None:
    asked = {
        "expression": "x'*A*x",
        "declarations": "A: matrix(n,n), x: vector(n)",
        "sizes": {"n": n},
    }
    values = {"A": normal((n, n)), "x": normal(n)}

    def function(xp):
        return lambda A, x: x @ (A @ x)

    row(f"x'Ax {n}", "Hessian", asked, values, "x", lambda A, x: A + A.T, function, lambda A, x: A + A.T, single)
    row(f"x'Ax {n}", "gradient", asked, values, "x", lambda A, x: A @ x + A.T @ x, function, None, single)


def log_sum_exp(n: int, single: bool = False) -> None:
    asked = {"expression": "logsumexp(x)", "declarations": "x: vector(n)", "sizes": {"n": n}}

    def hand(x):
        e = np.exp(x - x.max())
        p = e / e.sum()
        H = -p[:, None] * p
        H[np.arange(n), np.arange(n)] += p
        return H

    def function(xp):
        if xp is jnp:
            return lambda x: jax.nn.logsumexp(x)
        return lambda x: torch.logsumexp(x, 0)

    row(f"logsumexp {n}", "Hessian", asked, {"x": normal(n)}, "x", hand, function, None, single)


def factorisation(n: int, k: int, masked: bool) -> None:
    mask = "W.*" if masked else ""
    asked = {
        "expression": f"sum({mask}(T - U*V').^2)",
        "declarations": "T: matrix(n,n), W: matrix(n,n), U: matrix(n,k), V: matrix(n,k)"
        if masked
        else "T: matrix(n,n), U: matrix(n,k), V: matrix(n,k)",
        "sizes": {"n": n, "k": k},
    }
    values = {"T": normal((n, n)), "U": normal((n, k)), "V": normal((n, k))}
    if masked:
        values["W"] = (random.random((n, n)) < 0.5).astype(float)

    def hand(T, U, V, W=None):
        H = np.zeros((n, k, n, k))
        i = np.arange(n)
        blocks = 2 * V.T @ V if W is None else (2 * (W @ (V[:, :, None] * V[:, None, :]).reshape(n, k * k))).reshape(n, k, k)
        H[i, :, i, :] = blocks
        return H

    def function(xp):
        return lambda T, U, V, W=1.0: (W * (T - U @ V.T) ** 2).sum()

    name = f"factorisation {n}² k={k}" + (", masked" if masked else "")
    row(name, "Hessian", asked, values, "U", hand, function, None)

    def parts(T, U, V, W=None):
        if W is None:
            return 2 * V.T @ V
        return (2 * (W @ (V[:, :, None] * V[:, None, :]).reshape(n, k * k))).reshape(n, k, k)

    row(f"{name}, compressed", "Hessian", asked, values, "U", hand, function, None, compressed=parts)


def exponential(n: int, single: bool = False) -> None:
    asked = {"expression": "A*exp(x)", "declarations": "A: matrix(n,n), x: vector(n)", "sizes": {"n": n}}
    values = {"A": normal((n, n)), "x": normal(n)}

    def function(xp):
        return lambda A, x: A @ xp.exp(x)

    row(f"A·exp(x) {n}", "Jacobian", asked, values, "x", lambda A, x: A * np.exp(x), function, lambda A, x: A * jnp.exp(x), single)


def marginal_likelihood(n: int) -> None:
    asked = {
        "expression": "y'*inv(S + c*eye(n))*y + logdet(S + c*eye(n))",
        "declarations": "S: spd(n), y: vector(n), c: scalar > 0",
        "sizes": {"n": n},
    }
    A = normal((n, n))
    values = {"S": A @ A.T / n, "y": normal(n), "c": np.array(0.5)}

    def hand(S, y, c):
        L = np.linalg.inv(S + c * np.eye(n))
        z = L @ y
        return np.trace(L) - z @ z

    def function(xp):
        return lambda S, y, c: y @ xp.linalg.solve(S + c * xp.eye(n, dtype=S.dtype), y) + xp.linalg.slogdet(S + c * xp.eye(n, dtype=S.dtype))[1]

    row(f"marginal likelihood {n}", "gradient", asked, values, "c", hand, function, None)


def network(n: int, batch: int) -> None:
    """Ten layers, relu between them, softmax cross entropy; the Hessian by the first weights (Laue et al. 2018)."""
    layers = [f"W{k}" for k in range(1, 11)]
    activation = "X*W1'"
    for name in layers[1:]:
        activation = f"relu({activation})*{name}'"
    matrices = ", ".join(f"{name}: matrix(n,n)" for name in layers)
    asked = {
        "expression": f"sum(log(sum(exp({activation}), 2))) - sum(Y.*({activation}))",
        "declarations": f"X: matrix(b,n), Y: matrix(b,n), {matrices}",
        "sizes": {"n": n, "b": batch},
    }
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
        relu = jax.nn.relu if xp is jnp else torch.relu

        def loss(X, Y, *W):
            A = X @ W[0].T
            for Wi in W[1:]:
                A = relu(A) @ Wi.T
            normaliser = jax.nn.logsumexp(A, axis=1) if xp is jnp else torch.logsumexp(A, 1)
            return normaliser.sum() - (Y * A).sum()

        return loss

    row(f"ten relu layers n={n}, batch {batch}", "Hessian", asked, values, "W1", hand, function, None)


def generalised_linear_step(m: int, n: int) -> None:
    """A damped Newton direction of Poisson regression, gradient and Hessian with shared parts."""
    asked = {
        "expression": "inv(X'*diag(exp(X*w))*X + c*eye(n))*(X'*(exp(X*w) - y) + c*w)",
        "declarations": "X: matrix(m,n), w: vector(n), y: vector(m), c: scalar > 0",
        "sizes": {"m": m, "n": n},
    }
    values = {"X": normal((m, n)), "w": 0.3 * normal(n) / np.sqrt(n), "y": random.poisson(1.0, m).astype(float), "c": np.array(1.0)}

    def hand(X, w, y, c):
        mu = np.exp(X @ w)
        return np.linalg.solve((X.T * mu) @ X + c * np.eye(n), X.T @ (mu - y) + c * w)

    def formula(X, w, y, c):
        mu = jnp.exp(X @ w)
        return jax.scipy.linalg.solve((X.T * mu) @ X + c * jnp.eye(n), X.T @ (mu - y) + c * w, assume_a="pos")

    def function(xp):
        if xp is jnp:
            return lambda X, w, y, c: formula(X, w, y, c)
        return lambda X, w, y, c: torch.linalg.solve((X.T * torch.exp(X @ w)) @ X + c * torch.eye(n, dtype=X.dtype), X.T @ (torch.exp(X @ w) - y) + c * w)

    row(f"Poisson regression {m}×{n}", "Newton step", asked, values, "w", hand, function, formula)


logistic(2048, 256)
quadratic(1000)
log_sum_exp(1000)
factorisation(100, 5, False)
exponential(1000)
network(10, 100)
generalised_linear_step(2048, 256)
if not QUICK:
    network(30, 100)
    generalised_linear_step(10000, 100)
    logistic(10000, 100)
    logistic(10000, 300)
    logistic(1000, 500)
    logistic(2000, 1000)
    logistic(10000, 1000)
    quadratic(2000)
    quadratic(4000)
    log_sum_exp(2000)
    factorisation(200, 5, False)
    factorisation(200, 10, False)
    factorisation(100, 5, True)
    factorisation(100, 10, False)
    factorisation(200, 10, True)
    exponential(2000)
    marginal_likelihood(300)
    logistic(10000, 100, True)
    logistic(10000, 300, True)
    quadratic(2000, True)
    log_sum_exp(2000, True)
