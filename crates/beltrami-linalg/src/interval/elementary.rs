//! Elementary functions of intervals.
//!
//! The functions of the platform's mathematical library are within two units in the last place of the exact value where
//! their errors are published (Zimmermann and others 2024, *Accuracy of mathematical functions*; up to 2 for `tanh`, `sinh`
//! and `cosh` of common libraries); [`PAD`] units are taken, so that the enclosures rest on twice that.

use std::f64::consts::{FRAC_PI_2, TAU};

use super::Interval;

/// Units in the last place by which a library function is trusted.
pub(super) const PAD: u32 = 4;

/// `2π` lies between this number and the next.
const TURN: Interval = Interval { lo: TAU, hi: TAU.next_up() };

impl Interval {
    /// An increasing function that a library computes, with values from `least` to `most`.
    pub(super) fn increasing(self, f: impl Fn(f64) -> f64, least: f64, most: f64) -> Interval {
        let low = Interval::around(f(self.lo), PAD).lo;
        let high = Interval::around(f(self.hi), PAD).hi;
        Interval { lo: low.max(least), hi: high.min(most) }
    }

    /// A function that decreases below zero and increases above it.
    fn bowl(self, f: impl Fn(f64) -> f64, least: f64, most: f64) -> Interval {
        Interval { lo: self.mignitude(), hi: self.magnitude() }.increasing(f, least, most)
    }

    /// The exponential.
    pub fn exp(self) -> Interval {
        self.increasing(f64::exp, 0.0, f64::INFINITY)
    }

    /// The natural logarithm, of the positive part.
    pub fn ln(self) -> Interval {
        if self.hi <= 0.0 {
            return Interval::WHOLE;
        }
        let positive = Interval { lo: self.lo.max(0.0), hi: self.hi };
        positive.increasing(f64::ln, f64::NEG_INFINITY, f64::INFINITY)
    }

    /// The square root, of the part that is not negative; correctly rounded, so one unit is enough.
    pub fn sqrt(self) -> Interval {
        if self.hi < 0.0 {
            return Interval::WHOLE;
        }
        let lo = self.lo.max(0.0).sqrt();
        let lo = if lo == 0.0 { 0.0 } else { lo.next_down() };
        Interval { lo, hi: if self.hi == 0.0 { 0.0 } else { self.hi.sqrt().next_up() } }
    }

    /// The absolute value.
    pub fn abs(self) -> Interval {
        Interval { lo: self.mignitude(), hi: self.magnitude() }
    }

    /// The larger of two numbers.
    pub fn max(self, other: Interval) -> Interval {
        Interval { lo: self.lo.max(other.lo), hi: self.hi.max(other.hi) }
    }

    /// The smaller of two numbers.
    pub fn min(self, other: Interval) -> Interval {
        Interval { lo: self.lo.min(other.lo), hi: self.hi.min(other.hi) }
    }

    /// -1, 0 or 1 by the sign.
    pub fn sign(self) -> Interval {
        let sign = |x: f64| if x == 0.0 { 0.0 } else { x.signum() };
        Interval { lo: sign(self.lo), hi: sign(self.hi) }
    }

    /// 1 above zero, 0 elsewhere.
    pub fn step(self) -> Interval {
        let step = |x: f64| f64::from(u8::from(x > 0.0));
        Interval { lo: step(self.lo), hi: step(self.hi) }
    }

    /// The sine.
    pub fn sin(self) -> Interval {
        // Crests are a quarter of a turn after the whole turns, troughs a quarter before.
        self.wave(f64::sin, 0.25)
    }

    /// The cosine.
    pub fn cos(self) -> Interval {
        self.wave(f64::cos, 0.0)
    }

    /// A function of period `2π` that is monotone between crests at `crest` turns and troughs half a turn later.
    fn wave(self, f: impl Fn(f64) -> f64, crest: f64) -> Interval {
        let all = Interval { lo: -1.0, hi: 1.0 };
        let turns = self / TURN;
        // Beyond this many turns the place within a turn is lost.
        if !(turns.magnitude() < 1e15 && turns.hi - turns.lo < 1.0) {
            return all;
        }
        let meets = |phase: f64| {
            let shifted = turns - Interval::point(phase);
            shifted.lo.ceil() <= shifted.hi.floor()
        };
        let (a, b) = (f(self.lo), f(self.hi));
        let lo = Interval::around(a.min(b), PAD).lo.max(-1.0);
        let hi = Interval::around(a.max(b), PAD).hi.min(1.0);
        Interval {
            lo: if meets(crest + 0.5) { -1.0 } else { lo },
            hi: if meets(crest) { 1.0 } else { hi },
        }
    }

    /// Whether the tangent has a pole here, or might.
    pub fn meets_pole_of_tan(self) -> bool {
        // Poles are at odd multiples of a quarter turn: half turns after -1/4.
        let half_turns = self / Interval { lo: 0.5 * TURN.lo, hi: 0.5 * TURN.hi };
        let shifted = half_turns - Interval::point(0.5);
        shifted.magnitude() >= 1e15 || shifted.lo.ceil() <= shifted.hi.floor()
    }

    /// The tangent; everything where a pole is met.
    pub fn tan(self) -> Interval {
        if self.meets_pole_of_tan() {
            return Interval::WHOLE;
        }
        self.increasing(f64::tan, f64::NEG_INFINITY, f64::INFINITY)
    }

    /// The inverse sine, of the part within [-1, 1].
    pub fn asin(self) -> Interval {
        let end = FRAC_PI_2.next_up();
        match self.meet(Interval { lo: -1.0, hi: 1.0 }) {
            Some(inside) => inside.increasing(f64::asin, -end, end),
            None => Interval::WHOLE,
        }
    }

    /// The inverse cosine, of the part within [-1, 1].
    pub fn acos(self) -> Interval {
        let end = (2.0 * FRAC_PI_2).next_up();
        match self.meet(Interval { lo: -1.0, hi: 1.0 }) {
            Some(inside) => (-inside).increasing(|x| (-x).acos(), 0.0, end),
            None => Interval::WHOLE,
        }
    }

    /// The inverse tangent.
    pub fn atan(self) -> Interval {
        let end = FRAC_PI_2.next_up();
        self.increasing(f64::atan, -end, end)
    }

    /// The hyperbolic sine.
    pub fn sinh(self) -> Interval {
        self.increasing(f64::sinh, f64::NEG_INFINITY, f64::INFINITY)
    }

    /// The hyperbolic cosine.
    pub fn cosh(self) -> Interval {
        self.bowl(f64::cosh, 1.0, f64::INFINITY)
    }

    /// The hyperbolic tangent.
    pub fn tanh(self) -> Interval {
        self.increasing(f64::tanh, -1.0, 1.0)
    }

    /// Values of an increasing function given as code that makes at most a few roundings: `relative` bounds its error.
    pub fn monotone(self, f: impl Fn(f64) -> f64, relative: f64) -> Interval {
        // Near zero a result may have lost all digits to underflow.
        let slack =
            |x: f64| if x.is_finite() { relative * x.abs() + f64::MIN_POSITIVE } else { 0.0 };
        let (a, b) = (f(self.lo), f(self.hi));
        Interval { lo: (a - slack(a)).next_down(), hi: (b + slack(b)).next_up() }
    }
}
