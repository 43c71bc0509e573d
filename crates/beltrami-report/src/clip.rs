//! A matrix with its singular values clipped.

use beltrami::engine::linalg::{Matrix, clip};
use serde::Serialize;

use crate::bound::{at_most, truncated};
use crate::{Answer, array};

/// How the matrix was computed, and what is proved of it.
#[derive(Clone, Debug, Serialize)]
pub struct Clip {
    /// Rows and columns.
    pub shape: [usize; 2],
    /// How it was computed.
    pub method: String,
    /// A bound on the error in the Frobenius norm; infinite where nothing is proved.
    pub bound: f64,
    /// Singular values that count as non-zero.
    pub rank: usize,
    /// Whether that is the rank.
    pub rank_proved: bool,
    /// A bound on the others, where they are not proved to be 0 and the result depends on it.
    pub truncated_at: Option<f64>,
    /// The matrix.
    #[serde(skip)]
    pub value: Matrix,
}

impl Clip {
    /// The answer that clipping to `[lower, …]` gives.
    pub fn new(found: clip::Clipped, lower: f64) -> Clip {
        Clip {
            shape: [found.value.rows(), found.value.cols()],
            method: found.method,
            bound: found.bound,
            rank: found.rank.count,
            rank_proved: found.rank.proved,
            truncated_at: found.rank.dropped.filter(|_| lower > 0.0),
            value: found.value,
        }
    }
}

impl Answer for Clip {
    fn text(&self) -> String {
        array::matrix(&self.value)
    }

    fn remarks(&self) -> Vec<String> {
        let bound = match self.bound.is_finite() {
            true => format!(
                "error at most {} in the Frobenius norm, proved{}",
                at_most(self.bound),
                truncated(self.rank, self.truncated_at)
            ),
            false => "nothing is proved of the error".into(),
        };
        vec![self.method.clone(), bound]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_proved_is_null_and_said() {
        let clip = |bound: f64| Clip {
            shape: [1, 1],
            method: "exactly".into(),
            bound,
            rank: 1,
            rank_proved: false,
            truncated_at: Some(1e-17),
            value: Matrix::identity(1),
        };
        let (open, proved) = (clip(f64::INFINITY), clip(1.04e-15));
        assert!(open.json()["bound"].is_null());
        assert_eq!(open.remarks(), ["exactly", "nothing is proved of the error"]);
        assert_eq!(proved.json()["bound"], 1.04e-15);
        assert!(proved.json().get("value").is_none());
        assert_eq!(
            proved.remarks()[1],
            "error at most 1.1e-15 in the Frobenius norm, proved of the matrix truncated to rank 1: singular values of at most 1.0e-17 count as zero"
        );
        assert_eq!(proved.text(), "1\n");
    }
}
