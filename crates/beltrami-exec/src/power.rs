//! Powers with real and with infinitesimal exponents.

use crate::error::ExecError;
use crate::scalar::Scalar;
use crate::series::Series;
use crate::taylor::taylor;

/// `base^exponent`.
///
/// Integer exponents take any base (non-negative ones also zero), other exponents a non-negative base; an exponent with
/// infinitesimal parts takes a positive base.
/// # Errors
/// [`ExecError::Domain`], and [`ExecError::NotDifferentiable`] for a base of zero whose power has no derivative there.
pub fn power<S: Scalar>(base: S, exponent: S) -> Result<S, ExecError> {
    let (x, p) = (base.real(), exponent.real());
    if x < 0.0 && p.fract() != 0.0 || x == 0.0 && p < 0.0 {
        return Err(ExecError::domain(format!("x^{p}"), x));
    }
    if exponent.is_constant() {
        if base.is_constant() {
            return Ok(S::from_real(x.powf(p)));
        }
        let series = binomial(x, p, S::ORDER);
        if x == 0.0 && series.coefficients().iter().any(|c| !c.is_finite()) {
            return Err(ExecError::not_differentiable(format!("x^{p} at 0")));
        }
        return Ok(base.compose(&series));
    }
    if x <= 0.0 {
        return Err(ExecError::domain("x^y with variable y", x));
    }
    let log = base.compose(&taylor(beltrami_core::Map::Log, x, S::ORDER)?);
    let product = exponent * log;
    Ok(product.compose(&taylor(beltrami_core::Map::Exp, product.real(), S::ORDER)?))
}

/// The binomial series `(x + t)^p = Σ binom(p, n) x^(p-n) t^n`.
fn binomial(x: f64, p: f64, order: usize) -> Series {
    let mut c = vec![0.0; order + 1];
    let mut coefficient = 1.0;
    for (n, slot) in c.iter_mut().enumerate() {
        // A vanishing coefficient ends the series of a polynomial; 0 times 0^(p-n) would be NaN.
        if coefficient == 0.0 {
            break;
        }
        *slot = coefficient * x.powf(p - n as f64);
        coefficient *= (p - n as f64) / (n + 1) as f64;
    }
    Series::polynomial(&c, order)
}
