//! The shortest vector of a convex hull.

use beltrami_linalg::{LeastSquares, Matrix};

use super::run::{dot, norm};

/// Weights below this are none.
const LEAST: f64 = 1e-12;
/// How much shorter another vector must make the shortest one, as a part of the largest square.
const SHORTER: f64 = 1e-14;

/// The shortest mean of the vectors with weights that are not negative, the vectors divided by the length of the longest one.
///
/// # References
/// Wolfe 1976, *Finding the nearest point in a polytope*.
pub(crate) fn shortest(vectors: &[Vec<f64>]) -> Vec<f64> {
    let longest = vectors.iter().map(|v| norm(v)).fold(0.0, f64::max);
    let n = vectors.first().map_or(0, Vec::len);
    if longest == 0.0 || !longest.is_finite() {
        return vec![0.0; n];
    }
    let unit: Vec<Vec<f64>> =
        vectors.iter().map(|v| v.iter().map(|x| x / longest).collect()).collect();
    let least = |x: &[f64]| {
        let products = unit.iter().map(|v| dot(v, x)).enumerate();
        products.min_by(|(_, a), (_, b)| a.total_cmp(b)).unwrap_or_default()
    };
    let shortest_one = unit.iter().map(|v| dot(v, v)).enumerate();
    let first = shortest_one.min_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(0, |(i, _)| i);
    let (mut chosen, mut weights) = (vec![first], vec![1.0]);
    let mut x = unit[first].clone();
    // Every pass takes one vector in; few of them leave again.
    for _ in 0..4 * (vectors.len() + n) {
        let (next, product) = least(&x);
        if product >= dot(&x, &x) - SHORTER || chosen.contains(&next) {
            break;
        }
        chosen.push(next);
        weights.push(0.0);
        loop {
            let Some((free, mean)) = affine(&unit, &chosen) else { return x };
            if free.iter().all(|weight| *weight > LEAST) {
                (weights, x) = (free, mean);
                break;
            }
            // As far as the first weight that vanishes.
            let part = weights
                .iter()
                .zip(&free)
                .filter(|(_, free)| **free <= LEAST)
                .map(|(old, free)| if old > free { old / (old - free) } else { 0.0 })
                .fold(1.0, f64::min);
            weights.iter_mut().zip(&free).for_each(|(w, free)| *w += part * (free - *w));
            let mut kept = weights.iter().map(|weight| *weight > LEAST);
            let some = weights.iter().any(|weight| *weight > LEAST);
            if !some {
                return x;
            }
            chosen.retain(|_| kept.next().unwrap_or(false));
            weights.retain(|weight| *weight > LEAST);
        }
    }
    x
}

/// The shortest mean when weights may be negative, and the weights.
///
/// What vectors beside each other leave may be a tiny part of them, so it is a residual of least squares, which keeps its digits.
fn affine(unit: &[Vec<f64>], chosen: &[usize]) -> Option<(Vec<f64>, Vec<f64>)> {
    let first = &unit[chosen[0]];
    if chosen.len() == 1 {
        return Some((vec![1.0], first.clone()));
    }
    let others = &chosen[1..];
    let away = Matrix::from_fn(first.len(), others.len(), |i, j| unit[others[j]][i] - first[i]);
    let back: Vec<f64> = first.iter().map(|x| 0.0 - x).collect();
    let found = LeastSquares::new(&away, &back).ok()?;
    let mut weights = vec![1.0 - found.x.iter().sum::<f64>()];
    weights.extend(&found.x);
    let mean = found.residual.iter().map(|r| 0.0 - r).collect();
    weights.iter().all(|weight| weight.is_finite()).then_some((weights, mean))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hulls_around_zero_have_a_vector_of_no_length_and_others_the_nearest_one() {
        let corners = |shift: f64| -> Vec<Vec<f64>> {
            let ends = [-1.0, 1.0];
            let corner = |i: f64, j: f64, k: f64| vec![i + shift, j, k];
            ends.iter()
                .flat_map(|i| ends.iter().map(move |j| (*i, *j)))
                .flat_map(|(i, j)| ends.iter().map(move |k| corner(i, j, *k)))
                .collect()
        };
        for (shift, length) in [(0.0, 0.0), (0.5, 0.0), (3.0, 2.0)] {
            let all = corners(shift);
            let longest = all.iter().map(|v| norm(v)).fold(0.0, f64::max);
            let found = norm(&shortest(&all)) * longest;
            assert!((found - length).abs() < 1e-7, "{shift}: {found}");
        }
    }
}
