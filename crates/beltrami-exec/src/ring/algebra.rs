//! Arithmetic of matrices over a ring; sizes are checked by the caller.

use crate::error::ExecError;
use crate::ring::inverse::inverse;
use crate::scalar::Scalar;
use crate::tensor::{Tensor, checked_len};

pub(crate) fn matmul<S: Scalar>(a: &Tensor<S>, b: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    let (m, n) = (a.rows(), b.cols());
    checked_len::<S>(&[m, n])?;
    Tensor::new(vec![m, n], S::gemm(m, a.cols(), n, a.data(), b.data())?)
}

/// `A^k` by repeated squaring, through the inverse for negative `k`.
pub(crate) fn matrix_power<S: Scalar>(
    a: &Tensor<S>,
    exponent: i64,
) -> Result<Tensor<S>, ExecError> {
    let mut square = if exponent < 0 { inverse(a)? } else { a.clone() };
    let mut remaining = exponent.unsigned_abs();
    let mut power = identity(a.rows());
    while remaining > 0 {
        if remaining & 1 == 1 {
            power = matmul(&power, &square)?;
        }
        remaining >>= 1;
        if remaining > 0 {
            square = matmul(&square, &square)?;
        }
    }
    Ok(power)
}

pub(crate) fn identity<S: Scalar>(n: usize) -> Tensor<S> {
    Tensor::from_fn(n, n, |i, j| S::from_real(f64::from(u8::from(i == j))))
}

pub(super) fn zip<S: Scalar>(a: &Tensor<S>, b: &Tensor<S>, f: impl Fn(S, S) -> S) -> Tensor<S> {
    Tensor::from_fn(a.rows(), a.cols(), |i, j| f(a.at(i, j), b.at(i, j)))
}

pub(super) fn scaled<S: Scalar>(a: &Tensor<S>, factor: f64) -> Tensor<S> {
    a.map(|x| x.scale(factor))
}

pub(super) fn block<S: Scalar>(
    a: &Tensor<S>,
    top: usize,
    left: usize,
    rows: usize,
    cols: usize,
) -> Tensor<S> {
    Tensor::from_fn(rows, cols, |i, j| a.at(top + i, left + j))
}

/// The smaller of `A'A` and `AA'`, and whether it is `A'A`.
pub(super) fn smaller_gram<S: Scalar>(a: &Tensor<S>) -> Result<(Tensor<S>, bool), ExecError> {
    let t = a.transpose();
    let tall = a.rows() >= a.cols();
    let gram = if tall { matmul(&t, a)? } else { matmul(a, &t)? };
    Ok((gram, tall))
}

/// The power of two near the largest real part, and the matrix divided by it; squares then neither overflow nor vanish.
pub(super) fn normalised<S: Scalar>(a: &Tensor<S>) -> (Tensor<S>, f64) {
    let largest = a.data().iter().fold(0.0_f64, |m, x| x.real().abs().max(m));
    if largest == 0.0 {
        return (a.clone(), 1.0);
    }
    // Clamped so that the reciprocal is a number too.
    let power = largest.log2().floor().clamp(-1000.0, 1000.0).exp2();
    (scaled(a, 1.0 / power), power)
}
