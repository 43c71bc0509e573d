//! Singular values.

use beltrami::{Evidence, Norm, SvdReport};
use serde::Serialize;

use crate::{Answer, at_most_with, sparkline};

/// Singular values that the text lists.
const LISTED: usize = 10;

/// What is kept of a matrix, and how far it is from the matrix.
#[derive(Clone, Debug, Serialize)]
pub struct Svd {
    /// Rows and columns.
    pub shape: [usize; 2],
    /// Values that are kept.
    pub rank: usize,
    /// The kept squares over all squares.
    pub energy: f64,
    /// The norm of the error.
    pub norm: &'static str,
    /// The distance from the matrix: exact where the evidence says so, an upper bound elsewhere.
    pub error: f64,
    /// The same over the norm of the matrix.
    pub relative_error: f64,
    /// The same number as `error`.
    pub error_estimate: f64,
    /// What the error was computed from.
    pub evidence: &'static str,
    /// How the factors were computed.
    pub method: &'static str,
    /// The format of the numbers.
    pub format: &'static str,
    /// Those that are kept, largest first.
    pub singular_values: Vec<f64>,
    /// All values that are known.
    #[serde(skip)]
    pub values: Vec<f64>,
    /// Whether a picture shows the spectrum, so that the text need not.
    #[serde(skip)]
    pub pictured: bool,
    /// Values that were to be kept, where a number was said.
    #[serde(skip)]
    pub asked: Option<usize>,
}

impl Svd {
    /// The answer that a decomposition gives, with its error in this norm.
    pub fn new(found: &SvdReport, norm: Norm) -> Svd {
        let rows = found.u.shape().first().copied().unwrap_or(0);
        let columns = found.vt.shape().last().copied().unwrap_or(0);
        Svd {
            shape: [rows, columns],
            rank: found.s.len(),
            energy: found.energy,
            norm: match norm {
                Norm::Frobenius => "frobenius",
                Norm::Spectral => "spectral",
            },
            error: found.error,
            relative_error: found.relative_error,
            error_estimate: found.error,
            evidence: match found.evidence {
                _ if found.exact => "exact",
                None | Some(Evidence::Entries) => "entries",
                Some(Evidence::Norms) => "norms",
                Some(Evidence::Probes) => "probes",
            },
            method: found.method,
            format: found.format.name(),
            singular_values: found.s.clone(),
            values: found.values.clone(),
            pictured: false,
            asked: None,
        }
    }

    /// The number of singular values.
    pub fn most(&self) -> usize {
        self.shape[0].min(self.shape[1])
    }

    /// The relative error to so many digits, as a bound where it is one.
    pub fn relative(&self, digits: usize) -> String {
        match self.evidence {
            "exact" => format!("{:.digits$e}", self.relative_error),
            _ => format!("at most {}", at_most_with(self.relative_error, digits)),
        }
    }
}

impl Answer for Svd {
    fn text(&self) -> String {
        let [m, n] = self.shape;
        let (error, relative) = match self.evidence {
            "exact" => {
                (format!("error {:.6e}", self.error), format!("{:.3e}", self.relative_error))
            }
            _ => {
                let bound = at_most_with(self.error, 6);
                (format!("error at most {bound}"), at_most_with(self.relative_error, 3))
            }
        };
        let mut lines = vec![
            format!(
                "{m}×{n}, {} of {} singular values kept, by {} in {}",
                self.rank,
                self.most(),
                self.method,
                self.format
            ),
            format!(
                "{error} ({} norm), relative {relative}; energy kept {:.9}",
                self.norm, self.energy
            ),
        ];
        let listed = self.singular_values.iter().take(LISTED);
        let shown: Vec<String> = listed.map(|s| format!("{s:.6e}")).collect();
        let more = if self.rank > LISTED { " …" } else { "" };
        if !shown.is_empty() {
            lines.push(format!("{}{more}", shown.join(" ")));
        }
        if !self.pictured {
            lines.push(format!("spectrum, logarithmic: {}", sparkline::of_spectrum(&self.values)));
        }
        lines.join("\n")
    }

    fn remarks(&self) -> Vec<String> {
        let more = self.asked.filter(|rank| *rank > self.most());
        let said = |rank| format!("rank {rank} asked for, and there are {} values", self.most());
        more.map(said).into_iter().collect()
    }
}
