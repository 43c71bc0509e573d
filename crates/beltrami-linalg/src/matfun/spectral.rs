//! The spectral norm, the largest singular value.

use crate::error::Error;
use crate::factor::svd::{singular_values, top_dyad};
use crate::matrix::Matrix;

/// The largest singular value of any matrix, 0 if it has no entries.
///
/// # Errors
/// [`Error::NotFinite`], [`Error::NotConverged`], [`Error::Overflow`].
pub fn spectral_norm(a: &Matrix) -> Result<f64, Error> {
    Ok(singular_values(a)?.first().copied().unwrap_or(0.0))
}

/// The gradient of [`spectral_norm`], the outer product `u₁v₁'` of the leading singular vectors, of the shape of `A`.
///
/// # Errors
/// [`Error::NotUnique`] where the two largest singular values agree to working precision: there the norm has a kink, and
/// a whole set of subgradients; otherwise as [`spectral_norm`].
/// # References
/// Watson 1992, *Characterization of the subdifferential of some matrix norms*.
pub fn spectral_norm_gradient(a: &Matrix) -> Result<Matrix, Error> {
    top_dyad(a)
}
