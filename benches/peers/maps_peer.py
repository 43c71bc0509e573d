"""Times derivatives of functions of matrices by JAX and PyTorch: maps_peer.py REQUEST, one JSON line a peer.

A request names the problem, the folder with the data, what is wanted (value, gradient, product with the Hessian) and how long
to measure. Both differentiate; neither is told a formula.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import torch

jax.config.update("jax_enable_x64", True)


def spectral(xp: object, f: Callable) -> Callable:
    """A function of a symmetric matrix by its eigenvalues."""

    def value(P: object) -> object:
        values, vectors = xp.linalg.eigh(P)
        return (vectors * f(values)) @ vectors.T

    return value


def singular(xp: object, f: Callable) -> Callable:
    """A function of singular values."""

    def value(X: object) -> object:
        u, s, vt = xp.linalg.svd(X, full_matrices=False)
        return (u * f(s)) @ vt

    return value


def functions(xp: object) -> dict[str, Callable]:
    expm = torch.linalg.matrix_exp if xp is torch else jax.scipy.linalg.expm
    clip = (lambda s: torch.clamp(s, 0, 1)) if xp is torch else (lambda s: jnp.clip(s, 0, 1))
    ones = xp.ones_like
    return {
        "expm": lambda A, x, y: x @ (expm(A) @ y),
        "msign": lambda X, Y: ((singular(xp, ones)(X) - Y) ** 2).sum(),
        "logm": lambda P, B: (spectral(xp, xp.log)(P) * B.T).sum(),
        "sqrtm": lambda P, B: ((spectral(xp, xp.sqrt)(P) - B) ** 2).sum(),
        "mclip": lambda X, B: (singular(xp, clip)(X) * B).sum(),
        "invroot": lambda P, B: (spectral(xp, lambda s: s**-0.25)(P) * B.T).sum(),
        "normnuc": lambda X, W: xp.linalg.svd(X @ W, full_matrices=False)[1].sum(),
    }


def jax_call(f: Callable, values: list[np.ndarray], along: np.ndarray, what: str) -> Callable:
    first, *rest = (jax.device_put(value) for value in values)
    direction = jax.device_put(along)
    gradient = jax.grad(f)
    if what == "value":
        compiled = jax.jit(f)
        return lambda: compiled(first, *rest).block_until_ready()
    if what == "gradient":
        compiled = jax.jit(gradient)
        return lambda: compiled(first, *rest).block_until_ready()
    compiled = jax.jit(lambda X, V, *rest: jax.jvp(lambda X: gradient(X, *rest), (X,), (V,))[1])
    return lambda: compiled(first, direction, *rest).block_until_ready()


def torch_call(f: Callable, values: list[np.ndarray], along: np.ndarray, what: str) -> Callable:
    first, *rest = (torch.from_numpy(value) for value in values)
    direction = torch.from_numpy(along)
    if what == "value":
        return lambda: f(first, *rest)

    def gradient() -> torch.Tensor:
        X = first.clone().requires_grad_(True)
        return torch.autograd.grad(f(X, *rest), X)[0]

    def product() -> torch.Tensor:
        X = first.clone().requires_grad_(True)
        (g,) = torch.autograd.grad(f(X, *rest), X, create_graph=True)
        return torch.autograd.grad((g * direction).sum(), X)[0]

    return gradient if what == "gradient" else product


def main() -> None:
    request = json.loads(sys.argv[1])
    torch.set_num_threads(request["threads"])
    folder = Path(request["folder"])
    values = [np.load(folder / f"{name}.npy") for name in request["inputs"]]
    along = np.load(folder / "along.npy")
    for name, module, call in (("JAX", jnp, jax_call), ("PyTorch", torch, torch_call)):
        try:
            run = call(functions(module)[request["problem"]], values, along, request["what"])
            result = run()
            seconds, began = float("inf"), time.perf_counter()
            while True:
                start = time.perf_counter()
                result = run()
                seconds = min(seconds, time.perf_counter() - start)
                if time.perf_counter() - began > request["seconds"]:
                    break
        except Exception as error:  # what a peer cannot do is a row without a time
            print(json.dumps({"name": name, "refused": str(error)[:100]}), flush=True)
            continue
        np.save(folder / f"{name}.npy", np.asarray(result))
        print(json.dumps({"name": name, "seconds": seconds}), flush=True)


main()
