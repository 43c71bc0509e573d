//! Intervals with outward rounding.

use std::ops::{Add, Mul};

/// All numbers from `lo` to `hi`; every operation gives an interval that holds the exact results.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
}

impl Interval {
    /// The interval between two numbers in any order.
    pub fn new(a: f64, b: f64) -> Interval {
        Interval { lo: a.min(b), hi: a.max(b) }
    }

    /// One number.
    pub fn point(x: f64) -> Interval {
        Interval { lo: x, hi: x }
    }

    /// The smallest interval that holds both.
    pub fn hull(self, other: Interval) -> Interval {
        Interval { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }

    /// The largest absolute value.
    pub fn magnitude(self) -> f64 {
        self.lo.abs().max(self.hi.abs())
    }

    /// Whether the number is inside or at an end.
    pub fn contains(self, x: f64) -> bool {
        self.lo <= x && x <= self.hi
    }

    /// The distance between the ends, rounded up.
    pub fn width(self) -> f64 {
        (self.hi - self.lo).next_up()
    }

    /// A number near the middle.
    pub fn middle(self) -> f64 {
        0.5 * (self.lo + self.hi)
    }

    fn outward(lo: f64, hi: f64) -> Interval {
        // The nearest number is at most half a unit away from the exact one, so the next one is beyond it.
        Interval { lo: lo.next_down(), hi: hi.next_up() }
    }
}

impl Add for Interval {
    type Output = Interval;
    fn add(self, other: Interval) -> Interval {
        Interval::outward(self.lo + other.lo, self.hi + other.hi)
    }
}

impl Mul for Interval {
    type Output = Interval;
    fn mul(self, other: Interval) -> Interval {
        let products =
            [self.lo * other.lo, self.lo * other.hi, self.hi * other.lo, self.hi * other.hi];
        let lo = products.into_iter().fold(f64::INFINITY, f64::min);
        let hi = products.into_iter().fold(f64::NEG_INFINITY, f64::max);
        Interval::outward(lo, hi)
    }
}
