//! Functions that modules on PyTorch bring with them; none writes in place.

use crate::runtime::Helper;

pub(super) static HELPERS: [Helper; 11] = [
    Helper {
        name: "_like",
        source: r#"def _like(inputs):
    """The first tensor of floats among the inputs, or an empty one of float64."""
    floats = (value for value in inputs.values() if isinstance(value, torch.Tensor) and value.is_floating_point())
    return next(floats, torch.empty(0, dtype=torch.float64))
"#,
    },
    Helper {
        name: "_array",
        source: r#"def _array(name, value, axes, shape, like):
    if isinstance(value, torch.Tensor) and value.is_floating_point():
        for what in ("dtype", "device"):
            own, other = getattr(value, what), getattr(like, what)
            if own != other:
                raise ValueError(f"{name}: expected the {what} {other} of the other inputs, got {own}")
    array = torch.as_tensor(value, dtype=like.dtype, device=like.device)
    if array.ndim != axes:
        raise ValueError(f"{name}: expected {shape}, got a tensor of shape {tuple(array.shape)}")
    return array
"#,
    },
    Helper {
        name: "_commutation",
        source: r#"def _commutation(m, n, dtype, device):
    """The matrix K with K @ vec(A) = vec(A.T) for A of shape (m, n), columns stacked."""
    rows = torch.arange(m * n, device=device)
    return torch.eye(m * n, dtype=dtype, device=device)[rows // n + m * (rows % n)]
"#,
    },
    Helper {
        name: "_unit",
        source: r#"def _unit(i, n, dtype, device):
    """Column i of the identity, counted from 1."""
    if not 1 <= i <= n:
        raise ValueError(f"index {i} is out of range for size {n}")
    return torch.eye(n, dtype=dtype, device=device)[i - 1]
"#,
    },
    Helper {
        name: "_adjugate",
        source: r#"def _adjugate(a):
    """The adjugate through singular values, also of a singular matrix."""
    u, s, vt = torch.linalg.svd(a)
    n = len(s)
    others = torch.stack([torch.prod(s[[j for j in range(n) if j != i]]) for i in range(n)])
    return torch.linalg.det(u) * torch.linalg.det(vt) * (vt.T * others) @ u.T
"#,
    },
    Helper {
        name: "_dexpm",
        source: r#"def _dexpm(a, order=1):
    """The matrix K with vec(D) = K @ kron(vec(e1), ..., vec(ek)), D the mixed derivative of the exponential, columns stacked."""
    n, order = a.shape[0], int(order)
    units = torch.eye(n * n, dtype=a.dtype, device=a.device).reshape(n * n, n, n).mT.contiguous()
    columns = [torch.kron(torch.eye(2**order, dtype=a.dtype, device=a.device), a.contiguous())]
    for bit in range(order):
        shift = torch.diag(torch.ones(2**bit, dtype=a.dtype, device=a.device), 2**bit)
        step = torch.kron(torch.eye(2 ** (order - 1 - bit), dtype=a.dtype, device=a.device), shift)
        columns = [big + torch.kron(step, e) for big in columns for e in units]
    return torch.stack([torch.linalg.matrix_exp(big)[:n, -n:].T.reshape(-1) for big in columns], dim=1)
"#,
    },
    Helper {
        name: "_columns",
        source: r#"def _columns(a):
    """The tensor with two axes; one axis is a column."""
    return torch.reshape(a, (*(tuple(a.shape) or (1,)), 1)[:2])
"#,
    },
    Helper {
        name: "_sqrtm",
        source: r#"def _sqrtm(a):
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
"#,
    },
    Helper {
        name: "_dsqrtm",
        source: r#"def _dsqrtm(a):
    """The matrix K with vec(L(a, e)) = K @ vec(e), L the Frechet derivative of the square root, columns stacked."""
    root, eye = _sqrtm(a).contiguous(), torch.eye(a.shape[0], dtype=a.dtype, device=a.device)
    unit = torch.eye(a.numel(), dtype=a.dtype, device=a.device)
    return torch.linalg.solve(torch.kron(eye, root) + torch.kron(root.T.contiguous(), eye), unit)
"#,
    },
    Helper {
        name: "_logm",
        source: r#"def _logm(a):
    """The principal logarithm: square roots until near the identity, where it is a simple integral."""
    eye = torch.eye(a.shape[0], dtype=a.dtype, device=a.device)
    roots = 0
    while torch.linalg.norm(a - eye) > 0.25 and roots < 100:
        a, roots = _sqrtm(a), roots + 1
    return 2**roots * _log_near_one(a - eye, eye)
"#,
    },
    Helper {
        name: "_dlogm",
        source: r#"def _dlogm(a):
    """The matrix K with vec(L(a, e)) = K @ vec(e), L the Frechet derivative of the logarithm, columns stacked."""
    return torch.linalg.solve(_dexpm(_logm(a)), torch.eye(a.numel(), dtype=a.dtype, device=a.device))
"#,
    },
];

/// Functions of singular values that stand for those of [`super::singular`], for the sake of autograd.
pub(super) static SINGULAR: [Helper; 3] = [
    Helper {
        name: "_rescaled",
        source: r#"class _Spectral(torch.autograd.Function):
    """U @ diag(slope * s + offset) @ Vt, or its mixed derivative along directions, which is its own adjoint in each of them."""

    generate_vmap_rule = True

    @staticmethod
    def forward(slope, offset, a, *directions):
        if not directions:
            u, s, vt = torch.linalg.svd(a, full_matrices=False)
            return (u * (slope * s + offset)) @ vt
        basis, table = _differences(a, len(directions), slope, offset)
        steps = [basis.T @ _doubled(step) @ basis for step in directions]
        return basis[: a.shape[0]] @ _paths(table, steps) @ basis[a.shape[0] :].T

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx, grad):
        return None, None, *_Spectral.along(ctx, [grad] * (len(ctx.saved_tensors) - 2))

    @staticmethod
    def jvp(ctx, slope, offset, *steps):
        return sum(_Spectral.along(ctx, steps))

    @staticmethod
    def along(ctx, steps):
        slope, offset, a, *directions = ctx.saved_tensors
        yield _Spectral.apply(slope, offset, a, *directions, steps[0])
        for i, step in enumerate(steps[1:]):
            yield _Spectral.apply(slope, offset, a, *directions[:i], step, *directions[i + 1 :])


def _rescaled(a, slope, offset):
    """U @ diag(slope * s + offset) @ Vt, a line for every singular value, which autograd differentiates where some are equal too."""
    return _Spectral.apply(slope, offset, a)
"#,
    },
    Helper {
        name: "_clip_singular",
        source: r#"def _clip_singular(a, low, high):
    """The matrix with its singular values clipped to an interval."""
    s = _singular_values(a.detach())
    if not (torch.is_tensor(low) or torch.is_tensor(high)):
        return _rescaled(a, *_clipping(s, low, high))
    # The bounds are factors, so that autograd differentiates by them.
    over, under, nothing = (s > high).to(s.dtype), (s < low).to(s.dtype), torch.zeros_like(s)
    inside = _rescaled(a, 1 - over - under, nothing)
    return inside + high * _rescaled(a, nothing, over) + low * _rescaled(a, nothing, under)
"#,
    },
    Helper {
        name: "_low_rank",
        source: r#"def _low_rank(a, rank):
    """The nearest matrix of a rank."""
    return _rescaled(a, *_truncating(_singular_values(a.detach()), rank))
"#,
    },
];
