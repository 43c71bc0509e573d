//! Intervals with outward rounding.

mod elementary;
mod power;

use std::ops::{Add, Div, Mul, Neg, Sub};

/// All numbers from `lo` to `hi`; every operation gives an interval that holds the exact results.
///
/// A function that does not exist on a part of its argument is enclosed where it does; [`Interval::WHOLE`] where it exists
/// nowhere, so that an interval is never empty and never NaN. Whether a function exists and is continuous is a question
/// of its own, which the caller asks of the argument.
/// # References
/// `MooreKearfottCloud2009`, chapters 2 to 5.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
}

impl Interval {
    /// The real line.
    pub const WHOLE: Interval = Interval { lo: f64::NEG_INFINITY, hi: f64::INFINITY };
    /// Zero.
    pub const ZERO: Interval = Interval { lo: 0.0, hi: 0.0 };
    /// One.
    pub const ONE: Interval = Interval { lo: 1.0, hi: 1.0 };

    /// The interval between two numbers in any order.
    pub fn new(a: f64, b: f64) -> Interval {
        Interval { lo: a.min(b), hi: a.max(b) }
    }

    /// One number.
    pub const fn point(x: f64) -> Interval {
        Interval { lo: x, hi: x }
    }

    /// The numbers within `units` representable numbers of `x`.
    pub fn around(x: f64, units: u32) -> Interval {
        (0..units).fold(Interval::point(x), |wide, _| Interval::outward(wide.lo, wide.hi))
    }

    /// The quotient of two integers.
    pub fn ratio(p: i64, q: i64) -> Interval {
        Interval::integer(p) / Interval::integer(q)
    }

    /// An integer.
    pub fn integer(n: i64) -> Interval {
        // Up to here every integer is an f64.
        if n.unsigned_abs() <= 1 << 53 {
            Interval::point(n as f64)
        } else {
            Interval::around(n as f64, 1)
        }
    }

    /// The smallest interval that holds both.
    pub fn hull(self, other: Interval) -> Interval {
        Interval { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }

    /// What both hold, if anything.
    pub fn meet(self, other: Interval) -> Option<Interval> {
        let (lo, hi) = (self.lo.max(other.lo), self.hi.min(other.hi));
        (lo <= hi).then_some(Interval { lo, hi })
    }

    /// The largest absolute value.
    pub fn magnitude(self) -> f64 {
        self.lo.abs().max(self.hi.abs())
    }

    /// The smallest absolute value.
    pub fn mignitude(self) -> f64 {
        if self.contains(0.0) { 0.0 } else { self.lo.abs().min(self.hi.abs()) }
    }

    /// Whether the number is inside or at an end.
    pub fn contains(self, x: f64) -> bool {
        self.lo <= x && x <= self.hi
    }

    /// Whether all of this is in the other.
    pub fn is_within(self, other: Interval) -> bool {
        other.lo <= self.lo && self.hi <= other.hi
    }

    /// Whether all of this is in the other and does not touch its ends.
    pub fn is_inside(self, other: Interval) -> bool {
        other.lo < self.lo && self.hi < other.hi
    }

    /// Whether it is one number.
    pub fn is_point(self) -> bool {
        self.lo == self.hi
    }

    /// Whether both ends are finite.
    pub fn is_bounded(self) -> bool {
        self.lo.is_finite() && self.hi.is_finite()
    }

    /// The distance between the ends, rounded up.
    pub fn width(self) -> f64 {
        (self.hi - self.lo).next_up()
    }

    /// A finite number near the middle.
    pub fn middle(self) -> f64 {
        if self.is_bounded() {
            // Halves first: the sum of two large ends overflows.
            let middle = 0.5 * self.lo + 0.5 * self.hi;
            return middle.clamp(self.lo, self.hi);
        }
        match (self.lo.is_finite(), self.hi.is_finite()) {
            (true, false) => f64::MAX.min(self.lo.max(0.0) * 2.0 + 1.0),
            (false, true) => f64::MIN.max(self.hi.min(0.0) * 2.0 - 1.0),
            _ => 0.0,
        }
    }

    fn outward(lo: f64, hi: f64) -> Interval {
        // The nearest number is at most half a unit away from the exact one, so the next one is beyond it.
        Interval { lo: lo.next_down(), hi: hi.next_up() }
    }

    /// `outward` for the ends of a sum, which is exact where it is zero: sums never underflow.
    fn sum(lo: f64, hi: f64) -> Interval {
        Interval {
            lo: if lo == 0.0 { lo } else { lo.next_down() },
            hi: if hi == 0.0 { hi } else { hi.next_up() },
        }
    }

    /// `outward` for the extremes of four products or quotients, which keep the sign that the factors give them.
    fn extremes(values: [f64; 4], positive: bool, negative: bool) -> Interval {
        // Infinite ends stand for numbers, so zero times them is zero.
        let [a, b, c, d] = values.map(|x| if x.is_nan() { 0.0 } else { x });
        let lo = a.min(b).min(c.min(d)).next_down();
        let hi = a.max(b).max(c.max(d)).next_up();
        Interval {
            lo: if positive { lo.max(0.0) } else { lo },
            hi: if negative { hi.min(0.0) } else { hi },
        }
    }

    /// Whether a product with the other is nowhere negative, and nowhere positive.
    fn signs(self, other: Interval) -> (bool, bool) {
        let (up, down) = ((self.lo >= 0.0, other.lo >= 0.0), (self.hi <= 0.0, other.hi <= 0.0));
        ((up.0 && up.1) || (down.0 && down.1), (up.0 && down.1) || (down.0 && up.1))
    }

    /// `outward`, where NaN comes from infinite ends and says nothing.
    fn outward_or_open(lo: f64, hi: f64) -> Interval {
        Interval {
            lo: if lo.is_nan() { f64::NEG_INFINITY } else { lo.next_down() },
            hi: if hi.is_nan() { f64::INFINITY } else { hi.next_up() },
        }
    }
}

impl Add for Interval {
    type Output = Interval;
    fn add(self, other: Interval) -> Interval {
        Interval::sum(self.lo + other.lo, self.hi + other.hi)
    }
}

impl Sub for Interval {
    type Output = Interval;
    fn sub(self, other: Interval) -> Interval {
        Interval::sum(self.lo - other.hi, self.hi - other.lo)
    }
}

impl Neg for Interval {
    type Output = Interval;
    fn neg(self) -> Interval {
        Interval { lo: -self.hi, hi: -self.lo }
    }
}

impl Mul for Interval {
    type Output = Interval;
    fn mul(self, other: Interval) -> Interval {
        // Zero times anything is exact.
        if self == Interval::ZERO || other == Interval::ZERO {
            return Interval::ZERO;
        }
        let products =
            [self.lo * other.lo, self.lo * other.hi, self.hi * other.lo, self.hi * other.hi];
        let (positive, negative) = self.signs(other);
        Interval::extremes(products, positive, negative)
    }
}

impl Div for Interval {
    type Output = Interval;
    /// The quotients that exist; everything where zero is inside the divisor.
    fn div(self, other: Interval) -> Interval {
        let (lo, hi) = (other.lo, other.hi);
        if lo > 0.0 || hi < 0.0 {
            let quotients = [self.lo / lo, self.lo / hi, self.hi / lo, self.hi / hi];
            let (positive, negative) = self.signs(other);
            return Interval::extremes(quotients, positive, negative);
        }
        if self == Interval::ZERO && (lo < 0.0 || hi > 0.0) {
            return Interval::ZERO;
        }
        // With zero at an end of the divisor, numerators of one sign give quotients of one sign.
        match (lo == 0.0 && hi > 0.0, hi == 0.0 && lo < 0.0) {
            (true, _) if self.lo >= 0.0 => Interval::outward_or_open(self.lo / hi, f64::INFINITY),
            (true, _) if self.hi <= 0.0 => {
                Interval::outward_or_open(f64::NEG_INFINITY, self.hi / hi)
            }
            (_, true) if self.lo >= 0.0 => {
                Interval::outward_or_open(f64::NEG_INFINITY, self.lo / lo)
            }
            (_, true) if self.hi <= 0.0 => Interval::outward_or_open(self.hi / lo, f64::INFINITY),
            _ => Interval::WHOLE,
        }
    }
}
