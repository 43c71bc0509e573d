//! `beltrami qr`, `lu`, `eig` and `schur`.

use beltrami::Failure;
use beltrami::linalg::{Error, Matrix};
use beltrami_report::{Factors, Orthogonalisation, array};
use serde_json::json;

use crate::arguments::{Factoring, Qr, QrMethod};
use crate::input::Input;
use crate::matrix;
use crate::output::{ARRAYS, Output};
use crate::report::Report;

/// The matrix as an orthonormal and a triangular factor.
pub fn qr(asked: &Qr, input: &mut Input, as_json: bool) -> Result<Report, Failure> {
    let by = match asked.method {
        QrMethod::Householder => Orthogonalisation::Householder,
        QrMethod::Givens => Orthogonalisation::Givens,
        QrMethod::GramSchmidt => Orthogonalisation::GramSchmidt,
        QrMethod::Pivoted => Orthogonalisation::Pivoted,
    };
    run(&asked.factoring, &|a| Factors::qr(a, by), input, as_json)
}

/// The matrix by one of the methods that have no choice.
pub fn run(
    asked: &Factoring,
    method: &dyn Fn(&Matrix) -> Result<Factors, Error>,
    input: &mut Input,
    as_json: bool,
) -> Result<Report, Failure> {
    let output = Output::of("--out", asked.out.as_ref(), ARRAYS)?;
    let a = matrix::read(input, &asked.matrix)?;
    let found = method(&a).map_err(|error| {
        let hint = match error {
            Error::RankDeficient { .. } => "`--method pivoted` bears a matrix of any rank",
            Error::NotSquare { .. } => "`qr`, `lu` and `svd` bear a matrix of any shape",
            _ => "scale the matrix",
        };
        matrix::refused(&error, hint)
    })?;
    let mut report = Report::answer(&found, as_json);
    let values: Vec<(&str, beltrami::Value)> =
        (found.parts.iter()).map(|(name, part)| (*name, matrix::array_of(part.clone()))).collect();
    let mut arrays: Vec<(&str, &beltrami::Value)> =
        values.iter().map(|(name, value)| (*name, value)).collect();
    let eigenvalues = found.eigenvalues.as_ref().map(|pairs| beltrami::Value {
        axes: vec![pairs.len(), 2],
        entries: pairs.iter().flatten().copied().collect(),
    });
    arrays.extend(eigenvalues.as_ref().map(|value| ("w", value)));
    if let Some(output) = &output {
        output.arrays(&arrays)?;
        report.out.clear();
    }
    if let Some(object) = &mut report.object {
        match &output {
            Some(output) => object["out"] = json!(output.name()),
            None => {
                for (name, value) in &values {
                    object[*name] = array::nested(value);
                }
            }
        }
    }
    Ok(report)
}
