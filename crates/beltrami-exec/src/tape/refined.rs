//! Numbers with about twice the digits, for values that cancel.

use beltrami_linalg::Interval;

use super::arithmetic::Arithmetic;
use super::instruction::{Binary, Unary};

/// A number as the sum of one that is known exactly and a small rest that lies in an interval.
///
/// Sums and products of the first parts are taken without error (Dekker 1971), so that the interval is about as long as the
/// square of a rounding error.
#[derive(Clone, Copy, Debug)]
pub struct Refined {
    main: f64,
    rest: Interval,
}

impl Refined {
    /// A number itself.
    pub fn point(x: f64) -> Refined {
        Refined { main: x, rest: Interval::ZERO }
    }

    /// An interval that holds the number.
    pub fn range(self) -> Interval {
        let all = Interval::point(self.main) + self.rest;
        // A NaN says nothing.
        if all.lo.is_nan() || all.hi.is_nan() { Interval::WHOLE } else { all }
    }

    fn of(range: Interval) -> Refined {
        if range.is_point() {
            return Refined::point(range.lo);
        }
        let main = range.middle();
        Refined { main, rest: range - Interval::point(main) }
    }

    /// Moves what is large of the rest to the first part.
    fn new(main: f64, rest: Interval) -> Refined {
        if !main.is_finite() || !rest.is_bounded() {
            return Refined { main: 0.0, rest: Interval::WHOLE };
        }
        let (sum, error) = two_sum(main, rest.middle());
        let left = rest - Interval::point(rest.middle()) + Interval::point(error);
        if sum.is_finite() { Refined { main: sum, rest: left } } else { Refined { main, rest } }
    }

    fn plus(self, other: Refined) -> Refined {
        let (sum, error) = two_sum(self.main, other.main);
        Refined::new(sum, self.rest + other.rest + Interval::point(error))
    }

    fn times(self, other: Refined) -> Refined {
        let (product, error) = two_product(self.main, other.main);
        let cross =
            Interval::point(self.main) * other.rest + Interval::point(other.main) * self.rest;
        Refined::new(product, cross + self.rest * other.rest + error)
    }

    fn over(self, other: Refined) -> Refined {
        let quotient = self.main / other.main;
        let divisor = other.range();
        if !quotient.is_finite() || divisor.contains(0.0) {
            return Refined::of(self.range() / divisor);
        }
        // What is missing: (a - q*b)/b.
        let missing = self.plus(Refined::point(-quotient).times(other)).range();
        Refined::new(quotient, missing / divisor)
    }
}

impl std::ops::Neg for Refined {
    type Output = Refined;
    fn neg(self) -> Refined {
        Refined { main: -self.main, rest: -self.rest }
    }
}

/// A sum and its rounding error, without error (Knuth).
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let other = sum - a;
    (sum, (a - (sum - other)) + (b - other))
}

/// A product and its rounding error, which is exact unless it underflows.
fn two_product(a: f64, b: f64) -> (f64, Interval) {
    let product = a * b;
    let error = a.mul_add(b, -product);
    let underflows = product.abs() < 1e-280 && a != 0.0 && b != 0.0;
    let error = Interval::point(error);
    (product, if underflows { error + Interval { lo: -1e-300, hi: 1e-300 } } else { error })
}

#[expect(private_interfaces, reason = "the instructions are the business of the tape")]
impl Arithmetic for Refined {
    fn constant(_: f64, range: Interval) -> Refined {
        Refined::of(range)
    }

    fn unary(op: Unary, a: Refined) -> Refined {
        match op {
            Unary::Neg => -a,
            Unary::Square => a.times(a),
            Unary::Map(_) => Refined::of(Interval::unary(op, a.range())),
        }
    }

    fn binary(op: Binary, a: Refined, b: Refined) -> Refined {
        match op {
            Binary::Add => a.plus(b),
            Binary::Sub => a.plus(-b),
            Binary::Mul => a.times(b),
            Binary::Div => a.over(b),
            Binary::Max | Binary::Min | Binary::RealPower | Binary::LogAddExp => {
                Refined::of(Interval::binary(op, a.range(), b.range()))
            }
        }
    }

    fn power(a: Refined, n: i32) -> Refined {
        let (mut power, mut base, mut left) = (Refined::point(1.0), a, n.unsigned_abs());
        while left > 0 {
            if left & 1 == 1 {
                power = power.times(base);
            }
            left >>= 1;
            if left > 0 {
                base = base.times(base);
            }
        }
        if n < 0 { Refined::point(1.0).over(power) } else { power }
    }
}
