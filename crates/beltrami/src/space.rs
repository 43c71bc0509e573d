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
