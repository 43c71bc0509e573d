//! Inverse `p`-th roots.

mod arithmetic;
mod step;

use std::num::NonZeroU32;

use crate::error::Error;
use crate::factor::eigen::{SymmetricEigen, symmetric_part_checked};
use crate::factor::lu::Lu;
use crate::format::Format;
use crate::matfun::MatrixFunction;
use crate::matfun::condition::frobenius;
use crate::matfun::expm::checked_direction;
use crate::matfun::halving::{MOST_TERMS, entrywise, root_differences, second_of_root};
use crate::matfun::kronecker::frechet_matrix;
use crate::matfun::perturbed::Perturbed;
use crate::matfun::power::{power_curvature, power_difference};
use crate::matfun::primary::{Basis, Primary, Scaling, of_pairs};
use crate::matfun::root::{perturbed_pth_root, power, root_of_two, root_scaling};
use crate::matfun::second::second_derivative;
use crate::matfun::sqrtm::refuse_rank_deficiency;
use crate::matfun::sylvester::quasi_triangular_solve;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{ldexp, normalised};
use arithmetic::Arithmetic;
use step::{finish, start};

/// Steps after the designed ones: each gains at least a factor 3 of the smallest eigenvalue, so that these reach 1e-19.
const MAX_STEPS: usize = 40;

/// The inverse `p`-th root, `X^p*A = I`, exact to working precision.
///
/// A symmetric matrix goes through its eigenvalues, any other through its Schur form; for `p = 1` it is the inverse.
/// # Errors
/// [`Error::RankDeficient`], [`Error::NegativeAxis`], [`Error::NotSquare`], [`Error::NotFinite`], [`Error::Overflow`],
/// [`Error::NotConverged`], [`Error::Singular`].
pub fn invroot(a: &Matrix, p: NonZeroU32) -> Result<Matrix, Error> {
    InvRoot(p).value(a)
}

/// The `n²×n²` matrix of the Fréchet derivative of [`invroot`] on stacked columns.
///
/// # Errors
/// As [`invroot`].
pub fn invroot_frechet_matrix(a: &Matrix, p: NonZeroU32) -> Result<Matrix, Error> {
    frechet_matrix(&InvRoot(p), a)
}

/// An inverse root from an iteration, and how good it is.
#[derive(Clone, Debug)]
pub struct Inverse {
    /// The inverse root; the last scaling, by a number, is done in binary64.
    pub x: Matrix,
    /// `‖X^p*A - I‖/√n` in the Frobenius norm, computed in binary64 from `x`.
    pub residual: f64,
    /// Steps taken.
    pub steps: usize,
}

/// The inverse `p`-th root of a symmetric positive definite matrix by the coupled Newton–Schulz iteration, products only,
/// every stored matrix in `format`.
///
/// `X ← XW` and `P ← PWᵖ` from `X = I` and `P = A/‖A‖`, with `W = aI + bP + cP²`: the coefficients of Su Jianlin for
/// `p = 1, 2, 3` at first, then those of the Taylor polynomial of `x^(-1/p)`.
/// With `steps` that many, otherwise as many as help.
/// # Accuracy
/// `X` is wrong by about `κ(A)` times the unit roundoff of the format; the residual tells.
/// # Errors
/// [`Error::NotConverged`] when rounding wins, which it does once `κ(A)` times the unit roundoff is near 1;
/// [`Error::NotSymmetric`], [`Error::NotSquare`], [`Error::NotFinite`], [`Error::Overflow`].
/// # References
/// Higham 2008, *Functions of Matrices*, (7.12); Su Jianlin 2025, *Scientific Spaces* 11158 and 11175.
pub fn invroot_in(
    a: &Matrix,
    p: NonZeroU32,
    format: Format,
    steps: Option<usize>,
) -> Result<Inverse, Error> {
    let (a, exponent) = normalised(&symmetric_part_checked(a, "invroot")?);
    let n = a.rows();
    if n == 0 {
        return Ok(Inverse { x: a, residual: 0.0, steps: 0 });
    }
    let norm = frobenius(&a);
    if norm == 0.0 {
        return Err(Error::RankDeficient { function: "invroot", rank: 0, wanted: n });
    }
    // Room for the rounding of P, whose largest eigenvalue must not pass 1 by much.
    let norm = norm * (1.0 + 4.0 * format.unit_roundoff());
    let arithmetic = Arithmetic(format);
    let mut x = Matrix::identity(n);
    let mut m = arithmetic.stored(&a.scaled(1.0 / norm));
    let designed = start(p.get());
    let most = steps.unwrap_or(designed.len() + MAX_STEPS);
    let mut last = f64::INFINITY;
    let mut taken = 0;
    while taken < most {
        let w = arithmetic.quadratic(designed.get(taken).copied().unwrap_or(finish(p.get())), &m);
        x = arithmetic.stored(&arithmetic.product(&x, &w).symmetric_part());
        // Rounding destroys symmetry, and what is not symmetric grows.
        m = arithmetic.stored(&arithmetic.times_power(&m, &w, p).symmetric_part());
        taken += 1;
        let distance = frobenius(&m.shifted(-1.0)) / (n as f64).sqrt();
        // An eigenvalue that rounding made negative runs away.
        if !distance.is_finite() || distance > RUNAWAY {
            return Err(not_converged(taken));
        }
        // Near the limit a step that does not halve the distance meets rounding.
        if steps.is_none() && taken > designed.len() && distance < 0.1 && distance >= 0.5 * last {
            break;
        }
        last = distance;
    }
    let x = x.scaled(norm.powf(-1.0 / f64::from(p.get())));
    let residual = defect(&a, &x, p);
    // The zero matrix has residual 1.
    if steps.is_none() && (residual.is_nan() || residual >= 1.0) {
        return Err(not_converged(taken));
    }
    let (factor, shift) = root_of_two(-exponent, p);
    let x = x.scaled(factor).scaled_by_power(shift).checked_result("invroot")?;
    Ok(Inverse { x, residual, steps: taken })
}

/// The designed steps keep all eigenvalues of `P` below 6; beyond this the iteration diverges.
const RUNAWAY: f64 = 1e3;

fn not_converged(iterations: usize) -> Error {
    Error::NotConverged { method: "invroot (Newton–Schulz)", iterations }
}

/// `‖X^p*A - I‖/√n`.
fn defect(a: &Matrix, x: &Matrix, p: NonZeroU32) -> f64 {
    frobenius(&product(&power(x, p), a).shifted(-1.0)) / (a.rows().max(1) as f64).sqrt()
}

/// The inverse `p`-th root, as one of the [matrix functions](crate::matfun::MatrixFunction).
#[derive(Clone, Copy, Debug)]
pub struct InvRoot(pub NonZeroU32);

impl InvRoot {
    fn exponent(self) -> f64 {
        -1.0 / f64::from(self.0.get())
    }
}

impl Primary for InvRoot {
    fn name(&self) -> &'static str {
        "invroot"
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        if self.0.get() == 1 { -1.0 / x / y } else { power_difference(self.exponent(), x, y) }
    }

    fn differences(&self, values: &[f64]) -> Matrix {
        let p = self.0.get();
        if p == 1 || p > MOST_TERMS {
            return of_pairs(values, |x, y| self.difference(x, y));
        }
        // (1/x - 1/y)/(x^p - y^p) = -(x - y)/(x^p - y^p)/x/y.
        let inverses: Vec<f64> = values.iter().map(|x| x.powf(self.exponent())).collect();
        let roots: Vec<f64> = inverses.iter().map(|y| 1.0 / y).collect();
        let mut found = root_differences(&roots, self.0);
        entrywise(&mut found, &inverses, |d, y, z| -d * y * z);
        found
    }

    fn second(
        &self,
        values: &[f64],
        directions: (&Matrix, &Matrix),
        symmetric: bool,
    ) -> Option<Matrix> {
        if self.0.is_power_of_two() && self.0.get() <= MOST_TERMS {
            let halvings = self.0.trailing_zeros();
            return Some(second_of_root(values, directions, symmetric, halvings, true));
        }
        second_derivative(self, values, directions, symmetric)
    }

    fn check(&self, spectrum: &[f64], tolerance: f64) -> Result<(), Error> {
        if self.0.get() > 1 {
            return refuse_rank_deficiency("invroot", spectrum, tolerance);
        }
        let rank = spectrum.iter().filter(|x| x.abs() > tolerance).count();
        if rank < spectrum.len() {
            return Err(Error::RankDeficient { function: "invroot", rank, wanted: spectrum.len() });
        }
        Ok(())
    }

    fn basis(&self) -> Basis {
        if self.0.get() == 1 { Basis::Given } else { Basis::Triangular }
    }

    fn curvature(&self, x: f64) -> Option<f64> {
        Some(power_curvature(self.exponent(), x))
    }

    fn symmetric(&self, eigen: &SymmetricEigen, tolerance: f64) -> Result<Matrix, Error> {
        Primary::check(self, &eigen.values, tolerance)?;
        Ok(eigen.apply(|x| x.powf(self.exponent())))
    }

    fn decomposes(&self) -> bool {
        self.0.get() > 1
    }

    fn perturbed(&self, a: &Perturbed) -> Result<Perturbed, Error> {
        let identity = Perturbed::constant(Matrix::identity(a.base().rows()), a.sets());
        if self.0.get() == 1 {
            let lu = Lu::new(&a.base())?;
            return a.solved(&identity, |b| lu.solve(b));
        }
        let x = perturbed_pth_root("invroot", a, self.0)?;
        let base = x.base();
        x.solved(&identity, |b| quasi_triangular_solve(&base, b))
    }

    fn scaling(&self) -> Option<Scaling> {
        Some(root_scaling(self.0, -1.0))
    }

    /// `‖X^p*A - I‖/√n`.
    fn defect(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        checked_direction("invroot", a, x)?;
        let (a, exponent) = normalised(a);
        let (factor, shift) = root_of_two(exponent, self.0);
        let x = x.map(|y| ldexp(y, shift) * factor);
        let error = defect(&a, &x, self.0);
        Ok(error.is_finite().then_some(error))
    }
}
