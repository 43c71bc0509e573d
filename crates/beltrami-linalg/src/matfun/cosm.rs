//! The cosine and the sine of a matrix.

use crate::error::Error;
use crate::factor::eigen::SymmetricEigen;
use crate::factor::lu::Lu;
use crate::matfun::expm::checked_direction;
use crate::matfun::function::MatrixFunction;
use crate::matfun::pade::Approximant;
use crate::matfun::perturbed::Perturbed;
use crate::matfun::power::{cos_difference, sin_difference};
use crate::matfun::primary::{Basis, Primary};
use crate::matrix::Matrix;
use crate::product::product;

/// The cosine of a square matrix.
///
/// A symmetric matrix goes through its eigenvalues, any other through the Padé approximant of `exp(iA)`, of which it is the
/// real part.
/// # Accuracy
/// The absolute error of a symmetric matrix is about `‖A‖` times the unit roundoff, as that of the scalar cosine of a
/// rounded argument.
/// # Errors
/// [`Error::NotSquare`], [`Error::NotFinite`], [`Error::Overflow`].
/// # References
/// Higham 2008, *Functions of Matrices*, (12.1); Al-Mohy, Higham and Relton 2015, *New algorithms for computing the matrix
/// sine and cosine separately or simultaneously*.
pub fn cosm(a: &Matrix) -> Result<Matrix, Error> {
    Cosm.value(a)
}

/// The sine of a square matrix; as [`cosm`].
///
/// # Errors
/// As [`cosm`].
pub fn sinm(a: &Matrix) -> Result<Matrix, Error> {
    Sinm.value(a)
}

/// The cosine, as one of the [matrix functions](crate::matfun::MatrixFunction).
#[derive(Clone, Copy, Debug)]
pub struct Cosm;

/// The sine, as one of the [matrix functions](crate::matfun::MatrixFunction).
#[derive(Clone, Copy, Debug)]
pub struct Sinm;

impl Primary for Cosm {
    fn name(&self) -> &'static str {
        "cosm"
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        cos_difference(x, y)
    }

    fn curvature(&self, x: f64) -> Option<f64> {
        Some(-x.cos())
    }

    /// Entire: a distance of 1.
    fn scale(&self, _: f64, _: f64) -> f64 {
        1.0
    }

    fn symmetric(&self, eigen: &SymmetricEigen, _: f64) -> Result<Matrix, Error> {
        Ok(eigen.apply(f64::cos))
    }

    fn check(&self, _: &[f64], _: f64) -> Result<(), Error> {
        Ok(())
    }

    fn basis(&self) -> Basis {
        Basis::Given
    }

    fn perturbed(&self, a: &Perturbed) -> Result<Perturbed, Error> {
        Ok(cosine_and_sine("cosm", a)?.0)
    }

    fn defect(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        checked_direction("cosm", a, x)?;
        circle(x, &sinm(a)?)
    }
}

impl Primary for Sinm {
    fn name(&self) -> &'static str {
        "sinm"
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        sin_difference(x, y)
    }

    fn curvature(&self, x: f64) -> Option<f64> {
        Some(-x.sin())
    }

    /// Entire: a distance of 1.
    fn scale(&self, _: f64, _: f64) -> f64 {
        1.0
    }

    fn symmetric(&self, eigen: &SymmetricEigen, _: f64) -> Result<Matrix, Error> {
        Ok(eigen.apply(f64::sin))
    }

    fn check(&self, _: &[f64], _: f64) -> Result<(), Error> {
        Ok(())
    }

    fn basis(&self) -> Basis {
        Basis::Given
    }

    fn perturbed(&self, a: &Perturbed) -> Result<Perturbed, Error> {
        Ok(cosine_and_sine("sinm", a)?.1)
    }

    fn defect(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        checked_direction("sinm", a, x)?;
        circle(&cosm(a)?, x)
    }
}

/// The approximant of `exp(iA)` is `(V - iU)⁻¹(V + iU) = (V² + U²)⁻¹(V + iU)²` with real polynomials `U` and `V` of the
/// real matrix `A`, which commute; so is every square of it afterwards.
fn cosine_and_sine(function: &'static str, a: &Perturbed) -> Result<(Perturbed, Perturbed), Error> {
    let Approximant { u, v, squarings } = Approximant::rotation(function, a)?;
    let denominator = v.product(&v).plus(1.0, &u.product(&u));
    let lu = Lu::new(&denominator.base())?;
    let solve = |b: &Matrix| lu.solve_without_condition(b);
    let mut cosine = denominator.solved(&difference_of_squares(&v, &u), solve)?;
    let mut sine = denominator.solved(&v.product(&u).scaled(2.0), solve)?;
    for _ in 0..squarings {
        let twice = sine.product(&cosine).scaled(2.0);
        cosine = difference_of_squares(&cosine, &sine).checked_result(function)?;
        sine = twice.checked_result(function)?;
    }
    Ok((cosine, sine))
}

/// `X² - Y²` of matrices that commute.
fn difference_of_squares(x: &Perturbed, y: &Perturbed) -> Perturbed {
    x.plus(-1.0, y).product(&x.plus(1.0, y))
}

/// `‖C² + S² - I‖/(‖C‖² + ‖S‖²)`; nothing where the squares overflow.
fn circle(c: &Matrix, s: &Matrix) -> Result<Option<f64>, Error> {
    let sum = product(c, c).plus(1.0, &product(s, s)).shifted(-1.0);
    let square = |x: &Matrix| x.data().iter().map(|y| y * y).sum::<f64>();
    let (error, size) = (square(&sum).sqrt(), square(c) + square(s));
    Ok((size.is_normal() && error.is_finite()).then(|| error / size))
}
