//! The exact clip, and a bound on its error.
//!
//! As a map of matrices the clip has the multipliers `(f(σᵢ) ± f(σⱼ))/(σᵢ ± σⱼ)` in singular coordinates (Noferini 2017),
//! which are at most 1, or `a/(σ_r - σ_{r+1})` where the last singular value that counts is raised to `a`.

use faer::Mat;

use crate::error::Error;
use crate::factor::svd::Svd;
use crate::matrix::Matrix;
use crate::polar::{Arithmetic, as_matrix, exact_product, frobenius, gamma, off};

pub(crate) struct Reference {
    pub(crate) value: Matrix,
    pub(crate) bound: f64,
    /// Singular values that count as non-zero, and whether all of them are proved to be.
    pub(crate) rank: (usize, bool),
    /// A bound on the others.
    pub(crate) rest: f64,
}

impl Reference {
    /// Of a matrix with at least as many rows as columns.
    pub(crate) fn new(
        a: &Matrix,
        (lower, upper): (f64, f64),
        threads: usize,
    ) -> Result<Reference, Error> {
        let arithmetic = Arithmetic::full::<f64>(threads);
        let svd = Svd::new(a)?;
        let (m, n) = (a.rows(), a.cols());
        let (u, v) = (svd.u.as_faer(), svd.v.as_faer());
        let rank = svd.rank();
        // Below the rank a raised value would have a direction made of rounding.
        let kept = if lower > 0.0 { rank } else { n };
        let f: Vec<f64> =
            (0..n).map(|i| if i < kept { svd.s[i].clamp(lower, upper) } else { 0.0 }).collect();
        let times = |values: &[f64]| {
            let scaled = Mat::from_fn(m, n, |i, j| u[(i, j)] * values[j]);
            arithmetic.product(1.0, scaled.as_ref(), v.transpose(), None)
        };
        let value = times(&f);
        let scaled = Mat::from_fn(m, n, |i, j| u[(i, j)] * svd.s[j]);
        let (residual, products) = exact_product::difference(
            a.as_faer(),
            scaled.as_ref(),
            v.transpose(),
            exact_product::Pair::split,
            arithmetic,
        );
        let distance = off(u, arithmetic) + off(v, arithmetic);
        let largest = svd.s.first().copied().unwrap_or(0.0);
        let norm = |values: &[f64]| values.iter().map(|s| s * s).sum::<f64>().sqrt();
        let rounded = |values: &[f64]| gamma(n + 2) * 1.01 * (n as f64).sqrt() * norm(values);
        let size = frobenius(residual.as_ref());
        // The values are rounded once more where they scale the vectors.
        let r = 1.01 * (size + products + f64::EPSILON * norm(&svd.s) + distance * largest);
        let steepest = if lower > 0.0 && rank > 0 {
            let gap = svd.s[rank - 1] - svd.s.get(rank).copied().unwrap_or(0.0) - 2.0 * r;
            if gap > 0.0 { (f[rank - 1] / gap).max(1.0) } else { f64::INFINITY }
        } else {
            1.0
        };
        let own = distance * f.iter().copied().fold(0.0, f64::max) + rounded(&f);
        Ok(Reference {
            value: as_matrix(value.as_ref()),
            bound: steepest * r + own,
            rank: (rank, rank == 0 || svd.s[rank - 1] > r),
            rest: svd.s.get(rank).copied().unwrap_or(0.0) + r,
        })
    }

    /// A bound on the distance of another matrix from the exact clip, in the Frobenius norm.
    pub(crate) fn distance(&self, other: &Matrix) -> f64 {
        let difference = self.value.plus(-1.0, other);
        frobenius(difference.as_faer()) * (1.0 + gamma(other.data().len())) + self.bound
    }
}
