//! Derivatives of functions along directions, by matrices of blocks: `f([A, E; 0, A]) = [f(A), L(A,E); 0, f(A)]`.

use crate::error::ExecError;
use crate::ring::algebra::scaled;
use crate::ring::blocks::{blocked, mixed};
use crate::ring::exponential::expm;
use crate::ring::root::checked_size;
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// The derivative of the exponential.
pub(crate) fn expm_along<S: Scalar>(
    a: &Tensor<S>,
    directions: &[Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    checked_size(a)?;
    Ok(mixed(&expm(&blocked(a, directions))?, a.rows()))
}

/// The cosine, or its derivative, from `expm([0, -A; A, 0]) = [cos(A), -sin(A); sin(A), cos(A)]`.
pub(crate) fn cosm<S: Scalar>(
    a: &Tensor<S>,
    directions: &[Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    let (cosine, _) = turned(&blocked(a, directions))?;
    Ok(mixed(&cosine, a.rows()))
}

/// The sine, or its derivative.
pub(crate) fn sinm<S: Scalar>(
    a: &Tensor<S>,
    directions: &[Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    let (_, sine) = turned(&blocked(a, directions))?;
    Ok(mixed(&sine, a.rows()))
}

fn turned<S: Scalar>(a: &Tensor<S>) -> Result<(Tensor<S>, Tensor<S>), ExecError> {
    let n = a.rows();
    let zero = S::from_real(0.0);
    let minus = scaled(a, -1.0);
    let turn = Tensor::from_fn(2 * n, 2 * n, |i, j| match (i < n, j < n) {
        (true, false) => minus.at(i, j - n),
        (false, true) => a.at(i - n, j),
        _ => zero,
    });
    let value = expm(&turn)?;
    let part = |row: usize| Tensor::from_fn(n, n, |i, j| value.at(row + i, j));
    Ok((part(0), part(n)))
}

/// The derivative along one stacked direction of each list, a column for every choice of columns, the first slow.
pub(crate) fn columns<S: Scalar>(
    shape: (usize, usize),
    directions: &[&Tensor<S>],
    along: impl Fn(&[Tensor<S>]) -> Result<Tensor<S>, ExecError>,
) -> Result<Tensor<S>, ExecError> {
    let (m, n) = shape;
    let single = |direction: &Tensor<S>| direction.dims() == [m, n];
    let counts: Vec<usize> =
        directions.iter().map(|d| if single(d) { 1 } else { d.cols() }).collect();
    let total = counts.iter().try_fold(1_usize, |total, count| total.checked_mul(*count));
    let total = total.ok_or_else(|| ExecError::TooLarge { size: format!("{counts:?}") })?;
    crate::tensor::checked_len::<S>(&[m * n, total])?;
    let mut data = Vec::new();
    for choice in 0..total {
        let mut rest = choice;
        let mut chosen: Vec<Tensor<S>> = Vec::new();
        for (direction, count) in directions.iter().zip(&counts).rev() {
            let column = rest % count;
            rest /= count;
            chosen.push(if single(direction) {
                (*direction).clone()
            } else {
                Tensor::from_fn(m, n, |i, j| direction.at(j * m + i, column))
            });
        }
        chosen.reverse();
        data.extend(along(&chosen)?.stacked().into_data());
    }
    let rows = data.len().checked_div(total).unwrap_or(m * n);
    Ok(Tensor::from_fn(rows, total, |i, j| data[j * rows + i]))
}
