"""norm2(A*x - y)^2 and its derivative.

derivative by x: 2*(A*x - y)'*A
Vectors and rows are tensors of one axis, scalars of none; all inputs are keywords.
Results have the dtype and device of the inputs, which must agree, and are differentiable by autograd.
Checked at 6 random points, largest relative difference 1.8e-16.
"""

import torch

__all__ = ["value", "derivative"]


def value(**inputs):
    """norm2(A*x - y)^2"""
    A, x, y = _read(inputs)
    return torch.linalg.norm(A @ x - y) ** 2


def derivative(**inputs):
    """2*(A*x - y)'*A"""
    A, x, y = _read(inputs)
    return 2 * ((A @ x - y) @ A)


def _read(inputs):
    """The inputs as arrays and their sizes, checked."""
    names = ("A", "x", "y")
    for name in inputs:
        if name not in names:
            raise TypeError(f"unexpected input {name}; the inputs are A, x, y")
    for name in names:
        if name not in inputs:
            raise TypeError(f"missing input {name}; the inputs are A, x, y")
    like = _like(inputs)
    A = _array("A", inputs["A"], 2, "matrix(m, n)", like)
    x = _array("x", inputs["x"], 1, "vector(n)", like)
    y = _array("y", inputs["y"], 1, "vector(m)", like)
    m = A.shape[0]
    n = A.shape[1]
    _expect("x", x, (n,), "vector(n)")
    _expect("y", y, (m,), "vector(m)")
    return (A, x, y)


def _expect(name, array, sizes, shape):
    if array.shape != sizes:
        raise ValueError(f"{name}: expected {shape}, here of shape {sizes}, got an array of shape {tuple(array.shape)}")


def _like(inputs):
    """The first tensor of floats among the inputs, or an empty one of float64."""
    floats = (value for value in inputs.values() if isinstance(value, torch.Tensor) and value.is_floating_point())
    return next(floats, torch.empty(0, dtype=torch.float64))


def _array(name, value, axes, shape, like):
    if isinstance(value, torch.Tensor) and value.is_floating_point():
        for what in ("dtype", "device"):
            own, other = getattr(value, what), getattr(like, what)
            if own != other:
                raise ValueError(f"{name}: expected the {what} {other} of the other inputs, got {own}")
    array = torch.as_tensor(value, dtype=like.dtype, device=like.device)
    if array.ndim != axes:
        raise ValueError(f"{name}: expected {shape}, got a tensor of shape {tuple(array.shape)}")
    return array
