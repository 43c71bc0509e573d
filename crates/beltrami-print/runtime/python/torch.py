# Functions of modules on PyTorch; none writes in place.
import torch


# helper _like
def _like(inputs):
    """The first tensor of floats among the inputs, or an empty one of float64."""
    floats = (value for value in inputs.values() if isinstance(value, torch.Tensor) and value.is_floating_point())
    return next(floats, torch.empty(0, dtype=torch.float64))


# helper _array
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


# helper _commutation
def _commutation(m, n, dtype, device):
    """The matrix K with K @ vec(A) = vec(A.T) for A of shape (m, n), columns stacked."""
    rows = torch.arange(m * n, device=device)
    return torch.eye(m * n, dtype=dtype, device=device)[rows // n + m * (rows % n)]


# helper _unit
def _unit(i, n, dtype, device):
    """Column i of the identity, counted from 1."""
    if not 1 <= i <= n:
        raise ValueError(f"index {i} is out of range for size {n}")
    return torch.eye(n, dtype=dtype, device=device)[i - 1]


# helper _adjugate
def _adjugate(a):
    """The adjugate through singular values, also of a singular matrix."""
    u, s, vt = torch.linalg.svd(a)
    n = len(s)
    others = torch.stack([torch.prod(s[[j for j in range(n) if j != i]]) for i in range(n)])
    return torch.linalg.det(u) * torch.linalg.det(vt) * (vt.T * others) @ u.T


# helper _dexpm
def _dexpm(a, *directions):
    """The derivative of the exponential along directions."""
    return _along(torch.linalg.matrix_exp, a, *directions)


# helper _turned
def _turned(a):
    """[cos(a), -sin(a); sin(a), cos(a)]."""
    zero = torch.zeros_like(a)
    return torch.linalg.matrix_exp(torch.concatenate((torch.concatenate((zero, -a), 1), torch.concatenate((a, zero), 1)), 0))


# helper _cosm
def _cosm(a):
    """The cosine of a matrix."""
    return _turned(a)[: len(a), : len(a)]


# helper _dcosm
def _dcosm(a, *directions):
    """The derivative of the cosine along directions."""
    return _along(lambda x: _cosm(x), a, *directions)


# helper _sinm
def _sinm(a):
    """The sine of a matrix."""
    return _turned(a)[len(a) :, : len(a)]


# helper _dsinm
def _dsinm(a, *directions):
    """The derivative of the sine along directions."""
    return _along(lambda x: _sinm(x), a, *directions)


# helper _columns
def _columns(a):
    """The tensor with two axes; one axis is a column."""
    return torch.reshape(a, (*(tuple(a.shape) or (1,)), 1)[:2])


# helper _square_root
def _square_root(a):
    """The principal square root by scaled products of Denman and Beavers (Higham 2008, equation 6.29)."""
    eye = torch.eye(a.shape[0], dtype=a.dtype, device=a.device)
    root, m, far = a, a, True
    for _ in range(100):
        near = torch.linalg.norm(m - eye) < torch.finfo(a.dtype).eps ** 0.5
        far = far and torch.linalg.norm(m - eye) > 0.1
        if far:
            scale = torch.exp(-torch.linalg.slogdet(m)[1] / (2 * a.shape[0]))
            root, m = scale * root, scale**2 * m
        inverse = torch.linalg.solve(m, eye)
        root, m = root @ (eye + inverse) / 2, (eye + (m + inverse) / 2) / 2
        if near:
            return root
    raise ValueError("no real square root: an eigenvalue is on the negative half of the axis, or near it")


# helper _sqrtm
class _SquareRoot(torch.autograd.Function):
    """The principal square root, or its mixed derivative along directions, whose adjoint is the derivative at the transposes."""

    @staticmethod
    def forward(a, *directions):
        return _along(_square_root, a, *directions) if directions else _square_root(a)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx, grad):
        return tuple(_SquareRoot.along([x.T for x in ctx.saved_tensors], [grad] * len(ctx.saved_tensors)))

    @staticmethod
    def jvp(ctx, *steps):
        return sum(_SquareRoot.along(ctx.saved_tensors, steps))

    @staticmethod
    def along(inputs, steps):
        a, *directions = inputs
        yield _SquareRoot.apply(a, *directions, steps[0])
        for i, step in enumerate(steps[1:]):
            yield _SquareRoot.apply(a, *directions[:i], step, *directions[i + 1 :])

    @staticmethod
    def vmap(info, in_dims, *inputs):
        # The iteration ends when its matrix is near the identity, each at its own time.
        chosen = lambda i: [x if place is None else x.select(place, i) for x, place in zip(inputs, in_dims)]
        return torch.stack([_SquareRoot.apply(*chosen(i)) for i in range(info.batch_size)]), 0


def _sqrtm(a, *directions):
    """The principal square root, or its derivative along directions."""
    return _SquareRoot.apply(a, *directions)


# helper _dsqrtm
def _dsqrtm(a, *directions):
    """The derivative of the square root along directions."""
    return _each(lambda *steps: _sqrtm(a, *steps), a, *directions)


# helper _logm
def _logm(a):
    """The principal logarithm: square roots until near the identity, where it is a simple integral."""
    eye = torch.eye(a.shape[0], dtype=a.dtype, device=a.device)
    roots = 0
    while torch.linalg.norm(a - eye) > 0.25 and roots < 100:
        a, roots = _sqrtm(a), roots + 1
    return 2**roots * _log_near_one(a - eye, eye)


# helper _dlogm
def _dlogm(a, *directions):
    """The derivative of the logarithm along directions."""
    return _along(lambda x: _logm(x), a, *directions)


# helper _root
def _root(a, p):
    """The principal root."""
    return torch.linalg.matrix_exp(_logm(a) / p)


# helper _droot
def _droot(a, p, *directions):
    """The derivative of the principal root along directions."""
    return _along(lambda x: _root(x, p), a, *directions)


# helper _dinvroot
def _dinvroot(a, p, *directions):
    """The derivative of the inverse root of a symmetric positive definite matrix along directions."""
    return _along(lambda x: _root(x, -p), _definite(a), *directions)
