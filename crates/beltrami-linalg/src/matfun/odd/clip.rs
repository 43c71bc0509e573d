//! Singular values clipped to an interval.

use super::{Line, OddScalar};

/// `f(s) = min(max(s, α), β)`, the singular values brought into `[α, β]`.
///
/// With `α > 0` or `β < 0` a matrix of deficient rank has no value: the directions of its vanishing singular values are
/// not unique.
/// The function has kinks at `α` and `β`, as far as they are positive and differ.
#[derive(Clone, Copy, Debug)]
pub struct Clip {
    lower: f64,
    upper: f64,
}

impl Clip {
    /// Clipping to `[lower, upper]`; nothing if a bound is NaN or they are in the wrong order.
    pub fn new(lower: f64, upper: f64) -> Option<Clip> {
        (lower <= upper).then_some(Clip { lower, upper })
    }
}

impl OddScalar for Clip {
    fn name(&self) -> &'static str {
        "mclip"
    }

    fn value(&self, s: f64) -> f64 {
        s.clamp(self.lower, self.upper)
    }

    fn slope(&self, s: f64) -> f64 {
        // Where 0 is clipped to 0 from above, the extension by oddness is constant.
        f64::from(u8::from(self.upper > 0.0 && self.lower < self.upper && self.value(s) == s))
    }

    fn line(&self, s: f64) -> Option<Line> {
        let slope = self.slope(s);
        Some(Line { slope, offset: if slope == 0.0 { self.value(s) } else { 0.0 } })
    }

    fn jumps(&self) -> bool {
        self.value(0.0) != 0.0
    }

    fn kinks(&self) -> Vec<f64> {
        if self.lower == self.upper {
            return Vec::new();
        }
        [self.lower, self.upper]
            .into_iter()
            .filter(|kink| *kink > 0.0 && kink.is_finite())
            .collect()
    }

    /// Values at clipped arguments are exact, so the quotient of a clipped and an unclipped one is right at any gap.
    fn minus(&self, s: f64, t: f64) -> f64 {
        let (x, y) = (self.extended(s), self.extended(t));
        if x == y && s != t {
            return 0.0;
        }
        if s == t { self.slope(s) } else { (x - y) / (s - t) }
    }
}
