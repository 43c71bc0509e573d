"""Optimisers of SciPy, JAX, optax and scikit-learn on the problems of solve.py; one JSON line for each."""

import json
import sys
import time
import warnings
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import optax
import scipy.linalg
import scipy.optimize
from sklearn.linear_model import LogisticRegression

jax.config.update("jax_enable_x64", True)
warnings.filterwarnings("ignore")

TOLERANCE = 1e-6
RIDGE = 1e-3


def report(name: str, solve: Callable, gradient: Callable, repeats: int) -> None:
    """The first call, which compiles where the peer compiles, and the fastest of the others."""
    seconds = []
    for _ in range(1 + repeats):
        begun = time.perf_counter()
        x, iterations = solve()
        seconds.append(time.perf_counter() - begun)
    slope = float(np.max(np.abs(gradient(np.asarray(x)))))
    print(json.dumps({"name": name, "first": seconds[0], "best": min(seconds), "gradient": slope, "iterations": int(iterations)}), flush=True)


def scipy_peers(f: Callable, x0: np.ndarray, repeats: int, dense: bool) -> None:
    names = ["L-BFGS-B", "trust-ncg"] + (["trust-exact"] if dense else [])
    for name in names:
        state = {}

        def solve() -> tuple:
            # A function of its own each time, so that the first call compiles as it does for a user.
            if "value" not in state:
                state["value"] = jax.jit(jax.value_and_grad(f))
                state["hessian"] = jax.jit(jax.hessian(f))
                state["product"] = jax.jit(lambda w, v: jax.jvp(jax.grad(f), (w,), (v,))[1])
            keywords = {}
            if name == "trust-exact":
                keywords["hess"] = lambda w: np.asarray(state["hessian"](w))
            if name == "trust-ncg":
                keywords["hessp"] = lambda w, v: np.asarray(state["product"](w, v))
            options = {"gtol": TOLERANCE, "maxiter": 20000}
            if name == "L-BFGS-B":
                options |= {"ftol": 0.0, "maxfun": 40000}

            def value(w: np.ndarray) -> tuple[float, np.ndarray]:
                v, g = state["value"](w)
                return float(v), np.asarray(g)

            found = scipy.optimize.minimize(value, x0, jac=True, method=name, options=options, **keywords)
            return found.x, found.nit

        report(f"scipy {name}, derivatives by JAX", solve, lambda x: jax.grad(f)(jnp.asarray(x)), repeats)


def optax_peer(f: Callable, x0: np.ndarray, repeats: int) -> None:
    optimiser = optax.lbfgs(memory_size=10)
    value_and_gradient = optax.value_and_grad_from_state(f)

    @jax.jit
    def run(x: jax.Array) -> tuple:
        def step(carry: tuple) -> tuple:
            x, state, k = carry
            value, gradient = value_and_gradient(x, state=state)
            updates, state = optimiser.update(gradient, state, x, value=value, grad=gradient, value_fn=f)
            return optax.apply_updates(x, updates), state, k + 1

        def unfinished(carry: tuple) -> jax.Array:
            _, state, k = carry
            slope = jnp.max(jnp.abs(optax.tree.get(state, "grad")))
            return (k == 0) | ((k < 20000) & (slope > TOLERANCE))

        x, _, k = jax.lax.while_loop(unfinished, step, (x, optimiser.init(x), 0))
        return x, k

    def solve() -> tuple:
        x, k = run(jnp.asarray(x0))
        return jax.block_until_ready(x), k

    report("optax.lbfgs, jit", solve, lambda x: jax.grad(f)(jnp.asarray(x)), repeats)


def jax_newton(f: Callable, x0: np.ndarray, repeats: int) -> None:
    @jax.jit
    def run(x: jax.Array) -> tuple:
        def unfinished(carry: tuple) -> jax.Array:
            return (jnp.max(jnp.abs(carry[2])) > TOLERANCE) & (carry[3] < 200)

        def step(carry: tuple) -> tuple:
            x, value, gradient, k = carry
            factor = jax.scipy.linalg.cho_factor(jax.hessian(f)(x))
            p = -jax.scipy.linalg.cho_solve(factor, gradient)
            slope = gradient @ p
            long = lambda t: (f(x + t * p) > value + 1e-4 * t * slope) & (t > 1e-10)
            t = jax.lax.while_loop(long, lambda t: t / 2, 1.0)
            value, gradient = jax.value_and_grad(f)(x + t * p)
            return x + t * p, value, gradient, k + 1

        value, gradient = jax.value_and_grad(f)(x)
        x, _, _, k = jax.lax.while_loop(unfinished, step, (x, value, gradient, 0))
        return x, k

    def solve() -> tuple:
        x, k = run(jnp.asarray(x0))
        return jax.block_until_ready(x), k

    report("JAX, damped Newton by hand, jit", solve, lambda x: jax.grad(f)(jnp.asarray(x)), repeats)


def logistic(file: str, repeats: int) -> None:
    data = np.load(file)
    features, labels = data["X"], data["y"]
    count, size = features.shape
    x, y = jnp.asarray(features), jnp.asarray(labels)
    f = lambda w: jnp.mean(jax.nn.softplus(-y * (x @ w))) + 0.5 * RIDGE * (w @ w)
    start = np.zeros(size)
    scipy_peers(f, start, repeats, True)
    optax_peer(f, start, repeats)
    jax_newton(f, start, repeats)
    for solver in ("lbfgs", "newton-cholesky"):

        def solve() -> tuple:
            model = LogisticRegression(C=1 / (count * RIDGE), fit_intercept=False, solver=solver, tol=TOLERANCE, max_iter=5000)
            model.fit(features, labels)
            return model.coef_.ravel(), model.n_iter_[0]

        report(f"scikit-learn {solver}", solve, lambda w: jax.grad(f)(jnp.asarray(w)), repeats)


def rosenbrock(size: int, repeats: int) -> None:
    start = np.where(np.arange(size) % 2 == 0, -1.2, 1.0)
    f = lambda x: jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    scipy_peers(f, start, repeats, False)
    optax_peer(f, start, repeats)


if __name__ == "__main__":
    if sys.argv[1] == "rosenbrock":
        rosenbrock(int(sys.argv[2]), int(sys.argv[3]))
    else:
        logistic(sys.argv[2], int(sys.argv[3]))
