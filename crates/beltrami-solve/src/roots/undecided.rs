//! The parts of a box of which nothing could be proved.

use beltrami_linalg::{Interval, Matrix, singular_values};

use super::System;

/// Boxes that touch each other and may hold roots.
#[derive(Clone, Debug, PartialEq)]
pub struct Undecided {
    /// The smallest box that holds them all.
    pub hull: Vec<Interval>,
    /// The middle of the box among them where the residual is smallest.
    pub middle: Vec<f64>,
    /// The residual there.
    pub residual: f64,
    /// The smallest singular value of the Jacobian there: near zero at a multiple root.
    pub sigma_min: f64,
    /// How many boxes they are.
    pub boxes: usize,
    /// Whether they follow a curve or a surface: the hull is much longer than they are on average.
    pub extended: bool,
}

/// A hull this many times longer than its boxes on average holds more than a point.
const LONG: f64 = 32.0;

impl Undecided {
    pub(super) fn of<S: System>(system: &mut S, boxes: &[Vec<Interval>]) -> Undecided {
        let n = boxes[0].len();
        let mut hull = boxes[0].clone();
        let mut best: Option<(f64, Vec<f64>)> = None;
        let mut f = vec![0.0; n];
        for x in boxes {
            for (side, x) in hull.iter_mut().zip(x) {
                *side = side.hull(*x);
            }
            let middle: Vec<f64> = x.iter().map(|x| x.middle()).collect();
            system.value(&middle, &mut f);
            let residual =
                f.iter().fold(
                    0.0_f64,
                    |most, f| {
                        if f.is_nan() { f64::INFINITY } else { most.max(f.abs()) }
                    },
                );
            if best.as_ref().is_none_or(|(least, _)| residual < *least) {
                best = Some((residual, middle));
            }
        }
        let (residual, middle) = best.unwrap_or_default();
        let mut j = Matrix::zeros(n, n);
        system.jacobian(&middle, j.data_mut());
        let sigma_min = singular_values(&j).ok().and_then(|s| s.last().copied());
        let mean =
            |i: usize| boxes.iter().map(|x| x[i].hi - x[i].lo).sum::<f64>() / boxes.len() as f64;
        let extended =
            boxes.len() as f64 > LONG && (0..n).any(|i| hull[i].hi - hull[i].lo > LONG * mean(i));
        Undecided {
            hull,
            middle,
            residual,
            sigma_min: sigma_min.unwrap_or(f64::NAN),
            boxes: boxes.len(),
            extended,
        }
    }
}

/// Boxes grouped with those they touch.
pub(super) fn clusters(boxes: &[Vec<Interval>]) -> Vec<Vec<Vec<Interval>>> {
    // Along the first axis only boxes that overlap there can touch.
    let mut order: Vec<usize> = (0..boxes.len()).collect();
    order.sort_by(|a, b| boxes[*a][0].lo.total_cmp(&boxes[*b][0].lo));
    let mut group: Vec<usize> = (0..boxes.len()).collect();
    for (place, &a) in order.iter().enumerate() {
        for &b in &order[place + 1..] {
            if boxes[b][0].lo > reach(boxes[a][0]) {
                break;
            }
            if touch(&boxes[a], &boxes[b]) {
                let (a, b) = (leader(&group, a), leader(&group, b));
                group[a.max(b)] = a.min(b);
            }
        }
    }
    let mut found: Vec<(usize, Vec<Vec<Interval>>)> = Vec::new();
    for (at, x) in boxes.iter().enumerate() {
        let first = leader(&group, at);
        match found.iter_mut().find(|(leader, _)| *leader == first) {
            Some((_, members)) => members.push(x.clone()),
            None => found.push((first, vec![x.clone()])),
        }
    }
    found.into_iter().map(|(_, members)| members).collect()
}

fn leader(group: &[usize], mut at: usize) -> usize {
    while group[at] != at {
        at = group[at];
    }
    at
}

/// How far a box reaches: narrowing may have taken a little off the sides at which boxes met.
fn reach(x: Interval) -> f64 {
    x.hi + (x.hi - x.lo) + 1e-12 * x.magnitude()
}

fn touch(a: &[Interval], b: &[Interval]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.lo <= reach(*b) && b.lo <= reach(*a))
}
