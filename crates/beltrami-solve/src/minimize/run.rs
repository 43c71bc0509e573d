//! What all methods share: the point, the trace, the tests that end a run.

pub(crate) use beltrami_linalg::{dot, norm};

use super::curve;
use super::escape::escape;
use super::fitted::Fit;
use super::hessian::Hessian;
use super::kink;
use super::objective::{Counted, Objective, Undefined};
use super::options::{Method, Options};
use super::outcome::{Iterate, StepKind};
use super::second::hessian;
use super::units::{Sizes, Units, value_unit};

/// A point with value and gradient.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub x: Vec<f64>,
    pub value: f64,
    pub gradient: Vec<f64>,
}

/// Steps that move no unknown before a method stops.
const STILL: usize = 6;

/// Why a method stopped; whether the point is a minimum is for the verdict.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stop {
    /// The gradient is within its tolerance.
    SmallGradient,
    /// The Newton step is within its tolerance.
    SmallStep,
    /// A sum of squares is zero to rounding.
    Zero,
    /// A sum of squares of linear residuals is least.
    Fitted(Fit),
    /// No step lowers the value.
    NoProgress,
    /// The values fall without end.
    Unbounded,
    /// All iterations are used.
    Limit,
    /// The steps so far promise more of them than there is patience for.
    Slow,
    /// The watcher said so.
    Interrupted,
}

/// Where a method stopped and why.
pub(crate) struct Ended {
    pub point: Point,
    pub stop: Stop,
}

/// A run on its way; points, values and bounds are in its units.
pub(crate) struct Run<'a> {
    pub objective: Counted<'a>,
    pub options: &'a Options,
    pub units: Units,
    pub bounds: Option<Vec<(f64, f64)>>,
    pub start: Vec<f64>,
    pub start_value: f64,
    /// What a value is small against where it is near zero itself.
    pub floor: f64,
    /// The accepted points in the units of the caller.
    pub trace: Vec<Iterate>,
    /// The largest entry of the gradient at each of them.
    slopes: Vec<f64>,
    /// How far they are from the start.
    distances: Vec<f64>,
    /// The last points that were twice as far from the start as those before, the older one first.
    pub milestones: Vec<Vec<f64>>,
    /// How far the last of them is.
    marked: f64,
    pub repaired: usize,
    /// Steps in a row that moved no unknown.
    still: usize,
    watch: &'a mut dyn FnMut(&Iterate, &[f64]) -> bool,
}

impl<'a> Run<'a> {
    /// A run from a start, which is moved into the bounds, in the units of what is found there.
    ///
    /// # Errors
    /// [`Undefined`] where the start has no finite value or gradient.
    pub fn new(
        objective: &'a mut dyn Objective,
        options: &'a Options,
        start: &[f64],
        watch: &'a mut dyn FnMut(&Iterate, &[f64]) -> bool,
    ) -> Result<(Run<'a>, Point), Undefined> {
        let n = start.len();
        let mut run = Run {
            objective: Counted::new(objective),
            options,
            units: Units::plain(n),
            bounds: options.bounds.clone(),
            start: start.to_vec(),
            start_value: 0.0,
            floor: 1.0,
            trace: Vec::new(),
            slopes: Vec::new(),
            distances: Vec::new(),
            milestones: Vec::new(),
            marked: 0.0,
            repaired: 0,
            still: 0,
            watch,
        };
        let mut x = start.to_vec();
        run.project(&mut x);
        run.start.clone_from(&x);
        let mut point = run.point(x)?;
        run.units = run.units_at(&point);
        if !run.units.are_plain() {
            let units = run.units.clone();
            run.objective.measure_in(&units);
            point.x = units.inside(&point.x);
            point.value /= units.value;
            let slopes = point.gradient.iter_mut().zip(&units.unknowns);
            slopes.for_each(|(g, unit)| *g *= unit / units.value);
            run.start.clone_from(&point.x);
            if let Some(bounds) = &mut run.bounds {
                let ends = bounds.iter_mut().zip(&units.unknowns);
                ends.for_each(|((low, high), unit)| (*low, *high) = (*low / unit, *high / unit));
            }
        }
        run.begin(&point);
        Ok((run, point))
    }

    /// The units at the start, from the curvatures that the method asks for there anyway.
    fn units_at(&mut self, point: &Point) -> Units {
        let n = point.x.len();
        let second = match self.options.method {
            Method::Trust | Method::Newton => self.objective.hessian(&point.x).ok(),
            // Methods without second derivatives ask for them where a start at zero leaves a size unknown.
            Method::Gradient | Method::Bfgs | Method::Lbfgs | Method::NewtonCg => {
                // What is strongly convex by its form may be solved and proved without.
                let asked = point.x.contains(&0.0) && self.objective.offer().convexity.is_none();
                asked.then(|| self.second(point)).flatten()
            }
            Method::LeastSquares => None,
        };
        let curvature = match (&second, self.options.method) {
            (Some(hessian), _) => Some(hessian.diagonal()),
            (None, Method::LeastSquares) => self
                .objective
                .jacobian(&point.x)
                .ok()
                .map(|jacobian| (0..n).map(|i| 2.0 * norm(&jacobian.col(i)).powi(2)).collect()),
            (None, _) => None,
        };
        let curvature = curvature.unwrap_or_else(|| vec![0.0; n]);
        let entries = second.map(|hessian| hessian.sizes());
        let sizes = Sizes {
            x: &point.x,
            value: point.value,
            gradient: &point.gradient,
            curvature: &curvature,
            bounds: self.options.bounds.as_deref(),
            entries: entries.as_ref(),
        };
        let offer = self.objective.offer();
        let objective = &mut self.objective;
        Units::at(&sizes, &offer, &mut |i, step, promised| {
            let mut x = point.x.clone();
            x[i] += step;
            // A tenth is what methods accept a step for.
            objective.value(&x).is_ok_and(|value| point.value - value >= 0.1 * promised)
        })
    }

    /// The second derivatives, where the end will be judged by them.
    fn second(&mut self, point: &Point) -> Option<Hessian> {
        self.options.judge.then(|| hessian(self, point)).flatten()
    }

    /// The curvatures along the variables, where second derivatives are at hand.
    pub fn curvatures(&mut self, point: &Point) -> Option<Vec<f64>> {
        self.second(point).map(|hessian| hessian.diagonal())
    }

    /// The point with value and gradient.
    pub fn point(&mut self, x: Vec<f64>) -> Result<Point, Undefined> {
        let mut gradient = vec![0.0; x.len()];
        let value = self.objective.gradient(&x, &mut gradient)?;
        Ok(Point { x, value, gradient })
    }

    /// Enters the start into the trace.
    fn begin(&mut self, point: &Point) {
        self.start_value = point.value;
        self.enter(point, 0.0, StepKind::Start, 0.0);
    }

    /// Enters a point into the trace; whether the watcher wants more.
    fn enter(&mut self, point: &Point, step: f64, kind: StepKind, length: f64) -> bool {
        let x = self.units.outside(&point.x);
        let gradient = self.units.gradient_outside(&point.gradient);
        let iterate = Iterate {
            iteration: self.trace.len(),
            value: self.shown(point.value),
            gradient_norm: slope(&x, &gradient, self.options.bounds.as_deref()),
            step,
            kind,
            length,
        };
        let go_on = (self.watch)(&iterate, &x);
        self.trace.push(iterate);
        self.slopes.push(self.slope(point));
        let distance = self.distance(&point.x);
        if distance >= 2.0 * self.marked && distance > 0.0 {
            if self.milestones.len() == 2 {
                self.milestones.remove(0);
            }
            self.milestones.push(point.x.clone());
            self.marked = distance;
        }
        self.distances.push(distance);
        go_on
    }

    /// Enters an accepted point into the trace; a reason to stop that needs no derivative is returned.
    pub fn accept(
        &mut self,
        point: &Point,
        step: f64,
        kind: StepKind,
        length: f64,
    ) -> Option<Stop> {
        let iteration = self.trace.len();
        if kind == StepKind::Repaired {
            self.repaired += 1;
        }
        let go_on = self.enter(point, step, kind, length);
        if point.value == f64::NEG_INFINITY {
            return Some(Stop::Unbounded);
        }
        if !go_on {
            return Some(Stop::Interrupted);
        }
        // Seldom enough to cost nothing, and early enough that a linear objective does not use up all iterations.
        if iteration >= 4 && iteration.is_power_of_two() {
            /// Steps before a way is taken for a curve to infinity.
            const FAR: usize = 64;
            if escape(self, point) || iteration >= FAR && curve::endless(self, point).is_some() {
                return Some(Stop::Unbounded);
            }
            /// Steps before a method is taken to go to and fro across a kink.
            const CRAWLS: usize = 256;
            if iteration >= CRAWLS && kink::is_seen(self, point) {
                return Some(Stop::NoProgress);
            }
        }
        (iteration >= self.options.max_iterations).then_some(Stop::Limit)
    }

    /// A value in the units of the caller.
    pub fn shown(&self, value: f64) -> f64 {
        value * self.units.value
    }

    /// Whether more steps than there is patience for would lower the slope to `tolerance`, at the rate so far.
    pub fn slow(&self, point: &Point, tolerance: f64) -> bool {
        /// Steps before a rate says something.
        const FIRST: usize = 3;
        let steps = self.trace.len() - 1;
        let Some(patience) = self.options.patience.filter(|_| steps >= FIRST) else { return false };
        // The first step knows no scale.
        let slope = self.slope(point);
        let rate = (self.slopes[1] / slope).ln() / (steps - 1) as f64;
        let left = (slope / (tolerance * point.value.abs().max(self.floor))).ln() / rate;
        rate <= 0.0 || steps as f64 + left > patience as f64
    }

    /// How far a point is from the start.
    fn distance(&self, x: &[f64]) -> f64 {
        norm(&x.iter().zip(&self.start).map(|(x, s)| x - s).collect::<Vec<f64>>())
    }

    /// The value at the end and the distance from the start, where the way went farther and farther from it for ever less gain.
    pub fn recedes(&self) -> Option<(f64, f64)> {
        /// Times the size of the start, or 1.
        const FAR: f64 = 100.0;
        /// The part of the value by which the second half of the way lowers it.
        const GAIN: f64 = 0.01;
        /// The part of the gain over the quarter before that the second half may still bring: a value that falls with a power of
        /// the distance brings less, one that falls without end as much or more.
        const LESS: f64 = 0.75;
        let farthest = *self.distances.last()?;
        let until = |part: f64| self.distances.iter().rposition(|d| *d <= part * farthest);
        let (quarter, half) = (until(0.25)?, until(0.5)?);
        let far = farthest >= FAR * norm(&self.start).max(1.0);
        let onward = self.distances.iter().all(|distance| *distance <= 1.001 * farthest);
        let value = self.trace.last()?.value;
        let (first, second) = (self.trace[quarter].value, self.trace[half].value);
        let gain = second - value;
        let little = gain >= 0.0 && (gain <= GAIN * value.abs() || gain <= LESS * (first - second));
        (far && onward && little).then_some((value, farthest))
    }

    /// Whether the last step lowered the value by more than the one before.
    pub fn gains_more(&self) -> bool {
        let [.., first, second, third] = &self.trace[..] else { return false };
        second.value - third.value > first.value - second.value
    }

    /// Whether the last steps went farther from the start by a good part of the way.
    pub fn strides(&self) -> bool {
        /// Steps, and the part.
        const LAST: usize = 3;
        const PART: f64 = 0.1;
        let count = self.distances.len();
        count > LAST && self.distances[count - 1 - LAST] <= (1.0 - PART) * self.distances[count - 1]
    }

    /// Whether so many steps in a row were within the rounding of every unknown's way that no more is to be hoped for: before a
    /// kink at zero they shrink as far as numbers go.
    pub fn stalls(&mut self, old: &[f64], new: &[f64]) -> bool {
        let still = old.iter().zip(new).zip(&self.start).all(|((old, new), start)| {
            (new - old).abs() <= f64::EPSILON * new.abs().max((new - start).abs())
        });
        self.still = if still { self.still + 1 } else { 0 };
        self.still >= STILL
    }

    /// The largest entry of the gradient; where bounds hold, of the step that a unit of it would make.
    pub fn slope(&self, point: &Point) -> f64 {
        slope(&point.x, &point.gradient, self.bounds.as_deref())
    }

    /// Whether the gradient is within `tolerance`, relative to the value or to the floor.
    pub fn flat(&self, point: &Point, tolerance: f64) -> bool {
        self.slope(point) <= tolerance * point.value.abs().max(self.floor)
    }

    /// The same, with the floor that holds at this point.
    pub fn settled(&mut self, point: &Point, tolerance: f64) -> bool {
        let flat = self.flat(point, tolerance);
        if flat {
            self.find_floor(point);
        }
        flat && self.flat(point, tolerance)
    }

    /// Lowers the floor to what the second derivatives at a point say, where these are not at hand.
    pub fn find_floor(&mut self, point: &Point) {
        if self.floor > self.least_floor() {
            let second = self.second(point);
            let curvature = second.map_or_else(Vec::new, |hessian| hessian.diagonal());
            self.lower_floor(point, &curvature);
        }
    }

    /// Lowers the floor to the size that value and curvatures at a point show, but not below the caller's own 1.
    ///
    /// Where the start is far from a minimum its value is large and says little of those near it. A large unit of the value is
    /// one to stay with where the curvatures have that size too.
    pub fn lower_floor(&mut self, point: &Point, curvature: &[f64]) {
        let least = self.least_floor();
        if self.floor <= least {
            return;
        }
        let mut size = point.value.abs();
        /// An unknown that is this part of its way is at zero, which has no size but that way.
        const ZERO: f64 = 1e-6;
        for ((curvature, x), start) in curvature.iter().zip(&point.x).zip(&self.start) {
            let way = (x - start).abs();
            let width = if x.abs() <= ZERO * way { way } else { x.abs() };
            size = size.max(curvature.abs() * width * width);
        }
        // Without a size there is no floor but the least.
        let floor = if size.is_normal() { value_unit(size) } else { least };
        self.floor = floor.clamp(least, self.floor);
    }

    /// The caller's own 1, or the unit where that is less.
    fn least_floor(&self) -> f64 {
        (1.0 / self.units.value).min(1.0)
    }

    /// What the value is above the minimum at most, where the least curvature is known: `|g|²/2μ`.
    ///
    /// # References
    /// Nesterov 2018, *Lectures on Convex Optimization*, theorem 2.1.10.
    pub fn excess(&self, point: &Point) -> Option<f64> {
        let free = self.bounds.is_none();
        let convexity = self.objective.offer().convexity.filter(|_| free)?;
        Some(norm(&point.gradient).powi(2) / (2.0 * convexity))
    }

    /// Whether the gradient is within its tolerance and proves that the value is.
    pub fn proved(&self, point: &Point) -> bool {
        let tolerance = self.options.tolerance;
        let enough = |excess| excess <= tolerance * self.size(point);
        self.flat(point, tolerance) && self.excess(point).is_some_and(enough)
    }

    /// What differences of values are compared with: the value, or what is left of the first one in rounding.
    pub fn size(&self, point: &Point) -> f64 {
        point.value.abs().max(f64::EPSILON * self.start_value.abs())
    }

    /// Moves the point into the bounds.
    pub fn project(&self, x: &mut [f64]) {
        if let Some(bounds) = &self.bounds {
            for (x, (low, high)) in x.iter_mut().zip(bounds) {
                *x = x.clamp(*low, *high);
            }
        }
    }

    /// The length of the way to `x` or from the origin, whichever is more, in weighted coordinates.
    ///
    /// A step is small against this: the way from the start sets the scale where the minimum is at the origin.
    pub fn extent(&self, x: &[f64], weights: &[f64]) -> f64 {
        let weighted = |entries: &mut dyn Iterator<Item = f64>| {
            norm(&entries.zip(weights).map(|(x, w)| w * x).collect::<Vec<f64>>())
        };
        let size = weighted(&mut x.iter().copied());
        let way = weighted(&mut x.iter().zip(&self.start).map(|(x, s)| x - s));
        size.max(way)
    }
}

/// The largest entry of a gradient; where bounds hold, of the step that a unit of it would make.
fn slope(x: &[f64], gradient: &[f64], bounds: Option<&[(f64, f64)]>) -> f64 {
    match bounds {
        None => norm_inf(gradient),
        Some(bounds) => x
            .iter()
            .zip(gradient)
            .zip(bounds)
            .map(|((x, g), (low, high))| ((x - g).clamp(*low, *high) - x).abs())
            .fold(0.0, f64::max),
    }
}

/// The negative gradient.
pub(crate) fn downhill(point: &Point) -> Vec<f64> {
    point.gradient.iter().map(|g| 0.0 - g).collect()
}

pub(crate) fn norm_inf(a: &[f64]) -> f64 {
    a.iter().fold(0.0, |m, x| x.abs().max(m))
}

/// `x + t*p`.
pub(crate) fn moved(x: &[f64], t: f64, p: &[f64]) -> Vec<f64> {
    x.iter().zip(p).map(|(x, p)| x + t * p).collect()
}
