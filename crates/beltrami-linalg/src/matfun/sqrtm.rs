//! The principal square root and its Fréchet derivative.

use crate::error::Error;
use crate::factor::eigen::SymmetricEigen;
use crate::matfun::function::MatrixFunction;
use crate::matfun::halving::{root_differences, second_of_root};
use crate::matfun::kronecker::frechet_matrix;
use crate::matfun::perturbed::Perturbed;
use crate::matfun::primary::{Basis, Primary, Scaling};
use crate::matfun::root::{TWO, power_defect};
use crate::matfun::sylvester::{quasi_triangular_root, quasi_triangular_sylvester};
use crate::matrix::Matrix;

/// The principal square root: `X*X = A`, every eigenvalue of `X` in the open right half-plane.
///
/// A symmetric matrix goes through its eigenvalues, and may then be semidefinite; any other through its Schur form.
/// # Accuracy
/// Relative residual about `‖X‖²/‖A‖` times the unit roundoff.
/// # Errors
/// [`Error::NegativeAxis`] when an eigenvalue is negative, or zero and `A` not symmetric; [`Error::NotConverged`],
/// [`Error::NotSquare`], [`Error::NotFinite`].
/// # References
/// Björck and Hammarling 1983, *A Schur method for the square root of a matrix*; Higham 1987, *Computing real square roots
/// of a real matrix*.
pub fn sqrtm(a: &Matrix) -> Result<Matrix, Error> {
    Sqrtm.value(a)
}

/// The Fréchet derivative `L(A,E)` of the principal square root, the solution of `X*L + L*X = E` with `X = sqrtm(A)`.
///
/// # Errors
/// As [`sqrtm`]; [`Error::RankDeficient`] for a singular matrix; [`Error::Shape`] when the shapes of `A` and `E` differ.
/// # References
/// Higham 2008, *Functions of Matrices*, section 6.1.
pub fn sqrtm_frechet(a: &Matrix, e: &Matrix) -> Result<Matrix, Error> {
    Sqrtm.derivative(a, e)
}

/// The `n²×n²` matrix of `E ↦ L(A,E)` on stacked columns, `(I⊗X + X'⊗I)⁻¹` with `X = sqrtm(A)`.
///
/// # Errors
/// As [`sqrtm_frechet`].
pub fn sqrtm_frechet_matrix(a: &Matrix) -> Result<Matrix, Error> {
    frechet_matrix(&Sqrtm, a)
}

/// The principal square root, as one of the [matrix functions](crate::matfun::MatrixFunction).
#[derive(Clone, Copy, Debug)]
pub struct Sqrtm;

impl Primary for Sqrtm {
    fn name(&self) -> &'static str {
        "sqrtm"
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        1.0 / (x.max(0.0).sqrt() + y.max(0.0).sqrt())
    }

    fn differences(&self, values: &[f64]) -> Matrix {
        let roots: Vec<f64> = values.iter().map(|x| x.max(0.0).sqrt()).collect();
        root_differences(&roots, TWO)
    }

    fn second(
        &self,
        values: &[f64],
        directions: (&Matrix, &Matrix),
        symmetric: bool,
    ) -> Option<Matrix> {
        Some(second_of_root(values, directions, symmetric, 1, false))
    }

    fn symmetric(&self, eigen: &SymmetricEigen, tolerance: f64) -> Result<Matrix, Error> {
        refuse_negative("sqrtm", &eigen.values, tolerance)?;
        Ok(eigen.apply(|x| x.max(0.0).sqrt()))
    }

    /// The root of a singular matrix exists and has no derivative.
    fn check(&self, spectrum: &[f64], tolerance: f64) -> Result<(), Error> {
        refuse_rank_deficiency("sqrtm", spectrum, tolerance)
    }

    fn basis(&self) -> Basis {
        Basis::Triangular
    }

    fn perturbed(&self, a: &Perturbed) -> Result<Perturbed, Error> {
        perturbed_root(a)
    }

    fn scaling(&self) -> Option<Scaling> {
        Some(Scaling::Power { unit: 2, step: 1.0 })
    }

    fn defect(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        power_defect(a, x, TWO)
    }
}

/// The square root of a perturbed quasi-triangular matrix: `X*X = A` set by set, each a Sylvester equation with the root
/// without perturbation.
///
/// # Errors
/// [`Error::Singular`].
pub(crate) fn perturbed_root(a: &Perturbed) -> Result<Perturbed, Error> {
    let root = quasi_triangular_root(&a.base())?;
    let mut x = Perturbed::constant(root.clone(), a.sets());
    for set in 1..a.sets() {
        let known = x.convolved(&x, set, |subset| subset != 0 && subset != set);
        let mut right = match (a.part(set), known) {
            (Some(a), Some(known)) => a.plus(-1.0, &known),
            (Some(a), None) => a.clone(),
            (None, Some(known)) => known.scaled(-1.0),
            (None, None) => continue,
        };
        quasi_triangular_sylvester(&root, &root, &mut right)?;
        x.put(set, right);
    }
    Ok(x)
}

/// Refuses a symmetric matrix with a negative eigenvalue. As eigenvalues carry rounding errors, a semidefinite matrix may
/// show that much below zero.
pub(crate) fn refuse_negative(
    function: &'static str,
    spectrum: &[f64],
    tolerance: f64,
) -> Result<(), Error> {
    match spectrum.first() {
        Some(&smallest) if smallest < -tolerance => {
            Err(Error::NegativeAxis { function, eigenvalue: smallest })
        }
        _ => Ok(()),
    }
}

/// Refuses a symmetric matrix whose smallest eigenvalue is not positive: as having no principal value if it is negative,
/// as rank deficient if it is zero to within rounding.
pub(crate) fn refuse_rank_deficiency(
    function: &'static str,
    spectrum: &[f64],
    tolerance: f64,
) -> Result<(), Error> {
    refuse_negative(function, spectrum, tolerance)?;
    let rank = spectrum.iter().filter(|x| **x > tolerance).count();
    if rank < spectrum.len() {
        return Err(Error::RankDeficient { function, rank, wanted: spectrum.len() });
    }
    Ok(())
}
