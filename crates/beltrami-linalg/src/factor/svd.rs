//! Singular value decomposition, pseudoinverse and the leading singular dyad.

use crate::error::Error;
use crate::factor::basis::completed;
use crate::factor::rank::scaled_rank;
use crate::factor::residual::Residual;
use crate::factor::svd_ladder;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{ldexp, normalised};

/// The decomposition `A = U*diag(s)*V'`, singular values descending: thin by [`Svd::new`], with square `U` and `V` by
/// [`Svd::full`].
///
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, section 8.6.
#[derive(Clone, Debug)]
pub struct Svd {
    /// Left singular vectors, `m×min(m,n)`, or `m×m`.
    pub u: Matrix,
    /// Singular values, descending.
    pub s: Vec<f64>,
    /// Right singular vectors, `n×min(m,n)`, or `n×n`.
    pub v: Matrix,
}

impl Svd {
    /// The thin decomposition of an `m×n` matrix, by divide and conquer.
    ///
    /// The result is compared with `A` before it is returned, and computed anew by Jacobi rotations if it does not fit.
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
        rounding_rank(&self.s, self.u.rows().max(self.v.rows()))
    }

    /// The full decomposition of an `m×n` matrix: `U` is `m×m` and `V` is `n×n`.
    ///
    /// # Errors
    /// As [`Svd::new`].
    pub fn full(a: &Matrix) -> Result<Svd, Error> {
        let Svd { u, s, v } = Svd::new(a)?;
        let (m, n, k) = (a.rows(), a.cols(), s.len());
        Ok(Svd {
            u: if m > k { completed(&u, k, m) } else { u },
            s,
            v: if n > k { completed(&v, k, n) } else { v },
        })
    }

    /// `U*diag(s)*V'`; thin and full decompositions alike.
    pub fn product(&self) -> Matrix {
        let (m, k) = (self.u.rows(), self.s.len());
        let scaled = Matrix::from_fn(m, k, |i, j| self.u[(i, j)] * self.s[j]);
        product(&scaled, &self.v.block(0, 0, self.v.rows(), k).transpose())
    }

    /// How well the factors reproduce `A`.
    pub fn residual(&self, a: &Matrix) -> Residual {
        Residual::of(a, &self.product(), &[&self.u, &self.v])
    }

    /// The decomposition of `A/2^exponent`, whose values neither overflow nor underflow.
    pub(crate) fn normalised(a: &Matrix) -> Result<ScaledSvd, Error> {
        a.checked_finite("svd")?;
        let (scaled, exponent) = normalised(a);
        Ok(ScaledSvd { values: svd_ladder::thin(&scaled)?, exponent })
    }
}

/// A decomposition of `A/2^exponent`.
pub(crate) struct ScaledSvd {
    pub(crate) values: Svd,
    pub(crate) exponent: i32,
}

/// How many of the singular values of a matrix of this length, descending, are above the rounding of the largest.
pub(crate) fn rounding_rank(values: &[f64], length: usize) -> usize {
    let tolerance = length as f64 * f64::EPSILON;
    let largest = values.first().copied().unwrap_or(0.0);
    values.iter().filter(|s| **s > tolerance * largest).count()
}

/// The singular values, descending, without the vectors, at about a quarter of the operations of [`Svd::new`].
///
/// Their squares are compared with those of the entries; the values come from [`Svd::new`] if the sums differ.
/// # Errors
/// As [`Svd::new`].
pub fn singular_values(a: &Matrix) -> Result<Vec<f64>, Error> {
    a.checked_finite("svd")?;
    let (scaled, exponent) = normalised(a);
    if let Some(values) = svd_ladder::values(&scaled) {
        let values: Vec<f64> = values.into_iter().map(|s| ldexp(s, exponent)).collect();
        if values.iter().all(|s| s.is_finite()) {
            return Ok(values);
        }
        return Err(Error::Overflow { function: "svd" });
    }
    Svd::new(a).map(|svd| svd.s)
}

/// The Moore–Penrose pseudoinverse; singular values below `max(m,n)*eps*s₁` count as zero.
///
/// # Errors
/// [`Error::Unresolved`] when some of those are not zero, as scaled rows and columns show: their reciprocals would be the
/// largest part of the result. [`Error::NotFinite`], [`Error::NotConverged`], [`Error::Overflow`].
pub fn pinv(a: &Matrix) -> Result<Matrix, Error> {
    let ScaledSvd { values: svd, exponent } = Svd::normalised(a)?;
    let rank = svd.rank();
    if rank < svd.s.len() {
        let apart = scaled_rank(a)?;
        if apart > rank {
            return Err(Error::Unresolved { function: "pinv", found: rank, rank: apart });
        }
    }
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
