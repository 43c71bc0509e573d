//! What was found at points so far.

use super::{Attempt, CheckFailure, Checked, POINTS, ROUNDED};

/// What was found for one assignment of sizes.
#[derive(Default)]
pub(super) struct Found {
    pub points: usize,
    /// Those among them at which the derivative is 0 but for rounding.
    zeros: usize,
    rounded: usize,
}

/// Agreement at a point.
pub(super) struct Agreement {
    /// The relative difference.
    pub error: f64,
    /// Whether the derivative is 0 there but for rounding.
    pub zero: bool,
}

impl Found {
    pub fn take(
        &mut self,
        tally: &mut Tally,
        outcome: Result<Agreement, Attempt>,
    ) -> Result<(), CheckFailure> {
        match outcome {
            Ok(Agreement { error, zero }) => {
                tally.error = tally.error.max(error);
                self.points += 1;
                self.zeros += usize::from(zero && !(tally.zero && error == 0.0));
            }
            Err(Attempt::Ended(failure)) => return Err(failure),
            Err(Attempt::Skipped(why)) => tally.reason = why,
            Err(Attempt::Outside(why)) => {
                tally.reason = why;
                tally.outside = true;
            }
            Err(Attempt::Undefined(cause)) => tally.reason = cause.to_string(),
            Err(Attempt::Rounded) => {
                tally.reason = "rounding errors exceed the tolerance there".into();
                self.rounded += 1;
            }
        }
        Ok(())
    }

    pub fn is_enough(&self) -> bool {
        self.points == POINTS || self.rounded >= ROUNDED
    }

    pub fn count(&self, tally: &mut Tally) {
        if self.points == POINTS {
            tally.points += self.points;
            tally.sizes += 1;
            tally.vanishing += usize::from(self.zeros == POINTS);
        }
    }
}

/// What was found for all of them.
pub(super) struct Tally {
    /// Whether the formula is 0 by itself.
    pub zero: bool,
    pub points: usize,
    pub sizes: usize,
    /// Those among them at which the derivative vanishes everywhere, so that a wrong formula that vanishes too agrees.
    pub vanishing: usize,
    pub error: f64,
    /// Why the last point was given up.
    pub reason: String,
    /// Whether a point lay outside of the domain.
    pub outside: bool,
}

impl Default for Tally {
    fn default() -> Tally {
        let reason = "no size assignment could be tried".into();
        Tally { zero: false, points: 0, sizes: 0, vanishing: 0, error: 0.0, reason, outside: false }
    }
}

impl Tally {
    /// Whether so many assignments tell a right formula from a wrong one.
    pub fn suffices(&self, wanted: usize) -> bool {
        self.sizes - self.vanishing >= wanted
    }

    pub fn checked(&self) -> Checked {
        Checked {
            points: self.points,
            sizes: self.sizes,
            smaller: false,
            vanishing: !self.zero && self.vanishing == self.sizes,
            max_rel_error: self.error,
        }
    }
}
