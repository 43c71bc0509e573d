//! When a basis is good enough.

use crate::error::Error;
use crate::random::sketch::Sketch;
use crate::truncate::Rule;

/// What the last steps found.
pub(crate) struct Stop {
    rule: Rule,
    accuracy: f64,
    values: Vec<f64>,
    change: f64,
    rank: Option<usize>,
}

impl Stop {
    pub(crate) fn new(rule: Rule, accuracy: f64) -> Stop {
        Stop { rule, accuracy, values: Vec::new(), change: f64::INFINITY, rank: None }
    }

    /// Whether what the rule asks for has settled; where blocks are not refined, `single`, whether it is there.
    pub(crate) fn reached(&mut self, sketch: &Sketch<'_>, single: bool) -> Result<bool, Error> {
        if sketch.complete() {
            return Ok(true);
        }
        match self.rule {
            Rule::Rank(rank) if sketch.columns() < rank => Ok(false),
            Rule::Rank(_) if single => Ok(true),
            Rule::Rank(rank) => {
                let values = sketch.values()?;
                Ok(self.settled(values, rank))
            }
            rule => {
                let remainder = sketch.remainder();
                let scaled = |limit: f64| sketch.scaled_limit(limit);
                // All that is captured must do before its values are worth computing.
                let part = remainder.part(remainder.frobenius());
                let hopeless = match rule {
                    Rule::Energy(energy) => 1.0 - part * part < energy,
                    Rule::Error {
                        limit,
                        relative: true,
                        norm: crate::truncate::Norm::Frobenius,
                    } => part > limit,
                    _ => false,
                };
                if hopeless {
                    return Ok(false);
                }
                let values = sketch.values()?;
                let Some(rank) = remainder.rank_reached(&values, rule, &scaled) else {
                    return Ok(false);
                };
                // One more block shows whether better vectors need fewer of them.
                let before = self.rank.replace(rank);
                Ok(single || before.is_some_and(|before| before <= rank + rank / 100 + 1))
            }
        }
    }

    /// Whether the first `rank` values are expected to change by less than the accuracy from here on.
    fn settled(&mut self, values: Vec<f64>, rank: usize) -> bool {
        let before = std::mem::replace(&mut self.values, values);
        if before.len() < rank {
            return rank == 0;
        }
        let first = self.values.first().copied().unwrap_or(0.0);
        // Values at the rounding of the largest have no digits that could settle.
        let change = (self.values.iter().zip(&before).take(rank))
            .filter(|(s, _)| **s > 1e-13 * first)
            .map(|(s, t)| (s - t).abs() / s)
            .fold(0.0, f64::max);
        let last = std::mem::replace(&mut self.change, change);
        // Changes fall like powers of a ratio, whose tail is summed.
        let ratio = if last.is_finite() { (change / last).min(1.0) } else { 1.0 };
        let ahead = if ratio < 1.0 { change * ratio / (1.0 - ratio) } else { f64::INFINITY };
        change == 0.0 || ahead <= self.accuracy || change <= 0.01 * self.accuracy
    }
}
