//! `beltrami linear`.

use beltrami::diag::codes;
use beltrami::engine::solve::linear::{Method, Options, Status};
use beltrami::linear::{LinearRequest, Operand};
use beltrami::{Error, Session};
use beltrami_plot::Linear as Picture;
use beltrami_report::{Linear as LinearAnswer, linear_trace_csv};

use crate::arguments::{Linear, LinearMethod};
use crate::input::{Input, Program};
use crate::interrupt::{self, stopped};
use crate::output::{Format, Output};
use crate::plot::Target;
use crate::progress::Progress;
use crate::report::{FAILED, Report, refusal};

/// The solution by the best of the methods, with what all of them did and what theory says of them.
pub fn run(asked: &Linear, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let target = asked.plot.as_deref().map(Target::new).transpose()?;
    let output = Output::of("--trace", asked.trace.as_ref(), &[Format::Csv])?;
    let request = request(asked, input)?;
    let progress = Progress::new(0, as_json);
    let mut watch = |method: Method, number: usize, residual: f64| {
        progress.at(number as u64, || format!("{}, residual {residual:.1e}", method.name()))
    };
    let found = Session::global().linear(&request, &mut watch)?;
    progress.done();
    if let Some(output) = output {
        output.write(linear_trace_csv(&found).as_bytes())?;
    }
    if let Some(target) = target {
        target.draw(&Picture::new(&found))?;
    }
    let best = &found.runs[found.best];
    let code = match best.status {
        _ if stopped() => interrupt::code(),
        Status::Converged => 0,
        _ => FAILED,
    };
    let mut answer = LinearAnswer::new(&found);
    answer.chosen = request.rhs.is_none();
    Ok(Report { code, ..Report::answer(&answer, as_json) })
}

fn request(asked: &Linear, input: &mut Input) -> Result<LinearRequest, Error> {
    if asked.tol.is_nan() || asked.tol <= 0.0 || asked.tol >= 1.0 {
        let message = format!("the tolerance {} is not between 0 and 1", asked.tol);
        return Err(refusal(&codes::E0701, message, Some("as in `--tol 1e-8`".into())));
    }
    let methods: Vec<Method> = asked.method.iter().copied().filter_map(method).collect();
    if let Some(omega) = asked.omega {
        if omega.is_nan() || omega <= 0.0 || omega >= 2.0 {
            let message =
                format!("the factor {omega} is not between 0 and 2, where `sor` can converge");
            return Err(refusal(&codes::E0701, message, Some("as in `--omega 1.5`".into())));
        }
        if !methods.is_empty() && !methods.contains(&Method::Sor) {
            let message = "`--omega` is for `sor`, which is not among the methods";
            return Err(refusal(
                &codes::E0702,
                message,
                Some("add it, as in `--method sor`".into()),
            ));
        }
    }
    let mut operand = |text: &str| -> Result<Operand, Error> {
        if input.is_array(text)? {
            return input.array("A", text).map(Operand::Array);
        }
        input.program(text).map(|Program { name, text }| Operand::Text { name, text })
    };
    Ok(LinearRequest {
        matrix: operand(asked.matrix())?,
        rhs: asked.rhs().map(&mut operand).transpose()?,
        start: asked.start().map(&mut operand).transpose()?,
        declarations: asked.declarations.join("\n"),
        data: input.data(asked.data(), &asked.declarations)?,
        methods,
        options: Options {
            tolerance: asked.tol,
            max_iterations: asked.max_iterations,
            omega: asked.omega,
        },
    })
}

fn method(asked: LinearMethod) -> Option<Method> {
    Some(match asked {
        LinearMethod::Auto => return None,
        LinearMethod::Jacobi => Method::Jacobi,
        LinearMethod::GaussSeidel => Method::GaussSeidel,
        LinearMethod::Sor => Method::Sor,
        LinearMethod::Cg => Method::ConjugateGradient,
        LinearMethod::ScaledCg => Method::ScaledConjugateGradient,
    })
}
