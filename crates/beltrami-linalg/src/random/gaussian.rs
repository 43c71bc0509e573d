//! Blocks of standard normal numbers.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::matrix::Matrix;

/// Normal numbers from a seed; the same on every machine whose logarithm and cosine are.
pub(crate) struct Gaussian(ChaCha8Rng);

impl Gaussian {
    pub(crate) fn new(seed: u64) -> Gaussian {
        Gaussian(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A `rows×cols` block.
    pub(crate) fn block(&mut self, rows: usize, cols: usize) -> Matrix {
        let mut data = Vec::with_capacity(rows * cols + 1);
        while data.len() < rows * cols {
            // Box and Muller 1958, which gives two at a time; 1 - x is never 0.
            let radius = (-2.0 * (1.0 - self.0.random::<f64>()).ln()).sqrt();
            let (sine, cosine) = (std::f64::consts::TAU * self.0.random::<f64>()).sin_cos();
            data.extend([radius * cosine, radius * sine]);
        }
        Matrix::from_fn(rows, cols, |i, j| data[i * cols + j])
    }
}
