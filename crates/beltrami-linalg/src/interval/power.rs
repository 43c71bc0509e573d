//! Powers of intervals.

use super::Interval;
use super::elementary::PAD;

impl Interval {
    /// The square, which is never negative.
    pub fn square(self) -> Interval {
        let (low, high) = (self.mignitude(), self.magnitude());
        let lo = if low == 0.0 { 0.0 } else { (low * low).next_down().max(0.0) };
        Interval { lo, hi: if high == 0.0 { 0.0 } else { (high * high).next_up() } }
    }

    /// An integer power; negative ones are reciprocals.
    pub fn powi(self, n: i32) -> Interval {
        if n < 0 {
            return Interval::ONE / self.powi(n.saturating_neg());
        }
        match n {
            0 => Interval::ONE,
            1 => self,
            2 => self.square(),
            _ if n % 2 == 0 => self.abs().positive_power(n),
            _ if self.lo >= 0.0 => self.positive_power(n),
            _ if self.hi <= 0.0 => -(-self).positive_power(n),
            _ => {
                let below = Interval { lo: 0.0, hi: -self.lo }.positive_power(n);
                let above = Interval { lo: 0.0, hi: self.hi }.positive_power(n);
                Interval { lo: -below.hi, hi: above.hi }
            }
        }
    }

    /// A power of numbers that are not negative: the ends are multiplied out with outward rounding.
    fn positive_power(self, n: i32) -> Interval {
        let end = |x: f64| {
            let (mut power, mut base, mut left) = (Interval::ONE, Interval::point(x), n);
            while left > 0 {
                if left & 1 == 1 {
                    power = if power == Interval::ONE { base } else { power * base };
                }
                left >>= 1;
                if left > 0 {
                    base = base.square();
                }
            }
            power
        };
        Interval { lo: end(self.lo).lo.max(0.0), hi: end(self.hi).hi }
    }

    /// A real power, of the part that is not negative.
    ///
    /// It is monotone in base and exponent each, so the extremes are at corners.
    pub fn powf(self, exponent: Interval) -> Interval {
        if self.hi < 0.0 || (self.hi == 0.0 && exponent.hi <= 0.0) {
            return Interval::WHOLE;
        }
        let base = Interval { lo: self.lo.max(0.0), hi: self.hi };
        let corners = [
            base.lo.powf(exponent.lo),
            base.lo.powf(exponent.hi),
            base.hi.powf(exponent.lo),
            base.hi.powf(exponent.hi),
        ];
        if corners.iter().any(|x| x.is_nan()) {
            return Interval { lo: 0.0, hi: f64::INFINITY };
        }
        let [a, b, c, d] = corners;
        let lo = Interval::around(a.min(b).min(c.min(d)), PAD).lo.max(0.0);
        Interval { lo, hi: Interval::around(a.max(b).max(c.max(d)), PAD).hi }
    }
}
