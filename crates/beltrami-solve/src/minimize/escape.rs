//! Ways to infinity along which an objective falls, or rises nowhere.

use super::run::{Point, Run, dot, downhill, moved, norm};
use super::second::Second;

/// What lies along a ray, as far as numbers go.
#[derive(Clone, Debug)]
pub(crate) enum Ray {
    /// The value falls, by no less from one distance to the next.
    Endless(Far),
    /// The value falls by less and less, and rises nowhere.
    Fading(Far),
    /// The value is the same to rounding.
    Level,
    /// The value rises somewhere, or does not exist.
    Other,
}

/// The last point that was looked at.
#[derive(Clone, Debug)]
pub(crate) struct Far {
    pub direction: Vec<f64>,
    pub value: f64,
    pub distance: f64,
}

/// From one distance to the next.
const FACTOR: f64 = 8.0;
/// Where an objective has no value farther out, it was followed for this many times its size before anything is said.
const LONG: f64 = (1_u64 << 60) as f64;
/// Differences of values below this part of them are rounding.
const NOISE: f64 = 16.0 * f64::EPSILON;
/// A fall that is less than this part of the one before is ever slower.
const SLOWER: f64 = 0.99;

/// More unknowns have no eigenvectors looked at on the way.
const FEW: usize = 60;

/// Whether the objective falls without end along its steepest descent, or along the part of it that meets no curvature, where
/// the last steps gained ever more.
pub(crate) fn escape(run: &mut Run<'_>, point: &Point) -> bool {
    if falls(run, point, &downhill(point)).is_some() {
        return true;
    }
    let small = point.x.len() <= FEW && run.bounds.is_none();
    if !small || !run.gains_more() || run.objective.offer().hessian.is_none() {
        return false;
    }
    let level = Second::at(run, point).map(|second| second.level_descent(point));
    level.is_some_and(|level| falls(run, point, &level).is_some())
}

/// How far the objective was seen to fall along `direction`: by half of what the slope says at first, and then by no less from
/// one distance to the next, to minus infinity or as far as numbers go.
pub(crate) fn falls(run: &mut Run<'_>, point: &Point, direction: &[f64]) -> Option<Far> {
    let direction = open(run, point, direction)?;
    let slope = dot(&point.gradient, &direction);
    if slope.is_nan() || slope >= 0.0 {
        return None;
    }
    let way = size(run, point);
    let first = run.objective.value(&moved(&point.x, way, &direction)).ok()?;
    if first > point.value + 0.5 * way * slope {
        return None;
    }
    match follow(run, point, &direction, true) {
        Ray::Endless(far) => Some(far),
        Ray::Fading(_) | Ray::Level | Ray::Other => None,
    }
}

/// What lies along `direction`.
pub(crate) fn ray(run: &mut Run<'_>, point: &Point, direction: &[f64]) -> Ray {
    match open(run, point, direction) {
        Some(direction) => follow(run, point, &direction, false),
        None => Ray::Other,
    }
}

/// The direction with length 1, without what bounds stop; `None` where nothing is left.
fn open(run: &Run<'_>, point: &Point, direction: &[f64]) -> Option<Vec<f64>> {
    let mut direction = direction.to_vec();
    if let Some(bounds) = &run.bounds {
        for ((d, (low, high)), x) in direction.iter_mut().zip(bounds).zip(&point.x) {
            let end = if *d > 0.0 { *high } else { *low };
            // What ends at a bound that is far away is no way to infinity either.
            if end.is_finite() {
                *d = 0.0;
            }
            debug_assert!(*x >= *low && *x <= *high);
        }
    }
    let length = norm(&direction);
    if length == 0.0 || !length.is_finite() {
        return None;
    }
    // Far out the rounding of a direction would be a way of its own.
    let kept = |d: f64| if d.abs() <= 4.0 * f64::EPSILON { 0.0 } else { d };
    direction.iter_mut().for_each(|d| *d = kept(*d / length));
    Some(direction)
}

fn size(run: &Run<'_>, point: &Point) -> f64 {
    run.extent(&point.x, &vec![1.0; point.x.len()]).max(1.0)
}

/// Whether a difference is within the rounding of terms that cancel: far out a direction that is rounded leaves its valley.
fn hidden(run: &mut Run<'_>, x: &[f64], difference: f64) -> bool {
    if run.objective.offer().hessian.is_none() {
        return true;
    }
    let Ok(hessian) = run.objective.hessian(x) else { return false };
    let sizes: Vec<f64> = x.iter().map(|x| x.abs()).collect();
    difference <= NOISE * dot(&sizes, &hessian.sizes().times(&sizes))
}

/// Values along a unit vector; `endless` ends the look at the first sign that the fall has an end.
fn follow(run: &mut Run<'_>, point: &Point, direction: &[f64], endless: bool) -> Ray {
    let size = size(run, point);
    let far = |value: f64, distance: f64| Far { direction: direction.to_vec(), value, distance };
    let mut distance = size;
    let (mut last, mut drop) = (point.value, 0.0);
    let (mut slower, mut reached) = (false, 0.0);
    loop {
        let x = moved(&point.x, distance, direction);
        let value = match x.iter().all(|x| x.is_finite()) {
            true => run.objective.value(&x).ok(),
            false => None,
        };
        let Some(value) = value else { break };
        if value == f64::NEG_INFINITY {
            return Ray::Endless(far(value, distance));
        }
        let noise = NOISE * value.abs().max(last.abs());
        let fall = last - value;
        // Up to here it fell by no less each time, and what it lacks now may be rounding.
        if !slower && fall < SLOWER * drop && distance > LONG * size && hidden(run, &x, drop - fall)
        {
            break;
        }
        if value > last + noise {
            return Ray::Other;
        }
        slower |= fall < SLOWER * drop || fall <= noise;
        if slower && endless {
            return Ray::Other;
        }
        (last, drop, reached) = (last.min(value), fall, distance);
        distance *= FACTOR;
    }
    if reached < LONG * size {
        return Ray::Other;
    }
    if !slower {
        return Ray::Endless(far(last, reached));
    }
    match point.value - last > NOISE * point.value.abs() {
        true => Ray::Fading(far(last, reached)),
        false => Ray::Level,
    }
}
