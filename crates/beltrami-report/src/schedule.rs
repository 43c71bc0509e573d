//! A Newton–Schulz schedule.

use beltrami::data::shortest;
use beltrami::engine::linalg::Format;
use beltrami::engine::linalg::schedule::{self, CostModel, Interval};
use serde::Serialize;

use crate::{Answer, sparkline};

/// A schedule, and what is proved of it.
#[derive(Clone, Debug, Serialize)]
pub struct Schedule {
    /// The coefficients of every step, of odd powers.
    pub steps: Vec<Vec<f64>>,
    /// The smallest singular value that goes in.
    pub lower: f64,
    /// Where the singular values come out, proved.
    pub interval: [f64; 2],
    /// How far from 1 that is.
    pub max_error: f64,
    /// Inputs up to this stay within `[0.4, 1.6]`.
    pub overshoot_limit: f64,
    /// By how much directions can grow; infinite where a step takes a singular value to 0 or below.
    pub stability_factor: f64,
    /// Operations in units of n³.
    pub cost_n3: f64,
    /// What rounding in the format adds, to first order.
    pub format_bound: f64,
    /// The largest singular value that goes in.
    #[serde(skip)]
    pub upper: f64,
    /// The polynomials.
    #[serde(skip)]
    pub schedule: schedule::Schedule,
}

impl Schedule {
    /// The figures of a schedule for singular values in an interval.
    pub fn new(
        schedule: schedule::Schedule,
        on: Interval,
        cost: CostModel,
        format: Format,
    ) -> Schedule {
        let Interval { lo, hi } = schedule.range(on);
        Schedule {
            steps: schedule.steps.iter().map(|step| step.coefficients.clone()).collect(),
            lower: on.lo,
            interval: [lo, hi],
            max_error: (1.0 - lo).abs().max((hi - 1.0).abs()),
            overshoot_limit: schedule.overshoot_limit(on.hi),
            stability_factor: schedule.stability_factor(on.hi),
            cost_n3: cost.schedule(&schedule),
            format_bound: schedule.format_bound(on.hi, format),
            upper: on.hi,
            schedule,
        }
    }

    /// The composite polynomial as a line of bars.
    pub fn sparkline(&self) -> String {
        let composite = |x: f64| self.schedule.value(x * self.upper);
        let bars = sparkline::of_function(&composite);
        format!("composite polynomial on [0, {}]: {bars}", self.upper)
    }
}

impl Answer for Schedule {
    fn text(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        for (place, step) in self.steps.iter().enumerate() {
            let coefficients: Vec<String> = step.iter().map(|c| format!("{c:>22.16}")).collect();
            lines.push(format!("{:>3} {}", place + 1, coefficients.join(" ")));
        }
        let [lo, hi] = self.interval;
        lines.push(format!(
            "singular values in [{}, {}] come out in [{lo:.6}, {hi:.6}] (proved): largest error {:.3e}",
            shortest(self.lower),
            shortest(self.upper),
            self.max_error
        ));
        lines.push(format!("inputs up to {:.4} stay within [0.4, 1.6]", self.overshoot_limit));
        lines.push(match self.stability_factor.is_finite() {
            true => format!("stability factor {:.1}", self.stability_factor),
            false => "not stable: a step takes a singular value to 0 or below".to_string(),
        });
        lines.push(format!("cost {} n³ with symmetric products", self.cost_n3));
        lines.push(format!(
            "rounding in this format adds at most {:.1e}, to first order",
            self.format_bound
        ));
        lines.join("\n")
    }
}
