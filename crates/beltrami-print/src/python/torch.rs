//! Functions that modules on PyTorch bring with them; none writes in place.

use crate::runtime::Helper;

pub(super) static HELPERS: [Helper; 7] = [
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
        name: "_singular_values",
        source: r#"def _singular_values(a):
    """Singular values, descending."""
    return torch.linalg.svdvals(a.reshape(*(*a.shape, 1, 1)[:2]))
"#,
    },
];
