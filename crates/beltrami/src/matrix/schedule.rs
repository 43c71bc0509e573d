//! Newton–Schulz schedules.

use beltrami_diag::{Error, codes};
use beltrami_linalg::Format;
use beltrami_linalg::schedule::{
    CostModel, Design, Interval, NAMES, Schedule, design, named, plan,
};

use super::{failed, refusal};

/// Which steps a schedule has.
#[derive(Clone, Debug, PartialEq)]
pub enum Steps {
    /// A published list by its name.
    Named(String),
    /// The best steps of these degrees, which are odd.
    Degrees(Vec<usize>),
    /// The best steps within a budget in units of `n³`.
    Budget(f64),
}

/// What [`schedule`] is made for.
#[derive(Clone, Debug)]
pub struct ScheduleOptions {
    /// The smallest singular value that has to come out near 1.
    pub lower: f64,
    /// The largest singular value.
    pub upper: f64,
    /// The longer side over the shorter one, for the cost.
    pub aspect: f64,
    /// Steps are not aimed at singular values below this fraction of the largest one.
    pub cushion: f64,
    /// Every step but the last expects inputs larger by this fraction, against rounding.
    pub safety: f64,
    /// The format in which rounding is told.
    pub format: Format,
}

impl Default for ScheduleOptions {
    fn default() -> ScheduleOptions {
        let (lower, upper, aspect) = (1e-3, 1.0, 1.0);
        let (cushion, safety, format) = (0.0, 0.0, Format::Bf16);
        ScheduleOptions { lower, upper, aspect, cushion, safety, format }
    }
}

/// A schedule, and what is proved of it.
#[derive(Clone, Debug)]
pub struct ScheduleReport {
    /// The polynomials; for [`PolarOptions::schedule`](crate::PolarOptions::schedule), say.
    pub schedule: Schedule,
    /// Where singular values in `[lower, upper]` come out, proved.
    pub interval: (f64, f64),
    /// How far from 1 that is.
    pub max_error: f64,
    /// Inputs up to this stay within `[0.4, 1.6]`.
    pub overshoot_limit: f64,
    /// By how much directions can grow; infinite where a step takes a singular value to 0 or below.
    pub stability_factor: f64,
    /// Operations in units of `n³`.
    pub cost_n3: f64,
    /// What rounding in the format adds, to first order.
    pub format_bound: f64,
}

/// Beyond this every singular value that a double distinguishes from 0 has arrived.
const MOST_STEPS: usize = 64;

/// A schedule of Newton–Schulz steps by name, by degrees or for a budget, and what is proved of it.
///
/// ```
/// use beltrami::{ScheduleOptions, ScheduleSteps, schedule};
///
/// let five = schedule(&ScheduleSteps::Degrees(vec![5; 5]), &ScheduleOptions::default())?;
/// let six = schedule(&ScheduleSteps::Degrees(vec![5; 6]), &ScheduleOptions::default())?;
/// assert!(six.max_error < five.max_error);
/// # Ok::<(), beltrami::Error>(())
/// ```
///
/// # Errors
/// E0701 for ends that are no interval above 0, an unknown name, no steps or more than 64, degrees that are not odd, or a
/// budget that is too small.
/// # References
/// Amsel, Persson, Musco and Gower 2025, *The Polar Express: Optimal Matrix Sign Methods and Their Application to the Muon
/// Algorithm*.
pub fn schedule(steps: &Steps, options: &ScheduleOptions) -> Result<ScheduleReport, Error> {
    let ScheduleOptions { lower, upper, aspect, cushion, safety, format } = *options;
    if !(lower > 0.0 && lower < upper && upper.is_finite()) {
        let message = format!("singular values from {lower} to {upper} are no interval above 0");
        return Err(refusal(&codes::E0701, message, "as in 1e-3 and 1"));
    }
    if !(aspect >= 1.0 && aspect.is_finite()) {
        let message = format!("the aspect {aspect} is not the longer side over the shorter one");
        return Err(refusal(&codes::E0701, message, "it is 1 for square matrices"));
    }
    let hint = "degrees are odd, from 3 to 17; cushion and safety are fractions below 1";
    let cost = CostModel { aspect, symmetric: true };
    let like = |degrees: Vec<usize>| Design { degrees, lower, upper, cushion, safety };
    let schedule = match steps {
        Steps::Named(name) => named(name, None).ok_or_else(|| {
            let message = format!("there is no schedule `{name}`");
            refusal(&codes::E0701, message, &format!("the names are {}", NAMES.join(", ")))
        })?,
        Steps::Degrees(degrees) if (1..=MOST_STEPS).contains(&degrees.len()) => {
            design(&like(degrees.clone())).map_err(|error| failed(&error, hint))?
        }
        Steps::Degrees(degrees) => {
            let message = format!("a schedule has no {} steps", degrees.len());
            return Err(refusal(&codes::E0701, message, "from 1 to 64"));
        }
        Steps::Budget(budget) if (0.0..=200.0).contains(budget) => {
            plan(*budget, cost, &like(Vec::new())).map_err(|error| failed(&error, hint))?.schedule
        }
        Steps::Budget(budget) => {
            let message = format!("{budget} is no number of operations in units of n³");
            return Err(refusal(&codes::E0701, message, "from 0 to 200"));
        }
    };
    let Interval { lo, hi } = schedule.range(Interval::new(lower, upper));
    Ok(ScheduleReport {
        interval: (lo, hi),
        max_error: (1.0 - lo).abs().max((hi - 1.0).abs()),
        overshoot_limit: schedule.overshoot_limit(upper),
        stability_factor: schedule.stability_factor(upper),
        cost_n3: cost.schedule(&schedule),
        format_bound: schedule.format_bound(upper, format),
        schedule,
    })
}
