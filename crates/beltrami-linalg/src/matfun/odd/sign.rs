//! The sign of singular values: the polar factor.

use super::{Line, OddScalar};
use crate::error::Error;
use crate::matfun::condition::frobenius;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::normalised;

/// `f(s) = 1`: `F(A)` is the orthonormal polar factor.
///
/// Its derivative divides by `sᵢ + sⱼ` only, and exists where the rank is full.
/// # References
/// Higham 2008, *Functions of Matrices*, section 8.2 for the condition number `2/(sₙ + sₙ₋₁)` of a square real matrix.
#[derive(Clone, Copy, Debug)]
pub struct Sign;

impl OddScalar for Sign {
    fn name(&self) -> &'static str {
        "msign"
    }

    fn value(&self, _: f64) -> f64 {
        1.0
    }

    fn slope(&self, _: f64) -> f64 {
        0.0
    }

    fn jumps(&self) -> bool {
        true
    }

    fn degree(&self) -> Option<i32> {
        Some(0)
    }

    fn line(&self, _: f64) -> Option<Line> {
        Some(Line { slope: 0.0, offset: 1.0 })
    }

    fn minus(&self, _: f64, _: f64) -> f64 {
        0.0
    }

    /// The larger of `‖X'X - I‖/√n` and the asymmetry of `X'A` relative to `A`, for `m ≥ n`.
    ///
    /// Orthonormal columns alone certify nothing: every orthogonal matrix has them.
    fn residual(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        if a.rows() < a.cols() {
            return self.residual(&a.transpose(), &x.transpose());
        }
        let (a, _) = normalised(a);
        let n = a.cols().max(1) as f64;
        let orthogonality = frobenius(&product(&x.transpose(), x).shifted(-1.0)) / n.sqrt();
        let h = product(&x.transpose(), &a);
        let asymmetry = frobenius(&h.plus(-1.0, &h.transpose())) / frobenius(&a).max(1.0);
        let worst = orthogonality.max(asymmetry);
        Ok(worst.is_finite().then_some(worst))
    }
}
