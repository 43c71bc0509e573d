//! What a tape computes with.

use beltrami_core::Map;
use beltrami_linalg::Interval;

use super::instruction::{Binary, Unary};
use crate::taylor::evaluated;

/// Numbers, or sets of numbers, on which every instruction of a tape is defined.
///
/// The trait is sealed by its private parameter types: `f64` and [`Interval`] implement it.
#[expect(private_interfaces, reason = "the instructions are the business of the tape")]
pub trait Arithmetic: Copy {
    /// A constant, of which an `f64` and an interval that holds the exact one are known.
    fn constant(value: f64, range: Interval) -> Self;
    /// A function of one number.
    fn unary(op: Unary, a: Self) -> Self;
    /// A function of two numbers.
    fn binary(op: Binary, a: Self, b: Self) -> Self;
    /// An integer power.
    fn power(a: Self, n: i32) -> Self;
}

#[expect(private_interfaces, reason = "the instructions are the business of the tape")]
impl Arithmetic for f64 {
    fn constant(value: f64, _: Interval) -> f64 {
        value
    }

    #[inline]
    fn unary(op: Unary, a: f64) -> f64 {
        match op {
            Unary::Neg => -a,
            Unary::Square => a * a,
            Unary::Map(map) => evaluated(map, a),
        }
    }

    #[inline]
    fn binary(op: Binary, a: f64, b: f64) -> f64 {
        match op {
            Binary::Add => a + b,
            Binary::Sub => a - b,
            Binary::Mul => a * b,
            Binary::Div => a / b,
            // NaN must not be lost in a comparison.
            Binary::Max => {
                if a >= b || a.is_nan() {
                    a
                } else {
                    b
                }
            }
            Binary::Min => {
                if a <= b || a.is_nan() {
                    a
                } else {
                    b
                }
            }
            Binary::RealPower => a.powf(b),
            Binary::LogAddExp => log_add_exp(a, b),
        }
    }

    fn power(a: f64, n: i32) -> f64 {
        // The order of the products is fixed here, so that every platform rounds alike.
        let (mut power, mut base, mut left) = (1.0, a, n.unsigned_abs());
        while left > 0 {
            if left & 1 == 1 {
                power *= base;
            }
            left >>= 1;
            if left > 0 {
                base *= base;
            }
        }
        if n < 0 { 1.0 / power } else { power }
    }
}

#[expect(private_interfaces, reason = "the instructions are the business of the tape")]
impl Arithmetic for Interval {
    fn constant(_: f64, range: Interval) -> Interval {
        range
    }

    fn unary(op: Unary, a: Interval) -> Interval {
        match op {
            Unary::Neg => -a,
            Unary::Square => a.square(),
            Unary::Map(map) => mapped(map, a),
        }
    }

    fn binary(op: Binary, a: Interval, b: Interval) -> Interval {
        match op {
            Binary::Add => a + b,
            Binary::Sub => a - b,
            Binary::Mul => a * b,
            Binary::Div => a / b,
            Binary::Max => a.max(b),
            Binary::Min => a.min(b),
            Binary::RealPower => a.powf(b),
            // It increases in both arguments; the larger one carries the absolute error of the correction.
            Binary::LogAddExp => {
                let low = log_add_exp(a.lo, b.lo);
                let high = log_add_exp(a.hi, b.hi);
                let slack = |x: f64, y: f64| ROUNDED * (1.0 + x.abs().max(y.abs()).min(f64::MAX));
                Interval {
                    lo: if low.is_finite() { low - slack(a.lo, b.lo) } else { f64::NEG_INFINITY },
                    hi: if high.is_finite() { high + slack(a.hi, b.hi) } else { f64::INFINITY },
                }
            }
        }
    }

    fn power(a: Interval, n: i32) -> Interval {
        a.powi(n)
    }
}

/// Relative error of a value made with at most four library functions and as many roundings, each within 4 units.
const ROUNDED: f64 = 32.0 * f64::EPSILON;

fn mapped(map: Map, a: Interval) -> Interval {
    let monotone = |map: Map| a.monotone(|x| evaluated(map, x), ROUNDED);
    match map {
        Map::Sin => a.sin(),
        Map::Cos => a.cos(),
        Map::Tan => a.tan(),
        Map::Arcsin => a.asin(),
        Map::Arccos => a.acos(),
        Map::Arctan => a.atan(),
        Map::Sinh => a.sinh(),
        Map::Cosh => a.cosh(),
        Map::Tanh => a.tanh(),
        Map::Exp => a.exp(),
        Map::Log => a.ln(),
        Map::Sqrt => a.sqrt(),
        Map::Abs => a.abs(),
        Map::Sign => a.sign(),
        Map::Step => a.step(),
        Map::Relu => a.max(Interval::ZERO),
        Map::LeakyRelu => {
            let below = a.min(Interval::ZERO) * Interval::ratio(1, 100);
            if a.lo > 0.0 { a } else { Interval { lo: below.lo, hi: below.hi.max(a.hi) } }
        }
        Map::Sigmoid => {
            let value = monotone(Map::Sigmoid);
            Interval { lo: value.lo.max(0.0), hi: value.hi.min(1.0) }
        }
        Map::Log1p if a.hi <= -1.0 => Interval::WHOLE,
        Map::Log1p => {
            // Below -1 there is no value, as with the logarithm.
            let a = Interval { lo: a.lo.max(-1.0), hi: a.hi };
            a.monotone(|x| evaluated(Map::Log1p, x), ROUNDED)
        }
        Map::Expm1 => {
            let value = monotone(Map::Expm1);
            Interval { lo: value.lo.max(-1.0), hi: value.hi }
        }
        Map::Softplus => {
            let value = monotone(Map::Softplus);
            Interval { lo: value.lo.max(0.0), hi: value.hi }
        }
        Map::Erf => {
            let value = monotone(Map::Erf);
            Interval { lo: value.lo.max(-1.0), hi: value.hi.min(1.0) }
        }
        // x*Φ(x), with Φ from the error function; tight enough where x is narrow.
        Map::Gelu => {
            let half = Interval::point(0.5);
            let scaled = a / Interval::point(2.0).sqrt();
            a * (half + half * mapped(Map::Erf, scaled))
        }
    }
}

fn log_add_exp(a: f64, b: f64) -> f64 {
    let (low, high) = if a <= b { (a, b) } else { (b, a) };
    if high == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}
