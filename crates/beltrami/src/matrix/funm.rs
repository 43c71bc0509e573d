//! Functions of matrices.

use std::num::NonZeroU32;

use beltrami_diag::{Error, codes};
use beltrami_linalg::matfun::{
    Cosm, Expm, InvRoot, Logm, MatrixFunction, Odd, Root, Sign, Sinm, Sqrtm,
};
use beltrami_linalg::{Format, invroot_in};

use super::{array, failed, matrix, refusal};
use crate::data::{Array, ArrayView};

/// A function of matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MatrixFn {
    /// The exponential.
    Expm,
    /// The principal logarithm.
    Logm,
    /// The principal square root.
    Sqrtm,
    /// The principal p-th root.
    Root(NonZeroU32),
    /// The inverse of the principal p-th root.
    InvRoot(NonZeroU32),
    /// The cosine.
    Cosm,
    /// The sine.
    Sinm,
    /// The polar factor of a matrix of any shape.
    Msign,
}

/// What [`funm`] computes beside the value.
#[derive(Clone, Debug, Default)]
pub struct FunmOptions {
    /// The direction of a derivative, of the shape of the matrix.
    pub direction: Option<Array>,
    /// The format of an iteration for [`MatrixFn::InvRoot`] of a symmetric matrix; double precision where nothing is said.
    pub format: Option<Format>,
}

/// A function of a matrix, and how far to trust it.
#[derive(Clone, Debug)]
pub struct FunmReport {
    /// The value.
    pub value: Array,
    /// The Fréchet derivative along the direction that was asked for.
    pub derivative: Option<Array>,
    /// The relative condition number in the Frobenius norm, where there is one.
    pub condition: Option<f64>,
    /// How well the value satisfies the equation that defines it, relative, where there is one.
    pub residual: Option<f64>,
    /// Steps of the iteration, where there was one.
    pub steps: Option<usize>,
}

/// A function of a square array, with its condition number and the derivative that is asked for.
///
/// ```
/// use beltrami::{Array, FunmOptions, MatrixFn, funm};
///
/// let a = Array::from([[4.0, 0.0], [0.0, 9.0]]);
/// let direction = Some(Array::from([[1.0, 0.0], [0.0, 0.0]]));
/// let found = funm(&a, MatrixFn::Sqrtm, &FunmOptions { direction, ..FunmOptions::default() })?;
/// assert!((found.value.to_f64()[3] - 3.0).abs() < 1e-14);
/// assert!(found.derivative.is_some_and(|d| (d.to_f64()[0] - 0.25).abs() < 1e-14));
/// # Ok::<(), beltrami::Error>(())
/// ```
///
/// # Errors
/// E0201 for a matrix that is not square, E0602 for what is no matrix, E0605 for entries that are not finite, E0604 for one
/// that is not symmetric where that is needed, E0701 for a direction of another shape, E0702 for a format of another function,
/// E0503 where there is no value.
/// # References
/// Higham 2008, *Functions of Matrices*.
pub fn funm<'a>(
    a: impl Into<ArrayView<'a>>,
    function: MatrixFn,
    options: &FunmOptions,
) -> Result<FunmReport, Error> {
    let hint = match options.format {
        Some(_) => "a longer format bears a larger condition number",
        None => "check the matrix against the domain of the function",
    };
    let refused = |error| failed(&error, hint);
    let (a, _) = matrix(a.into())?;
    let direction = options.direction.as_ref().map(|e| matrix(e.view())).transpose()?;
    let of = function.of();
    let (value, residual, steps) = match (options.format, function) {
        (Some(format), MatrixFn::InvRoot(p)) => {
            let found = invroot_in(&a, p, format, None).map_err(refused)?;
            (found.x, Some(found.residual), Some(found.steps))
        }
        (Some(_), _) => {
            let message = "only inverse roots are computed in a format of choice";
            return Err(refusal(&codes::E0702, message, "leave the format out"));
        }
        _ => {
            let value = of.value(&a).map_err(refused)?;
            let residual = of.residual(&a, &value).map_err(refused)?;
            (value, residual, None)
        }
    };
    let derivative = direction.map(|(e, _)| of.derivative(&a, &e)).transpose().map_err(refused)?;
    Ok(FunmReport {
        value: array(value)?,
        derivative: derivative.map(array).transpose()?,
        condition: of.condition(&a).ok(),
        residual,
        steps,
    })
}

impl MatrixFn {
    fn of(self) -> Box<dyn MatrixFunction> {
        match self {
            MatrixFn::Expm => Box::new(Expm),
            MatrixFn::Logm => Box::new(Logm),
            MatrixFn::Sqrtm => Box::new(Sqrtm),
            MatrixFn::Root(p) => Box::new(Root(p)),
            MatrixFn::InvRoot(p) => Box::new(InvRoot(p)),
            MatrixFn::Cosm => Box::new(Cosm),
            MatrixFn::Sinm => Box::new(Sinm),
            MatrixFn::Msign => Box::new(Odd(Sign)),
        }
    }
}
