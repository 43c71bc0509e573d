//! What all iterations share: the linear system at an iterate, when to stop, and the record.
//!
//! Iterates, values and Jacobians are in the [`Units`] of the start, which only the record turns back.

use beltrami_linalg::{Equilibrated, Lu, Matrix, Svd, ldexp};

use super::System;
use super::outcome::{Method, Rest, Solution, Status};
use super::units::Units;

/// Settings of an iteration.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// A step below this fraction of the unknowns ends the iteration.
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

/// Iterates that grew to this multiple of the start, and at once, are taken to leave for good.
const FAR: f64 = 1e12;
/// A residual that rounding explains counts only where the step is below this fraction as well: functions that vanish at
/// infinity underflow to zero, and their steps stay long.
const SMALL_STEP: f64 = 1e-4;
/// What a last step must leave of an equation: a zero of order m leaves ((m-1)/m)^m < 0.37.
const LEFT: f64 = 0.45;
/// What it must leave of its own length: a zero of order m leaves 1-1/m, a pole 1+1/m.
const SHORTER: f64 = 0.97;
/// So many last steps are multiplied by, to see whether the equations are as their linear parts say that far away: beyond
/// rounding errors, and no further than half of the digits.
const BEYOND: f64 = 1048576.0;
/// So far from a root, as a part of its unknowns, the equations are compared with their linear parts.
const ASIDE: f64 = 1.0 / 131072.0;
/// Steps that shrink by more come from a simple root: towards a double one they are halved.
const QUICK: f64 = 0.2;
/// Rounding errors that are taken to explain a value.
const EXPLAINED: f64 = 4.0;
/// Periods that are looked for.
const PERIODS: std::ops::RangeInclusive<usize> = 2..=16;

/// An iterate with its values.
pub(super) struct Iterate {
    pub x: Vec<f64>,
    pub f: Vec<f64>,
    pub norm: f64,
    /// The largest value in the units of the equations themselves.
    residual: f64,
    /// Whether a whole Newton step led here.
    pub newton: bool,
}

/// An iteration in progress.
pub(super) struct Iteration<'a, S> {
    pub system: &'a mut S,
    pub options: &'a Options<'a>,
    method: Method,
    units: Units,
    start: Vec<f64>,
    trace: Vec<Vec<f64>>,
    norms: Vec<f64>,
    residuals: Vec<f64>,
    /// How many of the last steps were whole Newton steps.
    newton: usize,
    /// The largest size of each unknown so far, that of the start at least.
    typical: Vec<f64>,
}

/// Newton's linear system at an iterate.
pub(super) struct Linear {
    pub jacobian: Matrix,
    /// The Newton step; none where the Jacobian is singular to working precision, however its rows and columns are scaled.
    pub step: Option<Vec<f64>>,
    equilibrated: Equilibrated,
    lu: Option<Lu>,
}

impl<'a, S: System> Iteration<'a, S> {
    pub fn new(system: &'a mut S, options: &'a Options<'a>, method: Method, start: &[f64]) -> Self {
        let units = Units::at(system, start);
        Iteration {
            system,
            options,
            method,
            start: units.inward(start),
            units,
            trace: Vec::new(),
            norms: Vec::new(),
            residuals: Vec::new(),
            newton: 0,
            typical: vec![1.0; start.len()],
        }
    }

    /// The first iterate.
    pub fn first(&mut self) -> Iterate {
        self.evaluated(self.start.clone())
    }

    /// The values at a point.
    pub fn evaluated(&mut self, x: Vec<f64>) -> Iterate {
        let mut f = vec![0.0; x.len()];
        self.system.value(&self.units.outward(&x), &mut f);
        let residual = largest(&f);
        let f = self.units.values(&f);
        let norm = largest(&f);
        Iterate { x, f, norm, residual, newton: false }
    }

    /// Takes an iterate into the record; an error ends the iteration.
    pub fn accept(&mut self, at: &Iterate) -> Result<(), Status> {
        self.record(at);
        if let Some(equation) = at.f.iter().position(|f| !f.is_finite()) {
            let status = Status::NonFinite { equation, derivative: false };
            return Err(if self.flees() { Status::Diverged } else { status });
        }
        let last = self.norms.len() - 1;
        let rises = last >= 4 && at.norm > 1.001 * self.norms[last - 4];
        if rises && self.flees() && largest(&at.x) > FAR * largest(&self.start).max(1.0) {
            return Err(Status::Diverged);
        }
        Ok(())
    }

    fn record(&mut self, at: &Iterate) {
        self.newton = if at.newton { self.newton + 1 } else { 0 };
        self.trace.push(at.x.clone());
        self.norms.push(at.norm);
        self.residuals.push(at.residual);
        for (typical, x) in self.typical.iter_mut().zip(&at.x) {
            *typical = typical.max(x.abs());
        }
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

    /// The Jacobian at an iterate and the Newton step; a root at the edge of the domain has none.
    pub fn linear(&mut self, at: &Iterate) -> Result<Linear, Status> {
        let n = at.x.len();
        let mut jacobian = Matrix::zeros(n, n);
        self.system.jacobian(&self.units.outward(&at.x), jacobian.data_mut());
        let jacobian = self.units.jacobian(&jacobian);
        if let Some(place) = jacobian.data().iter().position(|x| !x.is_finite()) {
            if self.vanishes(&at.x) {
                return Err(Status::Converged { singular: false });
            }
            return Err(Status::NonFinite { equation: place / n, derivative: true });
        }
        let equilibrated = Equilibrated::new(&jacobian);
        let lu = Lu::new(&equilibrated.matrix).ok();
        let mut linear = Linear { jacobian, step: None, equilibrated, lu };
        linear.step = linear.solved(&at.f);
        Ok(linear)
    }

    fn vanishes(&mut self, x: &[f64]) -> bool {
        self.system.vanishes(&self.units.outward(x))
    }

    /// Whether an iterate is a root: its equations vanish to rounding, or a step below the tolerance makes them vanish as
    /// roots do; that step is taken into the record.
    pub fn arrived(&mut self, at: &Iterate, linear: &Linear) -> Option<Status> {
        let vanishes = self.vanishes(&at.x);
        let Some(step) = &linear.step else {
            // Zeros of the function and of its derivative: exact zeros only, as at a double root that is representable.
            let zero = at.norm == 0.0 && vanishes && self.approaches();
            return zero.then(|| Status::Converged { singular: self.is_flat(at, linear) });
        };
        let part = |(s, size): (&f64, &f64)| if *s == 0.0 { 0.0 } else { s.abs() / size };
        let parts = |sizes: &[f64]| step.iter().zip(sizes).map(part).collect::<Vec<f64>>();
        if largest(&parts(&self.typical)) > SMALL_STEP {
            return None;
        }
        let errors = self.errors(at, linear);
        let own = parts(&linear.sizes(&at.x, &errors));
        let relative = largest(&own);
        if relative <= SMALL_STEP && vanishes {
            return Some(self.converged(at, linear, &errors));
        }
        let tolerance = self.options.tolerance;
        if largest(&parts(&self.typical)) > tolerance {
            return None;
        }
        let mut next: Vec<f64> = at.x.iter().zip(step).map(|(x, s)| x + s).collect();
        if relative > tolerance {
            // What has become small beside what it was may be on its way to zero.
            for (x, own) in next.iter_mut().zip(&own) {
                *x = if *own > tolerance { 0.0 } else { *x };
            }
            return self.vanishes(&next).then(|| self.settled(next));
        }
        let next = self.evaluated(next);
        let left = |i: usize| next.f[i].abs() <= LEFT * at.f[i].abs();
        let explained = |i: usize| next.f[i].abs() <= EXPLAINED * errors[i];
        let count = at.f.len();
        if self.vanishes(&next.x)
            || (0..count).all(left) && self.is_shorter(&next, step)
            || (0..count).all(|i| left(i) || explained(i)) && self.is_simple(at, linear, &errors)
        {
            let status = self.converged(at, linear, &errors);
            self.record(&next);
            return Some(status);
        }
        // A value that does not shrink although the step is at the level of rounding is all that can be reached.
        let least = relative <= 4.0 * f64::EPSILON && next.norm <= 2.0 * at.norm;
        (least && self.is_simple(at, linear, &errors)).then(|| self.converged(at, linear, &errors))
    }

    /// The end at a root that no Newton step led to.
    fn settled(&mut self, x: Vec<f64>) -> Status {
        let at = self.evaluated(x);
        self.record(&at);
        let Ok(linear) = self.linear(&at) else { return Status::Converged { singular: false } };
        let errors = self.errors(&at, &linear);
        let sizes = linear.sizes(&at.x, &errors);
        let halved = |(size, typical): (&f64, &f64)| *size * f64::EPSILON.sqrt() > *typical;
        let singular = match linear.step {
            Some(_) => sizes.iter().zip(&self.typical).any(halved),
            None => self.is_flat(&at, &linear),
        };
        Status::Converged { singular }
    }

    /// Whether the equations leave zero slower than a line along the direction in which the Jacobian is singular: at a kink,
    /// where a derivative may be zero by convention, they do not.
    fn is_flat(&mut self, at: &Iterate, linear: &Linear) -> bool {
        let null = linear.null();
        let length = self.aside(&null);
        let mut far = |part: f64| {
            let x = at.x.iter().zip(&null).map(|(x, v)| x + part * length * v).collect();
            self.evaluated(x).norm
        };
        let (there, nearer) = (far(1.0), far(1.0 / 1024.0));
        // A line leaves 1/1024, a square the square of that.
        nearer.is_nan() || there.is_nan() || nearer * 32768.0 <= there
    }

    fn converged(&mut self, at: &Iterate, linear: &Linear, errors: &[f64]) -> Status {
        let rcond = linear.lu.as_ref().map_or(0.0, Lu::rcond);
        let singular = self.is_multiple() && !self.hurries(at, linear)
            || rcond < 4.0 * at.x.len() as f64 * f64::EPSILON
            || rcond < f64::EPSILON.sqrt() && self.bends(at, linear, errors);
        Status::Converged { singular }
    }

    /// How far along a direction the equations are compared with their linear parts.
    fn aside(&self, direction: &[f64]) -> f64 {
        let parts = direction.iter().zip(&self.typical).map(|(v, typical)| v.abs() / typical);
        ASIDE / parts.fold(f64::MIN_POSITIVE, f64::max)
    }

    /// Whether the equations leave their linear parts along the direction in which these hardly change: as at a multiple
    /// root, and not as at one that is ill-conditioned.
    fn bends(&mut self, at: &Iterate, linear: &Linear, errors: &[f64]) -> bool {
        let null = linear.null();
        let length = self.aside(&null);
        let step: Vec<f64> = null.iter().map(|v| length * v).collect();
        let linear = times(&linear.jacobian, &step);
        let there = self.evaluated(at.x.iter().zip(&step).map(|(x, s)| x + s).collect());
        let bent = |i: usize| (there.f[i] - at.f[i] - linear[i]).abs();
        let most = |part: &dyn Fn(usize) -> f64| (0..linear.len()).map(part).fold(0.0, f64::max);
        most(&bent) > most(&|i| linear[i].abs() + EXPLAINED * errors[i])
    }

    /// How far the values may be from those at the exact point: errors of evaluation, and the last digit of the unknowns.
    fn errors(&mut self, at: &Iterate, linear: &Linear) -> Vec<f64> {
        let mut noise = vec![0.0; at.x.len()];
        self.system.noise(&self.units.outward(&at.x), &mut noise);
        let noise = self.units.values(&noise);
        let digits = |i: usize| -> f64 {
            linear.jacobian.row(i).iter().zip(&at.x).map(|(j, x)| (j * x).abs()).sum()
        };
        let known = |noise: f64| if noise.is_finite() { noise } else { 0.0 };
        (0..at.x.len()).map(|i| known(noise[i]) + f64::EPSILON * digits(i)).collect()
    }

    /// Whether the next Newton step is shorter than the last, as towards a root and not as away from a pole.
    fn is_shorter(&mut self, next: &Iterate, step: &[f64]) -> bool {
        let Ok(Linear { step: Some(then), .. }) = self.linear(next) else { return false };
        let part = |(s, typical): (&f64, &f64)| s / typical;
        let length =
            |step: &[f64]| largest(&step.iter().zip(&self.typical).map(part).collect::<Vec<_>>());
        length(&then) < SHORTER * length(step)
    }

    /// Whether the equations go through zero here as their linear parts do, and not as they do at a pole.
    fn is_simple(&mut self, at: &Iterate, linear: &Linear, errors: &[f64]) -> bool {
        let Some(step) = &linear.step else { return false };
        let away = at.x.iter().zip(step).map(|(x, s)| x - BEYOND * s).collect();
        let away = self.evaluated(away);
        (0..at.f.len()).all(|i| {
            let expected = (1.0 + BEYOND) * at.f[i];
            let terms = linear.jacobian.row(i).iter().zip(step).map(|(j, s)| (j * s).abs());
            let size = 0.5 * expected.abs() + 0.01 * BEYOND * terms.sum::<f64>();
            (away.f[i] - expected).abs() <= size + EXPLAINED * errors[i]
        })
    }

    /// Whether the equations vanish at the end of a series of Newton steps that go down at one rate.
    pub fn arrives_by_series(&mut self, at: &Iterate, linear: &Linear) -> Option<Status> {
        let length = 1.0 / (1.0 - self.rate()?);
        let step = linear.step.as_ref()?;
        let end: Vec<f64> = at.x.iter().zip(step).map(|(x, s)| x + length * s).collect();
        self.vanishes(&end).then(|| self.settled(end))
    }

    /// The rate at which the last whole Newton steps became shorter, if it was one and the same: at a root of order m they
    /// go down by (m-1)/m.
    fn rate(&self) -> Option<f64> {
        let steps = self.steps(3);
        let [first, second, third] = steps[..] else { return None };
        let (before, rate) = (second / first, third / second);
        let even = (before - rate).abs() <= 0.02 * (1.0 - rate);
        (self.newton >= 3 && even && (0.4..0.98).contains(&rate)).then_some(rate)
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
            let finite = (0..=last).filter(|k| self.norms[*k].is_finite());
            finite.min_by(|a, b| self.norms[*a].total_cmp(&self.norms[*b])).unwrap_or(last)
        };
        let trace: Vec<Vec<f64>> = self.trace.iter().map(|x| self.units.outward(x)).collect();
        Solution {
            status,
            method: self.method,
            x: trace[best].clone(),
            residual: self.residuals[best],
            trace,
            residuals: self.residuals,
        }
    }

    /// Whether a step changes no digit, of zeros none that could matter.
    pub fn is_nothing(&self, step: &[f64], x: &[f64]) -> bool {
        let least = |x: f64, typical: f64| x.abs().max(f64::EPSILON * typical.max(1.0));
        let mut parts = step.iter().zip(x).zip(&self.typical);
        parts.all(|((s, x), typical)| s.abs() < 0.5 * f64::EPSILON * least(*x, *typical))
    }

    /// Whether the steps became shorter at a constant rate only, as at a zero of the function and of its derivative.
    fn is_multiple(&self) -> bool {
        let steps = self.steps(4);
        let rate = |pair: &[f64]| pair[1] > QUICK * pair[0] && pair[1] < 0.98 * pair[0];
        self.newton >= 4 && steps.len() == 4 && steps.windows(2).all(rate)
    }

    /// Whether Newton steps from here on become shorter at once, as at a simple root that lies beside another one: from afar the
    /// two look like one that is double.
    fn hurries(&mut self, at: &Iterate, linear: &Linear) -> bool {
        /// Steps are halved towards a double root; after so many nothing new is seen.
        const STEPS: usize = 8;
        let Some(mut step) = linear.step.clone() else { return false };
        let mut x = at.x.clone();
        for _ in 0..STEPS {
            if self.is_nothing(&step, &x) {
                return false;
            }
            x.iter_mut().zip(&step).for_each(|(x, s)| *x += s);
            let next = self.evaluated(x.clone());
            let Ok(Linear { step: Some(then), .. }) = self.linear(&next) else { return false };
            let parts = |step: &[f64]| -> f64 {
                let part = step.iter().zip(&self.typical).map(|(s, typical)| (s / typical).abs());
                part.fold(0.0, f64::max)
            };
            if parts(&then) <= QUICK * parts(&step) {
                return true;
            }
            step = then;
        }
        false
    }

    /// Whether the last steps became shorter, or there was none.
    fn approaches(&self) -> bool {
        let steps = self.steps(3);
        steps.windows(2).all(|pair| pair[1] < pair[0])
    }

    /// The end of an iteration that finds no better point.
    pub fn stuck(&self, rest: Rest) -> Status {
        if self.leaves() || self.flees() { Status::Diverged } else { Status::NoProgress(rest) }
    }

    /// The end of an iteration that needs the Newton step.
    pub fn singular(&self, linear: &Linear) -> Status {
        if self.flees() {
            return Status::Diverged;
        }
        Status::SingularJacobian { null: unit(&self.units.outward(&linear.null())) }
    }

    /// Whether the last iterates grew in even or growing steps.
    fn leaves(&self) -> bool {
        let steps = self.steps(20);
        let sizes: Vec<f64> = self.trace.iter().rev().take(20).rev().map(|x| largest(x)).collect();
        steps.len() > 10
            && steps.windows(2).all(|pair| pair[1] > 0.9 * pair[0])
            && sizes.windows(2).all(|pair| pair[1] > pair[0])
    }

    /// Whether each of the last iterates is larger than the one before it by far.
    fn flees(&self) -> bool {
        let sizes: Vec<f64> = self.trace.iter().rev().take(5).rev().map(|x| largest(x)).collect();
        sizes.len() == 5 && sizes.windows(2).all(|pair| pair[1] > 1.5 * pair[0])
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
    pub fn solved(&self, f: &[f64]) -> Option<Vec<f64>> {
        let Equilibrated { rows, cols, .. } = &self.equilibrated;
        let negative = Matrix::from_fn(f.len(), 1, |i, _| -ldexp(f[i], -rows[i]));
        let solution = self.lu.as_ref()?.solve(&negative).ok()?;
        let step: Vec<f64> =
            solution.data().iter().zip(cols).map(|(s, col)| ldexp(*s, -col)).collect();
        step.iter().all(|s| s.is_finite()).then_some(step)
    }

    /// The size of each unknown: its own, or that below which errors of the values hide it.
    fn sizes(&self, x: &[f64], errors: &[f64]) -> Vec<f64> {
        let mut sizes: Vec<f64> = x.iter().map(|x| x.abs()).collect();
        let Equilibrated { rows, cols, .. } = &self.equilibrated;
        let Some(inverse) = self.lu.as_ref().and_then(|lu| lu.inverse().ok()) else { return sizes };
        for (j, size) in sizes.iter_mut().enumerate() {
            let moved = |i: usize| inverse[(j, i)].abs() * ldexp(errors[i], -rows[i]);
            let hidden = ldexp((0..errors.len()).map(moved).sum(), -cols[j]);
            *size = size.max(hidden / f64::EPSILON);
        }
        sizes
    }

    /// A direction along which the equations do not change to first order: the right singular vector of the smallest
    /// singular value of the Jacobian whose rows and columns are of one size.
    pub fn null(&self) -> Vec<f64> {
        let n = self.jacobian.rows();
        let Equilibrated { matrix, cols, .. } = &self.equilibrated;
        Svd::new(matrix).map_or_else(
            |_| vec![0.0; n],
            |svd| unit(&(0..n).map(|j| ldexp(svd.v[(j, n - 1)], -cols[j])).collect::<Vec<_>>()),
        )
    }
}

/// A direction of length 1.
fn unit(x: &[f64]) -> Vec<f64> {
    let most = largest(x);
    if !most.is_normal() {
        return x.to_vec();
    }
    let length = x.iter().fold(0.0_f64, |sum, x| sum.hypot(x / most));
    x.iter().map(|x| x / most / length).collect()
}

/// The largest absolute value; NaN where there is one.
pub(super) fn largest(x: &[f64]) -> f64 {
    let larger = |most: f64, x: f64| if most > x || most.is_nan() { most } else { x };
    x.iter().fold(0.0, |most, x| larger(most, x.abs()))
}

pub(super) fn times(a: &Matrix, x: &[f64]) -> Vec<f64> {
    (0..a.rows()).map(|i| a.row(i).iter().zip(x).map(|(a, x)| a * x).sum()).collect()
}

pub(super) fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}
