//! Powers with real exponents.

use crate::error::Error;
use crate::factor::eigen::SymmetricEigen;
use crate::matfun::expm::perturbed_exp;
use crate::matfun::logm::{Entry, perturbed_log, write_diagonal};
use crate::matfun::perturbed::Perturbed;
use crate::matfun::power::{power_curvature, power_difference};
use crate::matfun::primary::{Basis, Primary, Scaling};
use crate::matfun::sqrtm::refuse_rank_deficiency;
use crate::matrix::Matrix;

/// The principal power `A^α = exp(α*log(A))`, as one of the [matrix functions](crate::matfun::MatrixFunction).
///
/// Eigenvalues on the closed negative real axis are refused, whatever the exponent.
#[derive(Clone, Copy, Debug)]
pub struct Power(f64);

impl Power {
    /// The power with a finite exponent.
    pub fn new(exponent: f64) -> Option<Power> {
        exponent.is_finite().then_some(Power(exponent))
    }
}

impl Primary for Power {
    fn name(&self) -> &'static str {
        "power"
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        power_difference(self.0, x, y)
    }

    fn curvature(&self, x: f64) -> Option<f64> {
        Some(power_curvature(self.0, x))
    }

    fn symmetric(&self, eigen: &SymmetricEigen, tolerance: f64) -> Result<Matrix, Error> {
        self.check(&eigen.values, tolerance)?;
        Ok(eigen.apply(|x| x.powf(self.0)))
    }

    fn check(&self, spectrum: &[f64], tolerance: f64) -> Result<(), Error> {
        refuse_rank_deficiency("power", spectrum, tolerance)
    }

    fn basis(&self) -> Basis {
        Basis::Triangular
    }

    fn perturbed(&self, a: &Perturbed) -> Result<Perturbed, Error> {
        perturbed_power("power", a, self.0)
    }

    fn scaling(&self) -> Option<Scaling> {
        Some(Scaling::Power { unit: 1, step: self.0 })
    }

    fn defect(&self, _: &Matrix, _: &Matrix) -> Result<Option<f64>, Error> {
        Ok(None)
    }
}

/// `A^α` of a perturbed quasi-triangular matrix.
///
/// # Errors
/// Those of [`perturbed_log`], and [`Error::Overflow`].
pub(crate) fn perturbed_power(
    function: &'static str,
    a: &Perturbed,
    exponent: f64,
) -> Result<Perturbed, Error> {
    let t = a.base();
    let mut x = perturbed_exp(function, &perturbed_log(a)?.scaled(exponent))?;
    let mut base = x.base();
    for i in 0..t.rows() {
        for j in 0..i {
            if j + 1 < i || t[(i, j)] == 0.0 {
                base[(i, j)] = 0.0;
            }
        }
    }
    write_diagonal(&t, &mut base, &Exponent(exponent));
    x.put(0, base);
    x.checked_result(function)
}

struct Exponent(f64);

impl Entry for Exponent {
    fn real(&self, x: f64) -> f64 {
        x.powf(self.0)
    }

    fn complex(&self, growth: f64, angle: f64) -> (f64, f64) {
        let size = (self.0 * growth).exp();
        (size * (self.0 * angle).cos(), size * (self.0 * angle).sin())
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        power_difference(self.0, x, y)
    }
}
