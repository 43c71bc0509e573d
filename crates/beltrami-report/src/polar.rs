//! The polar factor of a matrix.

use beltrami::engine::linalg::{Matrix, polar};
use serde::Serialize;

use crate::bound::{at_most, truncated};
use crate::{Answer, array};

/// How the factor was computed, and what is proved of it.
#[derive(Clone, Debug, Serialize)]
pub struct Polar {
    /// Rows and columns.
    pub shape: [usize; 2],
    /// How it was computed.
    pub method: String,
    /// The number of steps.
    pub steps: usize,
    /// Floating-point operations.
    pub flops: f64,
    /// A bound on the error in the Frobenius norm over the root of the rank; infinite where nothing is proved.
    pub bound: Option<f64>,
    /// How far the factor is from orthogonal.
    pub orthogonality_residual: Option<f64>,
    /// How far the other factor is from symmetric.
    pub symmetry_residual: Option<f64>,
    /// Singular values that count as non-zero.
    pub rank: Option<usize>,
    /// Whether that is the rank.
    pub rank_proved: Option<bool>,
    /// A bound on the others, where they are not proved to be 0.
    pub truncated_at: Option<f64>,
    /// The factor.
    #[serde(skip)]
    pub factor: Matrix,
}

impl Polar {
    /// The answer that a computation gives.
    pub fn new(found: polar::Polar) -> Polar {
        let proved = found.certificate.as_ref();
        Polar {
            shape: [found.factor.rows(), found.factor.cols()],
            method: found.method,
            steps: found.steps,
            flops: found.flops,
            bound: proved.map(|proved| proved.bound),
            orthogonality_residual: proved.map(|proved| proved.orthogonality_residual),
            symmetry_residual: proved.map(|proved| proved.symmetry_residual),
            rank: proved.map(|proved| proved.rank.count),
            rank_proved: proved.map(|proved| proved.rank.proved),
            truncated_at: proved.and_then(|proved| proved.rank.dropped),
            factor: found.factor,
        }
    }
}

impl Answer for Polar {
    fn text(&self) -> String {
        array::matrix(&self.factor)
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks = vec![self.method.clone()];
        let residuals = self.orthogonality_residual.zip(self.symmetry_residual);
        if let Some(((bound, rank), (orthogonality, symmetry))) =
            self.bound.zip(self.rank).zip(residuals)
        {
            remarks.push(match bound.is_finite() {
                true => format!(
                    "error at most {} (Frobenius norm over the root of the rank {rank}), proved{}",
                    at_most(bound),
                    truncated(rank, self.truncated_at)
                ),
                false => "nothing is proved of the error".into(),
            });
            remarks.push(format!(
                "orthogonality residual {orthogonality:.1e}, symmetry residual {symmetry:.1e}"
            ));
        }
        remarks
    }
}
