//! Formulas of scalar functions in programs under construction and in intervals.

use std::convert::Infallible;

use beltrami_core::{Algebra, Map, Number};
use beltrami_linalg::Interval;

use super::arithmetic::Arithmetic;
use super::builder::{Builder, Slot};
use super::instruction::Unary;

impl Builder {
    /// A number of an expression, with an interval that holds the exact one.
    pub fn number(&mut self, x: Number) -> Slot {
        match x {
            Number::Rational(p, q) if is_exact(p) && q.count_ones() == 1 => self.exact(x.to_f64()),
            _ => self.constant(x.to_f64(), enclosed(x)),
        }
    }
}

/// Whether an integer is an `f64`: its digits between the first and the last that are not zero fit.
fn is_exact(p: i64) -> bool {
    p.unsigned_abs() >> p.trailing_zeros().min(63) <= 1 << 53
}

/// An interval that holds a number.
fn enclosed(x: Number) -> Interval {
    match x {
        Number::Rational(p, q) => Interval::ratio(p, q),
        // A constant that fits no ratio of integers was rounded, when it was read and by a few operations since.
        Number::Float(x) => Interval::around(x, 4),
    }
}

impl Algebra for Builder {
    type Value = Slot;
    type Error = Infallible;

    fn number(&mut self, x: Number) -> Result<Slot, Infallible> {
        Ok(Builder::number(self, x))
    }

    fn neg(&mut self, a: Slot) -> Result<Slot, Infallible> {
        Ok(Builder::neg(self, a))
    }

    fn sum(&mut self, a: Slot, b: Slot) -> Result<Slot, Infallible> {
        Ok(self.add(a, b))
    }

    fn difference(&mut self, a: Slot, b: Slot) -> Result<Slot, Infallible> {
        Ok(self.sub(a, b))
    }

    fn product(&mut self, a: Slot, b: Slot) -> Result<Slot, Infallible> {
        Ok(self.mul(a, b))
    }

    fn quotient(&mut self, a: Slot, b: Slot) -> Result<Slot, Infallible> {
        Ok(self.div(a, b))
    }

    fn map(&mut self, map: Map, a: Slot) -> Result<Slot, Infallible> {
        Ok(Builder::map(self, map, a))
    }
}

/// Formulas in intervals.
pub(super) struct Intervals;

impl Algebra for Intervals {
    type Value = Interval;
    type Error = Infallible;

    fn number(&mut self, x: Number) -> Result<Interval, Infallible> {
        Ok(enclosed(x))
    }

    fn neg(&mut self, a: Interval) -> Result<Interval, Infallible> {
        Ok(-a)
    }

    fn sum(&mut self, a: Interval, b: Interval) -> Result<Interval, Infallible> {
        Ok(a + b)
    }

    fn difference(&mut self, a: Interval, b: Interval) -> Result<Interval, Infallible> {
        Ok(a - b)
    }

    fn product(&mut self, a: Interval, b: Interval) -> Result<Interval, Infallible> {
        Ok(a * b)
    }

    fn quotient(&mut self, a: Interval, b: Interval) -> Result<Interval, Infallible> {
        Ok(a / b)
    }

    fn map(&mut self, map: Map, a: Interval) -> Result<Interval, Infallible> {
        Ok(Interval::unary(Unary::Map(map), a))
    }

    // The square of an interval is not its product with itself.
    fn square(&mut self, a: Interval) -> Result<Interval, Infallible> {
        Ok(a.square())
    }
}
