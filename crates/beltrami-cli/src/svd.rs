//! `beltrami svd`.

use std::path::Path;

use beltrami::data::npz;
use beltrami::diag::codes;
use beltrami::{Array, Dtype, Error, Kind, Norm, Rule, SvdOptions, SvdReport, svd};
use beltrami_plot::Spectrum;
use beltrami_report::Svd as Answer;

use crate::arguments::{self, Svd as Asked};
use crate::input::Input;
use crate::matrix;
use crate::output::{ARRAYS, Output};
use crate::plot::Target;
use crate::report::{Report, refusal};

/// Decomposes the matrix of a file, draws and writes what is asked for.
pub fn run(asked: &Asked, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let target = asked.plot.as_deref().map(Target::new).transpose()?;
    let output = Output::of("--out", asked.out.as_ref(), ARRAYS)?;
    let rule = rule(asked)?;
    let matrix = read(input, &asked.file)?;
    let norm = norm(asked);
    let randomized = asked.randomized.then_some(asked.seed);
    let found = svd(&matrix, &SvdOptions { rule, norm, randomized })
        .map_err(|error| failed(&asked.file, &error))?;
    let answer =
        Answer { pictured: target.is_some(), asked: asked.rank, ..Answer::new(&found, norm) };
    if let Some(target) = &target {
        target.draw(&picture(&answer, &asked.file))?;
    }
    if let Some(output) = &output {
        output.write(&bytes(&found)?)?;
    }
    Ok(Report::answer(&answer, as_json))
}

fn picture<'a>(answer: &'a Answer, file: &str) -> Spectrum<'a> {
    let [m, n] = answer.shape;
    let name = Path::new(file).file_name().map_or(file.into(), |name| name.to_string_lossy());
    Spectrum {
        title: format!(
            "Singular values of {name}, {m}×{n}: {} of {} kept, relative error {}",
            answer.rank,
            answer.most(),
            answer.relative(1)
        ),
        values: &answer.values,
        rank: answer.rank,
    }
}

/// `U`, `S` and `Vt` as NumPy's `svd` has them.
fn bytes(found: &SvdReport) -> Result<Vec<u8>, Error> {
    let s = match found.u.dtype() {
        Dtype::F32 => {
            let narrow: Vec<f32> = found.s.iter().map(|x| *x as f32).collect();
            Array::new(vec![narrow.len()], narrow)?
        }
        _ => Array::new(vec![found.s.len()], found.s.clone())?,
    };
    npz(&[("U", found.u.view()), ("S", s.view()), ("Vt", found.vt.view())])
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
    // The rule is tried before a file is read.
    rule.checked().map_err(|_| {
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
fn read(input: &mut Input, path: &str) -> Result<Array, Error> {
    let found = matrix::stored(input, path)?;
    let [rows, columns] = [0, 1].map(|axis| found.shape()[axis]);
    if rows == 0 || columns == 0 {
        return Err(refusal(
            &codes::E0602,
            format!("`{path}` is {rows}×{columns} and has no singular values"),
            Some("a matrix with at least one row and one column is needed".into()),
        ));
    }
    Ok(found)
}

fn failed(path: &str, error: &Error) -> Error {
    let reason = error.diagnostics().first().map_or("", |diagnostic| &diagnostic.message);
    refusal(
        &codes::E0503,
        format!("`{path}` has no decomposition in its precision: {reason}"),
        Some("scale the matrix".into()),
    )
    .of_kind(Kind::Computation)
}
