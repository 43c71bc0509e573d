//! Principal `p`-th roots.

use std::num::NonZeroU32;

use crate::error::Error;
use crate::factor::eigen::SymmetricEigen;
use crate::matfun::expm::checked_direction;
use crate::matfun::function::MatrixFunction;
use crate::matfun::halving::{MOST_TERMS, root_differences, second_of_root};
use crate::matfun::perturbed::Perturbed;
use crate::matfun::power::{power_curvature, power_difference};
use crate::matfun::primary::{Basis, Primary, Scaling, of_pairs, ratio};
use crate::matfun::real_power::perturbed_power;
use crate::matfun::second::second_derivative;
use crate::matfun::sqrtm::{perturbed_root, refuse_negative, refuse_rank_deficiency};
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::normalised;

/// The square root.
pub(crate) const TWO: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);

/// The principal `p`-th root: `X^p = A`, the arguments of all eigenvalues of `X` in `(-π/p, π/p)`.
///
/// A symmetric matrix goes through its eigenvalues, and may then be semidefinite; any other through its Schur form, by
/// square roots as far as they go, then by the logarithm.
/// # Errors
/// [`Error::NegativeAxis`] when an eigenvalue is negative, or zero and `A` not symmetric; [`Error::NotConverged`],
/// [`Error::NotSquare`], [`Error::NotFinite`].
/// # References
/// Higham 2008, *Functions of Matrices*, section 7.2.
pub fn root(a: &Matrix, p: NonZeroU32) -> Result<Matrix, Error> {
    Root(p).value(a)
}

/// The `p`-th root of a perturbed quasi-triangular matrix.
///
/// # Errors
/// Those of [`perturbed_log`].
pub(crate) fn perturbed_pth_root(
    function: &'static str,
    a: &Perturbed,
    p: NonZeroU32,
) -> Result<Perturbed, Error> {
    let mut x = a.clone();
    for _ in 0..p.trailing_zeros() {
        x = perturbed_root(&x)?;
    }
    match p.get() >> p.trailing_zeros() {
        1 => Ok(x),
        odd => perturbed_power(function, &x, 1.0 / f64::from(odd)),
    }
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

/// How `A^(sign/p)` scales. Entries stay below `2^64`, for larger `p` at the price of a rounded factor.
pub(crate) fn root_scaling(p: NonZeroU32, sign: f64) -> Scaling {
    match i32::try_from(p.get()) {
        Ok(unit) if unit <= 64 => Scaling::Power { unit, step: sign },
        _ => Scaling::Power { unit: 1, step: sign / f64::from(p.get()) },
    }
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

    fn difference(&self, x: f64, y: f64) -> f64 {
        if self.0.get() == 1 {
            return 1.0;
        }
        power_difference(self.exponent(), x, y)
    }

    fn differences(&self, values: &[f64]) -> Matrix {
        if self.0.get() > MOST_TERMS {
            return of_pairs(values, |x, y| self.difference(x, y));
        }
        let roots: Vec<f64> = values.iter().map(|x| x.max(0.0).powf(self.exponent())).collect();
        root_differences(&roots, self.0)
    }

    fn second(
        &self,
        values: &[f64],
        directions: (&Matrix, &Matrix),
        symmetric: bool,
    ) -> Option<Matrix> {
        if self.0.is_power_of_two() && self.0.get() <= MOST_TERMS {
            let halvings = self.0.trailing_zeros();
            return Some(second_of_root(values, directions, symmetric, halvings, false));
        }
        second_derivative(self, values, directions, symmetric)
    }

    /// The first root is the identity map; any other of a singular matrix has no derivative.
    fn check(&self, spectrum: &[f64], tolerance: f64) -> Result<(), Error> {
        if self.0.get() == 1 { Ok(()) } else { refuse_rank_deficiency("root", spectrum, tolerance) }
    }

    fn basis(&self) -> Basis {
        if self.0.get() == 1 { Basis::Given } else { Basis::Triangular }
    }

    fn curvature(&self, x: f64) -> Option<f64> {
        Some(if self.0.get() == 1 { 0.0 } else { power_curvature(self.exponent(), x) })
    }

    fn symmetric(&self, eigen: &SymmetricEigen, tolerance: f64) -> Result<Matrix, Error> {
        refuse_negative("root", &eigen.values, tolerance)?;
        Ok(eigen.apply(|x| x.max(0.0).powf(self.exponent())))
    }

    fn decomposes(&self) -> bool {
        self.0.get() > 1
    }

    fn perturbed(&self, a: &Perturbed) -> Result<Perturbed, Error> {
        perturbed_pth_root("root", a, self.0)
    }

    fn scaling(&self) -> Option<Scaling> {
        Some(root_scaling(self.0, 1.0))
    }

    fn defect(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        power_defect(a, x, self.0)
    }
}
