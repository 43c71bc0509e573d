# Functions of singular values that PyTorch has in place of the shared ones of their names.
import torch


# helper _rescaled
class _Spectral(torch.autograd.Function):
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


def _rescaled(a, slope, offset, *directions):
    """U @ diag(slope * s + offset) @ Vt, a line for every singular value, or its derivative along directions, which autograd
    differentiates where some are equal too."""
    return _Spectral.apply(slope, offset, a, *directions)


# helper _polar_factor
def _polar_factor(a):
    """U @ Vt of the thin singular value decomposition."""
    s = _singular_values(a.detach())
    return _rescaled(a, torch.zeros_like(s), torch.ones_like(s))


# helper _nuclear_norm
class _Nuclear(torch.autograd.Function):
    """The sum of the singular values, whose gradient is the polar factor."""

    generate_vmap_rule = True

    @staticmethod
    def forward(a):
        return torch.linalg.svdvals(a).sum()

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx, grad):
        return grad * _polar_factor(*ctx.saved_tensors)

    @staticmethod
    def jvp(ctx, step):
        return (_polar_factor(*ctx.saved_tensors) * step).sum()


def _nuclear_norm(a):
    """The sum of the singular values, which autograd differentiates where some are equal too."""
    return _Nuclear.apply(a)


# helper _corners
def _corners(a, slope, offset, *directions):
    """The derivative of U @ diag(slope * s + offset) @ Vt along directions."""
    return _each(lambda *steps: _rescaled(a, slope.detach(), offset.detach(), *steps), a, *directions)


# helper _clip_singular
def _clip_singular(a, low, high):
    """The matrix with its singular values clipped to an interval."""
    s = _singular_values(a.detach())
    if not (torch.is_tensor(low) or torch.is_tensor(high)):
        return _rescaled(a, *_clipping(s, low, high))
    # The bounds are factors, so that autograd differentiates by them.
    over, under, nothing = (s > high).to(s.dtype), (s < low).to(s.dtype), torch.zeros_like(s)
    inside = _rescaled(a, 1 - over - under, nothing)
    return inside + high * _rescaled(a, nothing, over) + low * _rescaled(a, nothing, under)


# helper _low_rank
def _low_rank(a, rank):
    """The nearest matrix of a rank."""
    return _rescaled(a, *_truncating(_singular_values(a.detach()), rank))
