//! Newton–Schulz schedules: odd polynomials whose composition takes singular values to 1.
//!
//! One step is `X ← X*(c₀*I + c₁*X'X + c₂*(X'X)² + …)`, which applies `p(σ) = c₀σ + c₁σ³ + c₂σ⁵ + …` to every singular
//! value. A [`Schedule`] is a list of such polynomials; [`named`] holds the published ones, [`design`](design()) computes
//! optimal ones, and [`Schedule::range`] proves where singular values end up.

mod cost;
mod design;
mod named;
mod odd;
mod remez;

pub use crate::interval::Interval;
pub use cost::{CostModel, Plan, plan};
pub use design::{Design, design};
pub use named::{NAMES, named};
pub use odd::OddPolynomial;
pub use remez::{Minimax, minimax};

use crate::format::Format;

/// A composition of odd polynomials, applied first to last.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// The polynomials.
    pub steps: Vec<OddPolynomial>,
}

impl Schedule {
    /// The composition at `x`.
    pub fn value(&self, x: f64) -> f64 {
        self.steps.iter().fold(x, |x, step| step.value(x))
    }

    /// An interval that is proved to hold every value of the composition on `on`, with outward rounding.
    ///
    /// Each step maps an interval onto an interval, so the composition of the images is the image of the composition and
    /// nothing is lost but rounding.
    pub fn range(&self, on: Interval) -> Interval {
        self.steps.iter().fold(on, |on, step| step.range(on))
    }

    /// The largest distance from 1 on `[lower, upper]`, proved.
    pub fn max_error(&self, lower: f64, upper: f64) -> f64 {
        let range = self.range(Interval::new(lower, upper));
        (1.0 - range.lo).abs().max((range.hi - 1.0).abs())
    }

    /// The largest input up to which the composition of everything in `[upper, input]` stays within `[0.4, 1.6]`, at most
    /// `4`; a singular value beyond it, which rounding of a norm may produce, comes out wrong or with the wrong sign.
    pub fn overshoot_limit(&self, upper: f64) -> f64 {
        let holds = |x: f64| (0.4..=1.6).contains(&self.value(x));
        let mut last = upper;
        if !holds(last) {
            return last;
        }
        // Steps far below the distance between the ripples of any composition in use.
        while last < 4.0 {
            let next = last * (1.0 + 1e-5);
            if !holds(next) {
                let (mut inside, mut outside) = (last, next);
                for _ in 0..60 {
                    let middle = 0.5 * (inside + outside);
                    if holds(middle) { inside = middle } else { outside = middle }
                }
                return inside;
            }
            last = next;
        }
        4.0
    }

    /// The factor `d` by which a step decreases a singular value relative to the largest one, the worst of all steps:
    /// `f(s)/max f ≥ (1/d)*s/max s`; the backward error of the iteration grows with it.
    ///
    /// Source: Nakatsukasa and Higham 2012, *Backward stability of iterations for computing the polar decomposition*.
    pub fn stability_factor(&self, upper: f64) -> f64 {
        let mut worst = 1.0_f64;
        let mut top = upper;
        for step in &self.steps {
            let range = step.range(Interval::new(0.0, top));
            let samples = 4000;
            for k in 1..=samples {
                let s = top * f64::from(k) / f64::from(samples);
                let value = step.value(s);
                if value <= 0.0 {
                    return f64::INFINITY;
                }
                worst = worst.max(s / top * range.hi / value);
            }
            top = range.hi;
        }
        worst
    }

    /// A first-order bound on what rounding in a format adds to the result in the Frobenius norm, relative to the root of
    /// the rank: each step rounds every product once, and later steps enlarge what it adds by at most their Lipschitz
    /// constant on matrices, the largest of `|p'(σ)|` and `p(σ)/σ`.
    pub fn format_bound(&self, upper: f64, format: Format) -> f64 {
        let mut top = upper;
        let mut bound = 0.0;
        for step in &self.steps {
            let on = Interval::new(0.0, top);
            let lipschitz = step.lipschitz(on);
            bound = bound * lipschitz + format.unit_roundoff() * step.rounding_weight(top);
            top = step.range(on).magnitude();
        }
        bound
    }
}
