//! Soft thresholding of singular values.

use super::{Line, OddScalar};

/// `f(s) = max(s - τ, 0)`, the proximal map of `τ` times the nuclear norm; it has a kink at `τ`.
#[derive(Clone, Copy, Debug)]
pub struct SoftThreshold(f64);

impl SoftThreshold {
    /// Thresholding by `tau`; nothing unless it is finite and not negative.
    pub fn new(tau: f64) -> Option<SoftThreshold> {
        (tau.is_finite() && tau >= 0.0).then_some(SoftThreshold(tau))
    }
}

impl OddScalar for SoftThreshold {
    fn name(&self) -> &'static str {
        "soft threshold"
    }

    fn value(&self, s: f64) -> f64 {
        (s - self.0).max(0.0)
    }

    fn slope(&self, s: f64) -> f64 {
        f64::from(u8::from(s > self.0 || self.0 == 0.0))
    }

    fn line(&self, s: f64) -> Option<Line> {
        let slope = self.slope(s);
        Some(Line { slope, offset: -slope * self.0 })
    }

    fn kinks(&self) -> Vec<f64> {
        if self.0 > 0.0 { vec![self.0] } else { Vec::new() }
    }

    /// Above the threshold the difference of values is that of the arguments; across it the quotient is right.
    fn minus(&self, s: f64, t: f64) -> f64 {
        let (slope, other) = (self.slope(s), self.slope(t));
        if slope == other { slope } else { (self.value(s) - self.value(t)) / (s - t) }
    }
}
