//! Functions of matrices that are given as arrays.
//!
//! Entries of any precision are taken; where a function does not say otherwise it computes in double precision.

mod clip;
mod funm;
mod polar;
mod schedule;
mod svd;

use beltrami_diag::{Code, Diagnostic, Error, Kind, Sources, codes};
use beltrami_linalg::{Error as MatrixError, Format, Matrix};

use crate::data::{Array, ArrayView, Dtype, describe};

pub use clip::{ClipOptions, ClipReport, clip};
pub use funm::{FunmOptions, FunmReport, MatrixFn, funm};
pub use polar::{PolarOptions, PolarReport, polar};
pub use schedule::{ScheduleOptions, ScheduleReport, Steps, schedule};
pub use svd::{SvdOptions, SvdReport, svd};

/// A matrix of finite numbers, and the format that its entries come in: single precision, or double for all else.
fn matrix(a: ArrayView<'_>) -> Result<(Matrix, Format), Error> {
    let [rows, cols] = *a.shape() else {
        let message = format!("a matrix is needed, and {} is given", describe(a.shape()));
        return Err(refusal(&codes::E0602, message, "a matrix has two axes"));
    };
    // Whatever is shorter than double precision is computed with in single precision.
    let format = if a.dtype() == Dtype::F64 { Format::F64 } else { Format::F32 };
    let entries = a.to_f64().into_owned();
    if let Some(place) = entries.iter().position(|x| !x.is_finite()) {
        let (i, j) = (place / cols + 1, place % cols + 1);
        let message = format!("the matrix is not finite: entry ({i}, {j}) is {}", entries[place]);
        return Err(refusal(&codes::E0605, message, "clean the data: no result could be trusted"));
    }
    let matrix = Matrix::new(rows, cols, entries);
    matrix.map(|matrix| (matrix, format)).map_err(|error| failed(&error, "give a matrix"))
}

/// The same as an array of two axes.
fn array(a: Matrix) -> Result<Array, Error> {
    Array::new(vec![a.rows(), a.cols()], a.into_data())
}

fn refusal(code: &'static Code, message: impl Into<String>, hint: &str) -> Error {
    Error::refused(Diagnostic::error(code, message).hint(hint), &Sources::new())
}

/// An error of a computation: what is wrong with the request is refused, what has no value has failed.
fn failed(error: &MatrixError, hint: &str) -> Error {
    let code = match error {
        MatrixError::NotFinite { .. } => &codes::E0605,
        MatrixError::Shape { .. } => &codes::E0701,
        MatrixError::NotSquare { .. } => &codes::E0201,
        MatrixError::NotSymmetric { .. } => &codes::E0604,
        _ => &codes::E0503,
    };
    let diagnostic = Diagnostic::error(code, error.to_string());
    // What helps is in the message where accuracy is not what is missing.
    let diagnostic = match error {
        MatrixError::Unresolved { .. } => diagnostic,
        _ => diagnostic.hint(hint),
    };
    let kind = if code.id == codes::E0503.id { Kind::Computation } else { Kind::Input };
    Error::refused(diagnostic, &Sources::new()).of_kind(kind)
}

/// The same number of threads, if it is one.
fn threads(asked: usize) -> Result<usize, Error> {
    match asked {
        1..=256 => Ok(asked),
        _ => {
            let message = format!("{asked} is no number of threads");
            Err(refusal(&codes::E0701, message, "from 1 to 256"))
        }
    }
}
