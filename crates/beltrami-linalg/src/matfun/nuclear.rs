//! The nuclear norm, the sum of the singular values.

use crate::error::Error;
use crate::factor::svd::Svd;
use crate::matfun::function::{MatrixFunction, Prepared};
use crate::matfun::gradient::Potential;
use crate::matfun::msign::msign;
use crate::matfun::odd::{At, Sign};
use crate::matrix::Matrix;
use crate::scale::ldexp;

/// The sum of the singular values of any matrix.
///
/// # Errors
/// [`Error::NotFinite`], [`Error::NotConverged`], [`Error::Overflow`].
pub fn nuclear_norm(a: &Matrix) -> Result<f64, Error> {
    let svd = Svd::normalised(a)?;
    let norm = ldexp(svd.values.s.iter().sum(), svd.exponent);
    if norm.is_finite() { Ok(norm) } else { Err(Error::Overflow { function: "nuclear_norm" }) }
}

/// The gradient of [`nuclear_norm`], the polar factor, of the shape of `A`.
///
/// # Errors
/// [`Error::RankDeficient`]: there the norm has a kink, and a whole set of subgradients; otherwise as [`msign`].
/// # References
/// Watson 1992, *Characterization of the subdifferential of some matrix norms*.
pub fn nuclear_norm_gradient(a: &Matrix) -> Result<Matrix, Error> {
    msign(a).map_err(of_gradient)
}

/// The nuclear norm, as one of the [matrix functions](crate::matfun::MatrixFunction).
#[derive(Clone, Copy, Debug)]
pub struct NuclearNorm;

impl MatrixFunction for NuclearNorm {
    fn name(&self) -> &'static str {
        "normnuc"
    }

    fn prepare(&self, a: &Matrix) -> Result<Box<dyn Prepared>, Error> {
        match At::new(Sign, a) {
            Ok(at) => {
                let norm = ldexp(at.singular_values().iter().sum(), at.exponent());
                let overflow = Error::Overflow { function: "nuclear_norm" };
                let value = if norm.is_finite() { Ok(norm) } else { Err(overflow) };
                Ok(Box::new(Potential { name: "normnuc", value, gradient: Ok(Box::new(at)) }))
            }
            Err(error @ (Error::NotFinite { .. } | Error::NotConverged { .. })) => Err(error),
            Err(error) => {
                let (value, gradient) = (nuclear_norm(a), Err(of_gradient(error)));
                Ok(Box::new(Potential { name: "normnuc", value, gradient }))
            }
        }
    }
}

fn of_gradient(error: Error) -> Error {
    match error {
        Error::RankDeficient { rank, wanted, .. } => {
            Error::RankDeficient { function: "nuclear_norm_gradient", rank, wanted }
        }
        other => other,
    }
}
