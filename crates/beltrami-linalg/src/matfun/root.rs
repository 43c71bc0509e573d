//! Principal `p`-th roots.

use std::num::NonZeroU32;

use crate::error::Error;
use crate::factor::eigen::SymmetricEigen;
use crate::factor::lu::Lu;
use crate::matfun::expm::checked_direction;
use crate::matfun::power::power_difference;
use crate::matfun::primary::{Primary, is_symmetric, ratio};
use crate::matfun::sqrtm::{refuse_negative_axis, refuse_rank_deficiency, sqrtm};
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::normalised;

/// Steps of the coupled iteration: it gains a factor `e` of the condition at first, then converges quadratically.
const MAX_STEPS: usize = 100;

/// The square root.
pub(crate) const TWO: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);

/// The principal `p`-th root: `X^p = A`, the arguments of all eigenvalues of `X` in `(-π/p, π/p)`.
///
/// A symmetric matrix goes through its eigenvalues, and may then be semidefinite; any other through [`root_newton`].
/// # Errors
/// [`Error::NegativeAxis`] when an eigenvalue is negative, or zero and `A` not symmetric; [`Error::NotConverged`],
/// [`Error::NotSquare`], [`Error::NotFinite`].
pub fn root(a: &Matrix, p: NonZeroU32) -> Result<Matrix, Error> {
    a.checked_square("root")?;
    if !is_symmetric(a) {
        return root_newton(a, p);
    }
    let eigen = SymmetricEigen::new(a)?;
    let smallest = eigen.values.first().copied().unwrap_or(0.0);
    // Eigenvalues carry an error of n*eps*‖A‖; a semidefinite matrix may show that much below zero.
    if p.get() > 1 && smallest < -(a.rows() as f64 * f64::EPSILON * a.norm_one()) {
        return Err(Error::NegativeAxis { function: "root", eigenvalue: smallest });
    }
    match p.get() {
        1 => Ok(a.clone()),
        _ => Ok(eigen.apply(|x| x.max(0.0).powf(1.0 / f64::from(p.get())))),
    }
}

/// The principal `p`-th root by the coupled Newton iteration, for any matrix without eigenvalues on the closed negative
/// real axis.
///
/// `Xₖ₊₁ = XₖTₖ`, `Nₖ₊₁ = Tₖ⁻ᵠNₖ` with `Tₖ = ((q-1)I + Nₖ)/q`, `X₀ = I` and `N₀ = B`, the square root of `A` divided by
/// its norm, whose eigenvalues lie in the half disc in which the iteration converges; `q` is `p/2`, or `p` and the result
/// is squared.
/// A symmetric matrix needs no square root.
/// # Errors
/// As [`root`]; a singular matrix is refused.
/// # References
/// Iannazzo 2006, *On the Newton method for the matrix pth root*; Higham 2008, *Functions of Matrices*, section 7.3.
pub fn root_newton(a: &Matrix, p: NonZeroU32) -> Result<Matrix, Error> {
    let n = a.checked_square("root")?;
    let (scaled, exponent) = normalised(a);
    if p.get() == 1 || n == 0 {
        return Ok(a.clone());
    }
    let (q, square) = if is_symmetric(&scaled) {
        let spectrum = SymmetricEigen::new(&scaled)?.values;
        refuse_rank_deficiency("root", &spectrum, n as f64 * f64::EPSILON * scaled.norm_one())
            .map_err(|error| error.of_multiple(exponent))?;
        (p.get(), None)
    } else {
        refuse_negative_axis("root", &scaled).map_err(|error| error.of_multiple(exponent))?;
        let odd = p.get() % 2 == 1;
        (if odd { p.get() } else { p.get() / 2 }, Some(odd))
    };
    let base = if square.is_some() { sqrtm(&scaled)? } else { scaled.clone() };
    // The 1-norm bounds the spectral radius.
    let norm = base.norm_one();
    let x = coupled(&base.scaled(1.0 / norm), q)?.scaled(norm.powf(1.0 / f64::from(q)));
    let x = if square == Some(true) { product(&x, &x) } else { x };
    let size = x.norm_one();
    let residual = power(&x, p).plus(-1.0, &scaled).norm_one();
    // The attainable residual is p*n*eps*‖X‖^p times a condition number; 1e6 separates it from a wrong limit.
    let level = n as f64 * f64::EPSILON * f64::from(p.get());
    if residual.is_nan() || residual > 1e6 * level * size.powf(f64::from(p.get())) {
        return Err(not_converged(MAX_STEPS));
    }
    let (factor, shift) = root_of_two(exponent, p);
    x.scaled(factor).scaled_by_power(shift).checked_result("root")
}

/// The root of a matrix whose eigenvalues lie in the half disc `|z| ≤ 1`, `Re z > 0`.
fn coupled(b: &Matrix, q: u32) -> Result<Matrix, Error> {
    let level = b.rows() as f64 * f64::EPSILON;
    let (mut x, mut n) = (Matrix::identity(b.rows()), b.clone());
    let Some(exponent) = NonZeroU32::new(q).filter(|q| q.get() > 1) else { return Ok(n) };
    let mut last = f64::INFINITY;
    for step in 1..=MAX_STEPS {
        let t = n.scaled(1.0 / f64::from(q)).shifted(1.0 - 1.0 / f64::from(q));
        x = product(&x, &t);
        let inverse = Lu::new(&t)?.inverse().map_err(|_| not_converged(step))?;
        n = product(&power(&inverse, exponent), &n);
        let distance = n.shifted(-1.0).norm_one();
        if !distance.is_finite() {
            return Err(not_converged(step));
        }
        // Convergence is quadratic: once at the roundoff level, or stalled just above it, no step helps further.
        if distance <= level || (distance < 1e-6 && distance >= 0.5 * last) {
            return Ok(x);
        }
        last = distance;
    }
    Err(not_converged(MAX_STEPS))
}

/// `2^(e/p)` as a number in `[1, 2)` and an exponent, without the rounding of `e/p` that a large `e` would magnify.
pub(crate) fn root_of_two(e: i32, p: NonZeroU32) -> (f64, i32) {
    let (e, p) = (i64::from(e), i64::from(p.get()));
    ((e.rem_euclid(p) as f64 / p as f64).exp2(), e.div_euclid(p) as i32)
}

/// `X^p` by repeated squaring.
pub(crate) fn power(x: &Matrix, p: NonZeroU32) -> Matrix {
    let mut result = x.clone();
    // From the second highest bit of p downwards.
    for bit in (0..31 - p.leading_zeros()).rev() {
        result = product(&result, &result);
        if p.get() >> bit & 1 == 1 {
            result = product(&result, x);
        }
    }
    result
}

/// `‖X^p - A‖/‖A‖`.
pub(crate) fn power_defect(a: &Matrix, x: &Matrix, p: NonZeroU32) -> Result<Option<f64>, Error> {
    checked_direction("root", a, x)?;
    let (scaled, exponent) = normalised(a);
    let (factor, shift) = root_of_two(-exponent, p);
    let x = x.scaled_by_power(shift).scaled(factor);
    let error = ratio(&power(&x, p).plus(-1.0, &scaled), &scaled);
    Ok(error.is_finite().then_some(error))
}

fn not_converged(iterations: usize) -> Error {
    Error::NotConverged { method: "root (coupled Newton)", iterations }
}

/// The principal `p`-th root, as one of the [matrix functions](crate::matfun::MatrixFunction).
#[derive(Clone, Copy, Debug)]
pub struct Root(pub NonZeroU32);

impl Root {
    fn exponent(self) -> f64 {
        1.0 / f64::from(self.0.get())
    }
}

impl Primary for Root {
    fn name(&self) -> &'static str {
        "root"
    }

    fn scalar(&self, x: f64) -> f64 {
        if self.0.get() == 1 { x } else { x.max(0.0).powf(self.exponent()) }
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        if self.0.get() == 1 {
            return 1.0;
        }
        power_difference(self.exponent(), x, y)
    }

    /// The first root is the identity map; any other of a singular matrix has no derivative.
    fn check(&self, spectrum: &[f64], tolerance: f64) -> Result<(), Error> {
        if self.0.get() == 1 { Ok(()) } else { refuse_rank_deficiency("root", spectrum, tolerance) }
    }

    fn evaluate(&self, a: &Matrix) -> Result<Matrix, Error> {
        root(a, self.0)
    }

    fn degree(&self) -> Option<f64> {
        Some(self.exponent() - 1.0)
    }

    fn defect(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        power_defect(a, x, self.0)
    }
}
