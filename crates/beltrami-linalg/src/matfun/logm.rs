//! The principal logarithm and its Fréchet derivative.

use crate::error::Error;
use crate::factor::eigen::SymmetricEigen;
use crate::factor::lu::Lu;
use crate::matfun::expm::{checked_direction, expm, expm_frechet_matrix};
use crate::matfun::kronecker::{stacked, unstacked};
use crate::matfun::power::log_difference;
use crate::matfun::primary::{Primary, ratio};
use crate::matfun::sqrtm::{refuse_negative_axis, refuse_rank_deficiency, sqrtm};
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{exponent_of, normalised};

/// Square roots taken; 2^60 brings every normal number within 1e-15 of 1.
const MAX_ROOTS: usize = 60;

/// `‖A - I‖₁` below which the approximant of degree 7 is exact to the unit roundoff (Higham 2008, Table 11.1).
const THETA_7: f64 = 2.64e-1;

/// Nodes and weights of the 7-point Gauss–Legendre rule on `[-1, 1]`, non-negative half.
const GAUSS: [(f64, f64); 4] = [
    (0.0, 0.417_959_183_673_469_4),
    (0.405_845_151_377_397_2, 0.381_830_050_505_118_9),
    (0.741_531_185_599_394_4, 0.279_705_391_489_276_7),
    (0.949_107_912_342_758_5, 0.129_484_966_168_869_7),
];

/// The principal logarithm: `expm(X) = A`, every eigenvalue of `X` with imaginary part in `(-π, π)`.
///
/// A symmetric matrix goes through its eigenvalues, any other through inverse scaling and squaring.
/// # Accuracy
/// The square roots lose digits when `A` is badly conditioned; the relative error is about `cond(A)*eps` at worst.
/// # Errors
/// [`Error::NegativeAxis`] when an eigenvalue is zero or negative; [`Error::NotConverged`], [`Error::NotSquare`],
/// [`Error::NotFinite`].
/// # References
/// Higham 2008, *Functions of Matrices*, Algorithm 11.9 and (11.18).
pub fn logm(a: &Matrix) -> Result<Matrix, Error> {
    let n = a.checked_square("logm")?;
    if n == 0 {
        return Ok(Matrix::zeros(0, 0));
    }
    let (scaled, exponent) = normalised(a);
    // log(2^e A) = log(A) + e log(2) I.
    let shift = f64::from(exponent) * std::f64::consts::LN_2;
    if scaled.asymmetry() <= n as f64 * f64::EPSILON {
        return symmetric_log(&scaled)
            .map(|x| x.shifted(shift))
            .map_err(|error| error.of_multiple(exponent));
    }
    refuse_negative_axis("logm", &scaled).map_err(|error| error.of_multiple(exponent))?;
    let mut root = scaled;
    let mut roots = 0;
    while root.shifted(-1.0).norm_one() > THETA_7 {
        if roots == MAX_ROOTS {
            return Err(Error::NotConverged {
                method: "logm (inverse scaling)",
                iterations: roots,
            });
        }
        root = sqrtm(&root)?;
        roots += 1;
    }
    Ok(pade(&root.shifted(-1.0))?.scaled_by_power(roots as i32).shifted(shift))
}

/// The Fréchet derivative `L(A,E)` of the principal logarithm, by solving `L_exp(log(A), L) = E`.
///
/// An `n²×n²` system, meant for `n` below about 30.
/// # Errors
/// As [`logm`]; [`Error::Singular`]; [`Error::Shape`] when the shapes of `A` and `E` differ.
/// # References
/// Higham 2008, *Functions of Matrices*, Theorem 3.5.
pub fn logm_frechet(a: &Matrix, e: &Matrix) -> Result<Matrix, Error> {
    let n = a.checked_square("logm_frechet")?;
    checked_direction("logm_frechet", a, e)?;
    // With A divided by a power of two, expm neither overflows nor underflows: L(A,E) = L(A/c, E/c).
    let (scaled, exponent) = normalised(a);
    let x = logm(&scaled)?;
    let k = expm_frechet_matrix(&x)?;
    let size = exponent_of(e.max_abs());
    let right = Matrix::new(n * n, 1, stacked(&e.scaled_by_power(-size)))?;
    let solution = Lu::new(&k)?.solve(&right)?;
    unstacked(n, solution.data()).scaled_by_power(size - exponent).checked_result("logm_frechet")
}

/// The `n²×n²` matrix of `E ↦ L(A,E)` on stacked columns, the inverse of that of the exponential at `logm(A)`.
///
/// # Errors
/// As [`logm_frechet`].
pub fn logm_frechet_matrix(a: &Matrix) -> Result<Matrix, Error> {
    a.checked_square("logm_frechet")?;
    let (scaled, exponent) = normalised(a);
    let k = expm_frechet_matrix(&logm(&scaled)?)?;
    Lu::new(&k)?.inverse()?.scaled_by_power(-exponent).checked_result("logm_frechet")
}

/// The principal logarithm, as one of the [matrix functions](crate::matfun::MatrixFunction).
#[derive(Clone, Copy, Debug)]
pub struct Logm;

impl Primary for Logm {
    fn name(&self) -> &'static str {
        "logm"
    }

    fn scalar(&self, x: f64) -> f64 {
        x.ln()
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        log_difference(x, y)
    }

    fn check(&self, spectrum: &[f64], tolerance: f64) -> Result<(), Error> {
        refuse_rank_deficiency("logm", spectrum, tolerance)
    }

    fn evaluate(&self, a: &Matrix) -> Result<Matrix, Error> {
        logm(a)
    }

    fn degree(&self) -> Option<f64> {
        Some(-1.0)
    }

    /// `‖exp(X) - A‖/‖A‖`.
    fn defect(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        checked_direction("logm", a, x)?;
        let (scaled, exponent) = normalised(a);
        let shift = f64::from(exponent) * std::f64::consts::LN_2;
        Ok(Some(ratio(&expm(&x.shifted(-shift))?.plus(-1.0, &scaled), &scaled)))
    }
}

fn symmetric_log(a: &Matrix) -> Result<Matrix, Error> {
    let eigen = SymmetricEigen::new(a)?;
    let smallest = eigen.values.first().copied().unwrap_or(0.0);
    // Eigenvalues carry an error of n*eps*‖A‖, so below that the sign of the smallest is unknown.
    if smallest <= a.rows() as f64 * f64::EPSILON * a.norm_one() {
        return Err(Error::NegativeAxis { function: "logm", eigenvalue: smallest });
    }
    Ok(eigen.apply(f64::ln))
}

/// The `[7/7]` Padé approximant of `log(I + X)`, which is Gauss–Legendre quadrature of `∫₀¹ X (I + tX)⁻¹ dt`.
fn pade(x: &Matrix) -> Result<Matrix, Error> {
    let mut sum = Matrix::zeros(x.rows(), x.cols());
    for (node, weight) in GAUSS {
        let signs: &[f64] = if node == 0.0 { &[1.0] } else { &[1.0, -1.0] };
        for sign in signs {
            let t = 0.5 * (1.0 + sign * node);
            let inverse = Lu::new(&x.scaled(t).shifted(1.0))?.inverse()?;
            sum = sum.plus(0.5 * weight, &inverse);
        }
    }
    Ok(product(x, &sum))
}
