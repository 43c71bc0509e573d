//! A look along a direction in which the Hessian sees nothing.

use super::run::{Point, Run, moved, norm};

/// What lies along a direction.
pub(crate) enum Side {
    /// A lower value.
    Lower(Box<Point>),
    /// The same value on both sides, or higher ones on both.
    TwoSided,
    /// The same value far out on one side and higher ones on the other: a value that is approached and not attained.
    OneSided,
}

/// Distances, as parts of the size of the point or of the way to it.
const DISTANCES: [f64; 5] = [1e-3, 1e-2, 0.1, 1.0, 10.0];
/// Values this close, relative, are the same.
const SAME: f64 = 1e-10;

/// Compares values on both sides of `point`.
pub(crate) fn probe(run: &mut Run<'_>, point: &Point, direction: &[f64]) -> Side {
    let unit = vec![1.0; direction.len()];
    let size = run.extent(&point.x, &unit).max(norm(&point.x)).max(f64::MIN_POSITIVE.sqrt());
    let near = SAME * point.value.abs();
    let mut higher = [false; 2];
    for (side, sign) in [1.0, -1.0].into_iter().enumerate() {
        for distance in DISTANCES {
            let x = moved(&point.x, sign * distance * size, direction);
            let Ok(value) = run.objective.value(&x) else { break };
            if value < point.value - near
                && let Ok(lower) = run.point(x)
            {
                return Side::Lower(Box::new(lower));
            }
            if value > point.value + near {
                higher[side] = true;
            }
        }
    }
    if higher[0] == higher[1] { Side::TwoSided } else { Side::OneSided }
}
