//! The principal logarithm and its Fréchet derivative.

use crate::error::Error;
use crate::factor::eigen::SymmetricEigen;
use crate::matfun::expm::{checked_direction, expm};
use crate::matfun::function::MatrixFunction;
use crate::matfun::kronecker::frechet_matrix;
use crate::matfun::perturbed::Perturbed;
use crate::matfun::power::{log_difference, power_difference};
use crate::matfun::primary::{Basis, Primary, Scaling, ratio};
use crate::matfun::sqrtm::{perturbed_root, refuse_rank_deficiency};
use crate::matfun::sylvester::quasi_triangular_solve;
use crate::matrix::Matrix;
use crate::scale::normalised;

/// Square roots taken; 2^60 brings every normal number within 1e-15 of 1, and off-diagonal entries halve with each.
const MAX_ROOTS: i32 = 100;

/// The size of `A - I` below which the approximant of degree 8 is exact to the unit roundoff, 0.367 for the value
/// (Al-Mohy and Higham 2012, Table 2.1); derivatives need less.
const THETA_8: f64 = 0.25;

/// Nodes and weights of the 8-point Gauss–Legendre rule on `[-1, 1]`, positive half.
const GAUSS: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_5),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_3),
];

/// The principal logarithm: `expm(X) = A`, every eigenvalue of `X` with imaginary part in `(-π, π)`.
///
/// A symmetric matrix goes through its eigenvalues, any other through inverse scaling and squaring of its Schur form.
/// # Errors
/// [`Error::NegativeAxis`] when an eigenvalue is negative, or zero and `A` not symmetric; [`Error::RankDeficient`],
/// [`Error::NotConverged`], [`Error::NotSquare`], [`Error::NotFinite`].
/// # References
/// Al-Mohy and Higham 2012, *Improved inverse scaling and squaring algorithms for the matrix logarithm*.
pub fn logm(a: &Matrix) -> Result<Matrix, Error> {
    Logm.value(a)
}

/// The Fréchet derivative `L(A,E)` of the principal logarithm.
///
/// # Errors
/// As [`logm`]; [`Error::Shape`] when the shapes of `A` and `E` differ.
/// # References
/// Al-Mohy, Higham and Relton 2013, *Computing the Fréchet derivative of the matrix logarithm and estimating the condition
/// number*.
pub fn logm_frechet(a: &Matrix, e: &Matrix) -> Result<Matrix, Error> {
    Logm.derivative(a, e)
}

/// The `n²×n²` matrix of `E ↦ L(A,E)` on stacked columns.
///
/// # Errors
/// As [`logm_frechet`].
pub fn logm_frechet_matrix(a: &Matrix) -> Result<Matrix, Error> {
    frechet_matrix(&Logm, a)
}

/// The principal logarithm, as one of the [matrix functions](crate::matfun::MatrixFunction).
#[derive(Clone, Copy, Debug)]
pub struct Logm;

impl Primary for Logm {
    fn name(&self) -> &'static str {
        "logm"
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        log_difference(x, y)
    }

    fn curvature(&self, x: f64) -> Option<f64> {
        Some(-1.0 / x / x)
    }

    fn symmetric(&self, eigen: &SymmetricEigen, tolerance: f64) -> Result<Matrix, Error> {
        let smallest = eigen.values.first().copied().unwrap_or(1.0);
        // Below that the sign of the smallest is unknown.
        if smallest <= tolerance {
            return Err(Error::NegativeAxis { function: "logm", eigenvalue: smallest });
        }
        Ok(eigen.apply(f64::ln))
    }

    fn check(&self, spectrum: &[f64], tolerance: f64) -> Result<(), Error> {
        refuse_rank_deficiency("logm", spectrum, tolerance)
    }

    fn basis(&self) -> Basis {
        Basis::Triangular
    }

    fn perturbed(&self, a: &Perturbed) -> Result<Perturbed, Error> {
        perturbed_log(a)
    }

    fn scaling(&self) -> Option<Scaling> {
        Some(Scaling::Logarithm)
    }

    /// `‖exp(X) - A‖/‖A‖`.
    fn defect(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        checked_direction("logm", a, x)?;
        let (scaled, exponent) = normalised(a);
        let shift = f64::from(exponent) * std::f64::consts::LN_2;
        Ok(Some(ratio(&expm(&x.shifted(-shift))?.plus(-1.0, &scaled), &scaled)))
    }
}

/// The logarithm of a perturbed quasi-triangular matrix.
///
/// # Errors
/// [`Error::NotConverged`], [`Error::Singular`].
pub(crate) fn perturbed_log(a: &Perturbed) -> Result<Perturbed, Error> {
    let t = a.base();
    let mut root = a.clone();
    let mut roots = 0;
    let rest = loop {
        let mut rest = root.shifted(-1.0);
        if roots > 0 {
            // The differences from 1 would cancel.
            let mut base = rest.base();
            write_diagonal(&t, &mut base, &RootMinusOne(0.5_f64.powi(roots)));
            rest.put(0, base);
        }
        if is_near_zero(&rest) {
            break rest;
        }
        if roots == MAX_ROOTS {
            return Err(Error::NotConverged {
                method: "logm (inverse scaling)",
                iterations: roots as usize,
            });
        }
        root = perturbed_root(&root)?;
        roots += 1;
    };
    let log = pade(&rest)?;
    let mut log = log.scaled_by_power(roots);
    let mut base = log.base();
    write_diagonal(&t, &mut base, &Log);
    log.put(0, base);
    Ok(log)
}

/// Whether the approximant is exact to the unit roundoff.
///
/// The norm is replaced by that of the square or the cube, which are much smaller for a matrix far from normal.
fn is_near_zero(x: &Perturbed) -> bool {
    if x.base().norm_one() <= THETA_8 {
        return true;
    }
    // Only the base: what an approximation of order 17 leaves out has, of every set, powers of it as factors.
    let base = Perturbed::constant(x.base(), 1);
    let square = base.product(&base);
    let by_square = square.base().norm_one().sqrt();
    if by_square > THETA_8 {
        return false;
    }
    let cube = square.product(&base).base().norm_one().cbrt();
    // Powers of 2 and 3 make up every power from 2 on.
    by_square.max(cube) <= THETA_8
}

/// The `[8/8]` Padé approximant of `log(I + X)`, which is Gauss–Legendre quadrature of `∫₀¹ (I + tX)⁻¹ X dt`.
fn pade(x: &Perturbed) -> Result<Perturbed, Error> {
    let n = x.base().rows();
    let mut sum = Perturbed::zero(n, n, x.sets());
    for (node, weight) in GAUSS {
        for sign in [1.0, -1.0] {
            let t = 0.5 * (1.0 + sign * node);
            let left = x.scaled(t).shifted(1.0);
            let base = left.base();
            let term = left.solved(x, |b| quasi_triangular_solve(&base, b))?;
            sum = sum.plus(0.5 * weight, &term);
        }
    }
    Ok(sum)
}

/// A function of a number that also has a value on a pair of complex ones.
pub(crate) trait Entry {
    /// `f(x)` for `x > 0`.
    fn real(&self, x: f64) -> f64;

    /// `f(e^(g + iθ))` as its real and imaginary parts.
    fn complex(&self, growth: f64, angle: f64) -> (f64, f64);

    /// `(f(x) - f(y))/(x - y)`.
    fn difference(&self, x: f64, y: f64) -> f64;
}

/// Writes the blocks on the diagonal, and the entries beside two real eigenvalues, as they follow from `T` directly.
pub(crate) fn write_diagonal(t: &Matrix, x: &mut Matrix, f: &impl Entry) {
    let n = t.rows();
    let mut after_real = false;
    let mut i = 0;
    while i < n {
        if i + 1 < n && t[(i + 1, i)] != 0.0 {
            let b = t[(i, i + 1)].abs().sqrt() * t[(i + 1, i)].abs().sqrt();
            let (re, im) = f.complex(log_modulus(t[(i, i)], b), b.atan2(t[(i, i)]));
            x[(i, i)] = re;
            x[(i + 1, i + 1)] = re;
            x[(i, i + 1)] = im * (t[(i, i + 1)] / b);
            x[(i + 1, i)] = im * (t[(i + 1, i)] / b);
            after_real = false;
            i += 2;
        } else {
            x[(i, i)] = f.real(t[(i, i)]);
            if after_real {
                x[(i - 1, i)] = t[(i - 1, i)] * f.difference(t[(i - 1, i - 1)], t[(i, i)]);
            }
            after_real = true;
            i += 1;
        }
    }
}

/// `log|a + ib|`, accurate near 0 too.
fn log_modulus(a: f64, b: f64) -> f64 {
    let excess = (a - 1.0) * (a + 1.0) + b * b;
    if excess.abs() < 0.5 { 0.5 * excess.ln_1p() } else { a.hypot(b).ln() }
}

/// The logarithm.
struct Log;

impl Entry for Log {
    fn real(&self, x: f64) -> f64 {
        x.ln()
    }

    fn complex(&self, growth: f64, angle: f64) -> (f64, f64) {
        (growth, angle)
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        log_difference(x, y)
    }
}

/// `x^α - 1` without cancellation.
struct RootMinusOne(f64);

impl Entry for RootMinusOne {
    fn real(&self, x: f64) -> f64 {
        (self.0 * x.ln()).exp_m1()
    }

    fn complex(&self, growth: f64, angle: f64) -> (f64, f64) {
        let (growth, half) = (self.0 * growth, (0.5 * self.0 * angle).sin());
        // e^g cos θ - 1 = (e^g - 1) cos θ - 2 sin²(θ/2).
        let cosine = 1.0 - 2.0 * half * half;
        let re = growth.exp_m1() * cosine - 2.0 * half * half;
        (re, growth.exp() * (self.0 * angle).sin())
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        power_difference(self.0, x, y)
    }
}
