//! `beltrami polar`.

use beltrami::Error;
use beltrami::data::{read_at_most, reason};
use beltrami::diag::codes;
use beltrami::engine::linalg::Format;
use beltrami::engine::linalg::polar::{Normalisation, Proof, Request, Side, Target, polar};
use beltrami::engine::linalg::schedule::{NAMES, OddPolynomial, Schedule, named};
use beltrami_report::Polar;
use serde_json::Value as Json;

use crate::arguments::Polar as Asked;
use crate::input::Input;
use crate::matrix;
use crate::output::{ARRAY, Output};
use crate::report::{Report, refusal};

/// The polar factor of a matrix, how it was computed, and a proved bound on its error.
pub fn run(asked: &Asked, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let output = Output::of("--out", asked.out.as_ref(), ARRAY)?;
    let request = request(asked)?;
    let a = matrix::read(input, &asked.matrix)?;
    let hint = "a longer `--format`, or a larger `--accuracy`, may be reached";
    let found = polar(&a, &request).map_err(|error| matrix::refused(&error, hint))?;
    let factor = found.factor.clone();
    matrix::report(&Polar::new(found), factor, output.as_ref(), as_json)
}

fn request(asked: &Asked) -> Result<Request, Error> {
    let format = asked.format.map(Format::from);
    let threads = threads(asked.threads)?;
    let proof = if asked.sharp { Proof::Sharp } else { Proof::Enough };
    let Some(schedule) = &asked.schedule else {
        let accuracy = asked.accuracy.unwrap_or(1e-6);
        if !(accuracy > 0.0 && accuracy.is_finite()) {
            return Err(refusal(
                &codes::E0701,
                format!("`--accuracy {accuracy}` is not a positive number"),
                Some("as in `--accuracy 1e-6`".into()),
            ));
        }
        return Ok(Request { format, threads, proof, ..Request::accuracy(accuracy) });
    };
    let (schedule, by) = by_name_or_file(schedule)?;
    let target = Target::Schedule(schedule, by, side(asked)?);
    Ok(Request {
        target,
        format: Some(format.unwrap_or(Format::F32)),
        threads,
        proof: Proof::Enough,
    })
}

/// `--gram-side` and `--restart`.
fn side(asked: &Asked) -> Result<Side, Error> {
    if !asked.gram_side {
        return Ok(Side::Direct);
    }
    match asked.restart.as_slice() {
        [0] => Ok(Side::Gram { restarts: Vec::new() }),
        steps if steps.is_sorted_by(|a, b| a < b) && !steps.contains(&0) => {
            Ok(Side::Gram { restarts: steps.to_vec() })
        }
        _ => Err(refusal(
            &codes::E0701,
            "`--restart` takes ascending numbers of steps",
            Some("as in `--restart 2` or `--restart 2,4`; 0 alone for never".into()),
        )),
    }
}

/// `--threads`.
pub fn threads(asked: usize) -> Result<usize, Error> {
    match asked {
        1..=256 => Ok(asked),
        _ => Err(refusal(
            &codes::E0701,
            format!("{asked} is no number of threads"),
            Some("from 1 to 256".into()),
        )),
    }
}

/// What holds 64 steps is far smaller, even in the longest notation.
const MOST_BYTES: u64 = 1 << 20;

/// A published schedule, or the `steps` of a file that `beltrami schedule --json` wrote.
pub fn by_name_or_file(text: &str) -> Result<(Schedule, Normalisation), Error> {
    if !text.ends_with(".json") {
        let schedule = named(text, None).ok_or_else(|| {
            refusal(
                &codes::E0701,
                format!("there is no schedule `{text}`"),
                Some(format!("name a `.json` file, or one of {}", NAMES.join(", "))),
            )
        })?;
        // These two lists are made for columns scaled by the row sums of the Gram matrix.
        let by = match text.starts_with("aol-") {
            true => Normalisation::Aol,
            false => Normalisation::Frobenius,
        };
        return Ok((schedule, by));
    }
    let path = std::path::Path::new(text);
    let unreadable = |why: String| {
        refusal(
            &codes::E0603,
            format!("cannot read the schedule in `{text}`: {why}"),
            Some("`beltrami schedule … --json > FILE.json` writes one".into()),
        )
    };
    let bytes = read_at_most(path, MOST_BYTES);
    let bytes = bytes.map_err(|error| unreadable(reason(&error, path)))?;
    let object: Json =
        serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
    let steps = object.get("steps").unwrap_or(&object);
    let steps: Vec<Vec<f64>> = serde_json::from_value(steps.clone())
        .map_err(|_| unreadable("`steps` is no list of lists of coefficients".into()))?;
    if steps.is_empty() || steps.len() > 64 || steps.iter().any(|c| c.is_empty() || c.len() > 9) {
        return Err(unreadable(
            "it has no steps, or more than 64, or a step of no or more than 9 coefficients".into(),
        ));
    }
    let steps = steps.iter().map(|c| OddPolynomial::new(c)).collect();
    Ok((Schedule { steps }, Normalisation::Frobenius))
}
