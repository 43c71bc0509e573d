//! Exact rational constants, falling back to floating point on overflow.

use std::cmp::Ordering;
use std::fmt;

/// A real constant: a rational in lowest terms, or a finite `f64` that is none of those.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// `numerator / denominator` in lowest terms, denominator positive.
    Rational(i64, i64),
    /// A number that does not fit a ratio of two 64-bit integers.
    Float(f64),
}

impl Number {
    /// Zero.
    pub const ZERO: Number = Number::Rational(0, 1);
    /// One.
    pub const ONE: Number = Number::Rational(1, 1);
    /// Minus one.
    pub const MINUS_ONE: Number = Number::Rational(-1, 1);
    /// Two.
    pub const TWO: Number = Number::Rational(2, 1);
    /// One half.
    pub const HALF: Number = Number::Rational(1, 2);

    /// `p / q` in lowest terms; `None` when `q` is zero.
    pub fn ratio(p: i64, q: i64) -> Option<Number> {
        (q != 0).then(|| reduce(i128::from(p), i128::from(q)))
    }

    /// An integer.
    pub const fn int(p: i64) -> Number {
        Number::Rational(p, 1)
    }

    /// The number a decimal literal such as `0.25` or `1e-3` stands for.
    ///
    /// Exact as a ratio when it fits, otherwise the nearest `f64`; `None` when it is no number or not finite.
    pub fn parse(text: &str) -> Option<Number> {
        exact_decimal(text).or_else(|| text.parse().ok().filter(|x: &f64| x.is_finite()).map(float))
    }

    /// The value as a floating-point number.
    pub fn to_f64(self) -> f64 {
        match self {
            Number::Rational(p, q) => p as f64 / q as f64,
            Number::Float(x) => x,
        }
    }

    /// The value when it is an integer.
    pub fn as_int(self) -> Option<i64> {
        match self {
            Number::Rational(p, 1) => Some(p),
            _ => None,
        }
    }

    /// The largest integer that is at most this; the nearest one of 64 bits where there is none.
    pub fn floor(self) -> i64 {
        match self {
            Number::Rational(p, q) => p.div_euclid(q),
            Number::Float(x) => x.floor() as i64,
        }
    }

    /// Whether this is zero.
    pub fn is_zero(self) -> bool {
        self == Number::ZERO
    }

    /// Whether this is one.
    pub fn is_one(self) -> bool {
        self == Number::ONE
    }

    /// Whether this is less than zero.
    pub fn is_negative(self) -> bool {
        self.to_f64() < 0.0
    }

    /// The sum.
    #[expect(
        clippy::should_implement_trait,
        reason = "overflow to floating point is worth a plain call"
    )]
    pub fn add(self, other: Number) -> Number {
        match (self, other) {
            (Number::Rational(a, b), Number::Rational(c, d)) => {
                let (a, b, c, d) = (i128::from(a), i128::from(b), i128::from(c), i128::from(d));
                reduce(a * d + c * b, b * d)
            }
            _ => float(self.to_f64() + other.to_f64()),
        }
    }

    /// The product.
    #[expect(
        clippy::should_implement_trait,
        reason = "overflow to floating point is worth a plain call"
    )]
    pub fn mul(self, other: Number) -> Number {
        match (self, other) {
            (Number::Rational(a, b), Number::Rational(c, d)) => {
                reduce(i128::from(a) * i128::from(c), i128::from(b) * i128::from(d))
            }
            _ => float(self.to_f64() * other.to_f64()),
        }
    }

    /// The negative.
    #[expect(
        clippy::should_implement_trait,
        reason = "overflow to floating point is worth a plain call"
    )]
    pub fn neg(self) -> Number {
        self.mul(Number::MINUS_ONE)
    }

    /// The reciprocal; `None` for zero.
    pub fn recip(self) -> Option<Number> {
        match self {
            Number::Rational(p, q) => Number::ratio(q, p),
            Number::Float(x) => Some(float(1.0 / x)),
        }
    }

    /// `self` to an integer power; `None` for a negative power of zero.
    pub fn powi(self, exponent: i64) -> Option<Number> {
        let base = if exponent < 0 { self.recip()? } else { self };
        if exponent.unsigned_abs() > 64 {
            return Some(float(self.to_f64().powf(exponent as f64)));
        }
        Some((0..exponent.unsigned_abs()).fold(Number::ONE, |product, _| product.mul(base)))
    }
}

/// A ratio where the shortest decimal of the number is one, so that what is printed reads back as the same constant.
fn float(x: f64) -> Number {
    exact_decimal(&format!("{x:e}")).unwrap_or(Number::Float(x))
}

fn reduce(p: i128, q: i128) -> Number {
    let g = gcd(p.unsigned_abs(), q.unsigned_abs()).max(1) as i128;
    let sign = if q < 0 { -1 } else { 1 };
    match (i64::try_from(sign * p / g), i64::try_from(sign * q / g)) {
        (Ok(p), Ok(q)) => Number::Rational(p, q),
        _ => float(p as f64 / q as f64),
    }
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn exact_decimal(text: &str) -> Option<Number> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((m, e)) => (m, e.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: i64 = format!("{whole}{fraction}").parse().ok()?;
    let power = exponent - i32::try_from(fraction.len()).ok()?;
    let scale = 10_i64.checked_pow(power.unsigned_abs())?;
    if power < 0 {
        Number::ratio(digits, scale)
    } else {
        digits.checked_mul(scale).map(Number::int)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (self, other) {
            (Number::Rational(a, b), Number::Rational(c, d)) => {
                (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b)))
            }
            (Number::Rational(..), Number::Float(_)) => {
                self.to_f64().total_cmp(&other.to_f64()).then(Ordering::Less)
            }
            (Number::Float(_), Number::Rational(..)) => {
                self.to_f64().total_cmp(&other.to_f64()).then(Ordering::Greater)
            }
            (Number::Float(a), Number::Float(b)) => a.total_cmp(b),
        }
    }
}

impl std::hash::Hash for Number {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Number::Rational(p, q) => (0_u8, p, q).hash(state),
            Number::Float(x) => (1_u8, x.to_bits()).hash(state),
        }
    }
}

/// Prints an integer, a short exact decimal (`0.5`), or a ratio (`1/3`); the text reads back to the same number.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Number::Rational(p, 1) => write!(f, "{p}"),
            Number::Rational(p, q) => {
                let decimal = format!("{}", p as f64 / q as f64);
                if decimal.len() <= 8
                    && exact_decimal(decimal.trim_start_matches('-'))
                        .map(|x| if p < 0 { x.neg() } else { x })
                        == Some(*self)
                {
                    f.write_str(&decimal)
                } else {
                    write!(f, "{p}/{q}")
                }
            }
            Number::Float(x) => write!(f, "{x:e}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_and_print_back() {
        for (text, printed) in
            [("0.5", "0.5"), ("2", "2"), ("1e-3", "0.001"), ("0.1", "0.1"), ("12.50", "12.5")]
        {
            assert_eq!(Number::parse(text).unwrap().to_string(), printed);
        }
        assert_eq!(Number::ratio(-2, 6).unwrap().to_string(), "-1/3");
        assert_eq!(Number::parse("1e400"), None);
    }

    #[test]
    fn overflow_becomes_floating_point() {
        let big = Number::int(i64::MAX);
        assert!(matches!(big.mul(big), Number::Float(_)));
    }
}
