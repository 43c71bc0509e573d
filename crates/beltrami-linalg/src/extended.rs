//! Numbers whose exponents are beyond those of `f64`, as determinants and volumes have them.

use std::fmt;

use crate::scale::{exponent_of, ldexp};

/// `mantissa*2^exponent`, the mantissa in `[1, 2)` but for its sign, or zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extended {
    mantissa: f64,
    exponent: i64,
}

impl Extended {
    /// `x*2^exponent` for a finite `x`.
    pub fn new(x: f64, exponent: i64) -> Extended {
        let shift = exponent_of(x);
        let exponent = if x == 0.0 { 0 } else { exponent + i64::from(shift) };
        Extended { mantissa: ldexp(x, -shift), exponent }
    }

    /// The product of finite numbers.
    pub fn product(factors: impl IntoIterator<Item = f64>) -> Extended {
        factors.into_iter().fold(Extended::new(1.0, 0), |product, x| {
            let shift = exponent_of(x);
            Extended::new(product.mantissa * ldexp(x, -shift), product.exponent + i64::from(shift))
        })
    }

    /// The quotient; `None` of a division by zero.
    pub fn over(&self, other: Extended) -> Option<Extended> {
        let quotient = self.mantissa / other.mantissa;
        quotient.is_finite().then(|| Extended::new(quotient, self.exponent - other.exponent))
    }

    /// The number, where it is one: not beyond the largest, and zero only where it is zero.
    pub fn value(&self) -> Option<f64> {
        let value = ldexp(self.mantissa, self.exponent.clamp(-10_000, 10_000) as i32);
        (value.is_finite() && (value.is_normal() || self.mantissa == 0.0)).then_some(value)
    }

    /// The nearest number, which may be subnormal or zero; `None` beyond the largest.
    pub fn nearest(&self) -> Option<f64> {
        let value = ldexp(self.mantissa, self.exponent.clamp(-10_000, 10_000) as i32);
        value.is_finite().then_some(value)
    }

    /// `self*2^exponent`.
    #[must_use]
    pub(crate) fn shifted(&self, exponent: i64) -> Extended {
        Extended::new(self.mantissa, self.exponent + exponent)
    }

    /// Mantissa and exponent.
    pub(crate) fn parts(&self) -> (f64, i64) {
        (self.mantissa, self.exponent)
    }

    /// -1, 0 or 1.
    pub fn sign(&self) -> i32 {
        if self.mantissa == 0.0 { 0 } else { self.mantissa.signum() as i32 }
    }

    /// The absolute value.
    #[must_use]
    pub fn abs(&self) -> Extended {
        Extended { mantissa: self.mantissa.abs(), ..*self }
    }

    /// The logarithm to base 10 of the absolute value; negative infinity for zero.
    pub fn log10(&self) -> f64 {
        self.mantissa.abs().log10() + self.exponent as f64 * std::f64::consts::LOG10_2
    }
}

impl fmt::Display for Extended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(value) = self.value() {
            // Zeros would outnumber the digits.
            let plain = value == 0.0 || (1e-5..1e15).contains(&value.abs());
            return if plain { write!(f, "{value}") } else { write!(f, "{value:e}") };
        }
        let log = self.log10();
        let mut exponent = log.floor();
        // The logarithm has lost as many digits as the exponent has.
        let mut digits = (10.0_f64.powf(log - exponent) * 1e10).round() / 1e10;
        if digits >= 10.0 {
            (digits, exponent) = (digits / 10.0, exponent + 1.0);
        }
        let sign = if self.sign() < 0 { "-" } else { "" };
        write!(f, "{sign}{digits}e{exponent}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(factors: &[f64], text: &str, value: Option<f64>) {
        let product = Extended::product(factors.iter().copied());
        assert_eq!((product.to_string().as_str(), product.value()), (text, value));
    }

    #[test]
    fn products_keep_their_exponent() {
        check(&[2.0, -3.0], "-6", Some(-6.0));
        check(&[1e200, 1e200], "1e400", None);
        check(&[-1e-200, 1e-200], "-1e-400", None);
        let (small, large) = (2.0_f64.powi(-700), 2.0_f64.powi(700));
        check(&[small, small, large, 2.0 * large], "2", Some(2.0));
        check(&[5e-324, 5e-324], "2.441008624e-647", None);
        check(&[0.0, 1e200], "0", Some(0.0));
        check(&[1e-100, 1e-100], "1e-200", Some(1e-200));
        check(&[], "1", Some(1.0));
        assert_eq!(Extended::product([1e-200, 0.0]).sign(), 0);
    }
}
