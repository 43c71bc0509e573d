//! Cholesky factorisation of symmetric positive definite matrices.

use faer::Side;
use faer::linalg::cholesky::llt::factor::LltError;
use faer::linalg::solvers::{Llt, Solve};

use crate::error::Error;
use crate::factor::eigen::symmetric_part_checked;
use crate::factor::residual::Residual;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{ldexp, normalised, sequential};

/// `A = L*L'` with `L` lower triangular.
///
/// # References
/// Higham 2002, *Accuracy and Stability of Numerical Algorithms*, chapter 10.
#[derive(Clone, Debug)]
pub struct Cholesky {
    factors: Llt<f64>,
    exponent: i32,
}

impl Cholesky {
    /// Factors `A`; `n³/3` flops.
    ///
    /// # Errors
    /// [`Error::NotPositiveDefinite`], [`Error::NotSymmetric`], [`Error::NotSquare`], [`Error::NotFinite`].
    pub fn new(a: &Matrix) -> Result<Cholesky, Error> {
        let (scaled, exponent) = normalised(&symmetric_part_checked(a, "cholesky")?);
        // An even power has a square root that is a power of two.
        let odd = exponent.rem_euclid(2);
        let scaled = if odd == 1 { scaled.scaled(2.0) } else { scaled };
        sequential();
        match scaled.as_faer().llt(Side::Lower) {
            Ok(factors) => Ok(Cholesky { factors, exponent: exponent - odd }),
            Err(LltError::NonPositivePivot { index }) => {
                Err(Error::NotPositiveDefinite { minor: index + 1 })
            }
        }
    }

    /// The factor `L`.
    pub fn lower(&self) -> Matrix {
        let l = Matrix::from_faer(self.factors.L());
        Matrix::from_fn(l.rows(), l.cols(), |i, j| {
            if j > i { 0.0 } else { ldexp(l[(i, j)], self.exponent / 2) }
        })
    }

    /// The solution `X` of `A*X = B`.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::NotFinite`], [`Error::Overflow`].
    pub fn solve(&self, b: &Matrix) -> Result<Matrix, Error> {
        let n = self.factors.L().nrows();
        if b.rows() != n {
            let detail = format!("{n} equations and {} right-hand rows", b.rows());
            return Err(Error::Shape { function: "cholesky solve", detail });
        }
        b.checked_finite("cholesky solve")?;
        let (scaled, exponent) = normalised(b);
        let x = Matrix::from_faer(self.factors.solve(scaled.as_faer()).as_ref());
        x.scaled_by_power(exponent - self.exponent).checked_result("cholesky solve")
    }

    /// `log(det(A))`.
    pub fn logdet(&self) -> f64 {
        let l = self.factors.L();
        let n = l.nrows();
        let scale = f64::from(self.exponent) * n as f64 * std::f64::consts::LN_2;
        scale + 2.0 * (0..n).map(|i| l[(i, i)].ln()).sum::<f64>()
    }

    /// How well `L*L'` reproduces `A`.
    pub fn residual(&self, a: &Matrix) -> Residual {
        let l = self.lower().scaled_by_power(-self.exponent / 2);
        let a = a.scaled_by_power(-self.exponent);
        Residual::of(&a, &product(&l, &l.transpose()), &[])
    }
}
