//! What all methods share: the point, the trace, the tests that end a run.

use super::objective::{Counted, Undefined};
use super::options::Options;
use super::outcome::{Iterate, StepKind};
use super::probe::falls;

/// A point with value and gradient.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub x: Vec<f64>,
    pub value: f64,
    pub gradient: Vec<f64>,
}

/// Why a method stopped; whether the point is a minimum is for the verdict.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stop {
    /// The gradient is within its tolerance.
    SmallGradient,
    /// The Newton step is within its tolerance.
    SmallStep,
    /// A sum of squares is zero to rounding.
    Zero,
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

/// A run on its way.
pub(crate) struct Run<'a> {
    pub objective: Counted<'a>,
    pub options: &'a Options,
    pub start: Vec<f64>,
    pub start_value: f64,
    pub trace: Vec<Iterate>,
    /// How far the points of the trace are from the start.
    distances: Vec<f64>,
    pub repaired: usize,
    watch: &'a mut dyn FnMut(&Iterate, &[f64]) -> bool,
}

/// A value this far below the one at the start, relative, is on its way to minus infinity.
pub(crate) const BOTTOMLESS: f64 = 1e18;

impl<'a> Run<'a> {
    pub fn new(
        objective: Counted<'a>,
        options: &'a Options,
        start: &[f64],
        watch: &'a mut dyn FnMut(&Iterate, &[f64]) -> bool,
    ) -> Run<'a> {
        Run {
            objective,
            options,
            start: start.to_vec(),
            start_value: 0.0,
            trace: Vec::new(),
            distances: Vec::new(),
            repaired: 0,
            watch,
        }
    }

    /// The point with value and gradient.
    pub fn point(&mut self, x: Vec<f64>) -> Result<Point, Undefined> {
        let mut gradient = vec![0.0; x.len()];
        let value = self.objective.gradient(&x, &mut gradient)?;
        Ok(Point { x, value, gradient })
    }

    /// Enters the start into the trace.
    pub fn begin(&mut self, point: &Point) {
        self.start_value = point.value;
        let first = Iterate {
            iteration: 0,
            value: point.value,
            gradient_norm: self.slope(point),
            step: 0.0,
            kind: StepKind::Start,
            length: 0.0,
        };
        (self.watch)(&first, &point.x);
        self.trace.push(first);
        self.distances.push(0.0);
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
        let gradient_norm = self.slope(point);
        let next = Iterate { iteration, value: point.value, gradient_norm, step, kind, length };
        let go_on = (self.watch)(&next, &point.x);
        self.trace.push(next);
        self.distances.push(self.distance(&point.x));
        if point.value == f64::NEG_INFINITY
            || point.value < -BOTTOMLESS * self.start_value.abs().max(1.0)
        {
            return Some(Stop::Unbounded);
        }
        if !go_on {
            return Some(Stop::Interrupted);
        }
        // Seldom enough to cost nothing, and early enough that a linear objective does not use up all iterations.
        if iteration >= 4 && iteration.is_power_of_two() && falls(self, point, &downhill(point)) {
            return Some(Stop::Unbounded);
        }
        (iteration >= self.options.max_iterations).then_some(Stop::Limit)
    }

    /// Whether more steps than there is patience for would lower the slope to `tolerance`, at the rate so far.
    pub fn slow(&self, point: &Point, tolerance: f64) -> bool {
        /// Steps before a rate says something.
        const FIRST: usize = 3;
        let steps = self.trace.len() - 1;
        let Some(patience) = self.options.patience.filter(|_| steps >= FIRST) else { return false };
        // The first step knows no scale.
        let slope = self.slope(point);
        let rate = (self.trace[1].gradient_norm / slope).ln() / (steps - 1) as f64;
        let left = (slope / (tolerance * point.value.abs().max(1.0))).ln() / rate;
        rate <= 0.0 || steps as f64 + left > patience as f64
    }

    /// How far a point is from the start.
    fn distance(&self, x: &[f64]) -> f64 {
        norm(&x.iter().zip(&self.start).map(|(x, s)| x - s).collect::<Vec<f64>>())
    }

    /// The distance from the start, where the last points went farther and farther from it for ever less gain.
    pub fn recedes(&self) -> Option<f64> {
        /// Times the size of the start, or 1.
        const FAR: f64 = 100.0;
        /// The part of the value by which the second half of the way lowers it.
        const GAIN: f64 = 0.01;
        let farthest = *self.distances.last()?;
        let half = self.distances.iter().rposition(|distance| *distance <= 0.5 * farthest)?;
        let far = farthest >= FAR * norm(&self.start).max(1.0);
        let onward = self.distances.iter().all(|distance| *distance <= 1.001 * farthest);
        let (before, value) = (self.trace[half].value, self.trace.last()?.value);
        let little = before >= value && before - value <= GAIN * value.abs();
        (far && onward && little).then_some(farthest)
    }

    /// The largest entry of the gradient; where bounds hold, of the step that a unit of it would make.
    pub fn slope(&self, point: &Point) -> f64 {
        match &self.options.bounds {
            None => norm_inf(&point.gradient),
            Some(bounds) => point
                .x
                .iter()
                .zip(&point.gradient)
                .zip(bounds)
                .map(|((x, g), (low, high))| ((x - g).clamp(*low, *high) - x).abs())
                .fold(0.0, f64::max),
        }
    }

    /// Whether the gradient is within `tolerance`.
    pub fn flat(&self, point: &Point, tolerance: f64) -> bool {
        self.slope(point) <= tolerance * point.value.abs().max(1.0)
    }

    /// What the value is above the minimum at most, where the least curvature is known: `|g|²/2μ`.
    ///
    /// # References
    /// Nesterov 2018, *Lectures on Convex Optimization*, theorem 2.1.10.
    pub fn excess(&self, point: &Point) -> Option<f64> {
        let free = self.options.bounds.is_none();
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
        if let Some(bounds) = &self.options.bounds {
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
            entries.zip(weights).map(|(x, w)| (w * x).powi(2)).sum::<f64>().sqrt()
        };
        let size = weighted(&mut x.iter().copied());
        let way = weighted(&mut x.iter().zip(&self.start).map(|(x, s)| x - s));
        size.max(way)
    }
}

/// The negative gradient.
pub(crate) fn downhill(point: &Point) -> Vec<f64> {
    point.gradient.iter().map(|g| 0.0 - g).collect()
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

pub(crate) fn norm(a: &[f64]) -> f64 {
    // Entries such as 1e200 are met on the way to nowhere, so squares are taken of scaled ones.
    let scale = norm_inf(a);
    if scale == 0.0 || !scale.is_finite() {
        return scale;
    }
    scale * a.iter().map(|x| (x / scale).powi(2)).sum::<f64>().sqrt()
}

pub(crate) fn norm_inf(a: &[f64]) -> f64 {
    a.iter().fold(0.0, |m, x| x.abs().max(m))
}

/// `x + t*p`.
pub(crate) fn moved(x: &[f64], t: f64, p: &[f64]) -> Vec<f64> {
    x.iter().zip(p).map(|(x, p)| x + t * p).collect()
}
