//! Products of matrices stored in a number format.

use std::num::NonZeroU32;

use faer::linalg::matmul;
use faer::{Accum, Mat, Par};

use super::step::Step;
use crate::format::Format;
use crate::matrix::Matrix;
use crate::product::product;

/// Arithmetic on matrices whose entries are numbers of a format.
///
/// Sums of products are accumulated in binary64 for binary64 and in binary32 for the others, and rounded once when they
/// are stored, as matrix units do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arithmetic(pub(super) Format);

impl Arithmetic {
    /// The matrix with every entry rounded.
    pub(super) fn stored(self, a: &Matrix) -> Matrix {
        a.map(|x| self.0.round(x))
    }

    /// `A*B`, stored.
    pub(super) fn product(self, a: &Matrix, b: &Matrix) -> Matrix {
        self.stored(&self.accumulated(a, b))
    }

    /// `aI + bP + cP²`, stored; the square is not rounded before the sum.
    pub(super) fn quadratic(self, [a, b, c]: Step, p: &Matrix) -> Matrix {
        self.stored(&self.accumulated(p, p).scaled(c).plus(b, p).shifted(a))
    }

    /// `M*W^p`, stored after every product.
    pub(super) fn times_power(self, m: &Matrix, w: &Matrix, p: NonZeroU32) -> Matrix {
        // From the highest bit of p downwards, as the power by repeated squaring, then times M.
        let mut power = w.clone();
        for bit in (0..31 - p.leading_zeros()).rev() {
            power = self.product(&power, &power);
            if p.get() >> bit & 1 == 1 {
                power = self.product(&power, w);
            }
        }
        self.product(m, &power)
    }

    fn accumulated(self, a: &Matrix, b: &Matrix) -> Matrix {
        if self.0 == Format::F64 {
            return product(a, b);
        }
        let short = |m: &Matrix| Mat::from_fn(m.rows(), m.cols(), |i, j| m[(i, j)] as f32);
        let mut sum = Mat::<f32>::zeros(a.rows(), b.cols());
        matmul::matmul(&mut sum, Accum::Replace, &short(a), &short(b), 1.0, Par::Seq);
        Matrix::from_fn(a.rows(), b.cols(), |i, j| f64::from(sum[(i, j)]))
    }
}
