//! `beltrami funm`.

use std::num::NonZeroU32;

use beltrami::diag::codes;
use beltrami::engine::linalg::matfun::{
    Cosm, Expm, InvRoot, Logm, MatrixFunction, Odd, Root, Sign, Sinm, Sqrtm,
};
use beltrami::engine::linalg::{Error as MatrixError, Format, Matrix, invroot_in};
use beltrami::{Error, Kind, Value};
use beltrami_report::array;
use serde_json::{Value as Json, json};

use crate::arguments::{Function, Funm};
use crate::input::Input;
use crate::matrix;
use crate::output::{ARRAY, Output};
use crate::report::{Report, refusal};

/// The value of a function of a matrix, how far to trust it, and the derivative that is asked for.
pub fn run(asked: &Funm, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let function = function(asked)?;
    let output = Output::of("--out", asked.out.as_ref(), ARRAY)?;
    if let (Some(output), Some(_)) = (&output, &asked.direction) {
        output.holds(&["value", "derivative"])?;
    }
    let a = matrix::read(input, &asked.matrix)?;
    let direction = asked.direction.as_deref();
    let direction = direction.map(|path| matrix::read(input, path)).transpose()?;
    let found = Found::new(asked, function.as_ref(), &a, direction.as_ref())?;
    if let Some(output) = &output {
        let derivative = found.derivative.as_ref().map(|value| ("derivative", value));
        let arrays: Vec<_> = [("value", &found.value)].into_iter().chain(derivative).collect();
        output.arrays(&arrays)?;
    }
    if as_json {
        return Ok(Report::json(&found.object(asked)));
    }
    let mut report = Report::default();
    if asked.out.is_none() {
        report.out = found.text();
    }
    for remark in found.remarks() {
        report.remark(&remark);
    }
    Ok(report)
}

/// What was computed.
struct Found {
    value: Value,
    derivative: Option<Value>,
    /// The relative condition number, or why there is none.
    condition: Result<f64, MatrixError>,
    residual: Option<f64>,
    /// Steps of the iteration, where there was one.
    steps: Option<usize>,
}

impl Found {
    fn new(
        asked: &Funm,
        function: &dyn MatrixFunction,
        a: &Matrix,
        direction: Option<&Matrix>,
    ) -> Result<Found, Error> {
        let refused = |error: MatrixError| refused(&error, asked);
        let (x, residual, steps) = match (asked.format, asked.p.and_then(nonzero)) {
            (Some(format), Some(p)) => {
                let found = invroot_in(a, p, Format::from(format), None).map_err(refused)?;
                (found.x, Some(found.residual), Some(found.steps))
            }
            _ => {
                let x = function.value(a).map_err(refused)?;
                let residual = function.residual(a, &x).map_err(refused)?;
                (x, residual, None)
            }
        };
        let derivative = direction.map(|e| function.derivative(a, e)).transpose();
        Ok(Found {
            value: matrix::array_of(x),
            derivative: derivative.map_err(refused)?.map(matrix::array_of),
            condition: function.condition(a),
            residual,
            steps,
        })
    }

    fn object(&self, asked: &Funm) -> Json {
        let mut object = json!({
            "function": name(asked.function),
            "shape": self.value.axes,
            "condition": self.condition.as_ref().ok(),
            "residual": self.residual,
        });
        if let Err(error) = &self.condition {
            object["condition_reason"] = json!(error.to_string());
        }
        if let Some(p) = asked.p {
            object["p"] = json!(p);
        }
        if let (Some(format), Some(steps)) = (asked.format, self.steps) {
            object["format"] = json!(Format::from(format).name());
            object["steps"] = json!(steps);
        }
        match &asked.out {
            Some(path) => object["out"] = json!(path.display().to_string()),
            None => {
                object["value"] = array::nested(&self.value);
                if let Some(derivative) = &self.derivative {
                    object["derivative"] = array::nested(derivative);
                }
            }
        }
        object
    }

    fn text(&self) -> String {
        match &self.derivative {
            None => array::text(&self.value),
            Some(derivative) => format!(
                "value:\n{}\nderivative along the direction:\n{}",
                array::text(&self.value),
                array::text(derivative)
            ),
        }
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks = vec![match &self.condition {
            Ok(condition) => format!("relative condition number {condition:.3e}"),
            Err(error) => format!("no condition number: {error}"),
        }];
        if let Some(residual) = self.residual {
            remarks.push(format!("residual {residual:.1e}"));
        }
        if let Some(steps) = self.steps {
            remarks.push(format!("{steps} steps"));
        }
        remarks
    }
}

/// The function, with its `p` where it takes one.
fn function(asked: &Funm) -> Result<Box<dyn MatrixFunction>, Error> {
    let name = name(asked.function);
    if asked.format.is_some() && asked.function != Function::Invroot {
        return Err(refusal(
            &codes::E0702,
            format!("`--format` is for `--function invroot`, and `{name}` is computed in f64"),
            Some("leave out `--format`".into()),
        ));
    }
    let takes = matches!(asked.function, Function::Root | Function::Invroot);
    let p = match (takes, asked.p) {
        (false, None) => NonZeroU32::MIN,
        (false, Some(_)) => {
            return Err(refusal(
                &codes::E0702,
                format!("`--function {name}` takes no `--p`"),
                Some("it is for `root` and `invroot`".into()),
            ));
        }
        (true, None) => {
            return Err(refusal(
                &codes::E0702,
                format!("`--function {name}` needs a `--p`"),
                Some("as in `--p 2` for square roots".into()),
            ));
        }
        (true, Some(p)) => nonzero(p).ok_or_else(|| {
            refusal(
                &codes::E0701,
                format!("there is no root with p = {p}"),
                Some(format!("p is a whole number from 1 to {MOST_P}")),
            )
        })?,
    };
    Ok(match asked.function {
        Function::Sqrtm => Box::new(Sqrtm),
        Function::Logm => Box::new(Logm),
        Function::Expm => Box::new(Expm),
        Function::Invroot => Box::new(InvRoot(p)),
        Function::Root => Box::new(Root(p)),
        Function::Cosm => Box::new(Cosm),
        Function::Sinm => Box::new(Sinm),
        Function::Msign => Box::new(Odd(Sign)),
    })
}

/// Roots of higher order differ from the identity by less than single precision for most matrices.
const MOST_P: u32 = 1_000_000;

fn nonzero(p: usize) -> Option<NonZeroU32> {
    u32::try_from(p).ok().filter(|p| *p <= MOST_P).and_then(NonZeroU32::new)
}

fn name(function: Function) -> &'static str {
    match function {
        Function::Sqrtm => "sqrtm",
        Function::Logm => "logm",
        Function::Expm => "expm",
        Function::Invroot => "invroot",
        Function::Root => "root",
        Function::Cosm => "cosm",
        Function::Sinm => "sinm",
        Function::Msign => "msign",
    }
}

/// An error of the computation with its code: what is wrong with the data is refused, what has no value has failed.
fn refused(error: &MatrixError, asked: &Funm) -> Error {
    let (code, hint) = match error {
        MatrixError::NotSquare { .. } => (&codes::E0201, "`--function msign` takes any shape"),
        MatrixError::Shape { .. } => (&codes::E0602, "the direction has the shape of the matrix"),
        MatrixError::NotFinite { .. } => {
            (&codes::E0605, "clean the data: no result could be trusted")
        }
        MatrixError::NotSymmetric { .. } => {
            (&codes::E0604, "leave out `--format` for matrices that are not symmetric")
        }
        MatrixError::NotConverged { .. } if asked.format.is_some() => {
            (&codes::E0503, "a longer `--format` bears a larger condition number")
        }
        MatrixError::NegativeAxis { .. } => {
            (&codes::E0503, "the principal value needs eigenvalues off the closed negative axis")
        }
        _ => (&codes::E0503, "check the matrix against the domain of the function"),
    };
    let failure = refusal(code, error.to_string(), Some(hint.into()));
    match std::ptr::eq(code, &codes::E0503) {
        true => failure.of_kind(Kind::Computation),
        false => failure,
    }
}
