//! A step length with enough decrease and little slope left.

use super::run::{Point, Run, dot, moved};

/// A length along a direction and the point there.
pub(crate) struct Found {
    pub length: f64,
    pub point: Point,
}

/// The least decrease, as a part of what the slope promises.
const DECREASE: f64 = 1e-4;
/// Values that differ less than this, relative, are compared by slopes (Hager and Zhang 2005, section 2).
const NOISE: f64 = 1e-14;
const MOST_EVALUATIONS: usize = 50;

/// A step from `point` along `direction`, first tried at `first`, at which the strong Wolfe conditions hold with a slope of at
/// most `slope_part` of the first one; `None` where none is found.
///
/// A length at which the function is not defined is too long.
/// # References
/// Moré and Thuente 1994, *Line search algorithms with guaranteed sufficient decrease*.
pub(crate) fn search(
    run: &mut Run<'_>,
    point: &Point,
    direction: &[f64],
    first: f64,
    slope_part: f64,
) -> Option<Found> {
    let start = Sample { length: 0.0, value: point.value, slope: dot(&point.gradient, direction) };
    if start.slope.is_nan() || start.slope >= 0.0 {
        return None;
    }
    let mut interval = Interval { low: start, high: None };
    // Beyond a length at which the function is not defined nothing is tried.
    let mut wall = f64::INFINITY;
    let mut length = first;
    let mut best: Option<Found> = None;
    for _ in 0..MOST_EVALUATIONS {
        let tried = run.point(moved(&point.x, length, direction));
        let Ok(next) = tried else {
            wall = length;
            length = interval.low.length + 0.3 * (length - interval.low.length);
            if length - interval.low.length <= 1e-16 * length {
                break;
            }
            continue;
        };
        if next.value == f64::NEG_INFINITY {
            return Some(Found { length, point: next });
        }
        let sample = Sample { length, value: next.value, slope: dot(&next.gradient, direction) };
        let enough = sample.value <= start.value + DECREASE * length * start.slope;
        let level = (sample.value - start.value).abs() <= NOISE * start.value.abs()
            && sample.slope <= (1.0 - 2.0 * DECREASE) * start.slope.abs()
            && sample.value <= start.value + NOISE * start.value.abs();
        if (enough || level) && sample.slope.abs() <= slope_part * start.slope.abs() {
            return Some(Found { length, point: next });
        }
        if enough && best.as_ref().is_none_or(|best| next.value < best.point.value) {
            best = Some(Found { length, point: next });
        }
        let proposed = interval.update(sample, &start, enough || level);
        length = if proposed >= wall { 0.5 * (interval.low.length + wall) } else { proposed };
        if let Some(high) = interval.high {
            let width = (high.length - interval.low.length).abs();
            if width <= 1e-14 * high.length.max(interval.low.length) {
                break;
            }
        }
    }
    best
}

#[derive(Clone, Copy)]
struct Sample {
    length: f64,
    value: f64,
    slope: f64,
}

/// The best length so far, and one on the other side of a minimum as soon as there is one.
struct Interval {
    low: Sample,
    high: Option<Sample>,
}

impl Interval {
    /// Takes a sample in and proposes the next length.
    fn update(&mut self, sample: Sample, start: &Sample, enough: bool) -> f64 {
        let higher = !enough || sample.value > self.low.value;
        if higher {
            self.high = Some(sample);
        } else {
            let turned = sample.slope * (sample.length - self.low.length) > 0.0
                || (sample.slope > 0.0 && self.low.length <= sample.length);
            if turned {
                self.high = Some(self.low);
            } else if self.high.is_none() {
                // Still downhill: farther, by what a cubic through both samples says, within bounds.
                let step = sample.length - self.low.length;
                let cubic = cubic_minimum(&self.low, &sample);
                self.low = sample;
                let (least, most) = (sample.length + 1.1 * step, sample.length + 4.0 * step);
                return cubic.filter(|t| t.is_finite() && *t > least).map_or(most, |t| t.min(most));
            }
            self.low = sample;
        }
        let Some(high) = self.high else { return 2.0 * sample.length.max(start.length) };
        let (a, b) = (self.low.length.min(high.length), self.low.length.max(high.length));
        let inner = cubic_minimum(&self.low, &high).unwrap_or(0.5 * (a + b));
        // A proposal near an end gains little, so every proposal shrinks the interval by a tenth at least.
        inner.clamp(a + 0.1 * (b - a), b - 0.1 * (b - a))
    }
}

/// The minimum of the cubic through two values and slopes (Nocedal and Wright 2006, equation 3.59).
fn cubic_minimum(a: &Sample, b: &Sample) -> Option<f64> {
    let d1 = a.slope + b.slope - 3.0 * (a.value - b.value) / (a.length - b.length);
    let square = d1 * d1 - a.slope * b.slope;
    if square.is_nan() || square < 0.0 {
        return None;
    }
    let d2 = (b.length - a.length).signum() * square.sqrt();
    let t = b.length - (b.length - a.length) * (b.slope + d2 - d1) / (b.slope - a.slope + 2.0 * d2);
    t.is_finite().then_some(t)
}
