//! What two evaluations of a derivative differ by, and whether that is rounding.

use beltrami_exec::Noise;

use super::{Compare, TOLERANCE};
use crate::sample::{Point, Sampler};

/// Relative rounding errors drawn anew to tell rounding from a wrong derivative: from one rounding to what a kernel of many
/// operations collects.
pub(super) const NOISE: [f64; 8] =
    [1e-16, 2e-16, 4e-16, 8e-16, 1.6e-15, 3.2e-15, 6.4e-15, 1.28e-14];
/// A difference that such errors change by more than this comes from them.
const CHANGED: f64 = 0.02;
/// The level of the errors that tell how large the terms are which cancel: far above rounding, far below what is compared.
const LEVEL: f64 = 1e-12;
/// Rounding errors of so many units of the terms that cancel are nothing but rounding.
const UNITS: f64 = 1e4;
/// Differences of so little of the largest entry are a few units in its last place: nothing more can be told of any entry.
const FEW: f64 = 1e-14;

/// What the two evaluations of a derivative differ by at a point.
pub(super) struct Gaps {
    pub gaps: Vec<f64>,
    /// The numbers that the derivative is compared with.
    pub expected: Vec<f64>,
    /// The largest entry of the derivative.
    pub scale: f64,
    /// The largest entry of the expression.
    pub value: f64,
}

impl Gaps {
    pub fn largest(&self) -> f64 {
        largest(&self.gaps)
    }

    /// The difference relative to the terms that cancel, where the derivative and what it is compared with are both 0 but
    /// for the rounding of such terms; how large those are is read off how much errors in them change the numbers.
    pub fn of_zeros(&self, point: &Point, sampler: &Sampler, compare: Compare<'_>) -> Option<f64> {
        let mut change = 0.0_f64;
        for draw in 0..3 {
            let other = compare(point, Noise::new(LEVEL, draw), &mut sampler.clone()).ok()?;
            let gaps = self.expected.iter().zip(&other.expected).map(|(a, b)| (a - b).abs());
            change = gaps.fold(change, f64::max);
        }
        // Where nothing changes, nothing cancels, and the numbers are exactly 0; a formula may still round.
        let exact = largest(&self.expected) == 0.0;
        let terms = if exact { (change / LEVEL).max(self.value) } else { change / LEVEL };
        let zero = UNITS * f64::EPSILON * terms;
        let found = self.gaps.iter().zip(&self.expected).map(|(gap, expected)| gap + expected);
        let both = largest(&self.expected).max(largest(&found.collect::<Vec<_>>()));
        (both <= zero).then(|| (self.largest() / terms.max(f64::MIN_POSITIVE)).min(TOLERANCE))
    }

    /// The relative difference of an entry that is small beside the largest, where it is more than rounding errors of the
    /// terms from which the entry is computed.
    pub fn of_small(&self, point: &Point, sampler: &Sampler, compare: Compare<'_>) -> Option<f64> {
        let relative = |k: usize| {
            let (gap, expected) = (self.gaps[k].abs(), self.expected[k]);
            gap / expected.abs().max((expected + self.gaps[k]).abs()).max(f64::MIN_POSITIVE)
        };
        let differs =
            |k: &usize| self.gaps[*k].abs() > FEW * self.scale && relative(*k) > TOLERANCE;
        let entries: Vec<usize> = (0..self.gaps.len()).filter(differs).collect();
        if entries.is_empty() || self.gaps.len() != self.expected.len() {
            return None;
        }
        let mut terms = vec![0.0_f64; self.gaps.len()];
        for draw in 0..3 {
            let other = compare(point, Noise::new(LEVEL, draw), &mut sampler.clone()).ok()?;
            for k in entries.iter().copied() {
                let expected = (self.expected[k] - *other.expected.get(k)?).abs();
                let gap = (self.gaps[k] - *other.gaps.get(k)?).abs();
                terms[k] = terms[k].max((expected + gap) / LEVEL);
            }
        }
        let wrong = |k: &usize| self.gaps[*k].abs() > UNITS * f64::EPSILON * terms[*k];
        entries.into_iter().filter(wrong).map(relative).reduce(f64::max)
    }

    pub fn error(&self) -> f64 {
        self.largest() / self.scale.max(f64::MIN_POSITIVE)
    }

    /// Whether they come from rounding: such gaps, or the numbers themselves, change when the rounding errors of both
    /// evaluations are drawn anew (or there is no value any more); those of a wrong derivative stay.
    pub fn are_rounding(&self, point: &Point, sampler: &Sampler, compare: Compare<'_>) -> bool {
        // A few units in the last place of numbers near 1: nothing more can be told.
        self.largest() < 1e-14
            || NOISE.into_iter().enumerate().any(|(draw, level)| {
                let other = compare(point, Noise::new(level, draw as u64), &mut sampler.clone());
                other.map_or(true, |other| {
                    // Numbers that change by far less than the gap do not explain it, even if nothing is left of them.
                    let gap = self.largest();
                    changed(&self.gaps, &other.gaps, 0.0)
                        || changed(&self.expected, &other.expected, gap)
                })
            })
    }
}

fn largest(numbers: &[f64]) -> f64 {
    numbers.iter().fold(0.0, |m, x| if x.is_nan() { f64::INFINITY } else { x.abs().max(m) })
}

/// Whether numbers change by a part of the largest of them, and of `least`.
fn changed(before: &[f64], after: &[f64], least: f64) -> bool {
    let change = before.iter().zip(after).fold(0.0_f64, |m, (a, b)| (a - b).abs().max(m));
    change > CHANGED * largest(before).max(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_entry_is_compared_for_itself() {
        let gaps = |noise: f64| Gaps {
            gaps: vec![0.0, 1e-12 + noise],
            expected: vec![1.0, 1e-10],
            scale: 1.0,
            value: 1.0,
        };
        let point = Point::default();
        let sampler = Sampler::new(1);
        let wrong = gaps(0.0).of_small(&point, &sampler, &mut |_, _, _| Ok(gaps(0.0)));
        assert!(wrong.is_some_and(|error| (error - 0.01).abs() < 1e-3), "{wrong:?}");
        // What rounding errors of terms near 1 move by as much is rounding.
        let rounded = gaps(0.0).of_small(&point, &sampler, &mut |_, _, _| Ok(gaps(LEVEL)));
        assert_eq!(rounded, None);
        assert!(gaps(0.0).error() < TOLERANCE, "the largest entry alone does not show it");
    }
}
