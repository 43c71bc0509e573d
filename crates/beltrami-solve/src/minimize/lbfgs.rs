//! BFGS from the last steps alone, within bounds if there are any.

use std::collections::VecDeque;

use super::descent::{self, Direction, difference};
use super::outcome::StepKind;
use super::run::{Ended, Point, Run, Stop, dot, norm};

/// Steps that are remembered.
const MEMORY: usize = 10;

/// Minimises; within bounds by steps of the variables that no bound holds, projected.
pub(crate) fn run(run: &mut Run<'_>, point: Point, tolerance: f64) -> Ended {
    match run.bounds.clone() {
        None => descent::run(run, point, tolerance, &mut Memory::default()),
        Some(bounds) => bounded(run, point, tolerance, &bounds),
    }
}

/// The last steps with the changes of the gradient.
///
/// # References
/// Nocedal 1980, *Updating quasi-Newton matrices with limited storage*; Nocedal and Wright 2006, algorithm 7.4.
#[derive(Default)]
struct Memory {
    pairs: VecDeque<(Vec<f64>, Vec<f64>, f64)>,
}

impl Memory {
    /// Minus the approximate inverse Hessian times `gradient`.
    fn apply(&self, gradient: &[f64]) -> Vec<f64> {
        let mut q: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let mut parts = Vec::with_capacity(self.pairs.len());
        for (s, y, bend) in self.pairs.iter().rev() {
            let part = dot(s, &q) / bend;
            q.iter_mut().zip(y).for_each(|(q, y)| *q -= part * y);
            parts.push(part);
        }
        if let Some((_, y, bend)) = self.pairs.back() {
            let scale = bend / dot(y, y);
            q.iter_mut().for_each(|q| *q *= scale);
        }
        for ((s, y, bend), part) in self.pairs.iter().zip(parts.into_iter().rev()) {
            let other = dot(y, &q) / bend;
            q.iter_mut().zip(s).for_each(|(q, s)| *q += (part - other) * s);
        }
        q
    }

    fn remember(&mut self, s: Vec<f64>, y: Vec<f64>) {
        let bend = dot(&s, &y);
        if bend > f64::EPSILON * norm(&s) * norm(&y) {
            if self.pairs.len() == MEMORY {
                self.pairs.pop_front();
            }
            self.pairs.push_back((s, y, bend));
        }
    }
}

impl Direction for Memory {
    const KIND: StepKind = StepKind::QuasiNewton;
    const SLOPE: f64 = 0.9;

    fn direction(&mut self, point: &Point) -> (Vec<f64>, f64) {
        let direction = self.apply(&point.gradient);
        let first = if self.pairs.is_empty() { 1.0_f64.min(1.0 / norm(&direction)) } else { 1.0 };
        (direction, first)
    }

    fn learn(&mut self, old: &Point, new: &Point) {
        let (s, y) = difference(old, new);
        self.remember(s, y);
    }

    fn forget(&mut self) {
        self.pairs.clear();
    }
}

/// Halvings of a projected step before the iteration gives up.
const HALVINGS: usize = 60;

/// Projected steps: variables at a bound that the gradient pushes outward stay, the others take the quasi-Newton step.
///
/// # References
/// Bertsekas 1982, *Projected Newton methods for optimization problems with simple constraints*.
fn bounded(run: &mut Run<'_>, mut point: Point, tolerance: f64, bounds: &[(f64, f64)]) -> Ended {
    let mut memory = Memory::default();
    loop {
        if run.settled(&point, tolerance) {
            let Some(next) = pressed(run, &point, bounds) else {
                return Ended { point, stop: Stop::SmallGradient };
            };
            let step = norm(&difference(&point, &next).0);
            point = next;
            if let Some(stop) = run.accept(&point, step, StepKind::QuasiNewton, 1.0) {
                return Ended { point, stop };
            }
            continue;
        }
        let held: Vec<bool> = held(&point, bounds);
        let free = |v: &[f64]| -> Vec<f64> {
            v.iter().zip(&held).map(|(x, held)| if *held { 0.0 } else { *x }).collect()
        };
        let gradient = free(&point.gradient);
        let mut direction = free(&memory.apply(&gradient));
        if dot(&direction, &gradient) >= 0.0 {
            memory.forget();
            direction = gradient.iter().map(|g| -g).collect();
        }
        let mut t = if memory.pairs.is_empty() { 1.0_f64.min(1.0 / norm(&direction)) } else { 1.0 };
        let mut found: Option<Point> = None;
        let first = t;
        for _ in 0..HALVINGS {
            let mut x = super::run::moved(&point.x, t, &direction);
            run.project(&mut x);
            let promised: f64 =
                x.iter().zip(&point.x).zip(&point.gradient).map(|((a, b), g)| (a - b) * g).sum();
            if let Ok(next) = run.point(x)
                && next.value <= point.value + 1e-4 * promised.min(0.0)
                && promised < 0.0
            {
                // Without curvature nothing is known of the length: it doubles for as long as the value falls.
                let lower = found.as_ref().is_none_or(|found| next.value < found.value);
                if lower {
                    found = Some(next);
                }
                if lower && memory.pairs.is_empty() && t >= first {
                    t *= 2.0;
                    continue;
                }
                break;
            }
            if found.is_some() {
                break;
            }
            t *= 0.5;
        }
        match found {
            Some(next) => {
                let (s, y) = difference(&point, &next);
                let step = norm(&s);
                memory.remember(free(&s), free(&y));
                let stalls = run.stalls(&point.x, &next.x);
                point = next;
                if let Some(stop) = run.accept(&point, step, StepKind::QuasiNewton, t) {
                    return Ended { point, stop };
                }
                if stalls {
                    return Ended { point, stop: Stop::NoProgress };
                }
            }
            None if memory.pairs.is_empty() => return Ended { point, stop: Stop::NoProgress },
            None => memory.forget(),
        }
    }
}

/// The point with all variables at the bounds that they would reach by their slopes and curvatures, where the value is no
/// higher: between bounds that are close nothing changes much, and a small slope says nothing of where the minimum is.
fn pressed(run: &mut Run<'_>, point: &Point, bounds: &[(f64, f64)]) -> Option<Point> {
    let curvature = run.curvatures(point)?;
    let mut x = point.x.clone();
    for (i, x) in x.iter_mut().enumerate() {
        let slope = point.gradient[i];
        let end = if slope > 0.0 { bounds[i].0 } else { bounds[i].1 };
        if slope != 0.0 && end.is_finite() && slope.abs() > curvature[i].abs() * (end - *x).abs() {
            *x = end;
        }
    }
    let next = run.point(x).ok()?;
    (next.x != point.x && next.value <= point.value).then_some(next)
}

/// Whether each variable is at a bound that the gradient pushes it against.
pub(crate) fn held(point: &Point, bounds: &[(f64, f64)]) -> Vec<bool> {
    point
        .x
        .iter()
        .zip(&point.gradient)
        .zip(bounds)
        .map(|((x, g), (low, high))| (*x <= *low && *g > 0.0) || (*x >= *high && *g < 0.0))
        .collect()
}
