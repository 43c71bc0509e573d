//! Singular value decomposition, pseudoinverse and the leading singular dyad.

use crate::error::Error;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{ldexp, normalised, sequential};

/// The thin decomposition `A = U*diag(s)*V'`, singular values descending.
///
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, section 8.6.
#[derive(Clone, Debug)]
pub struct Svd {
    /// Left singular vectors, `m×min(m,n)`.
    pub u: Matrix,
    /// Singular values, descending.
    pub s: Vec<f64>,
    /// Right singular vectors, `n×min(m,n)`.
    pub v: Matrix,
}

impl Svd {
    /// Decomposes `A`.
    ///
    /// # Errors
    /// [`Error::NotFinite`], [`Error::NotConverged`], [`Error::Overflow`].
    pub fn new(a: &Matrix) -> Result<Svd, Error> {
        let mut svd = Svd::normalised(a)?;
        for s in &mut svd.values.s {
            *s = ldexp(*s, svd.exponent);
            if !s.is_finite() {
                return Err(Error::Overflow { function: "svd" });
            }
        }
        Ok(svd.values)
    }

    /// The number of singular values above `max(m,n)*eps*s₁`, the rounding error of the computed values.
    pub fn rank(&self) -> usize {
        let tolerance = self.u.rows().max(self.v.rows()) as f64 * f64::EPSILON;
        let largest = self.s.first().copied().unwrap_or(0.0);
        self.s.iter().filter(|s| **s > tolerance * largest).count()
    }

    /// The decomposition of `A/2^exponent`, whose values neither overflow nor underflow.
    pub(crate) fn normalised(a: &Matrix) -> Result<ScaledSvd, Error> {
        a.checked_finite("svd")?;
        sequential();
        let (scaled, exponent) = normalised(a);
        let svd = scaled
            .as_faer()
            .thin_svd()
            .map_err(|_| Error::NotConverged { method: "svd", iterations: 30 })?;
        let s = (0..a.rows().min(a.cols())).map(|i| svd.S()[i]).collect();
        let values = Svd { u: Matrix::from_faer(svd.U()), s, v: Matrix::from_faer(svd.V()) };
        Ok(ScaledSvd { values, exponent })
    }
}

/// A decomposition of `A/2^exponent`.
pub(crate) struct ScaledSvd {
    pub(crate) values: Svd,
    pub(crate) exponent: i32,
}

/// The singular values, descending.
///
/// # Errors
/// As [`Svd::new`].
pub fn singular_values(a: &Matrix) -> Result<Vec<f64>, Error> {
    Svd::new(a).map(|svd| svd.s)
}

/// The Moore–Penrose pseudoinverse; singular values below `max(m,n)*eps*s₁` count as zero.
///
/// # Errors
/// [`Error::NotFinite`], [`Error::NotConverged`], [`Error::Overflow`].
pub fn pinv(a: &Matrix) -> Result<Matrix, Error> {
    let ScaledSvd { values: svd, exponent } = Svd::normalised(a)?;
    let rank = svd.rank();
    let scaled_v = Matrix::from_fn(svd.v.rows(), rank, |i, j| svd.v[(i, j)] / svd.s[j]);
    let u = svd.u.block(0, 0, svd.u.rows(), rank);
    product(&scaled_v, &u.transpose()).scaled_by_power(-exponent).checked_result("pinv")
}

/// The outer product `u₁*v₁'` of the leading singular vectors.
///
/// # Errors
/// [`Error::NotUnique`] when the two largest singular values agree to working precision, and as [`Svd::new`].
pub fn top_dyad(a: &Matrix) -> Result<Matrix, Error> {
    let svd = Svd::normalised(a)?.values;
    let largest = svd.s.first().copied().unwrap_or(0.0);
    let second = svd.s.get(1).copied().unwrap_or(0.0);
    let gap = if largest == 0.0 { 0.0 } else { (largest - second) / largest };
    // The vectors are wrong by about eps/gap, so nothing is left of them here.
    if gap <= a.rows().max(a.cols()) as f64 * f64::EPSILON {
        return Err(Error::NotUnique { what: "the leading singular dyad", gap });
    }
    Ok(Matrix::from_fn(a.rows(), a.cols(), |i, j| svd.u[(i, 0)] * svd.v[(j, 0)]))
}
