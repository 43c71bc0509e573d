//! Optimal schedules: each step is the best polynomial on what the steps before leave.

use crate::error::Error;
use crate::schedule::Schedule;
use crate::schedule::odd::OddPolynomial;
use crate::schedule::remez::minimax;

/// What a schedule is designed for.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// The degree of each step, odd.
    pub degrees: Vec<usize>,
    /// The smallest singular value that has to come out near 1, relative to `upper`'s scale.
    pub lower: f64,
    /// The largest singular value.
    pub upper: f64,
    /// Steps are not aimed at singular values below this fraction of the largest one, which bounds how much a step decreases
    /// others relative to the largest; 0 for none. The published lists use 0.024.
    pub cushion: f64,
    /// Every step but the last expects inputs larger by this fraction, against rounding; 0 for none.
    pub safety: f64,
}

/// The schedule whose composition deviates least from 1 on `[lower, upper]`; choosing each step alone is optimal.
///
/// # Errors
/// [`Error::Shape`] when no step is asked for, or the ends are not `0 < lower < upper`; and as [`minimax`].
/// # References
/// Amsel, Persson, Musco and Gower 2025, *The Polar Express: Optimal Matrix Sign Methods and Their Application to the Muon
/// Algorithm*, theorem 3.1 and section 3.3 for cushion and safety.
pub fn design(wanted: &Design) -> Result<Schedule, Error> {
    let Design { degrees, lower, upper, cushion, safety } = wanted;
    let sound = *lower > 0.0 && lower <= upper && upper.is_finite();
    if degrees.is_empty() || !sound || !(0.0..1.0).contains(cushion) || !(0.0..1.0).contains(safety)
    {
        let detail = format!(
            "{} steps on [{lower}, {upper}] with cushion {cushion} and safety {safety}",
            degrees.len()
        );
        return Err(Error::Shape { function: "design", detail });
    }
    let (mut l, mut u) = (*lower, *upper);
    let mut steps: Vec<OddPolynomial> = Vec::new();
    for (place, degree) in degrees.iter().enumerate() {
        let mut step = minimax(*degree, l.max(cushion * u), u)?.polynomial;
        if cushion * u > l {
            // Centred about 1 on the whole interval again.
            step = step.scaled(2.0 / (step.value(l) + step.value(u)));
        }
        if place + 1 < degrees.len() {
            step = step.stretched(1.0 / (1.0 + safety));
        }
        l = step.value(l);
        u = 2.0 - l;
        steps.push(step);
    }
    Ok(Schedule { steps })
}
