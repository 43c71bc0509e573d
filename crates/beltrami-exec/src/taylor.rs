//! Taylor series of the scalar functions, each from its differential equation or defining integral.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, TAU};

use beltrami_core::Map;
use beltrami_core::map::{AtZero, Domain};

use crate::error::ExecError;
use crate::series::Series;

/// The Taylor series of a scalar function at `x`, of an order up to [`MOST`](crate::series::MOST).
///
/// # Errors
/// [`ExecError::Domain`] where the function does not exist; [`ExecError::NotDifferentiable`] for `order ≥ 1` where its
/// derivative does not.
pub fn taylor(map: Map, x: f64, order: usize) -> Result<Series, ExecError> {
    let value = value(map, x)?;
    if order == 0 {
        return Ok(Series::constant(value, 0));
    }
    if has_kink(map, x) {
        return Err(ExecError::not_differentiable(format!("{map} at {x}")));
    }
    let t = Series::variable(x, order);
    let line = |slope: f64| Series::polynomial(&[value, slope], order);
    Ok(match map {
        Map::Sin => cycle(&[x.sin(), x.cos(), -x.sin(), -x.cos()], order),
        Map::Cos => cycle(&[x.cos(), -x.sin(), -x.cos(), x.sin()], order),
        Map::Sinh => cycle(&[x.sinh(), x.cosh()], order),
        Map::Cosh => cycle(&[x.cosh(), x.sinh()], order),
        Map::Exp => cycle(&[value], order),
        Map::Expm1 => cycle(&[x.exp()], order).integral(value),
        // y' = 1 + y².
        Map::Tan => Series::solve(value, order, |y| plus_one(&y.times(y))),
        Map::Tanh => logistic(value, 1.0 / x.cosh().powi(2), -2.0, order),
        Map::Sigmoid => sigmoid(x, order),
        Map::Softplus => sigmoid(x, order).integral(value),
        // y' = (1 - x²)^(-1/2); 1 - x² in factors keeps its digits near ±1.
        Map::Arcsin => arcsine_slope(x, order).integral(value),
        Map::Arccos => arcsine_slope(x, order).scaled(-1.0).integral(value),
        Map::Arctan => plus_one(&t.times(&t)).reciprocal().integral(value),
        Map::Log => t.reciprocal().integral(value),
        Map::Log1p => plus_one(&t).reciprocal().integral(value),
        Map::Sqrt => t.power(0.5),
        Map::Erf => gaussian(x, 1.0, order).scaled(FRAC_2_SQRT_PI).integral(value),
        Map::Gelu => {
            let cumulative =
                gaussian(x, 0.5, order).scaled(1.0 / TAU.sqrt()).integral(normal_cumulative(x));
            t.times(&cumulative)
        }
        Map::Abs => line(x.signum()),
        Map::Sign | Map::Step => line(0.0),
        Map::Relu => line(if x > 0.0 { 1.0 } else { 0.0 }),
        Map::LeakyRelu => line(if x > 0.0 { 1.0 } else { 0.01 }),
    })
}

/// The value of a scalar function.
pub(crate) fn value(map: Map, x: f64) -> Result<f64, ExecError> {
    let outside = match map.record().domain {
        Domain::Above(lo) => x <= lo,
        Domain::From(lo) => x < lo,
        Domain::Between(lo, hi) => x < lo || x > hi,
        Domain::Everywhere | Domain::OffPolesOfTangent => false,
    };
    if outside {
        return Err(ExecError::domain(map.to_string(), x));
    }
    Ok(evaluated(map, x))
}

/// The value of a scalar function; NaN or infinite where it does not exist.
pub(crate) fn evaluated(map: Map, x: f64) -> f64 {
    match map {
        Map::Sin => x.sin(),
        Map::Cos => x.cos(),
        Map::Tan => x.tan(),
        Map::Arcsin => x.asin(),
        Map::Arccos => x.acos(),
        Map::Arctan => x.atan(),
        Map::Sinh => x.sinh(),
        Map::Cosh => x.cosh(),
        Map::Tanh => x.tanh(),
        Map::Exp => x.exp(),
        Map::Expm1 => x.exp_m1(),
        Map::Log => x.ln(),
        Map::Log1p => x.ln_1p(),
        Map::Sqrt => x.sqrt(),
        Map::Abs => x.abs(),
        Map::Sign => {
            if x == 0.0 {
                0.0
            } else {
                x.signum()
            }
        }
        Map::Step => f64::from(u8::from(x > 0.0)),
        Map::Relu => x.max(0.0),
        Map::LeakyRelu => {
            if x > 0.0 {
                x
            } else {
                0.01 * x
            }
        }
        // exp of a positive argument would overflow.
        Map::Sigmoid => {
            let e = (-x.abs()).exp();
            if x >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) }
        }
        Map::Softplus => x.max(0.0) + (-x.abs()).exp().ln_1p(),
        Map::Gelu => x * normal_cumulative(x),
        Map::Erf => libm::erf(x),
    }
}

/// Whether the function has a value at `x` and no derivative.
fn has_kink(map: Map, x: f64) -> bool {
    let record = map.record();
    let edge = match record.domain {
        Domain::From(lo) => x == lo,
        Domain::Between(lo, hi) => x == lo || x == hi,
        _ => false,
    };
    edge || record.at_zero != AtZero::Smooth && x == 0.0
}

/// `Φ(x)`; through `erfc` so that small values keep their digits.
fn normal_cumulative(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// A function whose derivatives repeat: coefficients `derivatives[n mod period]/n!`.
fn cycle(derivatives: &[f64], order: usize) -> Series {
    let mut factorial = 1.0;
    Series::new(order, |n| {
        factorial *= n.max(1) as f64;
        derivatives[n % derivatives.len()] / factorial
    })
}

/// `exp(-c (x + t)²)`.
fn gaussian(x: f64, c: f64, order: usize) -> Series {
    Series::polynomial(&[-c * x * x, -2.0 * c * x, -c], order).exp()
}

/// `(1 - (x + t)²)^(-1/2)`.
fn arcsine_slope(x: f64, order: usize) -> Series {
    Series::polynomial(&[(1.0 - x) * (1.0 + x), -2.0 * x, -1.0], order).power(-0.5)
}

/// `y' = u`, `u' = a y u`, whose slope `u` is given because `1 - y²` would lose it where `y` saturates.
fn logistic(y: f64, slope: f64, a: f64, order: usize) -> Series {
    let (mut value, mut u) = (Series::constant(y, order), Series::constant(slope, order));
    for _ in 0..order {
        (value, u) = (u.integral(y), value.times(&u).scaled(a).integral(slope));
    }
    value
}

/// `σ(x) = (1 + tanh(x/2))/2`.
fn sigmoid(x: f64, order: usize) -> Series {
    let e = (-x.abs()).exp();
    // σ' = e^-|x|/(1 + e^-|x|)² without cancellation; for τ = tanh(x/2), τ' = 2σ' per unit of x and (τ')' = -τ τ'.
    let half_tangent = logistic((0.5 * x).tanh(), 2.0 * e / ((1.0 + e) * (1.0 + e)), -1.0, order);
    half_tangent.scaled(0.5).starting_at(if x >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) })
}

fn plus_one(s: &Series) -> Series {
    s.starting_at(s[0] + 1.0)
}
