"""The array libraries that emitted modules run on."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import runtime

Inputs = dict[str, np.ndarray | float]


class Mismatch(Exception):
    """A statement about a module that does not hold."""


class Library:
    """NumPy; the others differ in how arrays come in and go out."""

    name = "numpy"
    # Random inputs for each row.
    draws = 3
    # Operations whose samples are compared with the executor where time is short; all without them.
    sampled: tuple[str, ...] = ()
    # Operations whose samples are compared with automatic differentiation, at equal singular values too.
    differentiated: tuple[str, ...] = ()
    # Whether a module is Python, with keywords and exceptions of its own.
    python = True

    def prepare(self, folder: Path, rows: list[dict]) -> None:
        """Whatever must be done once for all rows."""
        runtime.python(self.name)

    def path(self, folder: Path, row: dict) -> Path:
        return folder / self.name / f"{row['id']}.py"

    def load(self, path: Path, row: dict) -> ModuleType:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def run(self, module: ModuleType, inputs: Inputs, shapes: tuple) -> tuple[np.ndarray | float, np.ndarray | float]:
        """Value and derivative; `shapes` are those that are expected."""
        results = module.value(**inputs), module.derivative(**inputs)
        for what, result in zip(("value", "derivative"), results):
            if np.ndim(result) == 0 and not isinstance(result, float):
                raise Mismatch(f"{what}: a scalar is a {type(result).__name__}, not a float")
        return results


class Torch(Library):
    name = "torch"
    draws = 1
    differentiated = ("mclip(", "lowrank(")

    def __init__(self) -> None:
        import torch

        self.torch = torch
        torch.set_num_threads(1)

    def tensors(self, inputs: Inputs, dtype: str, leaf: bool = False) -> dict:
        return {
            name: self.torch.tensor(value, dtype=getattr(self.torch, dtype), requires_grad=leaf) for name, value in inputs.items()
        }

    def run(self, module: ModuleType, inputs: Inputs, shapes: tuple) -> tuple[np.ndarray, np.ndarray]:
        for function in (module.value, module.derivative):
            dtype = function(**self.tensors(inputs, "float32")).dtype
            if dtype != self.torch.float32:
                raise Mismatch(f"{function.__name__}: {dtype} from inputs of float32")
            result = function(**self.tensors(inputs, "float64", leaf=True))
            if result.requires_grad:
                result.sum().backward()
        given = self.tensors(inputs, "float64")
        return module.value(**given).numpy(), module.derivative(**given).numpy()

    def jacobian(self, module: ModuleType, inputs: Inputs, by: str) -> np.ndarray:
        given = self.tensors(inputs, "float64")
        value = lambda x: module.value(**{**given, by: x})
        return self.torch.autograd.functional.jacobian(value, given[by]).numpy()

    def gradient(self, module: ModuleType, inputs: Inputs, by: str) -> np.ndarray:
        given = self.tensors(inputs, "float64", leaf=True)
        value = module.value(**given)
        return self.torch.autograd.grad(value, given[by], materialize_grads=True)[0].numpy()


class Jax(Library):
    name = "jax"
    draws = 1
    # Compiling all of them takes minutes.
    sampled = ("[a", "svdvals(A)", "sqrtm(A)", "logm(A)", "invroot(A", "mclip(A, a", "lowrank(A")

    def __init__(self) -> None:
        import jax

        jax.config.update("jax_enable_x64", True)
        jax.config.update("jax_platforms", "cpu")
        self.jax = jax

    def run(self, module: ModuleType, inputs: Inputs, shapes: tuple) -> tuple[np.ndarray, np.ndarray]:
        for function in (module.value, module.derivative):
            narrow = {name: np.asarray(value, dtype=np.float32) for name, value in inputs.items()}
            dtype = self.jax.eval_shape(function, **narrow).dtype
            if dtype != np.float32:
                raise Mismatch(f"{function.__name__}: {dtype} from inputs of float32")
        both = self.jax.jit(lambda given: (module.value(**given), module.derivative(**given)))
        value, derivative = both(inputs)
        return np.asarray(value), np.asarray(derivative)

    def gradient(self, module: ModuleType, inputs: Inputs, by: str) -> np.ndarray:
        others = {name: value for name, value in inputs.items() if name != by}
        value = lambda x: module.value(**others, **{by: x})
        return np.asarray(self.jax.jit(self.jax.grad(value))(inputs[by]))
