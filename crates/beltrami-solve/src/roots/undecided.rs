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
    /// The smallest singular value of the Jacobian there.
    pub sigma_min: f64,
    /// Whether the Jacobian there is singular, or nearly, beside the slopes around it: at a multiple root.
    pub singular: bool,
    /// How many boxes they are.
    pub boxes: usize,
    /// Whether they follow a curve or a surface of roots, as far as steps along it tell.
    pub extended: bool,
}

/// A box of which nothing is proved, and whether the roots near it look like a continuum.
#[derive(Clone)]
pub(super) struct Hard {
    pub sides: Vec<Interval>,
    pub continuum: bool,
}

impl Undecided {
    pub(super) fn of<S: System>(system: &mut S, boxes: &[Hard], sides: &[f64]) -> Undecided {
        let n = boxes[0].sides.len();
        let mut hull = boxes[0].sides.clone();
        let mut best: Option<(f64, Vec<f64>)> = None;
        let mut f = vec![0.0; n];
        for Hard { sides: x, .. } in boxes {
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
        // The resolution leaves half of the digits.
        let relative = singular_values(&relative(system, &middle, &j, sides));
        let singular = relative.is_ok_and(|s| s.last().is_some_and(|s| *s < 1e-4));
        Undecided {
            hull,
            middle,
            residual,
            sigma_min: sigma_min.unwrap_or(f64::NAN),
            singular,
            boxes: boxes.len(),
            extended: boxes.iter().any(|hard| hard.continuum),
        }
    }
}

/// The slopes at a point as parts of those a tenth of the region away, which do not depend on the units of unknowns and
/// equations.
fn relative<S: System>(system: &mut S, at: &[f64], slopes: &Matrix, sides: &[f64]) -> Matrix {
    let n = at.len();
    let mut around = vec![0.0_f64; n];
    let mut j = vec![0.0; n * n];
    for part in [0.1, -0.17] {
        let beside: Vec<f64> = at.iter().zip(sides).map(|(x, side)| x + part * side).collect();
        system.jacobian(&beside, &mut j);
        for (around, row) in around.iter_mut().zip(j.chunks_exact(n)) {
            let size = row.iter().zip(sides).fold(0.0_f64, |most, (d, s)| most.max((d * s).abs()));
            *around = if size.is_finite() { around.max(size) } else { *around };
        }
    }
    Matrix::from_fn(n, n, |i, k| {
        let slope = slopes[(i, k)] * sides[k];
        if around[i] > 0.0 { slope / around[i] } else { slope }
    })
}

/// Boxes grouped with those they touch.
pub(super) fn clusters(boxes: Vec<Hard>) -> Vec<Vec<Hard>> {
    let mut group: Vec<usize> = (0..boxes.len()).collect();
    join(&boxes, (0..boxes.len()).collect(), &mut group);
    let mut found: Vec<Vec<Hard>> = Vec::new();
    let mut place = vec![usize::MAX; boxes.len()];
    for (at, x) in boxes.into_iter().enumerate() {
        let first = leader(&group, at);
        if place[first] == usize::MAX {
            place[first] = found.len();
            found.push(Vec::new());
        }
        found[place[first]].push(x);
    }
    found
}

/// Joins the groups of boxes that touch: those on either side of a cut, each with those that reach over it.
fn join(boxes: &[Hard], some: Vec<usize>, group: &mut [usize]) {
    /// Fewer are compared pair by pair.
    const FEW: usize = 16;
    let dimensions = some.first().map_or(0, |first| boxes[*first].sides.len());
    let halves = (0..dimensions)
        .filter(|_| some.len() > FEW)
        .map(|axis| {
            let mut lows: Vec<f64> = some.iter().map(|at| boxes[*at].sides[axis].lo).collect();
            let middle = lows.len() / 2;
            let cut = *lows.select_nth_unstable_by(middle, f64::total_cmp).1;
            let (mut low, mut high) = (Vec::new(), Vec::new());
            for &at in &some {
                let side = boxes[at].sides[axis];
                if side.lo < cut {
                    low.push(at);
                }
                if side.lo >= cut || reach(side) >= cut {
                    high.push(at);
                }
            }
            (low, high)
        })
        .min_by_key(|(low, high)| low.len().max(high.len()));
    // Where a cut leaves nearly all of them on one side, it does not help.
    if let Some((low, high)) = halves.filter(|(a, b)| 4 * a.len().max(b.len()) <= 3 * some.len()) {
        join(boxes, low, group);
        join(boxes, high, group);
        return;
    }
    for (place, &a) in some.iter().enumerate() {
        for &b in &some[place + 1..] {
            if touch(&boxes[a].sides, &boxes[b].sides) {
                let (a, b) = (leader(group, a), leader(group, b));
                group[a.max(b)] = a.min(b);
            }
        }
    }
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
