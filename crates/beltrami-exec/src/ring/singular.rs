//! Functions of singular values, from projectors onto the singular vectors of groups of them.

use beltrami_core::Kernel;

use crate::error::ExecError;
use crate::ring::algebra::{matmul, zip};
use crate::ring::projector::Doubled;
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// The singular values, descending: `tr(J*P)` for the projector `P` on the vectors of each.
pub(crate) fn singular_values<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    values(a, &[])
}

/// The derivative of [`singular_values`] along directions.
pub(crate) fn singular_values_along<S: Scalar>(
    a: &Tensor<S>,
    directions: &[Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    values(a, directions)
}

/// `U*diag(w)*V'` or its derivative along directions.
pub(crate) fn singular_dyads<S: Scalar>(
    a: &Tensor<S>,
    weights: &Tensor<S>,
    directions: &[Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    let count = a.rows().min(a.cols());
    if weights.data().len() != count {
        return Err(ExecError::shape(
            Kernel::SingularDyads,
            format!("{count} singular values and {} weights", weights.data().len()),
        ));
    }
    let doubled = Doubled::new(a, directions)?;
    let mut sum: Option<Tensor<S>> = None;
    for (i, weight) in weights.data().iter().enumerate() {
        let place = doubled.len() - 1 - i;
        let part = doubled.projector(place..place + 1)?.map(|x| (*weight + *weight) * *x);
        sum = Some(match sum {
            Some(sum) => zip(&sum, &part, |x, y| x + y),
            None => part,
        });
    }
    let zero = || doubled.matrix.map(|_| S::from_real(0.0));
    doubled.upper_right(&sum.unwrap_or_else(zero))
}

/// `U*diag(clip(s))*V'` or its derivative; the interval holds a number.
///
/// Each projector is half of the sum of dyads `[u; v]*[u; v]'`, of which the upper right block is `u*v'`.
pub(crate) fn clip<S: Scalar>(
    a: &Tensor<S>,
    low: S,
    high: S,
    directions: &[Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    if low.real() > high.real() {
        return Err(ExecError::domain(
            "clipping to an empty interval (by its length)",
            high.real() - low.real(),
        ));
    }
    let doubled = Doubled::new(a, directions)?;
    let all = a.rows().min(a.cols());
    let group = |count: usize| doubled.projector(doubled.leading(count));
    if high.real() < 0.0 {
        return doubled.upper_right(&group(all)?.map(|x| (high + high) * *x));
    }
    // Takes the singular values of a group to a bound; nothing happens where the group is empty.
    let moved = |p: &Tensor<S>, bound: S| {
        let value = matmul(&doubled.matrix, p)?;
        Ok::<_, ExecError>(zip(p, &value, |p, value| {
            let change = bound * p - value;
            change + change
        }))
    };
    let over = moved(&group(doubled.above(high.real(), "the upper bound")?)?, high)?;
    let mut clipped = zip(&doubled.matrix, &over, |x, y| x + y);
    if low.real() > 0.0 {
        let above = group(doubled.above(low.real(), "the lower bound")?)?;
        let under = moved(&zip(&group(all)?, &above, |x, y| x - y), low)?;
        clipped = zip(&clipped, &under, |x, y| x + y);
    }
    doubled.upper_right(&clipped)
}

/// The nearest matrix of this rank, or its derivative.
pub(crate) fn low_rank<S: Scalar>(
    a: &Tensor<S>,
    rank: usize,
    directions: &[Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    let doubled = Doubled::new(a, directions)?;
    if rank >= a.rows().min(a.cols()) {
        return doubled.upper_right(&doubled.matrix);
    }
    let projector = doubled.projector(doubled.leading(rank))?;
    doubled.upper_right(&matmul(&doubled.matrix, &projector)?.map(|x| *x + *x))
}

fn values<S: Scalar>(a: &Tensor<S>, directions: &[Tensor<S>]) -> Result<Tensor<S>, ExecError> {
    let doubled = Doubled::new(a, directions)?;
    let place = |i: usize| doubled.len() - 1 - i;
    let values = (0..a.rows().min(a.cols())).map(|i| {
        let projector = doubled.projector(place(i)..place(i) + 1)?;
        Ok(doubled.trace(&matmul(&doubled.matrix, &projector)?))
    });
    Ok(Tensor::column(values.collect::<Result<_, ExecError>>()?))
}

/// The derivative of the polar factor along directions: the projector onto all singular vectors, twice.
pub(crate) fn msign_along<S: Scalar>(
    a: &Tensor<S>,
    directions: &[Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    let doubled = Doubled::new(a, directions)?;
    let all = doubled.leading(a.rows().min(a.cols()));
    doubled.upper_right(&doubled.projector(all)?.map(|x| *x + *x))
}
