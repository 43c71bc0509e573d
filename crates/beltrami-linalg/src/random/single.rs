//! A dense matrix whose products are computed in single precision.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

use crate::dense::Vectors;
use crate::factor::residual::frobenius;
use crate::matrix::Matrix;
use crate::random::operator::Operator;
use crate::scale::exponent_of;

/// A matrix divided by a power of two and rounded.
pub(crate) struct Single<'a> {
    exact: &'a Matrix,
    entries: Vec<f32>,
    exponent: i32,
}

impl<'a> Single<'a> {
    pub(crate) fn of(exact: &'a Matrix) -> Single<'a> {
        let exponent = exponent_of(exact.max_abs());
        let [half, rest] = factors(-exponent);
        let mut entries = vec![0.0_f32; exact.data().len()];
        Vectors::new().run(
            #[inline(always)]
            || {
                for (to, x) in entries.iter_mut().zip(exact.data()) {
                    *to = (x * half * rest) as f32;
                }
            },
        );
        Single { exact, entries, exponent }
    }

    fn view(&self) -> MatRef<'_, f32> {
        let (m, n) = (Matrix::rows(self.exact), Matrix::cols(self.exact));
        MatRef::from_row_major_slice(&self.entries, m, n)
    }

    fn product(&self, a: MatRef<'_, f32>, x: &Matrix) -> Matrix {
        let before = exponent_of(x.max_abs());
        let [half, rest] = factors(-before);
        let (n, block) = (x.rows(), x.cols());
        let x: Vec<f32> = x.data().iter().map(|x| (x * half * rest) as f32).collect();
        let x = MatRef::from_row_major_slice(&x, n, block);
        let mut y = vec![0.0_f32; a.nrows() * block];
        let out = MatMut::from_row_major_slice_mut(&mut y, a.nrows(), block);
        matmul(out, Accum::Replace, a, x, 1.0, Par::Seq);
        let [half, rest] = factors(self.exponent + before);
        let y = y.iter().map(|y| f64::from(*y) * half * rest).collect();
        Matrix::new(a.nrows(), block, y).unwrap_or_else(|_| Matrix::zeros(a.nrows(), block))
    }
}

impl Operator for Single<'_> {
    fn rows(&self) -> usize {
        Matrix::rows(self.exact)
    }

    fn cols(&self) -> usize {
        Matrix::cols(self.exact)
    }

    fn apply(&self, x: &Matrix) -> Matrix {
        self.product(self.view(), x)
    }

    fn apply_transpose(&self, y: &Matrix) -> Matrix {
        self.product(self.view().transpose(), y)
    }

    fn frobenius_norm(&self) -> Option<f64> {
        Some(frobenius(self.exact))
    }
}

/// Two factors whose product is a power of two, each within the range of numbers.
fn factors(exponent: i32) -> [f64; 2] {
    let half = exponent / 2;
    [2.0_f64.powi(half), 2.0_f64.powi(exponent - half)]
}
