//! The cosine and the sine of a matrix.

use crate::error::Error;
use crate::factor::eigen::SymmetricEigen;
use crate::matfun::expm::{checked_direction, expm, expm_frechet};
use crate::matfun::power::{cos_difference, sin_difference};
use crate::matfun::primary::{Primary, is_symmetric};
use crate::matrix::Matrix;
use crate::product::product;

/// The cosine of a square matrix.
///
/// A symmetric matrix goes through its eigenvalues, any other through
/// `exp([0, -A; A, 0]) = [cos(A), -sin(A); sin(A), cos(A)]`.
/// # Accuracy
/// The absolute error of a symmetric matrix is about `‖A‖` times the unit roundoff, as that of the scalar cosine of a
/// rounded argument.
/// # Errors
/// [`Error::NotSquare`], [`Error::NotFinite`], [`Error::Overflow`].
/// # References
/// Higham 2008, *Functions of Matrices*, (12.1) and (12.2).
pub fn cosm(a: &Matrix) -> Result<Matrix, Error> {
    Cosm.evaluate(a)
}

/// The sine of a square matrix; as [`cosm`].
///
/// # Errors
/// As [`cosm`].
pub fn sinm(a: &Matrix) -> Result<Matrix, Error> {
    Sinm.evaluate(a)
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

    fn scalar(&self, x: f64) -> f64 {
        x.cos()
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        cos_difference(x, y)
    }

    fn check(&self, _: &[f64], _: f64) -> Result<(), Error> {
        Ok(())
    }

    fn evaluate(&self, a: &Matrix) -> Result<Matrix, Error> {
        let n = a.checked_square("cosm")?;
        if is_symmetric(a) {
            return Ok(SymmetricEigen::new(a)?.apply(f64::cos));
        }
        Ok(expm(&turned(a))?.block(0, 0, n, n))
    }

    fn general(&self, a: &Matrix, e: &Matrix) -> Result<Matrix, Error> {
        Ok(expm_frechet(&turned(a), &turned(e))?.block(0, 0, a.rows(), a.rows()))
    }

    fn degree(&self) -> Option<f64> {
        None
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

    fn scalar(&self, x: f64) -> f64 {
        x.sin()
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        sin_difference(x, y)
    }

    fn check(&self, _: &[f64], _: f64) -> Result<(), Error> {
        Ok(())
    }

    fn evaluate(&self, a: &Matrix) -> Result<Matrix, Error> {
        let n = a.checked_square("sinm")?;
        if is_symmetric(a) {
            return Ok(SymmetricEigen::new(a)?.apply(f64::sin));
        }
        Ok(expm(&turned(a))?.block(n, 0, n, n))
    }

    fn general(&self, a: &Matrix, e: &Matrix) -> Result<Matrix, Error> {
        Ok(expm_frechet(&turned(a), &turned(e))?.block(a.rows(), 0, a.rows(), a.rows()))
    }

    fn degree(&self) -> Option<f64> {
        None
    }

    fn defect(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        checked_direction("sinm", a, x)?;
        circle(&cosm(a)?, x)
    }
}

/// `‖C² + S² - I‖/(‖C‖² + ‖S‖²)`; nothing where the squares overflow.
fn circle(c: &Matrix, s: &Matrix) -> Result<Option<f64>, Error> {
    let sum = product(c, c).plus(1.0, &product(s, s)).shifted(-1.0);
    let square = |x: &Matrix| x.data().iter().map(|y| y * y).sum::<f64>();
    let (error, size) = (square(&sum).sqrt(), square(c) + square(s));
    Ok((size.is_normal() && error.is_finite()).then(|| error / size))
}

/// `[0, -A; A, 0]`, which is `A` times a quarter turn.
fn turned(a: &Matrix) -> Matrix {
    let zero = Matrix::zeros(a.rows(), a.rows());
    zero.blocks(&a.scaled(-1.0), a, &zero)
}
