//! The spectral norm, the largest singular value.

use crate::error::Error;
use crate::factor::svd::{singular_values, top_dyad};
use crate::matfun::function::{MatrixFunction, Prepared};
use crate::matfun::gradient::Potential;
use crate::matfun::odd::top_dyad_at;
use crate::matrix::Matrix;
use crate::scale::ldexp;

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

/// The spectral norm, as one of the [matrix functions](crate::matfun::MatrixFunction).
#[derive(Clone, Copy, Debug)]
pub struct SpectralNorm;

impl MatrixFunction for SpectralNorm {
    fn name(&self) -> &'static str {
        "normspec"
    }

    fn prepare(&self, a: &Matrix) -> Result<Box<dyn Prepared>, Error> {
        match top_dyad_at(a) {
            Ok(at) => {
                let largest = at.singular_values().first().copied().unwrap_or(0.0);
                let norm = ldexp(largest, at.exponent());
                let overflow = Error::Overflow { function: "spectral_norm" };
                let value = if norm.is_finite() { Ok(norm) } else { Err(overflow) };
                Ok(Box::new(Potential { name: "normspec", value, gradient: Ok(Box::new(at)) }))
            }
            Err(error @ (Error::NotFinite { .. } | Error::NotConverged { .. })) => Err(error),
            Err(error) => {
                let value = spectral_norm(a);
                Ok(Box::new(Potential { name: "normspec", value, gradient: Err(error) }))
            }
        }
    }
}
