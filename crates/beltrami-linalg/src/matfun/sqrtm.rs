//! The principal square root and its Fréchet derivative.

use crate::error::Error;
use crate::factor::eigen::{SymmetricEigen, eigenvalues};
use crate::factor::lu::Lu;
use crate::matfun::expm::checked_direction;
use crate::matfun::kronecker::{solve_sylvester, sylvester_matrix};
use crate::matfun::primary::Primary;
use crate::matfun::root::{TWO, power_defect};
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::normalised;

/// Steps of the Denman–Beavers iteration; with scaling fewer than ten are usual, 50 means that rounding won.
const MAX_STEPS: usize = 50;

/// Beyond this size the `n²×n²` system of the derivative takes longer than a second.
const LARGEST_SYSTEM: usize = 40;

/// The principal square root: `X*X = A`, every eigenvalue of `X` in the open right half-plane.
///
/// A symmetric matrix goes through its eigenvalues, and may then be semidefinite; any other through the product form of
/// the scaled Denman–Beavers iteration.
/// # Accuracy
/// Relative residual about `‖X‖²/‖A‖` times the unit roundoff.
/// # Errors
/// [`Error::NegativeAxis`] when an eigenvalue is negative, or zero and `A` not symmetric; [`Error::NotConverged`],
/// [`Error::NotSquare`], [`Error::NotFinite`].
/// # References
/// Higham 2008, *Functions of Matrices*, (6.29) and section 6.5; Cheng, Higham, Kenney and Laub 2001.
pub fn sqrtm(a: &Matrix) -> Result<Matrix, Error> {
    let n = a.checked_square("sqrtm")?;
    let (scaled, exponent) = normalised(a);
    // Only an even power has a square root that is a power of two.
    let odd = exponent.rem_euclid(2);
    let scaled = if odd == 1 { scaled.scaled(2.0) } else { scaled };
    let half = (exponent - odd) / 2;
    if scaled.max_abs() == 0.0 {
        return Ok(Matrix::zeros(n, n));
    }
    let root = if scaled.asymmetry() <= n as f64 * f64::EPSILON {
        symmetric_root(&scaled)
    } else {
        refuse_negative_axis("sqrtm", &scaled).and_then(|()| denman_beavers(&scaled))
    };
    root.map(|x| x.scaled_by_power(half)).map_err(|error| error.of_multiple(2 * half))
}

/// The Fréchet derivative `L(A,E)` of the principal square root, the solution of `X*L + L*X = E` with `X = sqrtm(A)`.
///
/// # Errors
/// As [`sqrtm`]; [`Error::Singular`] for a singular matrix; [`Error::Shape`] when the shapes of `A` and `E` differ.
/// # References
/// Higham 2008, *Functions of Matrices*, section 6.1.
pub fn sqrtm_frechet(a: &Matrix, e: &Matrix) -> Result<Matrix, Error> {
    checked_direction("sqrtm_frechet", a, e)?;
    let x = sqrtm(a)?;
    solve_sylvester(&x, &x, e)
}

/// The `n²×n²` matrix of `E ↦ L(A,E)` on stacked columns, `(I⊗X + X'⊗I)⁻¹` with `X = sqrtm(A)`.
///
/// # Errors
/// As [`sqrtm_frechet`].
pub fn sqrtm_frechet_matrix(a: &Matrix) -> Result<Matrix, Error> {
    let x = sqrtm(a)?;
    Lu::new(&sylvester_matrix(&x, &x)?)?.inverse()
}

/// The principal square root, as one of the [matrix functions](crate::matfun::MatrixFunction).
#[derive(Clone, Copy, Debug)]
pub struct Sqrtm;

impl Primary for Sqrtm {
    fn name(&self) -> &'static str {
        "sqrtm"
    }

    fn scalar(&self, x: f64) -> f64 {
        x.max(0.0).sqrt()
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        1.0 / (self.scalar(x) + self.scalar(y))
    }

    /// The root of a singular matrix exists and has no derivative.
    fn check(&self, spectrum: &[f64], tolerance: f64) -> Result<(), Error> {
        refuse_rank_deficiency("sqrtm", spectrum, tolerance)
    }

    fn evaluate(&self, a: &Matrix) -> Result<Matrix, Error> {
        sqrtm(a)
    }

    /// The block matrix is worse conditioned than `A`; where its root fails, the linear system may still serve.
    fn general(&self, a: &Matrix, e: &Matrix) -> Result<Matrix, Error> {
        let n = a.rows();
        match sqrtm(&a.blocks(e, &Matrix::zeros(n, n), a)) {
            Ok(x) => Ok(x.block(0, n, n, n)),
            Err(_) if n <= LARGEST_SYSTEM => sqrtm_frechet(a, e),
            Err(error) => Err(error),
        }
    }

    fn degree(&self) -> Option<f64> {
        Some(-0.5)
    }

    fn defect(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        power_defect(a, x, TWO)
    }
}

/// Refuses a symmetric matrix whose smallest eigenvalue is not positive: as having no principal value if it is negative,
/// as rank deficient if it is zero to within rounding.
pub(crate) fn refuse_rank_deficiency(
    function: &'static str,
    spectrum: &[f64],
    tolerance: f64,
) -> Result<(), Error> {
    let smallest = spectrum.first().copied().unwrap_or(f64::INFINITY);
    if smallest < -tolerance {
        return Err(Error::NegativeAxis { function, eigenvalue: smallest });
    }
    let rank = spectrum.iter().filter(|x| **x > tolerance).count();
    if rank < spectrum.len() {
        return Err(Error::RankDeficient { function, rank, wanted: spectrum.len() });
    }
    Ok(())
}

/// Refuses a spectrum that touches the closed negative real axis, to within the rounding error of the eigenvalues.
pub(crate) fn refuse_negative_axis(function: &'static str, a: &Matrix) -> Result<(), Error> {
    let tolerance = a.rows() as f64 * f64::EPSILON * a.norm_one();
    for (re, im) in eigenvalues(a)? {
        if re <= tolerance && im.abs() <= tolerance {
            return Err(Error::NegativeAxis { function, eigenvalue: re });
        }
    }
    Ok(())
}

fn symmetric_root(a: &Matrix) -> Result<Matrix, Error> {
    let eigen = SymmetricEigen::new(a)?;
    let smallest = eigen.values.first().copied().unwrap_or(0.0);
    // Eigenvalues carry an error of n*eps*‖A‖; a semidefinite matrix may show that much below zero.
    if smallest < -(a.rows() as f64 * f64::EPSILON * a.norm_one()) {
        return Err(Error::NegativeAxis { function: "sqrtm", eigenvalue: smallest });
    }
    Ok(eigen.apply(|x| x.max(0.0).sqrt()))
}

fn denman_beavers(a: &Matrix) -> Result<Matrix, Error> {
    let n = a.rows();
    let not_converged =
        |iterations| Error::NotConverged { method: "sqrtm (Denman–Beavers)", iterations };
    let (mut x, mut m) = (a.clone(), a.clone());
    let mut last = f64::INFINITY;
    for step in 1..=MAX_STEPS {
        let lu = Lu::new(&m)?;
        let inverse = lu.inverse().map_err(|_| not_converged(step))?;
        // Scaling by |det|^(-1/2n) pays only far from the limit (Higham 2008, section 6.5).
        let mu = if last > 1e-2 { (-lu.log_abs_det()?.1 / (2.0 * n as f64)).exp() } else { 1.0 };
        x = product(&x, &inverse.scaled(1.0 / (mu * mu)).shifted(1.0)).scaled(0.5 * mu);
        m = m.scaled(0.25 * mu * mu).plus(0.25 / (mu * mu), &inverse).shifted(0.5);
        let distance = m.shifted(-1.0).norm_one();
        if !distance.is_finite() {
            return Err(not_converged(step));
        }
        // Convergence is quadratic: once below the roundoff level, or stalled just above it, no step helps further.
        let level = n as f64 * f64::EPSILON;
        if distance <= level || (distance < 1e-6 && distance >= 0.5 * last) {
            let residual = product(&x, &x).plus(-1.0, a).norm_one();
            // The attainable residual is of order n*eps*‖X‖²*cond; the factor 1e6 separates it from a wrong limit.
            let size = x.norm_one();
            return if residual <= 1e6 * level * size * size {
                Ok(x)
            } else {
                Err(not_converged(step))
            };
        }
        last = distance;
    }
    Err(not_converged(MAX_STEPS))
}
