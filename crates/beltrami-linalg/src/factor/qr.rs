//! QR factorisation by Householder reflections.

use crate::error::Error;
use crate::factor::residual::Residual;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{normalised, sequential};

/// The thin factorisation `A = Q*R`: `Q` is `m×min(m,n)` with orthonormal columns, `R` upper triangular.
///
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, section 5.2.
#[derive(Clone, Debug)]
pub struct Qr {
    /// The orthonormal factor.
    pub q: Matrix,
    /// The triangular factor.
    pub r: Matrix,
}

impl Qr {
    /// Factors `A`; about `4mn² - 4n³/3` flops.
    ///
    /// # Errors
    /// [`Error::NotFinite`], [`Error::Overflow`].
    pub fn new(a: &Matrix) -> Result<Qr, Error> {
        a.checked_finite("qr")?;
        sequential();
        let (scaled, exponent) = normalised(a);
        let factors = scaled.as_faer().qr();
        let q = Matrix::from_faer(factors.compute_thin_Q().as_ref());
        let r = Matrix::from_faer(factors.thin_R());
        // Below the diagonal faer keeps whatever the reflections left.
        let r = Matrix::from_fn(r.rows(), r.cols(), |i, j| if j < i { 0.0 } else { r[(i, j)] });
        Ok(Qr { q, r: r.scaled_by_power(exponent).checked_result("qr")? })
    }

    /// How well the factors reproduce `A`.
    pub fn residual(&self, a: &Matrix) -> Residual {
        Residual::of(a, &product(&self.q, &self.r), &[&self.q])
    }
}
