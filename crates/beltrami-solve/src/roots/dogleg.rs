//! Powell's dogleg in a trust region.

use beltrami_linalg::{Matrix, exponent_of, ldexp, norm, pinv};

use super::System;
use super::iteration::{Iterate, Iteration, Linear, Options, times};
use super::outcome::{Method, Rest, Solution, Status};

/// A trial is taken when it brings this part of what the linear model promised.
const TAKEN: f64 = 1e-4;

/// Changes of the squared residual, as a part of it, that rounding may feign.
const LEVEL: f64 = 4.0 * f64::EPSILON;
/// By so much the region grows where nothing is seen in it.
const GROWTH: f64 = 16.0;
/// A point beside one that is stationary is taken when its residual is below by this part.
const LOWER: f64 = 1e-4;
/// Distances to points beside: each is a quarter of the one before it.
const PROBES: i32 = 14;

/// The shape of a trust region.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// The longest columns of Jacobians so far, so that the units of the unknowns do not matter.
    Columns,
    /// A sphere: columns that were long once, far from all roots, do not hold it.
    Sphere,
}

/// What each equation counts in the residual.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Weights {
    /// One over the size of its terms at the start.
    Start,
    /// One over the size of its terms at the iterate: equations that were large far from a root are not lost near it.
    Here,
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
    weights: Weights,
) -> Solution {
    let mut iteration = Iteration::new(system, options, Method::Dogleg, start);
    let status = iterate(&mut iteration, shape, weights);
    iteration.ended(status)
}

fn iterate<S: System>(iteration: &mut Iteration<'_, S>, shape: Shape, weights: Weights) -> Status {
    let mut at = iteration.first();
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
        if let Some(status) = iteration.arrives_by_series(&at, &linear) {
            return status;
        }
        if let Err(status) = iteration.may_go_on() {
            return status;
        }
        let model = Model::new(&at, &linear, weights);
        let columns = match shape {
            Shape::Columns => column_norms(&model.jacobian),
            Shape::Sphere => vec![1.0; at.x.len()],
        };
        if scale.is_empty() {
            scale = columns.iter().map(|c| if *c == 0.0 { 1.0 } else { *c }).collect();
        }
        for (scale, column) in scale.iter_mut().zip(&columns) {
            *scale = scale.max(*column);
        }
        let path = Path::new(&model, &linear, &scale);
        if radius == 0.0 {
            // A first radius of the size of the start, as in MINPACK, and never below a Newton step: the start may say
            // nothing of how far the root is.
            radius = (100.0 * scaled_norm(&at.x, &scale)).max(scaled_norm(&path.newton, &scale));
            radius = radius.min(0.01 * f64::MAX);
        }
        let next = if path.is_stationary() {
            Err(Rest::Minimum)
        } else {
            taken(iteration, &at, &model, &path, &scale, &mut radius)
        };
        at = match next {
            Ok(next) => next,
            Err(rest) => match beside(iteration, &at, &model, &linear) {
                Beside::Lower(next) => {
                    radius = 0.0;
                    next
                }
                Beside::Higher if rest == Rest::Level => return iteration.stuck(Rest::Minimum),
                Beside::Level if rest == Rest::Minimum => return iteration.stuck(Rest::Level),
                _ => return iteration.stuck(rest),
            },
        };
    }
}

/// The linear parts of the weighted equations.
struct Model {
    f: Vec<f64>,
    jacobian: Matrix,
    weights: Vec<f64>,
}

impl Model {
    fn new(at: &Iterate, linear: &Linear, weights: Weights) -> Model {
        let n = at.f.len();
        let size = |i: usize| {
            let parts = linear.jacobian.row(i).iter().zip(&at.x).map(|(j, x)| (j * x).abs());
            parts.fold(at.f[i].abs(), f64::max)
        };
        let weights: Vec<f64> = match weights {
            Weights::Start => vec![1.0; n],
            Weights::Here => {
                (0..n).map(|i| ldexp(1.0, -exponent_of(size(i)).clamp(-1000, 1000))).collect()
            }
        };
        let f = at.f.iter().zip(&weights).map(|(f, w)| f * w).collect();
        let jacobian = Matrix::from_fn(n, n, |i, k| linear.jacobian[(i, k)] * weights[i]);
        Model { f, jacobian, weights }
    }

    /// The weighted residual of values elsewhere.
    fn norm(&self, f: &[f64]) -> f64 {
        f.iter().zip(&self.weights).fold(0.0_f64, |sum, (f, w)| sum.hypot(f * w))
    }
}

/// The next iterate, the radius adapted; none where the region shrinks to rounding.
fn taken<S: System>(
    iteration: &mut Iteration<'_, S>,
    at: &Iterate,
    model: &Model,
    path: &Path,
    scale: &[f64],
    radius: &mut f64,
) -> Result<Iterate, Rest> {
    let now = norm(&model.f);
    let mut rejected = f64::INFINITY;
    loop {
        let step = path.within(*radius, scale);
        let length = scaled_norm(&step, scale);
        let mut trial = iteration.evaluated(at.x.iter().zip(&step).map(|(x, s)| x + s).collect());
        trial.newton = path.regular && step == path.newton;
        // Differences of squares, divided by `now` first so that nothing overflows.
        let image = times(&model.jacobian, &step);
        let parts = model.f.iter().zip(&image).map(|(f, i)| (f / now, i / now));
        let predicted: f64 = parts.map(|(f, i)| -(2.0 * f + i) * i).sum();
        let then = model.norm(&trial.f) / now;
        let actual = (1.0 - then) * (1.0 + then);
        let seen = trial.norm.is_finite();
        let ratio = if predicted > 0.0 && seen { actual / predicted } else { -1.0 };
        if seen && actual.abs() <= LEVEL && predicted <= LEVEL {
            // Too short a step shows nothing; the region may have been made for longer columns, or for another place.
            if length > 0.5 * *radius && GROWTH * *radius < rejected {
                *radius *= GROWTH;
                continue;
            }
            return Err(Rest::Level);
        }
        if ratio < 0.25 {
            rejected = rejected.min(*radius);
            *radius = 0.25 * length.min(*radius);
        } else if ratio > 0.75 {
            *radius = radius.max(2.0 * length);
        }
        if ratio > TAKEN {
            return Ok(trial);
        }
        if iteration.is_nothing(&step, &at.x) || *radius == 0.0 {
            return Err(Rest::Steps);
        }
    }
}

/// What is seen at some points around one.
enum Beside {
    /// The best of them, where the residual is visibly smaller.
    Lower(Iterate),
    /// It is larger at some, and smaller at none.
    Higher,
    /// It is the same everywhere.
    Level,
}

/// Looks around a point from which the linear part leads nowhere: where the slope of the residual vanishes it may have a
/// maximum or a saddle.
fn beside<S: System>(
    iteration: &mut Iteration<'_, S>,
    at: &Iterate,
    model: &Model,
    linear: &Linear,
) -> Beside {
    let n = at.x.len();
    let unit = |j: usize| (0..n).map(|k| f64::from(u8::from(j == k))).collect::<Vec<f64>>();
    let mut directions: Vec<Vec<f64>> = (0..n).map(unit).collect();
    if n > 1 {
        directions.push(linear.null());
    }
    let now = norm(&model.f);
    let mut best: Option<Iterate> = None;
    let mut higher = false;
    for direction in directions {
        for distance in distances(&direction, at, model) {
            for far in [distance, -distance] {
                let x = at.x.iter().zip(&direction).map(|(x, d)| x + far * d).collect();
                let trial = iteration.evaluated(x);
                let there = model.norm(&trial.f);
                higher |= there > now * (1.0 + LOWER);
                // NaN is not below.
                if there < best.as_ref().map_or(now * (1.0 - LOWER), |best| model.norm(&best.f)) {
                    best = Some(trial);
                }
            }
        }
    }
    match best {
        Some(best) => Beside::Lower(best),
        None if higher => Beside::Higher,
        None => Beside::Level,
    }
}

/// How far along a direction points are tried: from the size of the start and from that of the iterate down, and over all
/// sizes where neither the iterate nor a slope tells one.
fn distances(direction: &[f64], at: &Iterate, model: &Model) -> Vec<f64> {
    let own = direction.iter().zip(&at.x).fold(0.0, |most, (d, x)| f64::max(most, (d * x).abs()));
    let near =
        [1.0, own].into_iter().flat_map(|size| (0..PROBES).map(move |k| size * 0.25_f64.powi(k)));
    let slope = norm(&times(&model.jacobian, direction));
    let all = (-1020..-28).step_by(4).map(|exponent| ldexp(1.0, exponent));
    if own == 0.0 && slope == 0.0 { near.chain(all).collect() } else { near.collect() }
}

/// From the iterate down the gradient and on to the Newton step, in scaled unknowns.
struct Path {
    newton: Vec<f64>,
    /// Whether that is Newton's, and not one of least squares.
    regular: bool,
    cauchy: Vec<f64>,
    /// The largest cosine between a column of the Jacobian and the residual: the slope of the residual in units of both.
    slope: f64,
}

impl Path {
    fn new(model: &Model, linear: &Linear, scale: &[f64]) -> Path {
        let (j, f) = (&model.jacobian, &model.f);
        let n = f.len();
        let newton = linear.step.clone().unwrap_or_else(|| least_squares(j, f, scale));
        // In scaled unknowns D*x the gradient is D⁻¹J'f, and the step D⁻¹ of it.
        let gradient: Vec<f64> =
            (0..n).map(|k| (0..n).map(|i| j[(i, k)] * f[i]).sum::<f64>() / scale[k]).collect();
        let direction: Vec<f64> = gradient.iter().zip(scale).map(|(g, d)| g / d).collect();
        let image = norm(&times(j, &direction));
        let size = norm(&gradient);
        let length = if image == 0.0 { 0.0 } else { (size / image).powi(2) };
        let cauchy = direction.iter().map(|g| -length * g).collect();
        let now = norm(f);
        let column = |k: usize| (0..n).fold(0.0_f64, |sum, i| sum.hypot(j[(i, k)]));
        let cosine = |k: usize| match column(k) {
            0.0 => 0.0,
            length => (0..n).map(|i| j[(i, k)] / length * (f[i] / now)).sum::<f64>().abs(),
        };
        Path {
            newton,
            regular: linear.step.is_some(),
            cauchy,
            slope: (0..n).map(cosine).fold(0.0, f64::max),
        }
    }

    /// Whether the residual is stationary: it is at right angles to the Jacobian, to rounding.
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
        // a is a square that may overflow.
        let a = scaled_norm(&leg, scale);
        let both = leg.iter().zip(&self.cauchy).zip(scale);
        let b: f64 = both.map(|((l, c), d)| (l * d) * (c * d)).sum();
        let c = (radius - cauchy) * (radius + cauchy);
        let root = b.hypot(a * c.sqrt());
        let t = if b > 0.0 { c / (b + root) } else { (root - b) / a / a };
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

fn scaled_norm(x: &[f64], scale: &[f64]) -> f64 {
    x.iter().zip(scale).fold(0.0_f64, |sum, (x, d)| sum.hypot(d * x))
}
