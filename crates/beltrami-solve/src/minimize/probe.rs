//! A look along a direction in which the Hessian sees nothing.

use super::run::{BOTTOMLESS, Point, Run, dot, moved, norm};

/// What lies along a direction.
pub(crate) enum Side {
    /// A lower value.
    Lower(Box<Point>),
    /// The same value everywhere on the line, or wherever it exists there and on a line through the start; or higher ones on
    /// both sides from near on.
    Minimum,
    /// The same value near the point and other ones far from it: a plateau, or a value that is approached without end.
    Plateau,
}

/// Distances, as parts of the size of the point or of the way to it.
const DISTANCES: [f64; 5] = [1e-3, 1e-2, 0.1, 1.0, 10.0];
/// Values that are higher at this distance rise from the point on.
const NEAR: f64 = 0.1;
/// Values this close, relative, are the same.
const SAME: f64 = 1e-10;

/// Compares values on both sides of `point`.
pub(crate) fn probe(run: &mut Run<'_>, point: &Point, direction: &[f64]) -> Side {
    let unit = vec![1.0; direction.len()];
    let size = run.extent(&point.x, &unit).max(norm(&point.x)).max(f64::MIN_POSITIVE.sqrt());
    let near = SAME * point.value.abs();
    let mut rises = [f64::INFINITY; 2];
    let mut whole = true;
    for (side, sign) in [1.0, -1.0].into_iter().enumerate() {
        for distance in DISTANCES {
            let x = moved(&point.x, sign * distance * size, direction);
            let Ok(value) = run.objective.value(&x) else {
                whole = false;
                break;
            };
            if value < point.value - near
                && let Ok(lower) = run.point(x)
            {
                return Side::Lower(Box::new(lower));
            }
            if value > point.value + near {
                rises[side] = rises[side].min(distance);
            }
        }
    }
    let level = rises.iter().all(|distance| distance.is_infinite())
        && (whole || level_at_start(run, direction, size));
    let valley = rises.iter().all(|distance| *distance <= NEAR);
    if level || valley { Side::Minimum } else { Side::Plateau }
}

/// Whether the objective falls along `direction` by half of what the slope says at least, as far as values that count as
/// minus infinity: a linear one does.
pub(crate) fn falls(run: &mut Run<'_>, point: &Point, direction: &[f64]) -> bool {
    let length = norm(direction);
    let slope = dot(&point.gradient, direction) / length;
    if slope.is_nan() || slope >= 0.0 || run.options.bounds.is_some() {
        return false;
    }
    let unit = vec![1.0; point.x.len()];
    let mut way = run.extent(&point.x, &unit).max(1.0);
    let bottom = -BOTTOMLESS * run.start_value.abs().max(1.0);
    loop {
        let Ok(value) = run.objective.value(&moved(&point.x, way / length, direction)) else {
            return false;
        };
        if value.is_nan() || value > point.value + 0.5 * way * slope {
            return false;
        }
        if value < bottom {
            return true;
        }
        way *= 8.0;
    }
}

/// Whether the line through the start is level too: then the objective does not depend on the direction at all.
fn level_at_start(run: &mut Run<'_>, direction: &[f64], size: f64) -> bool {
    let near = SAME * run.start_value.abs();
    let start = run.start.clone();
    [1.0, -1.0, 0.1, -0.1].into_iter().all(|distance| {
        let value = run.objective.value(&moved(&start, distance * size, direction));
        value.is_ok_and(|value| (value - run.start_value).abs() <= near)
    })
}
