//! Derivatives along directions by matrices of blocks: `f([A, E; 0, A]) = [f(A), L(A,E); 0, f(A)]`, and for higher orders
//! the same with blocks of blocks (Higham and Relton 2014, *Higher order Fréchet derivatives of matrix functions*,
//! theorem 3.5).

use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// The matrix whose blocks are numbered by sets of directions: block `(s, t)` is `A` where the sets are equal, the
/// direction by which `t` is larger than `s`, and zero otherwise.
pub(super) fn blocked<S: Scalar>(a: &Tensor<S>, directions: &[Tensor<S>]) -> Tensor<S> {
    let n = a.rows();
    let sets = 1 << directions.len();
    Tensor::from_fn(sets * n, sets * n, |i, j| {
        let (s, t, row, col) = (i / n, j / n, i % n, j % n);
        if s == t {
            return a.at(row, col);
        }
        let step = directions.iter().enumerate().find(|(k, _)| s & 1 << k == 0 && s | 1 << k == t);
        step.map_or(S::from_real(0.0), |(_, step)| step.at(row, col))
    })
}

/// The block of the mixed derivative along all directions, of `n` rows and columns.
pub(super) fn mixed<S: Scalar>(value: &Tensor<S>, n: usize) -> Tensor<S> {
    let corner = value.cols() - n;
    Tensor::from_fn(n, n, |i, j| value.at(i, corner + j))
}
