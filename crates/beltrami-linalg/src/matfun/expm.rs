//! The matrix exponential and its Fréchet derivative.

use crate::error::Error;
use crate::factor::eigen::SymmetricEigen;
use crate::factor::lu::Lu;
use crate::matfun::action::low_rank_derivative;
use crate::matfun::condition::frobenius;
use crate::matfun::function::MatrixFunction;
use crate::matfun::kronecker::frechet_matrix;
use crate::matfun::pade::Approximant;
use crate::matfun::perturbed::Perturbed;
use crate::matfun::power::exp_difference;
use crate::matfun::primary::{Basis, Primary};
use crate::matrix::Matrix;
use crate::product::product;

/// The matrix exponential by scaling and squaring with Padé approximants of degree up to 13.
///
/// # Accuracy
/// Backward error at most one unit roundoff in exact arithmetic.
/// # Errors
/// [`Error::NotSquare`], [`Error::NotFinite`], [`Error::Overflow`].
/// # References
/// Al-Mohy and Higham 2009, *A new scaling and squaring algorithm for the matrix exponential*, Algorithm 5.1, with
/// exact instead of estimated norms of powers.
pub fn expm(a: &Matrix) -> Result<Matrix, Error> {
    Expm.value(a)
}

/// The Fréchet derivative `L(A,E)` of the matrix exponential, the linear part of `expm(A + E) - expm(A)`.
///
/// # Errors
/// As [`expm`]; [`Error::Shape`] when the shapes of `A` and `E` differ.
/// # References
/// Al-Mohy and Higham 2009, *Computing the Fréchet derivative of the matrix exponential, with an application to condition
/// number estimation*.
pub fn expm_frechet(a: &Matrix, e: &Matrix) -> Result<Matrix, Error> {
    Expm.derivative(a, e)
}

/// The `n²×n²` matrix of `E ↦ L(A,E)` on stacked columns.
///
/// # Errors
/// As [`expm`].
pub fn expm_frechet_matrix(a: &Matrix) -> Result<Matrix, Error> {
    frechet_matrix(&Expm, a)
}

/// The exponential, as one of the [matrix functions](crate::matfun::MatrixFunction).
#[derive(Clone, Copy, Debug)]
pub struct Expm;

impl Primary for Expm {
    fn name(&self) -> &'static str {
        "expm"
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        exp_difference(x, y)
    }

    fn curvature(&self, x: f64) -> Option<f64> {
        Some(x.exp())
    }

    /// Entire: a distance of 1.
    fn scale(&self, _: f64, _: f64) -> f64 {
        1.0
    }

    fn symmetric(&self, eigen: &SymmetricEigen, _: f64) -> Result<Matrix, Error> {
        Ok(eigen.apply(f64::exp))
    }

    fn low_rank(
        &self,
        a: &Matrix,
        factors: (&Matrix, &Matrix),
        others: &[Matrix],
    ) -> Option<Result<Matrix, Error>> {
        low_rank_derivative(a, factors, others)
    }

    fn low_rank_columns(&self) -> usize {
        4
    }

    /// The approximants are as accurate, and cost less.
    fn decomposes(&self) -> bool {
        false
    }

    fn check(&self, _: &[f64], _: f64) -> Result<(), Error> {
        Ok(())
    }

    fn basis(&self) -> Basis {
        Basis::Given
    }

    fn perturbed(&self, a: &Perturbed) -> Result<Perturbed, Error> {
        perturbed_exp("expm", a)
    }

    /// `‖X·exp(-A) - I‖/(‖X‖‖exp(-A)‖)`; nothing where `exp(-A)` is too large.
    fn defect(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        checked_direction("expm", a, x)?;
        let Ok(inverse) = expm(&a.scaled(-1.0)) else { return Ok(None) };
        let size = frobenius(&inverse) * frobenius(x);
        let error = frobenius(&product(x, &inverse).shifted(-1.0));
        Ok((size.is_normal() && error.is_finite()).then(|| error / size))
    }
}

/// The exponential of a perturbed matrix, whose directions are near 1.
pub(crate) fn perturbed_exp(function: &'static str, a: &Perturbed) -> Result<Perturbed, Error> {
    // Squaring would lose the small entries of a graded diagonal; it also covers the zero matrix.
    if let (1, base) = (a.sets(), a.base())
        && is_diagonal(&base)
    {
        let x = Matrix::diagonal(&(0..base.rows()).map(|i| base[(i, i)].exp()).collect::<Vec<_>>());
        return Perturbed::constant(x, 1).checked_result(function);
    }
    let Approximant { u, v, squarings } = Approximant::new(function, a)?;
    // (V - U) X = V + U; for nilpotent A the denominator is unipotent, harmless however large its condition number.
    let denominator = v.plus(-1.0, &u);
    let lu = Lu::new(&denominator.base())?;
    let mut x = denominator.solved(&v.plus(1.0, &u), |b| lu.solve_without_condition(b))?;
    for _ in 0..squarings {
        x = x.product(&x).checked_result(function)?;
    }
    x.checked_result(function)
}

pub(crate) fn checked_direction(
    function: &'static str,
    a: &Matrix,
    e: &Matrix,
) -> Result<(), Error> {
    if (a.rows(), a.cols()) != (e.rows(), e.cols()) {
        let detail = format!("{}×{} and a direction {}×{}", a.rows(), a.cols(), e.rows(), e.cols());
        return Err(Error::Shape { function, detail });
    }
    e.checked_finite(function)
}

pub(crate) fn is_diagonal(a: &Matrix) -> bool {
    (0..a.rows()).all(|i| a.row(i).iter().enumerate().all(|(j, x)| i == j || *x == 0.0))
}
