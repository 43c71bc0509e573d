//! What all iterations share: the linear system at an iterate, when to stop, and the record.

use beltrami_linalg::{Lu, Matrix, Svd};

use super::System;
use super::outcome::{Method, Solution, Status};

/// Settings of an iteration.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// A step below this fraction of the size of the unknowns ends the iteration.
    pub tolerance: f64,
    /// The most steps.
    pub iterations: usize,
    /// Asked before each step; true ends the iteration.
    pub stopped: &'a dyn Fn() -> bool,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { tolerance: 1e-12, iterations: 500, stopped: &|| false }
    }
}

/// Beyond this multiple of the start, or of 1, iterates are taken to leave for good.
const FAR: f64 = 1e12;
/// A residual that rounding explains counts only where the step is below this fraction as well: functions that vanish at
/// infinity underflow to zero, and their steps stay long.
const SMALL_STEP: f64 = 1e-4;
/// What a last step must leave of the residual: a zero of order m leaves ((m-1)/m)^m < 0.37, a pole at least one half.
const LEFT: f64 = 0.45;
/// Periods that are looked for.
const PERIODS: std::ops::RangeInclusive<usize> = 2..=16;

/// An iterate with its values.
pub(super) struct Iterate {
    pub x: Vec<f64>,
    pub f: Vec<f64>,
    pub norm: f64,
}

/// An iteration in progress.
pub(super) struct Iteration<'a, S> {
    pub system: &'a mut S,
    pub options: &'a Options<'a>,
    method: Method,
    trace: Vec<Vec<f64>>,
    residuals: Vec<f64>,
    /// The size of the unknowns so far, at most 1 where all iterates are smaller.
    typical: f64,
    limit: f64,
}

/// Newton's linear system at an iterate.
pub(super) struct Linear {
    pub jacobian: Matrix,
    /// The Newton step; none where the Jacobian is singular to working precision.
    pub step: Option<Vec<f64>>,
    lu: Option<Lu>,
}

impl<'a, S: System> Iteration<'a, S> {
    pub fn new(system: &'a mut S, options: &'a Options<'a>, method: Method, start: &[f64]) -> Self {
        let size = largest(start);
        Iteration {
            system,
            options,
            method,
            trace: Vec::new(),
            residuals: Vec::new(),
            typical: size.min(1.0),
            limit: FAR * size.max(1.0),
        }
    }

    /// The values at a point.
    pub fn evaluated(&mut self, x: Vec<f64>) -> Iterate {
        let mut f = vec![0.0; x.len()];
        self.system.value(&x, &mut f);
        let norm = largest(&f);
        Iterate { x, f, norm }
    }

    /// Takes an iterate into the record; an error ends the iteration.
    pub fn accept(&mut self, at: &Iterate) -> Result<(), Status> {
        self.trace.push(at.x.clone());
        self.residuals.push(at.norm);
        let size = largest(&at.x);
        self.typical = self.typical.max(size.min(1.0));
        if let Some(equation) = at.f.iter().position(|f| !f.is_finite()) {
            return Err(Status::NonFinite { equation, derivative: false });
        }
        if size > self.limit {
            return Err(Status::Diverged);
        }
        Ok(())
    }

    /// Whether another step may be taken.
    pub fn may_go_on(&self) -> Result<(), Status> {
        if (self.options.stopped)() {
            return Err(Status::Interrupted);
        }
        if let Some(period) = self.period() {
            return Err(Status::Cycle { period });
        }
        if self.trace.len() > self.options.iterations {
            return Err(if self.leaves() { Status::Diverged } else { Status::IterationLimit });
        }
        Ok(())
    }

    /// The Jacobian at an iterate and the Newton step.
    pub fn linear(&mut self, at: &Iterate) -> Result<Linear, Status> {
        let n = at.x.len();
        let mut jacobian = Matrix::zeros(n, n);
        self.system.jacobian(&at.x, jacobian.data_mut());
        if let Some(place) = jacobian.data().iter().position(|x| !x.is_finite()) {
            return Err(Status::NonFinite { equation: place / n, derivative: true });
        }
        let lu = Lu::new(&jacobian).ok();
        let step = lu.as_ref().and_then(|lu| solved(lu, &at.f));
        Ok(Linear { jacobian, step, lu })
    }

    /// Whether an iterate is a root: its equations vanish to rounding, or a step below the tolerance makes them vanish as
    /// roots do; that step is taken into the record.
    pub fn arrived(&mut self, at: &Iterate, linear: &Linear) -> Option<Status> {
        let Some(step) = &linear.step else {
            // Zeros of the function and of its derivative: exact zeros only, as at a double root that is representable.
            let zero = at.norm == 0.0 && self.system.vanishes(&at.x) && self.approaches();
            return zero.then_some(Status::Converged { singular: true });
        };
        let relative = self.relative(step, &at.x);
        if relative <= SMALL_STEP && self.system.vanishes(&at.x) {
            return Some(Status::Converged { singular: self.is_singular(&linear.jacobian) });
        }
        if relative > self.options.tolerance {
            return None;
        }
        let next = self.evaluated(at.x.iter().zip(step).map(|(x, s)| x + s).collect());
        if next.norm <= LEFT * at.norm || self.system.vanishes(&next.x) {
            self.trace.push(next.x);
            self.residuals.push(next.norm);
            return Some(Status::Converged { singular: self.is_singular(&linear.jacobian) });
        }
        // A residual that does not shrink although the step is at the level of rounding is all that can be reached.
        let least = self.relative(step, &at.x) <= 4.0 * f64::EPSILON;
        (least && next.norm <= 2.0 * at.norm && at.norm <= self.first_residual() * 1e-8)
            .then_some(Status::Converged { singular: self.is_singular(&linear.jacobian) })
    }

    /// The result, whose last iterate is the answer; without a root, that of least residual is.
    pub fn ended(self, status: Status) -> Solution {
        let last = self.trace.len() - 1;
        let named = matches!(
            status,
            Status::NonFinite { .. } | Status::Diverged | Status::SingularJacobian { .. }
        );
        let best = if status.is_success() || named {
            last
        } else {
            let finite = (0..=last).filter(|k| self.residuals[*k].is_finite());
            finite.min_by(|a, b| self.residuals[*a].total_cmp(&self.residuals[*b])).unwrap_or(last)
        };
        Solution {
            status,
            method: self.method,
            x: self.trace[best].clone(),
            residual: self.residuals[best],
            trace: self.trace,
            residuals: self.residuals,
        }
    }

    /// The largest part of a step, relative to the unknowns.
    pub fn relative(&self, step: &[f64], x: &[f64]) -> f64 {
        let parts = step.iter().zip(x).map(|(s, x)| s.abs() / x.abs().max(self.typical));
        parts.map(|part| if part.is_nan() { 0.0 } else { part }).fold(0.0, f64::max)
    }

    /// Whether half of the digits of a root are lost: by the condition of its Jacobian, or because the steps became shorter
    /// at a constant rate only, as at a zero of the function and of its derivative.
    fn is_singular(&self, jacobian: &Matrix) -> bool {
        let steps = self.steps(4);
        let linear = steps.len() == 4 && steps.windows(2).all(|pair| pair[1] > 0.2 * pair[0]);
        linear || Lu::new(jacobian).map_or(true, |lu| lu.rcond() < f64::EPSILON.sqrt())
    }

    fn first_residual(&self) -> f64 {
        self.residuals.first().copied().unwrap_or(0.0)
    }

    /// Whether the last steps became shorter, or there was none.
    fn approaches(&self) -> bool {
        let steps = self.steps(3);
        steps.windows(2).all(|pair| pair[1] < pair[0])
    }

    /// The end of an iteration that finds no better point.
    pub fn stuck(&self) -> Status {
        if self.leaves() { Status::Diverged } else { Status::NoProgress }
    }

    /// Whether the last iterates grew in even or growing steps.
    fn leaves(&self) -> bool {
        let steps = self.steps(20);
        let sizes: Vec<f64> = self.trace.iter().rev().take(20).rev().map(|x| largest(x)).collect();
        steps.len() > 10
            && steps.windows(2).all(|pair| pair[1] > 0.9 * pair[0])
            && sizes.windows(2).all(|pair| pair[1] > pair[0])
    }

    /// The lengths of the last steps, the latest last.
    fn steps(&self, count: usize) -> Vec<f64> {
        let first = self.trace.len().saturating_sub(count + 1);
        self.trace[first..].windows(2).map(|pair| distance(&pair[0], &pair[1])).collect()
    }

    /// The period with which the last iterates repeat.
    fn period(&self) -> Option<usize> {
        let last = self.trace.len().checked_sub(1)?;
        let step = distance(&self.trace[last], &self.trace[last.checked_sub(1)?]);
        PERIODS.filter(|period| 2 * period <= last).find(|period| {
            // Two whole periods that agree, while single steps are long.
            (0..*period).all(|k| {
                distance(&self.trace[last - k], &self.trace[last - k - period]) <= 1e-6 * step
            })
        })
    }
}

impl Linear {
    /// The solution of the Newton system for other values, with the same Jacobian.
    pub fn simplified(&self, f: &[f64]) -> Option<Vec<f64>> {
        solved(self.lu.as_ref()?, f)
    }

    /// The end of an iteration that needs the Newton step.
    pub fn singular(&self) -> Status {
        Status::SingularJacobian { null: null_direction(&self.jacobian) }
    }
}

fn solved(lu: &Lu, f: &[f64]) -> Option<Vec<f64>> {
    let negative = Matrix::from_fn(f.len(), 1, |i, _| -f[i]);
    lu.solve(&negative).ok().map(Matrix::into_data)
}

/// The right singular vector of the smallest singular value.
fn null_direction(jacobian: &Matrix) -> Vec<f64> {
    let n = jacobian.rows();
    Svd::new(jacobian)
        .map_or_else(|_| vec![0.0; n], |svd| (0..n).map(|j| svd.v[(j, n - 1)]).collect())
}

pub(super) fn largest(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |most, x| if x.is_nan() { f64::NAN } else { f64::max(most, x.abs()) })
}

pub(super) fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}
