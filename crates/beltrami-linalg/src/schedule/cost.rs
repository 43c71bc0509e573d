//! What a schedule costs, and the best one for a budget.

use crate::error::Error;
use crate::schedule::design::{Design, design};
use crate::schedule::{OddPolynomial, Schedule};

/// Floating-point operations of one step on an `m×n` matrix, `m = α*n ≥ n`, in units of `n³`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostModel {
    /// The ratio `α` of the longer to the shorter side.
    pub aspect: f64,
    /// Whether products with symmetric results are computed in one triangle, at half the operations.
    pub symmetric: bool,
}

/// The degrees that planning chooses from: those where one more product pays.
const DEGREES: [usize; 5] = [3, 5, 7, 9, 13];
/// No schedule in use is longer.
const MOST_STEPS: usize = 12;

impl CostModel {
    /// Steps on the Gram side with one product with `X` at the end: each brings the product of the factors and the Gram matrix
    /// along, by three products, but the first factor is there and the last Gram matrix is not needed.
    pub fn gram_side(&self, steps: &[OddPolynomial]) -> f64 {
        if let [only] = steps {
            return self.step(only.degree());
        }
        let square = if self.symmetric { 1.0 } else { 2.0 };
        let inner = CostModel { aspect: 0.0, ..*self };
        let brought = 3.0 * square * steps.len().saturating_sub(1) as f64;
        let own: f64 = steps.iter().map(|step| inner.step(step.degree())).sum();
        own + brought + (square + 2.0) * self.aspect
    }

    /// One step of a degree: the Gram matrix, its powers and their combination, and the product with `X`.
    ///
    /// With `A = X'X`, degree 5 takes `A²`; degrees 7 and 9 one more product, `A²*(c₃A + c₄A²)`; degree 13 still one more
    /// (Paterson and Stockmeyer 1973).
    pub fn step(&self, degree: usize) -> f64 {
        let square = if self.symmetric { 1.0 } else { 2.0 };
        let inner = match degree {
            0..=3 => 0.0,
            4..=5 => 1.0,
            6..=9 => 2.0,
            10..=13 => 3.0,
            _ => 4.0,
        };
        square * self.aspect + inner * square + 2.0 * self.aspect
    }

    /// A whole schedule.
    pub fn schedule(&self, schedule: &Schedule) -> f64 {
        schedule.steps.iter().map(|step| self.step(step.degree())).sum()
    }
}

/// A schedule and what it was chosen for.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The degrees, first step first.
    pub degrees: Vec<usize>,
    /// The schedule.
    pub schedule: Schedule,
    /// Its cost in units of `n³`.
    pub cost: f64,
    /// Its largest error on the interval, proved.
    pub max_error: f64,
}

/// The most accurate schedule within a budget in units of `n³`, mixed degrees among them; `like` gives interval, cushion and
/// safety.
///
/// # Errors
/// [`Error::Shape`] when not even one step fits the budget; and as [`design`].
pub fn plan(budget: f64, cost: CostModel, like: &Design) -> Result<Plan, Error> {
    let mut best: Option<Plan> = None;
    let mut pending: Vec<Vec<usize>> = vec![Vec::new()];
    while let Some(degrees) = pending.pop() {
        let spent: f64 = degrees.iter().map(|degree| cost.step(*degree)).sum();
        // Lists that leave room for another step are no candidates: the step would improve them.
        let extended: Vec<Vec<usize>> = DEGREES
            .iter()
            // Orders of the same degrees differ little; the highest first leaves the easy end to the cheap ones.
            .filter(|degree| degrees.last().is_none_or(|last| *degree <= last))
            .filter(|degree| spent + cost.step(**degree) <= budget * (1.0 + 1e-12))
            .map(|degree| [degrees.as_slice(), &[*degree]].concat())
            .collect();
        if !extended.is_empty() && degrees.len() < MOST_STEPS {
            pending.extend(extended);
            continue;
        }
        if degrees.is_empty() {
            break;
        }
        let schedule = design(&Design { degrees: degrees.clone(), ..like.clone() })?;
        let max_error = schedule.max_error(like.lower, like.upper);
        if best.as_ref().is_none_or(|best| max_error < best.max_error) {
            best = Some(Plan { degrees, schedule, cost: spent, max_error });
        }
    }
    best.ok_or_else(|| Error::Shape {
        function: "plan",
        detail: format!("a budget of {budget} n³, and the cheapest step costs {} n³", cost.step(3)),
    })
}
