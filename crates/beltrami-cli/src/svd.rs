//! `beltrami svd`.

use std::path::Path;

use beltrami::data::{ArrayView, Entries, npz};
use beltrami::diag::codes;
use beltrami::engine::linalg::random::Evidence;
use beltrami::engine::linalg::{
    Error as MatrixError, Format, LinearOperator, Matrix, Norm, RandomOptions, Rule, SingleSvd,
    Svd, frobenius, random_svd, truncation,
};
use beltrami::{Error, Kind};
use beltrami_plot::Spectrum;
use beltrami_report::{at_most_with, sparkline};
use serde_json::{Value, json};

use crate::arguments::{self, Svd as Asked};
use crate::input::Input;
use crate::matrix;
use crate::output::{ARRAYS, Output};
use crate::plot::Target;
use crate::report::{Report, refusal};

/// Singular values that the text lists.
const LISTED: usize = 10;

/// Decomposes the matrix of a file, draws and writes what is asked for.
pub fn run(asked: &Asked, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let target = asked.plot.as_deref().map(Target::new).transpose()?;
    let output = Output::of("--out", asked.out.as_ref(), ARRAYS)?;
    let rule = rule(asked)?;
    let (matrix, format) = read(input, &asked.file)?;
    let found =
        Found::new(&matrix, format, rule, asked).map_err(|error| failed(&asked.file, &error))?;
    if let Some(target) = &target {
        target.draw(&found.picture(&asked.file))?;
    }
    if let Some(output) = &output {
        output.write(&found.bytes()?)?;
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

/// Parts of the matrix beside which the rounding of a decomposition in `f64` is far below the digits that are shown.
const ROUNDED: f64 = 1e-4;
/// What is below this part of a number does not show in its digits.
const DIGITS: f64 = 5e-8;

/// How far a whole decomposition is from its matrix, at most.
fn rounding(a: &Matrix, svd: &Svd) -> f64 {
    let scaled = Matrix::from_fn(svd.s.len(), a.cols(), |i, j| svd.s[i] * svd.v[(j, i)]);
    // A product of two numbers is rounded once, or is below the normal ones, and the norm of `V` is near 1 in every column.
    let product =
        f64::EPSILON * svd.s.iter().sum::<f64>() + f64::from_bits(1) * scaled.data().len() as f64;
    a.distance(&svd.u, &scaled).map_or(f64::INFINITY, |distance| distance + product)
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
    /// That of the factors.
    format: Format,
}

impl Found {
    fn new(a: &Matrix, format: Format, rule: Rule, asked: &Asked) -> Result<Found, MatrixError> {
        let shape = (a.rows(), a.cols());
        let norm = norm(asked);
        if !asked.randomized {
            let svd = match format {
                Format::F32 => single(a)?,
                _ => Svd::new(a)?,
            };
            let (kept, report) = svd.truncated(rule)?;
            let (tail, part) = match norm {
                Norm::Frobenius => (report.frobenius, report.relative_frobenius),
                Norm::Spectral => (report.spectral, report.relative_spectral),
            };
            let rounding = match format {
                Format::F64 if part > ROUNDED => 0.0,
                _ => rounding(a, &svd),
            };
            let size = match norm {
                Norm::Frobenius => frobenius(a),
                Norm::Spectral => svd.s.first().copied().unwrap_or(0.0),
            };
            let exact = size == 0.0 || rounding <= DIGITS * tail;
            let (error, relative) = match exact {
                true => (tail, part),
                false => (tail + rounding, (tail + rounding) / size),
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
                evidence: if exact { "exact" } else { "entries" },
                format,
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
            format: Format::F64,
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
            // The same number: exact where the evidence says so, an upper bound elsewhere.
            "error_estimate": self.error,
            "evidence": self.evidence,
            "method": self.method,
            "format": self.format.name(),
            "singular_values": self.kept.s,
        })
    }

    fn text(&self, with_sparkline: bool) -> String {
        let (m, n) = self.shape;
        let (error, relative) = match self.evidence {
            "exact" => (format!("error {:.6e}", self.error), format!("{:.3e}", self.relative)),
            _ => {
                let bound = at_most_with(self.error, 6);
                (format!("error at most {bound}"), at_most_with(self.relative, 3))
            }
        };
        let mut lines = vec![
            format!(
                "{m}×{n}, {} of {} singular values kept, by {} in {}",
                self.rank(),
                self.most(),
                self.method,
                self.format.name()
            ),
            format!(
                "{error} ({} norm), relative {relative}; energy kept {:.9}",
                self.norm_name(),
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
                "Singular values of {name}, {m}×{n}: {} of {} kept, relative error {}",
                self.rank(),
                self.most(),
                match self.evidence {
                    "exact" => format!("{:.1e}", self.relative),
                    _ => format!("at most {}", at_most_with(self.relative, 1)),
                }
            ),
            values: &self.values,
            rank: self.rank(),
        }
    }

    /// `U`, `S` and `Vt` as NumPy's `svd` has them.
    fn bytes(&self) -> Result<Vec<u8>, Error> {
        let ((m, n), r) = (self.shape, self.rank());
        let vt = self.kept.v.transpose();
        let shapes: [&[usize]; 3] = [&[m, r], &[r], &[r, n]];
        let factors = [self.kept.u.data(), &self.kept.s, vt.data()];
        match self.format {
            Format::F32 => {
                // Entries of single precision come back as they were.
                let narrow = factors.map(|x| x.iter().map(|x| *x as f32).collect::<Vec<f32>>());
                archived(shapes, narrow.each_ref().map(Entries::from))
            }
            _ => archived(shapes, factors.map(Entries::from)),
        }
    }
}

fn archived(shapes: [&[usize]; 3], factors: [Entries<'_>; 3]) -> Result<Vec<u8>, Error> {
    let names = ["U", "S", "Vt"].into_iter().zip(shapes).zip(factors);
    let views = names.map(|((name, axes), factor)| Ok((name, ArrayView::new(axes, factor)?)));
    npz(&views.collect::<Result<Vec<_>, Error>>()?)
}

/// The decomposition of entries of single precision in single precision.
fn single(a: &Matrix) -> Result<Svd, MatrixError> {
    let entries: Vec<f32> = a.data().iter().map(|x| *x as f32).collect();
    SingleSvd::new(a.rows(), a.cols(), &entries)?.widened(a.rows(), a.cols())
}

fn norm(asked: &Asked) -> Norm {
    match asked.norm {
        arguments::Norm::Frobenius => Norm::Frobenius,
        arguments::Norm::Spectral => Norm::Spectral,
    }
}

fn rule(asked: &Asked) -> Result<Rule, Error> {
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
fn read(input: &mut Input, path: &str) -> Result<(Matrix, Format), Error> {
    let (found, format) = matrix::stored(input, path)?;
    if found.rows() == 0 || found.cols() == 0 {
        return Err(refusal(
            &codes::E0602,
            format!("`{path}` is {}×{} and has no singular values", found.rows(), found.cols()),
            Some("a matrix with at least one row and one column is needed".into()),
        ));
    }
    Ok((found, format))
}

fn failed(path: &str, error: &MatrixError) -> Error {
    refusal(
        &codes::E0503,
        format!("`{path}` has no decomposition in its precision: {error}"),
        Some("scale the matrix".into()),
    )
    .of_kind(Kind::Computation)
}
