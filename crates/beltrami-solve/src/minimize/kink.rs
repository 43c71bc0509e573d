//! A look at a point at which no step lowers the objective although it has a slope.

use super::run::{Point, Run, moved, norm};

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
    Lower(Box<Point>),
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

/// Compares values on both sides of `point`, along its slope, the axes, and directions without structure.
pub(crate) fn look(run: &mut Run<'_>, point: &Point) -> Kink {
    let n = point.x.len();
    let size = run.extent(&point.x, &vec![1.0; n]);
    if size == 0.0 || n > MOST || run.bounds.is_some() {
        return Kink::Unseen;
    }
    let directions = directions(point);
    let mut seen = false;
    let (mut least, mut largest) = (f64::INFINITY, 0.0_f64);
    let mut lowest: Option<Vec<f64>> = None;
    let mut low = point.value;
    let mut decided = true;
    for direction in &directions {
        let mut sums = [0.0_f64; DISTANCES.len()];
        let mut rises = [false; 2];
        for (sum, part) in sums.iter_mut().zip(DISTANCES) {
            let distance = part * size;
            let noise = NOISE * point.value.abs() / distance;
            for (side, sign) in [1.0, -1.0].into_iter().enumerate() {
                let x = moved(&point.x, sign * distance, direction);
                let Ok(value) = run.objective.value(&x) else { return Kink::Edge };
                let slope = (value - point.value) / distance;
                if value < low - NOISE * point.value.abs() {
                    low = value;
                    lowest = Some(x);
                }
                *sum += slope;
                if slope > noise {
                    rises[side] = true;
                    least = least.min(slope);
                }
                largest = largest.max(slope.abs());
            }
            if *sum <= 2.0 * noise {
                *sum = 0.0;
            }
        }
        seen |= sums[0] > 0.0 && sums.windows(2).all(|pair| pair[1] >= STAYS * pair[0]);
        decided &= rises[0] && rises[1];
    }
    if !seen {
        return Kink::Unseen;
    }
    if let Some(lower) = lowest.map(|x| searched(run, x, low, &directions, size)) {
        return run.point(lower).map_or(Kink::Unseen, |lower| Kink::Lower(Box::new(lower)));
    }
    match decided {
        true => Kink::Minimum { directions: directions.len(), least: least / largest },
        false => Kink::Undecided,
    }
}

/// Values that a search among kinks may look at.
const SEARCHED: usize = 20_000;

/// The point moved along the directions for as long as the value falls, by steps that are halved where none lowers it: across kinks
/// models see too little.
///
/// # References
/// Kolda, Lewis and Torczon 2003, *Optimization by direct search*, section 3.
fn searched(
    run: &mut Run<'_>,
    mut x: Vec<f64>,
    mut low: f64,
    directions: &[Vec<f64>],
    size: f64,
) -> Vec<f64> {
    let mut step = DISTANCES[0] * size;
    let mut looks = 0;
    while step > f64::EPSILON * size && looks < SEARCHED {
        let mut moves = false;
        for direction in directions {
            for sign in [step, -step] {
                looks += 1;
                let next = moved(&x, sign, direction);
                if let Ok(value) = run.objective.value(&next)
                    && value < low
                {
                    (x, low, moves) = (next, value, true);
                }
            }
        }
        step *= if moves { 2.0 } else { 0.5 };
    }
    x
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
