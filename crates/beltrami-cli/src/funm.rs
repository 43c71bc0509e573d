//! `beltrami funm`.

use std::num::NonZeroU32;

use beltrami::diag::codes;
use beltrami::engine::linalg::matfun::{
    Cosm, Expm, InvRoot, Logm, MatrixFunction, Odd, Root, Sign, Sinm, Sqrtm,
};
use beltrami::engine::linalg::{Error as MatrixError, Format, Matrix, invroot_in};
use beltrami::{Error, Kind};
use beltrami_report::{Funm as Answer, Iteration};

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
    let answer = answer(asked, function.as_ref(), &a, direction.as_ref())?;
    if let Some(output) = &output {
        output.arrays(&answer.arrays())?;
    }
    let answer = match &asked.out {
        Some(path) => answer.beside(path.display().to_string()),
        None => answer,
    };
    Ok(Report::answer(&answer, as_json))
}

fn answer(
    asked: &Funm,
    function: &dyn MatrixFunction,
    a: &Matrix,
    direction: Option<&Matrix>,
) -> Result<Answer, Error> {
    let refused = |error: MatrixError| refused(&error, asked);
    let (x, residual, iteration) = match (asked.format, asked.p.and_then(nonzero)) {
        (Some(format), Some(p)) => {
            let format = Format::from(format);
            let found = invroot_in(a, p, format, None).map_err(refused)?;
            let iteration = Iteration { format: format.name(), steps: found.steps };
            (found.x, Some(found.residual), Some(iteration))
        }
        _ => {
            let x = function.value(a).map_err(refused)?;
            let residual = function.residual(a, &x).map_err(refused)?;
            (x, residual, None)
        }
    };
    let derivative = direction.map(|e| function.derivative(a, e)).transpose().map_err(refused)?;
    let (value, derivative) = (matrix::array_of(x), derivative.map(matrix::array_of));
    let mut found =
        Answer::new(name(asked.function), value, derivative, &function.condition(a), residual);
    (found.p, found.iteration) = (asked.p, iteration);
    Ok(found)
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
