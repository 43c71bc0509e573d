//! Matrices of Fréchet derivatives, `vec(L(A,E)) = K*vec(E)`, by matrices of blocks.

use crate::error::ExecError;
use crate::ring::algebra::{identity, zip};
use crate::ring::blocks::{blocked, mixed, symmetric_columns, unit};
use crate::ring::exponential::expm;
use crate::ring::inverse::inverse;
use crate::ring::root::{checked_size, logm, sqrtm};
use crate::scalar::Scalar;
use crate::tensor::{Tensor, checked_len};

/// For the exponential, of any order.
pub(crate) fn expm_derivative<S: Scalar>(
    a: &Tensor<S>,
    order: usize,
) -> Result<Tensor<S>, ExecError> {
    checked_size(a)?;
    let n = a.rows();
    symmetric_columns(n * n, n * n, order, |units| {
        let directions: Vec<Tensor<f64>> = units.iter().map(|place| unit(n, n, *place)).collect();
        Ok(mixed(&expm(&blocked(a, &directions))?, n).stacked().into_data())
    })
}

/// For the logarithm: the inverse of the matrix of the exponential at `logm(A)`.
pub(crate) fn logm_frechet<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    inverse(&expm_derivative(&logm(a)?, 1)?)
}

/// For the square root: squaring the block matrix `[X, L; 0, X]` gives `X*L + L*X = E`, so `K = (I⊗X + X'⊗I)⁻¹`.
pub(crate) fn sqrtm_frechet<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    let x = sqrtm(a)?;
    let n = a.rows();
    let one: Tensor<S> = identity(n);
    checked_len::<S>(&[n * n, n * n])?;
    let entry = |i: usize, j: usize| (i % n, i / n, j % n, j / n);
    let left = Tensor::from_fn(n * n, n * n, |i, j| {
        let (row, col, k, l) = entry(i, j);
        x.at(row, k) * one.at(col, l)
    });
    let right = Tensor::from_fn(n * n, n * n, |i, j| {
        let (row, col, k, l) = entry(i, j);
        one.at(row, k) * x.at(l, col)
    });
    inverse(&zip(&left, &right, |x, y| x + y))
}
