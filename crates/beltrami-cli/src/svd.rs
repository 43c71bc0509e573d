//! `beltrami svd`.

use std::path::Path;

use beltrami::Failure;
use beltrami::data::npz;
use beltrami::diag::codes;
use beltrami::linalg::random::Evidence;
use beltrami::linalg::{
    Error, Matrix, Norm, RandomOptions, Rule, Svd, frobenius, random_svd, truncation,
};
use serde_json::{Value, json};

use crate::arguments::{self, Svd as Asked};
use crate::file;
use crate::matrix;
use crate::plot::{Spectrum, Target};
use crate::report::{Report, refusal};
use crate::sparkline;

/// Singular values that the text lists.
const LISTED: usize = 10;

/// Decomposes the matrix of a file, draws and writes what is asked for.
pub fn run(asked: &Asked, as_json: bool) -> Result<Report, Failure> {
    let target = asked.plot.as_deref().map(Target::new).transpose()?;
    let out = asked.out.as_deref().map(archive).transpose()?;
    let rule = rule(asked)?;
    let matrix = read(&asked.file)?;
    let found = Found::new(&matrix, rule, asked).map_err(|error| failed(&asked.file, &error))?;
    if let Some(target) = &target {
        target.draw(&found.picture(&asked.file))?;
    }
    if let Some(path) = out {
        file::write(path, &found.bytes(path)?)?;
    }
    let mut report = match as_json {
        true => Report::json(&found.object()),
        false => Report::result(found.text(target.is_none())),
    };
    if let (false, Some(rank)) = (as_json, asked.rank.filter(|rank| *rank > found.most())) {
        report.remark(&format!("rank {rank} asked for, and there are {} values", found.most()));
    }
    Ok(report)
}

/// What is kept, and how far it is from the matrix.
struct Found {
    shape: (usize, usize),
    kept: Svd,
    /// All values that are known, for the picture.
    values: Vec<f64>,
    norm: Norm,
    energy: f64,
    error: f64,
    relative: f64,
    method: &'static str,
    evidence: &'static str,
}

impl Found {
    fn new(a: &Matrix, rule: Rule, asked: &Asked) -> Result<Found, Error> {
        let shape = (a.rows(), a.cols());
        let norm = norm(asked);
        if !asked.randomized {
            let svd = Svd::new(a)?;
            let (kept, report) = svd.truncated(rule)?;
            let (error, relative) = match norm {
                Norm::Frobenius => (report.frobenius, report.relative_frobenius),
                Norm::Spectral => (report.spectral, report.relative_spectral),
            };
            return Ok(Found {
                shape,
                kept,
                values: svd.s,
                norm,
                energy: report.energy,
                error,
                relative,
                method: "divide and conquer",
                evidence: "exact",
            });
        }
        let found = random_svd(a, &RandomOptions { seed: asked.seed, ..RandomOptions::new(rule) })?;
        let whole = frobenius(a);
        let kept = found.svd.s.iter().map(|s| (s / whole).powi(2)).sum::<f64>();
        let estimate = found.error;
        let largest = found.svd.s.first().copied().unwrap_or(whole);
        let (error, relative) = match norm {
            Norm::Frobenius => (estimate.frobenius, estimate.relative),
            Norm::Spectral if largest == 0.0 => (estimate.spectral, 0.0),
            Norm::Spectral => (estimate.spectral, estimate.spectral / largest),
        };
        Ok(Found {
            shape,
            values: found.svd.s.clone(),
            kept: found.svd,
            norm,
            energy: if whole == 0.0 { 1.0 } else { kept.min(1.0) },
            error,
            relative,
            method: "randomized block Krylov",
            evidence: match estimate.evidence {
                Evidence::Norms => "norms",
                Evidence::Entries => "entries",
                Evidence::Probes => "probes",
            },
        })
    }

    fn rank(&self) -> usize {
        self.kept.s.len()
    }

    fn most(&self) -> usize {
        self.shape.0.min(self.shape.1)
    }

    fn norm_name(&self) -> &'static str {
        match self.norm {
            Norm::Frobenius => "frobenius",
            Norm::Spectral => "spectral",
        }
    }

    fn object(&self) -> Value {
        json!({
            "shape": [self.shape.0, self.shape.1],
            "rank": self.rank(),
            "energy": self.energy,
            "norm": self.norm_name(),
            "error": self.error,
            "relative_error": self.relative,
            // The same number: an upper bound where the method is randomised, exact where it is not.
            "error_estimate": self.error,
            "evidence": self.evidence,
            "method": self.method,
            "singular_values": self.kept.s,
        })
    }

    fn text(&self, with_sparkline: bool) -> String {
        let (m, n) = self.shape;
        let bound = if self.evidence == "exact" { "error" } else { "error at most" };
        let mut lines = vec![
            format!(
                "{m}×{n}, {} of {} singular values kept, by {}",
                self.rank(),
                self.most(),
                self.method
            ),
            format!(
                "{bound} {:.6e} ({} norm), relative {:.3e}; energy kept {:.9}",
                self.error,
                self.norm_name(),
                self.relative,
                self.energy
            ),
        ];
        let shown: Vec<String> =
            self.kept.s.iter().take(LISTED).map(|s| format!("{s:.6e}")).collect();
        let more = if self.rank() > LISTED { " …" } else { "" };
        if !shown.is_empty() {
            lines.push(format!("{}{more}", shown.join(" ")));
        }
        if with_sparkline {
            lines.push(format!("spectrum, logarithmic: {}", sparkline::of_spectrum(&self.values)));
        }
        lines.join("\n")
    }

    fn picture(&self, file: &str) -> Spectrum<'_> {
        let (m, n) = self.shape;
        let name = Path::new(file).file_name().map_or(file.into(), |name| name.to_string_lossy());
        Spectrum {
            title: format!(
                "Singular values of {name}, {m}×{n}: {} of {} kept, relative error {:.1e}",
                self.rank(),
                self.most(),
                self.relative
            ),
            values: &self.values,
            rank: self.rank(),
        }
    }

    /// `U`, `S` and `Vt` as NumPy's `svd` has them.
    fn bytes(&self, path: &Path) -> Result<Vec<u8>, Failure> {
        let ((m, n), r) = (self.shape, self.rank());
        let vt = self.kept.v.transpose();
        npz(&[
            ("U", &[m, r], self.kept.u.data()),
            ("S", &[r], &self.kept.s),
            ("Vt", &[r, n], vt.data()),
        ])
        .map_err(|error| {
            let message = format!("cannot write `{}`: {error}", path.display());
            refusal(&codes::E0703, message, Some("choose a smaller rank".into()))
        })
    }
}

fn archive(path: &Path) -> Result<&Path, Failure> {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("npz")) {
        return Ok(path);
    }
    Err(refusal(
        &codes::E0701,
        format!("`--out {}` is no .npz file, and three arrays are written", path.display()),
        Some("as in `--out factors.npz`".into()),
    ))
}

fn norm(asked: &Asked) -> Norm {
    match asked.norm {
        arguments::Norm::Frobenius => Norm::Frobenius,
        arguments::Norm::Spectral => Norm::Spectral,
    }
}

fn rule(asked: &Asked) -> Result<Rule, Failure> {
    let rule = match (asked.rank, asked.energy, asked.error) {
        (Some(rank), ..) => Rule::Rank(rank),
        (_, Some(part), _) => Rule::Energy(part),
        (.., Some(limit)) => Rule::Error { limit, relative: !asked.absolute, norm: norm(asked) },
        _ if asked.randomized => {
            return Err(refusal(
                &codes::E0701,
                "nothing says how much a randomised method should find",
                Some("add `--rank 50`, `--energy 0.99` or `--error 1e-3`".into()),
            ));
        }
        _ => Rule::Rank(usize::MAX),
    };
    // The rule is tried on a spectrum of nothing, before a file is read.
    truncation(&[], rule).map(|_| rule).map_err(|_| {
        let (option, value) = match rule {
            Rule::Energy(part) => ("energy", part),
            _ => ("error", asked.error.unwrap_or(f64::NAN)),
        };
        refusal(
            &codes::E0701,
            format!("`--{option} {value}` cannot be met"),
            Some("an energy lies between 0 and 1, and an error is not negative".into()),
        )
    })
}

/// The matrix of a file, which has singular values.
fn read(path: &str) -> Result<Matrix, Failure> {
    let found = matrix::read(path)?;
    if found.rows() == 0 || found.cols() == 0 {
        return Err(refusal(
            &codes::E0602,
            format!("`{path}` is {}×{} and has no singular values", found.rows(), found.cols()),
            Some("a matrix with at least one row and one column is needed".into()),
        ));
    }
    Ok(found)
}

fn failed(path: &str, error: &Error) -> Failure {
    let mut failure = refusal(
        &codes::E0503,
        format!("`{path}` has no decomposition in double precision: {error}"),
        Some("scale the matrix".into()),
    );
    failure.computed = true;
    failure
}
