//! Powell's dogleg in a trust region.

use beltrami_linalg::{Matrix, pinv};

use super::System;
use super::iteration::{Iterate, Iteration, Linear, Options, largest};
use super::outcome::{Method, Solution, Status};

/// A trial is taken when it brings this part of what the linear model promised.
const TAKEN: f64 = 1e-4;

/// The shape of a trust region.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// The longest columns of Jacobians so far, so that the units of the unknowns do not matter.
    Columns,
    /// A sphere: columns that were long once, far from all roots, do not hold it.
    Sphere,
}

/// Newton's method in a trust region.
///
/// A singular Jacobian is no obstacle: the shortest of its least-squares steps takes the place of Newton's.
/// # References
/// `Powell1970`; Moré, Garbow and Hillstrom 1980, *User guide for MINPACK-1*, for
/// the scaling.
pub(super) fn dogleg<S: System>(
    system: &mut S,
    start: &[f64],
    options: &Options<'_>,
    shape: Shape,
) -> Solution {
    let mut iteration = Iteration::new(system, options, Method::Dogleg, start);
    let status = iterate(&mut iteration, start, shape);
    iteration.ended(status)
}

fn iterate<S: System>(iteration: &mut Iteration<'_, S>, start: &[f64], shape: Shape) -> Status {
    let mut at = iteration.evaluated(start.to_vec());
    let mut scale: Vec<f64> = Vec::new();
    let mut radius = 0.0;
    loop {
        if let Err(status) = iteration.accept(&at) {
            return status;
        }
        let linear = match iteration.linear(&at) {
            Ok(linear) => linear,
            Err(status) => return status,
        };
        if let Some(status) = iteration.arrived(&at, &linear) {
            return status;
        }
        if let Err(status) = iteration.may_go_on() {
            return status;
        }
        let columns = match shape {
            Shape::Columns => column_norms(&linear.jacobian),
            Shape::Sphere => vec![1.0; at.x.len()],
        };
        if scale.is_empty() {
            scale = columns.iter().map(|c| if *c == 0.0 { 1.0 } else { *c }).collect();
            // A first radius of the size of the start, as in MINPACK; zeros in it say nothing about their scale.
            let typical = match largest(&at.x).min(1.0) {
                0.0 => 1.0,
                size => size,
            };
            let start: Vec<f64> = at.x.iter().map(|x| x.abs().max(typical)).collect();
            radius = 100.0 * scaled_norm(&start, &scale);
        }
        for (scale, column) in scale.iter_mut().zip(&columns) {
            *scale = scale.max(*column);
        }
        let path = Path::new(&at, &linear, &scale);
        if path.is_stationary() {
            return iteration.stuck();
        }
        match taken(iteration, &at, &linear, &path, &scale, &mut radius) {
            Some(next) => at = next,
            None => return iteration.stuck(),
        }
    }
}

/// The next iterate, the radius adapted; none where the region shrinks to rounding.
fn taken<S: System>(
    iteration: &mut Iteration<'_, S>,
    at: &Iterate,
    linear: &Linear,
    path: &Path,
    scale: &[f64],
    radius: &mut f64,
) -> Option<Iterate> {
    loop {
        let step = path.within(*radius, scale);
        if iteration.relative(&step, &at.x) < 0.5 * f64::EPSILON {
            return None;
        }
        let length = scaled_norm(&step, scale);
        let trial = iteration.evaluated(at.x.iter().zip(&step).map(|(x, s)| x + s).collect());
        let model = added(&at.f, &times(&linear.jacobian, &step));
        let (now, then, promised) = (norm(&at.f), norm(&trial.f), norm(&model));
        // Differences of squares, divided by `now` first so that nothing overflows.
        let actual = 1.0 - (then / now).powi(2);
        let predicted = 1.0 - (promised / now).powi(2);
        let ratio =
            if predicted > 0.0 && trial.norm.is_finite() { actual / predicted } else { -1.0 };
        if ratio < 0.25 {
            *radius = 0.25 * length.min(*radius);
        } else if ratio > 0.75 {
            *radius = radius.max(2.0 * length);
        }
        if ratio > TAKEN {
            return Some(trial);
        }
    }
}

/// From the iterate down the gradient and on to the Newton step, in scaled unknowns.
struct Path {
    newton: Vec<f64>,
    cauchy: Vec<f64>,
    /// The gradient of half the squared residual, divided by residual and Jacobian.
    slope: f64,
}

impl Path {
    fn new(at: &Iterate, linear: &Linear, scale: &[f64]) -> Path {
        let n = at.x.len();
        let j = &linear.jacobian;
        let newton = linear.step.clone().unwrap_or_else(|| least_squares(j, &at.f, scale));
        // In scaled unknowns D*x the gradient is D⁻¹J'f, and the step D⁻¹ of it.
        let gradient: Vec<f64> =
            (0..n).map(|k| (0..n).map(|i| j[(i, k)] * at.f[i]).sum::<f64>() / scale[k]).collect();
        let direction: Vec<f64> = gradient.iter().zip(scale).map(|(g, d)| g / d).collect();
        let image = norm(&times(j, &direction));
        let size = norm(&gradient);
        let length = if image == 0.0 { 0.0 } else { (size / image).powi(2) };
        let cauchy = direction.iter().map(|g| -length * g).collect();
        Path { newton, cauchy, slope: size / norm(&at.f) }
    }

    /// Whether the residual is stationary: its gradient is zero to rounding, in units of Jacobian and residual.
    fn is_stationary(&self) -> bool {
        self.slope <= 4.0 * f64::EPSILON
    }

    /// The point of the path at a distance, or its end.
    fn within(&self, radius: f64, scale: &[f64]) -> Vec<f64> {
        let size = scaled_norm(&self.newton, scale);
        if size <= radius {
            return self.newton.clone();
        }
        let cauchy = scaled_norm(&self.cauchy, scale);
        if cauchy >= radius {
            return self.cauchy.iter().map(|c| c * radius / cauchy).collect();
        }
        // |c + t(n - c)| = radius for t in [0, 1], the root of a quadratic without cancellation.
        let leg: Vec<f64> = self.newton.iter().zip(&self.cauchy).map(|(n, c)| n - c).collect();
        let a = scaled_norm(&leg, scale).powi(2);
        let b: f64 = leg.iter().zip(&self.cauchy).zip(scale).map(|((l, c), d)| l * c * d * d).sum();
        let c = (radius - cauchy) * (radius + cauchy);
        let root = (b * b + a * c).sqrt();
        let t = if b > 0.0 { c / (b + root) } else { (root - b) / a };
        self.cauchy.iter().zip(&leg).map(|(c, l)| c + t.clamp(0.0, 1.0) * l).collect()
    }
}

/// The shortest step, in scaled unknowns, among those with the least linear residual.
fn least_squares(j: &Matrix, f: &[f64], scale: &[f64]) -> Vec<f64> {
    let n = f.len();
    let scaled = Matrix::from_fn(n, n, |i, k| j[(i, k)] / scale[k]);
    match pinv(&scaled) {
        Ok(inverse) => {
            let step = times(&inverse, f);
            step.iter().zip(scale).map(|(s, d)| -s / d).collect()
        }
        Err(_) => vec![0.0; n],
    }
}

fn column_norms(j: &Matrix) -> Vec<f64> {
    (0..j.cols()).map(|k| (0..j.rows()).fold(0.0_f64, |sum, i| sum.hypot(j[(i, k)]))).collect()
}

fn times(a: &Matrix, x: &[f64]) -> Vec<f64> {
    (0..a.rows()).map(|i| a.row(i).iter().zip(x).map(|(a, x)| a * x).sum()).collect()
}

fn added(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

fn norm(x: &[f64]) -> f64 {
    x.iter().fold(0.0_f64, |sum, x| sum.hypot(*x))
}

fn scaled_norm(x: &[f64], scale: &[f64]) -> f64 {
    x.iter().zip(scale).fold(0.0_f64, |sum, (x, d)| sum.hypot(d * x))
}
