//! Matrices of Fréchet derivatives, `vec(L(A,E)) = K*vec(E)`.
//!
//! Everything follows from `f([A, E; 0, A]) = [f(A), L(A,E); 0, f(A)]`.

use crate::error::ExecError;
use crate::ring::algebra::{identity, zip};
use crate::ring::exponential::expm;
use crate::ring::inverse::inverse;
use crate::ring::root::{checked_size, logm, sqrtm};
use crate::scalar::Scalar;
use crate::tensor::{Tensor, checked_len};

/// For the exponential: the block matrix is exponentiated once for each unit matrix `E`.
pub(crate) fn expm_frechet<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    checked_size(a)?;
    let n = a.rows();
    let zero = S::from_real(0.0);
    checked_len::<S>(&[n * n, n * n])?;
    let mut columns = Vec::with_capacity(n * n);
    for unit in 0..n * n {
        let blocks = Tensor::from_fn(2 * n, 2 * n, |i, j| match (i < n, j < n) {
            (true, true) => a.at(i, j),
            (false, false) => a.at(i - n, j - n),
            (true, false) => S::from_real(f64::from(u8::from((j - n) * n + i == unit))),
            (false, true) => zero,
        });
        columns.push(expm(&blocks)?);
    }
    Ok(Tensor::from_fn(n * n, n * n, |row, unit| columns[unit].at(row % n, n + row / n)))
}

/// For the logarithm: the inverse of the matrix of the exponential at `logm(A)`.
pub(crate) fn logm_frechet<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    inverse(&expm_frechet(&logm(a)?)?)
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
