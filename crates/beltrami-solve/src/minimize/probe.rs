//! A look along directions in which the Hessian sees nothing.

use super::lanczos::drawn;
use super::run::{Point, Run, dot, moved, norm};
use super::second::Second;

/// What lies along a direction.
pub(crate) enum Side {
    /// A lower value.
    Lower(Box<Point>),
    /// The same value everywhere on the line, or wherever it exists there and on a line through the start.
    Level,
    /// Higher values on both sides, from this distance on at the farther one.
    Rises(f64),
    /// The same value near the point and other ones far from it, higher on one side at most.
    Plateau,
    /// What cancels in the values along the line is so large that its rounding hides what they do.
    Hidden,
}

/// Distances, as parts of the size of the point or of the way to it, the farthest first: there a difference is largest beside
/// rounding.
const DISTANCES: [f64; 8] = [10.0, 1.0, 0.1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6];
/// Where nothing has a size distances go through the numbers by this factor, so often to either side of 1.
const STRIDE: f64 = (1_u64 << 10) as f64;
const STRIDES: i32 = 30;
/// Values this close, relative, are the same.
const SAME: f64 = 1e-10;
/// Rounding in a value, as a part of the terms that cancel in it.
const NOISE: f64 = 64.0 * f64::EPSILON;
/// Where rounding is above this part of the value, or of its unit, at the distance of the point's own size, values say nothing.
const HIDES: f64 = 1e-5;
/// Steps back to the bottom of the valley.
const CORRECTIONS: usize = 3;

/// Compares values on both sides of `point`, along the line and along the curve above it on which the slope vanishes in all
/// directions that have curvature.
///
/// On that curve the first term that does not vanish decides, whatever its order: `x^2 + x*y^2` rises on the line `x = 0` and
/// falls on the curve `x = -y^2/2`.
/// # References
/// Golubitsky and Schaeffer 1985, *Singularities and Groups in Bifurcation Theory*, chapter VII, for the reduction of Lyapunov and
/// Schmidt.
pub(crate) fn probe(
    run: &mut Run<'_>,
    point: &Point,
    second: Option<&Second>,
    direction: &[f64],
) -> Side {
    let n = direction.len();
    let direction: Vec<f64> = direction.iter().map(|d| d / norm(direction)).collect();
    let size = run.extent(&point.x, &vec![1.0; n]);
    // Where no unknown of the direction has left zero there is no size along it.
    let known = direction
        .iter()
        .zip(point.x.iter().zip(&run.start))
        .any(|(d, (x, start))| *d != 0.0 && (*x != 0.0 || *start != 0.0));
    let distances: Vec<f64> = match known {
        true => DISTANCES.iter().map(|part| part * size).collect(),
        false => (-STRIDES..=STRIDES).rev().map(|k| STRIDE.powi(k)).collect(),
    };
    let same = SAME * run.size(point);
    let terms = |step: &[f64]| second.map_or(0.0, |second| second.terms(step));
    let own: Vec<f64> = direction.iter().map(|d| size * d).collect();
    let hidden = NOISE * terms(&own) > HIDES * point.value.abs().max(run.floor);
    let mut nearest = [f64::INFINITY; 2];
    let mut whole = true;
    let mut lower: Vec<(f64, Vec<f64>)> = Vec::new();
    for (side, sign) in [1.0, -1.0].into_iter().enumerate() {
        for distance in &distances {
            let mut x = moved(&point.x, sign * distance, &direction);
            run.project(&mut x);
            let Ok(value) = run.objective.value(&x) else {
                whole = false;
                continue;
            };
            let (x, value) = match second {
                Some(second) => corrected(run, second, x, value),
                None => (x, value),
            };
            let step: Vec<f64> = x.iter().zip(&point.x).map(|(x, old)| x - old).collect();
            let near = same.max(NOISE * (terms(&step) + dot(&point.gradient, &step).abs()));
            if value < point.value - near {
                // The lowest one first, or the one with a distance nearest to 1 where they span all numbers.
                let order = if known { value } else { distance.ln().abs() };
                lower.push((order, x));
            } else if value > point.value + near {
                nearest[side] = nearest[side].min(*distance);
            }
        }
    }
    lower.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    if let Some(lower) = lower.into_iter().find_map(|(_, x)| run.point(x).ok()) {
        return Side::Lower(Box::new(lower));
    }
    if hidden {
        return Side::Hidden;
    }
    let farther = nearest[0].max(nearest[1]);
    if farther.is_finite() {
        return Side::Rises(if known { farther / size } else { 0.0 });
    }
    let level = nearest.iter().all(|distance| distance.is_infinite())
        && (whole || level_at_start(run, &direction, size));
    if level { Side::Level } else { Side::Plateau }
}

/// The point moved to where the slope vanishes in the directions that have curvature, as far as that lowers the value.
fn corrected(run: &mut Run<'_>, second: &Second, x: Vec<f64>, value: f64) -> (Vec<f64>, f64) {
    let mut best = (x.clone(), value);
    if !second.has_range() {
        return best;
    }
    let Ok(mut at) = run.point(x) else { return best };
    for _ in 0..CORRECTIONS {
        let Some(step) = second.to_bottom(&at.gradient) else { break };
        let mut x = moved(&at.x, 1.0, &step);
        run.project(&mut x);
        match run.point(x) {
            Ok(next) => at = next,
            Err(_) => break,
        }
        if at.value < best.1 {
            best = (at.x.clone(), at.value);
        }
    }
    best
}

/// Sums of the vectors with weights from a fixed sequence, and of any two of the first ones; all of length 1.
pub(crate) fn mixtures(vectors: &[Vec<f64>], drawn_ones: usize) -> Vec<Vec<f64>> {
    /// Pairs of more are left out.
    const PAIRED: usize = 6;
    let n = vectors.first().map_or(0, Vec::len);
    let mut all = Vec::new();
    let mut add = |weights: &[f64]| {
        let mut sum = vec![0.0; n];
        for (vector, weight) in vectors.iter().zip(weights) {
            sum.iter_mut().zip(vector).for_each(|(s, v)| *s += weight * v);
        }
        let length = norm(&sum);
        if length > 0.0 {
            all.push(sum.into_iter().map(|s| s / length).collect());
        }
    };
    let count = vectors.len();
    for i in 0..count.min(PAIRED) {
        for j in 0..i {
            for sign in [1.0, -1.0] {
                let mut weights = vec![0.0; count];
                (weights[i], weights[j]) = (1.0, sign);
                add(&weights);
            }
        }
    }
    let mut state = 1;
    for _ in 0..drawn_ones {
        let weights: Vec<f64> = (0..count).map(|_| drawn(&mut state)).collect();
        add(&weights);
    }
    all
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
