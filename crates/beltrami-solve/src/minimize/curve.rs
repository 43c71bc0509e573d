//! Curves to infinity, where no straight way falls.

use beltrami_linalg::Matrix;

use super::run::{Point, Run, norm};
use super::spectral::Spectral;

/// The way of a run as powers of a parameter, one an unknown: `start + way * s^power`.
struct Curve {
    start: Vec<f64>,
    way: Vec<f64>,
    powers: Vec<f64>,
}

/// More unknowns would cost more eigenvalues than it is worth.
const MOST: usize = 60;
/// Of a whole power of the fastest unknown others are simple fractions, to this.
const SNAP: f64 = 0.1;
/// From one parameter to the next.
const FACTOR: f64 = 8.0;
/// How often it is followed at least, unless values leave all numbers first.
const LEAST: usize = 12;
const MOST_STEPS: usize = 340;
/// Curvature above this part of the largest belongs to the walls of a valley.
const WALL: f64 = 1e-8;
/// Steps down the walls.
const CORRECTIONS: usize = 4;
/// A fall that is less than this part of the one before is ever slower.
const SLOWER: f64 = 0.99;

/// The last point of a curve along which the objective was seen to fall, by no less from one point to the next, as far as
/// numbers go.
///
/// In a bent valley the way of a run is one: `(y - x^2)^2 - x` falls along `y = x^2` alone. Unknowns on such a way grow as powers of
/// each other; the points of that curve are corrected down the walls of the valley.
pub(crate) fn endless(run: &mut Run<'_>, point: &Point) -> Option<Point> {
    let offered = run.objective.offer().hessian.is_some() && run.bounds.is_none();
    if !offered || point.x.len() > MOST {
        return None;
    }
    let curve = Curve::through(run, point)?;
    let mut last = corrected(run, point.clone());
    let mut drop = 0.0;
    let mut s = 1.0;
    for step in 0..MOST_STEPS {
        s *= FACTOR;
        let x = curve.at(s);
        let finite = x.iter().all(|x| x.is_finite());
        let Some(next) = finite.then(|| run.point(x).ok()).flatten() else {
            return (step >= LEAST).then_some(last);
        };
        let next = corrected(run, next);
        let fall = last.value - next.value;
        if next.value == f64::NEG_INFINITY {
            return Some(last);
        }
        if fall.is_nan() || fall <= 0.0 || fall < SLOWER * drop {
            return None;
        }
        (last, drop) = (next, fall);
    }
    Some(last)
}

impl Curve {
    /// From points of the run at distances that double.
    fn through(run: &Run<'_>, point: &Point) -> Option<Curve> {
        let before = run.milestones.first()?;
        let way =
            |x: &[f64]| -> Vec<f64> { x.iter().zip(&run.start).map(|(x, s)| x - s).collect() };
        let (old, new) = (way(before), way(&point.x));
        let growths: Vec<f64> = old
            .iter()
            .zip(&new)
            .map(|(old, new)| {
                let ratio = new / old;
                if ratio.is_finite() && ratio > 0.0 { ratio.ln() } else { 0.0 }
            })
            .collect();
        let fastest = growths.iter().copied().fold(0.0, f64::max);
        if fastest <= 0.0 {
            return None;
        }
        let powers: Vec<f64> = growths.iter().map(|growth| snapped(growth / fastest)).collect();
        // With one power the way is straight.
        let bent = powers.iter().any(|power| *power > 0.0 && *power < 1.0);
        bent.then(|| Curve { start: run.start.clone(), way: new, powers })
    }

    fn at(&self, s: f64) -> Vec<f64> {
        let entries = self.start.iter().zip(&self.way).zip(&self.powers);
        entries.map(|((start, way), power)| start + way * s.powf(*power)).collect()
    }
}

/// The nearest fraction with a denominator up to 5, as long as it is near.
fn snapped(power: f64) -> f64 {
    let fractions = (1..=5).flat_map(|q| (0..=q).map(move |p| f64::from(p) / f64::from(q)));
    let nearest = fractions.min_by(|a, b| (a - power).abs().total_cmp(&(b - power).abs()));
    nearest.filter(|fraction| (fraction - power).abs() <= SNAP).unwrap_or(0.0)
}

/// The point moved down the walls of its valley, as far as that lowers the value.
fn corrected(run: &mut Run<'_>, point: Point) -> Point {
    let mut best = point;
    for _ in 0..CORRECTIONS {
        let Some(x) = down(run, &best) else { return best };
        match run.point(x) {
            Ok(next) if next.value < best.value => best = next,
            _ => return best,
        }
    }
    best
}

/// A Newton step in the directions of large curvature.
fn down(run: &mut Run<'_>, point: &Point) -> Option<Vec<f64>> {
    let hessian = run.objective.hessian(&point.x).ok()?.dense();
    let n = point.x.len();
    // Unknowns that grow as powers of each other have sizes of their own.
    let sizes: Vec<f64> = point.x.iter().map(|x| if *x == 0.0 { 1.0 } else { x.abs() }).collect();
    let largest = (0..n).map(|i| (hessian[(i, i)] * sizes[i]).abs() * sizes[i]).fold(0.0, f64::max);
    if !largest.is_normal() {
        return None;
    }
    let entry = |i: usize, j: usize| hessian[(i, j)] * sizes[i] / largest * sizes[j];
    let slope: Vec<f64> = (0..n).map(|i| point.gradient[i] * sizes[i] / largest).collect();
    let scaled = Matrix::from_fn(n, n, entry);
    let model = scaled.is_finite().then(|| Spectral::of_hessian(&scaled, &slope)).flatten()?;
    let steepest = model.curvature.iter().copied().fold(0.0, f64::max);
    let mut x = point.x.clone();
    for (k, (curvature, slope)) in model.curvature.iter().zip(&model.slope).enumerate() {
        if *curvature > WALL * steepest {
            let part = -slope / curvature;
            let vector = model.vector(k);
            x.iter_mut().zip(&vector).zip(&sizes).for_each(|((x, v), size)| *x += part * v * size);
        }
    }
    let moved: Vec<f64> = x.iter().zip(&point.x).map(|(x, old)| x - old).collect();
    (norm(&moved) > 0.0).then_some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_simple_fractions() {
        for (power, expected) in [(0.48, 0.5), (0.34, 1.0 / 3.0), (1.0, 1.0), (0.05, 0.0)] {
            assert!((snapped(power) - expected).abs() < 1e-15, "{power}");
        }
    }
}
