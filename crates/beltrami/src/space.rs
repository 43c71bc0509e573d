//! Structured matrices in numbers: the part of a matrix that lies in the directions of a structure.

use beltrami_core::Space;
use beltrami_exec::Tensor;

/// The projection of `e` to the directions in which `x` may move.
pub(crate) fn projected(space: Space, e: &Tensor<f64>, x: &Tensor<f64>) -> Tensor<f64> {
    let n = e.rows();
    match space {
        Space::Entries(part) => {
            Tensor::from_fn(n, e.cols(), |i, j| if part.has(i, j) { e.at(i, j) } else { 0.0 })
        }
        Space::Mirrored(sign) => {
            Tensor::from_fn(n, n, |i, j| 0.5 * (e.at(i, j) + sign.number() * e.at(j, i)))
        }
        Space::Rotations => {
            let product = |a: &Tensor<f64>, b: &Tensor<f64>| {
                Tensor::from_fn(n, n, |i, j| (0..n).map(|k| a.at(i, k) * b.at(k, j)).sum())
            };
            let reflected = product(&product(x, &e.transpose()), x);
            Tensor::from_fn(n, n, |i, j| 0.5 * (e.at(i, j) - reflected.at(i, j)))
        }
    }
}

/// By how much the entry in row `i` and column `j` keeps a matrix out of a space; zero for what is no space.
pub(crate) fn departure(space: Space, at: impl Fn(usize, usize) -> f64, i: usize, j: usize) -> f64 {
    match space {
        Space::Entries(part) if part.has(i, j) => 0.0,
        Space::Entries(_) => at(i, j).abs(),
        Space::Mirrored(sign) => (at(i, j) - sign.number() * at(j, i)).abs(),
        Space::Rotations => 0.0,
    }
}

/// The first entry, if there is one, that keeps an `n×n` matrix out of a space: one that should be zero and is not, or one
/// that differs from its mirror image by more than data may.
pub(crate) fn departing(space: Space, entries: &[f64], n: usize) -> Option<(usize, usize)> {
    const TOLERANCE: f64 = 1e-10;
    let limit = match space {
        Space::Mirrored(_) => TOLERANCE * entries.iter().fold(0.0_f64, |most, x| x.abs().max(most)),
        Space::Entries(_) | Space::Rotations => 0.0,
    };
    let at = |i: usize, j: usize| entries[i * n + j];
    let places = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
    places.into_iter().find(|(i, j)| departure(space, at, *i, *j) > limit)
}
