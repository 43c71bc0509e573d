//! Matrices from files, and results into files.

use std::path::{Path, PathBuf};

use beltrami::data::{self, npy};
use beltrami::diag::codes;
use beltrami::linalg::{Error, Format, Matrix};
use beltrami::{Failure, Value};
use serde_json::{Value as Json, json};

use crate::report::{Report, refusal};
use crate::{array, file};

/// A matrix of finite numbers from a `.npy` file, or from an archive with one array.
pub fn read(path: &str) -> Result<Matrix, Failure> {
    stored(path).map(|(matrix, _)| matrix)
}

/// As [`read`], with the format in which the entries are stored: single precision, or double for all else.
pub fn stored(path: &str) -> Result<(Matrix, Format), Failure> {
    let extension = Path::new(path).extension();
    if !extension.is_some_and(|extension| extension == "npy" || extension == "npz") {
        return Err(refusal(
            &codes::E0603,
            format!("`{path}` is no file of arrays"),
            Some("matrices are read from `.npy` and `.npz` files as NumPy writes them".into()),
        ));
    }
    // The name is that of the array in an archive of several.
    let given = data::read(&format!("A={path}")).map_err(|mut failure| {
        for diagnostic in &mut failure.diagnostics {
            if std::ptr::eq(diagnostic.code, &codes::E0601) {
                let held = diagnostic.hint.take().unwrap_or_default();
                diagnostic.message =
                    format!("`{path}` holds several arrays and none of them is `A`");
                diagnostic.hint = Some(format!("{held}; save one of them alone, or as `A`"));
            }
        }
        failure
    })?;
    let array = given.into_iter().next().map(|given| given.array);
    let Some((rows, cols, array)) = array.and_then(|array| match array.axes[..] {
        [rows, cols] => Some((rows, cols, array)),
        _ => None,
    }) else {
        return Err(refusal(
            &codes::E0602,
            format!("the array in `{path}` is no matrix"),
            Some("a matrix has two axes, as in `A.reshape(n, n)`".into()),
        ));
    };
    if let Some(place) = array.entries.iter().position(|x| !x.is_finite()) {
        let (i, j) = (place / cols + 1, place % cols + 1);
        return Err(refusal(
            &codes::E0605,
            format!("`{path}` is not finite: entry ({i}, {j}) is {}", array.entries[place]),
            Some("clean the data: no result could be trusted".into()),
        ));
    }
    let format = if array.single { Format::F32 } else { Format::F64 };
    Matrix::new(rows, cols, array.entries)
        .map(|matrix| (matrix, format))
        .map_err(|error| refusal(&codes::E0602, error.to_string(), None))
}

/// The matrix as an array of two axes.
pub fn array_of(a: Matrix) -> Value {
    Value { axes: vec![a.rows(), a.cols()], entries: a.into_data() }
}

/// Refuses the name of an output file that is not `.npy`, before anything is computed.
pub fn checked_output(path: Option<&PathBuf>) -> Result<(), Failure> {
    match path {
        Some(path) if !path.extension().is_some_and(|e| e.eq_ignore_ascii_case("npy")) => {
            Err(refusal(
                &codes::E0701,
                format!("`{}` is no `.npy` file", path.display()),
                Some("as in `--out O.npy`".into()),
            ))
        }
        _ => Ok(()),
    }
}

/// A result with its figures: the matrix in the file, or shown where no file is named, and the remarks beside it.
pub fn report(
    matrix: Matrix,
    mut object: Json,
    remarks: &[String],
    out: Option<&Path>,
    as_json: bool,
) -> Result<Report, Failure> {
    let value = array_of(matrix);
    if let Some(path) = out {
        let bytes = npy(&value.axes, &value.entries).map_err(|error| {
            refusal(&codes::E0703, format!("cannot write the array: {error}"), None)
        })?;
        file::write(path, &bytes)?;
    }
    if as_json {
        match out {
            Some(path) => object["out"] = json!(path.display().to_string()),
            None => object["value"] = array::nested(&value),
        }
        return Ok(Report::json(&object));
    }
    let mut report = Report::default();
    if out.is_none() {
        report.out = array::text(&value);
    }
    remarks.iter().for_each(|remark| report.remark(remark));
    Ok(report)
}

/// An error of a computation: what is wrong with the request is refused, what has no value has failed.
pub fn refused(error: &Error, hint: &str) -> Failure {
    let code = match error {
        Error::NotFinite { .. } => &codes::E0605,
        Error::Shape { .. } => &codes::E0701,
        _ => &codes::E0503,
    };
    let mut failure = refusal(code, error.to_string(), Some(hint.into()));
    failure.computed = std::ptr::eq(code, &codes::E0503);
    failure
}
