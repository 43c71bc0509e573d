//! Matrices from files, and results into files.

use beltrami::diag::codes;
use beltrami::engine::linalg::{Error as MatrixError, Matrix};
use beltrami::{Array, Error, Kind, Value};
use beltrami_report::{Answer, array};
use serde_json::json;

use crate::input::Input;
use crate::output::Output;
use crate::report::{Report, refusal};

/// A matrix of finite numbers from a file or from standard input; of an archive of several arrays the one called `A`.
pub fn read(input: &mut Input, path: &str) -> Result<Matrix, Error> {
    let array = stored(input, path)?;
    let (rows, cols) = (array.shape()[0], array.shape()[1]);
    Matrix::new(rows, cols, array.into_f64())
        .map_err(|error| refusal(&codes::E0602, error.to_string(), None))
}

/// As [`read`], an array of two axes in the precision in which it is stored.
pub fn stored(input: &mut Input, path: &str) -> Result<Array, Error> {
    let array = input.matrix("A", path)?;
    let [_, cols] = array.shape()[..] else {
        return Err(refusal(
            &codes::E0602,
            format!("the array in `{path}` is no matrix: it is {}", array.describe()),
            Some("a matrix has two axes, as in `A.reshape(n, n)`".into()),
        ));
    };
    let entries = array.to_f64();
    if let Some(place) = entries.iter().position(|x| !x.is_finite()) {
        let (i, j) = (place / cols + 1, place % cols + 1);
        return Err(refusal(
            &codes::E0605,
            format!("`{path}` is not finite: entry ({i}, {j}) is {}", entries[place]),
            Some("clean the data: no result could be trusted".into()),
        ));
    }
    drop(entries);
    Ok(array)
}

/// The matrix as an array of two axes.
pub fn array_of(a: Matrix) -> Value {
    Value { axes: vec![a.rows(), a.cols()], entries: a.into_data() }
}

/// An answer that is a matrix: in the file, or shown where no file is named.
pub fn report(
    answer: &impl Answer,
    matrix: Matrix,
    out: Option<&Output>,
    as_json: bool,
) -> Result<Report, Error> {
    let mut report = Report::answer(answer, as_json);
    let value = array_of(matrix);
    if let Some(output) = out {
        output.array("value", &value)?;
        report.out.clear();
    }
    if let Some(object) = &mut report.object {
        match out {
            Some(output) => object["out"] = json!(output.name()),
            None => object["value"] = array::nested(&value),
        }
    }
    Ok(report)
}

/// An error of a computation: what is wrong with the request is refused, what has no value has failed.
pub fn refused(error: &MatrixError, hint: &str) -> Error {
    let code = match error {
        MatrixError::NotFinite { .. } => &codes::E0605,
        MatrixError::Shape { .. } => &codes::E0701,
        _ => &codes::E0503,
    };
    // What helps is in the message where accuracy is not what is missing.
    let hint = (!matches!(error, MatrixError::Unresolved { .. })).then(|| hint.into());
    let failure = refusal(code, error.to_string(), hint);
    match std::ptr::eq(code, &codes::E0503) {
        true => failure.of_kind(Kind::Computation),
        false => failure,
    }
}
