//! A look at a point at which no step lowers the objective although it has a slope.

use super::hull::shortest;
use super::objective::Undefined;
use super::run::{Point, Run, dot, moved, norm};

/// What one-sided slopes say.
pub(crate) enum Kink {
    /// On both sides of the point slopes differ along a direction, and along all that were looked along the value rises.
    Minimum {
        /// How many directions that were.
        directions: usize,
        /// The least slope, as a part of the largest.
        least: f64,
    },
    /// Slopes differ along a direction, and a value is lower.
    Lower {
        /// Where.
        point: Box<Point>,
        /// Whether the descent ended there, and not with its patience.
        ends: bool,
    },
    /// Slopes differ along a direction, and along another the values do not say whether they rise.
    Undecided,
    /// The objective has no value on one side.
    Edge,
    /// No direction was found along which slopes differ.
    Unseen,
}

/// Distances, as parts of the size of the point or of the way to it.
const DISTANCES: [f64; 3] = [1e-4, 1e-6, NARROW];
/// The least of them.
pub(crate) const NARROW: f64 = 1e-8;
/// Differences of values below this part of them are rounding.
const NOISE: f64 = 64.0 * f64::EPSILON;
/// Of a smooth function the slopes of both sides add up to nothing as the distance shrinks; here the sum shrinks by less than this
/// where the distance shrinks a hundredfold.
const STAYS: f64 = 0.5;
/// Directions besides the axes.
const FURTHER: usize = 16;
/// The most unknowns along whose axes is looked.
const MOST: usize = 60;

/// What values on both sides of a point say, along its slope, the axes, and directions without structure.
struct Sides {
    directions: usize,
    /// Whether slopes differ along one of them.
    differ: bool,
    /// Whether values rise on both sides along all of them.
    rise: bool,
    /// The least and the largest slope.
    least: f64,
    largest: f64,
    /// A lower point.
    lower: Option<Descent>,
}

/// Whether the point lies at a kink.
pub(crate) fn is_seen(run: &mut Run<'_>, point: &Point) -> bool {
    size(run, point).is_some_and(|size| sides(run, point, size).is_ok_and(|sides| sides.differ))
}

/// The size of a point around which there is something to look at.
fn size(run: &Run<'_>, point: &Point) -> Option<f64> {
    let n = point.x.len();
    let size = run.extent(&point.x, &vec![1.0; n]);
    (size > 0.0 && n <= MOST && run.bounds.is_none()).then_some(size)
}

/// Looks around a point for a kink, and for lower points where there is one.
pub(crate) fn look(run: &mut Run<'_>, point: &Point) -> Kink {
    let Some(size) = size(run, point) else { return Kink::Unseen };
    let sides = match sides(run, point, size) {
        Err(_) => return Kink::Edge,
        Ok(sides) if !sides.differ => return Kink::Unseen,
        Ok(sides) => sides,
    };
    let moves = sides.lower.is_some();
    let here = || Descent { x: point.x.clone(), value: point.value, stationary: false };
    let end = descend(run, sides.lower.unwrap_or_else(here), size);
    if moves || end.value < point.value - NOISE * point.value.abs() {
        return match run.point(end.x) {
            Ok(lower) => Kink::Lower { point: Box::new(lower), ends: end.stationary },
            Err(_) => Kink::Unseen,
        };
    }
    match sides.rise && end.stationary {
        true => Kink::Minimum { directions: sides.directions, least: sides.least / sides.largest },
        false => Kink::Undecided,
    }
}

fn sides(run: &mut Run<'_>, point: &Point, size: f64) -> Result<Sides, Undefined> {
    let directions = directions(point);
    let mut found = Sides {
        directions: directions.len(),
        differ: false,
        rise: true,
        least: f64::INFINITY,
        largest: 0.0,
        lower: None,
    };
    for direction in &directions {
        let mut sums = [0.0_f64; DISTANCES.len()];
        let mut rises = [false; 2];
        for (sum, part) in sums.iter_mut().zip(DISTANCES) {
            let distance = part * size;
            let noise = NOISE * point.value.abs() / distance;
            for (side, sign) in [1.0, -1.0].into_iter().enumerate() {
                let x = moved(&point.x, sign * distance, direction);
                let value = run.objective.value(&x)?;
                let slope = (value - point.value) / distance;
                let low = found.lower.as_ref().map_or(point.value, |lower| lower.value);
                if value < low - NOISE * point.value.abs() {
                    found.lower = Some(Descent { x, value, stationary: false });
                }
                *sum += slope;
                if slope > noise {
                    rises[side] = true;
                    found.least = found.least.min(slope);
                }
                found.largest = found.largest.max(slope.abs());
            }
            if *sum <= 2.0 * noise {
                *sum = 0.0;
            }
        }
        found.differ |= sums[0] > 0.0 && sums.windows(2).all(|pair| pair[1] >= STAYS * pair[0]);
        found.rise &= rises[0] && rises[1];
    }
    Ok(found)
}

/// Gradients that a descent among kinks may look at.
const SEARCHED: usize = 4_000;
/// How far from a point gradients belong to it, as parts of the size of the point, one after the other; those below `NARROW` give
/// digits alone.
const AROUND: [f64; 5] = [1e-4, 1e-6, NARROW, 1e-11, 1e-14];
/// A mean of gradients below this part of the largest one is zero: gradients change by about `NARROW` within `NARROW`.
const VANISHES: f64 = 1e-6;
/// Over the size of the point a slope that is taken to vanish lowers the value by less than this part of it: along a kink that is
/// steep the slope can be small beside those across, and still lead somewhere.
const LEADS: f64 = 1e-3;
/// The least part that is told from rounding: of gradients, and of the places at which they are taken.
const ROUNDED: f64 = 1e-12;
/// Lengths along a direction that differ by less than this part are the same; the reciprocal is how far it is followed, in sizes of
/// the point.
const SHORT: f64 = 1e-12;
/// Points along a direction that are looked at.
const LOOKS: usize = 100;

/// A point of a descent among kinks, and whether a mean of the gradients around it vanishes.
struct Descent {
    x: Vec<f64>,
    value: f64,
    stationary: bool,
}

/// The point moved against the shortest mean of the gradients around it for as long as the value falls.
///
/// A gradient beside a kink tells one side alone; of a minimum there some mean of those of all sides vanishes. Where the value does not
/// fall against a mean, the gradient met there is one that was missing.
/// # References
/// Burke, Lewis and Overton 2005, *A robust gradient sampling algorithm for nonsmooth, nonconvex optimization*; Wolfe 1975, *A method
/// of conjugate subgradients for minimizing nondifferentiable functions*, for the gradients that are missing.
fn descend(run: &mut Run<'_>, mut at: Descent, size: f64) -> Descent {
    let most = run.objective.counts.gradients + SEARCHED;
    for part in AROUND {
        let radius = part * size;
        let mut around = gradients(run, &at.x, radius);
        at.stationary &= part < NARROW;
        while run.objective.counts.gradients < most && !around.is_empty() {
            let mean = shortest(&around);
            let length = norm(&mean);
            // Nearer to a kink that is steep, a slope along it that is small beside those across is seen to lead on.
            let vanishes = (VANISHES * (part / NARROW).min(1.0)).max(ROUNDED);
            let longest = around.iter().map(|g| norm(g)).fold(0.0, f64::max);
            let leads = length * longest * size > LEADS * at.value.abs().max(run.floor);
            if length <= vanishes && !leads {
                at.stationary = true;
                break;
            }
            at.stationary &= length > VANISHES || !leads;
            let direction: Vec<f64> = mean.iter().map(|m| -m / length).collect();
            if let Some((x, value)) = fall(run, &at, &direction, radius, size) {
                (at.x, at.value) = (x, value);
                around = gradients(run, &at.x, radius);
                continue;
            }
            let met = run.point(moved(&at.x, radius, &direction));
            let Ok(met) = met else { break };
            // One that is known already changes nothing.
            if around.contains(&met.gradient) {
                break;
            }
            around.push(met.gradient);
        }
    }
    // A descent that has no end by itself is still on its way.
    at.stationary &= run.objective.counts.gradients < most;
    at
}

/// The gradients at a point and at a distance from it along the axes.
fn gradients(run: &mut Run<'_>, x: &[f64], radius: f64) -> Vec<Vec<f64>> {
    let mut all = Vec::with_capacity(2 * x.len() + 1);
    let mut near = x.to_vec();
    all.extend(run.point(near.clone()).ok().map(|at| at.gradient));
    for i in 0..x.len() {
        for sign in [radius, -radius] {
            near[i] = x[i] + sign;
            all.extend(run.point(near.clone()).ok().map(|at| at.gradient));
        }
        near[i] = x[i];
    }
    all
}

/// The lowest point along a direction, by the sign of the slope; `None` where no value is lower.
fn fall(
    run: &mut Run<'_>,
    from: &Descent,
    direction: &[f64],
    radius: f64,
    size: f64,
) -> Option<(Vec<f64>, f64)> {
    let noise = NOISE * from.value.abs();
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut best: Option<(Vec<f64>, f64)> = None;
    let mut t = radius;
    for _ in 0..LOOKS {
        if t > size / SHORT || high.is_finite() && high - low <= SHORT * high {
            break;
        }
        let at = run.point(moved(&from.x, t, direction)).ok();
        let lower = at
            .as_ref()
            .is_some_and(|at| at.value < best.as_ref().map_or(from.value, |(_, value)| *value));
        let falls = at.as_ref().is_some_and(|at| dot(&at.gradient, direction) < 0.0);
        if let Some(at) = at.filter(|_| lower) {
            best = Some((at.x, at.value));
        }
        if lower && falls {
            low = t
        } else {
            high = t
        }
        if high.is_infinite() {
            t *= 4.0;
        } else if low == 0.0 && high > radius * SHORT && best.is_none() {
            t = 0.25 * high;
            // A step that is far within the radius says that there is a gradient more.
            if t < 1e-3 * radius {
                break;
            }
        } else {
            t = 0.5 * (low + high);
        }
    }
    best.filter(|(_, value)| *value < from.value - noise)
}

/// The slope, the axes, and sums of these with signs and weights from a fixed sequence, all of length 1.
fn directions(point: &Point) -> Vec<Vec<f64>> {
    let n = point.x.len();
    let mut all = Vec::with_capacity(n + 1 + FURTHER);
    let length = norm(&point.gradient);
    if length > 0.0 && length.is_finite() {
        all.push(point.gradient.iter().map(|g| g / length).collect());
    }
    for i in 0..n {
        let mut axis = vec![0.0; n];
        axis[i] = 1.0;
        all.push(axis);
    }
    if n > 1 {
        all.extend(super::probe::mixtures(&all[all.len() - n..], FURTHER));
    }
    all
}
