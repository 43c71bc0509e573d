//! `beltrami minimize`.

use std::time::Instant;

use beltrami::data::Given;
use beltrami::diag::{Sources, codes};
use beltrami::engine::solve::minimize::{Iterate, Method, Status};
use beltrami::minimize::MinimizeOptions;
use beltrami::{Error, Session, Stop, Value};
use beltrami_plot::Convergence;
use beltrami_report::{Minimum, trace_csv, trace_json};

use crate::arguments::{self, Minimize};
use crate::input::Input;
use crate::interrupt;
use crate::output::{ARRAY, Format, Output};
use crate::plot::Target;
use crate::progress::Progress;
use crate::report::{FAILED, Report, refusal, terminal};
use crate::usage::unshielded;

/// The minimum, or how far the search came and why it ended.
pub fn run(asked: &Minimize, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    reserve();
    let program = input.program(asked.given.program())?;
    let plot = asked.plot.as_deref().map(Target::new).transpose()?;
    let trace = Output::of("--trace", asked.trace.as_ref(), &[Format::Csv, Format::Json])?;
    let output = output(asked)?;
    let options = options(asked, input)?;
    let begun = Instant::now();
    let limit = options.max_iterations.unwrap_or(0) as u64;
    let progress = Progress::new(limit, as_json);
    let mut watch = |iterate: &Iterate| {
        progress.at(iterate.iteration as u64, || {
            format!("f = {:.6e}, gradient {:.1e}", iterate.value, iterate.gradient_norm)
        })
    };
    let found = Session::global().minimize(&program.name, &program.text, options, &mut watch)?;
    let seconds = begun.elapsed().as_secs_f64();
    progress.done();
    if let Some(output) = trace {
        let trace = &found.outcome.trace;
        let text = match output.format {
            Format::Json => trace_json(trace),
            _ => trace_csv(trace),
        };
        output.write(text.as_bytes())?;
    }
    if let Some(target) = plot {
        target.draw(&Convergence { method: found.method, trace: &found.outcome.trace })?;
    }
    if let Some(output) = output {
        let unknowns: Vec<(&str, &Value)> =
            found.unknowns.iter().map(|(name, value)| (name.as_str(), value)).collect();
        output.arrays(&unknowns)?;
    }
    let mut report = Report::answer(&Minimum::new(&found, seconds), as_json);
    report.code = match found.outcome.status {
        Status::Converged => 0,
        Status::Interrupted => interrupt::code(),
        _ => FAILED,
    };
    if !as_json {
        // What is wrong comes before what was assumed.
        report.err = terminal(&found.warnings, &Sources::new()) + &report.err;
    }
    Ok(report)
}

/// Lets the allocator of this thread take its memory in few pieces.
///
/// Where malloc gives a thread an arena of its own, as glibc does, that grows page by page, a system call each. A large block
/// that was freed raises the size from which memory is given back at once, and a smaller one then stays.
fn reserve() {
    for size in [16 << 20, 8 << 20] {
        drop(std::hint::black_box(Vec::<u8>::with_capacity(size)));
    }
}

fn options(asked: &Minimize, input: &mut Input) -> Result<MinimizeOptions, Error> {
    let mut read = |arguments: &[String]| -> Result<Vec<Given>, Error> {
        let pieces = arguments.iter().flat_map(|argument| pieces(unshielded(argument)));
        input.data(pieces, &asked.given.declarations)
    };
    let named = |name: &&String| !name.trim().is_empty();
    Ok(MinimizeOptions {
        over: asked.over.iter().filter(named).map(|name| name.trim().to_string()).collect(),
        declarations: asked.given.declarations.join("\n"),
        data: read(&asked.data)?,
        start: read(&asked.start)?,
        method: match asked.method {
            arguments::Method::Auto => None,
            arguments::Method::Gradient => Some(Method::Gradient),
            arguments::Method::Newton => Some(Method::Newton),
            arguments::Method::Trust => Some(Method::Trust),
            arguments::Method::NewtonCg => Some(Method::NewtonCg),
            arguments::Method::Bfgs => Some(Method::Bfgs),
            arguments::Method::Lbfgs => Some(Method::Lbfgs),
            arguments::Method::Lm => Some(Method::LeastSquares),
        },
        tolerance: tolerance(asked.tol)?,
        max_iterations: asked.max_iterations,
        bounds: asked
            .bounds
            .iter()
            .flat_map(|argument| pieces(unshielded(argument)))
            .map(bound)
            .collect::<Result<_, _>>()?,
        seed: asked.seed,
        // Who watches ends the search.
        stop: Stop::default(),
    })
}

/// `a=1,b=2` as two arguments; commas inside a value, as in `a=[1,2]`, are left alone.
fn pieces(argument: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (place, _) in argument.match_indices(',') {
        let rest = argument[place + 1..].trim_start();
        let name = rest.split('=').next().unwrap_or_default().trim_end();
        let named = name.len() < rest.len()
            && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if named {
            pieces.push(&argument[start..place]);
            start = place + 1;
        }
    }
    pieces.push(&argument[start..]);
    pieces
}

fn tolerance(tol: Option<f64>) -> Result<Option<f64>, Error> {
    match tol {
        Some(tol) if tol <= 0.0 || tol >= 1.0 || tol.is_nan() => Err(refusal(
            &codes::E0701,
            format!("the tolerance {tol} is not between 0 and 1"),
            Some("as in `--tol 1e-8`".into()),
        )),
        tol => Ok(tol),
    }
}

/// `NAME=lo:hi`, either end open.
fn bound(argument: &str) -> Result<(String, f64, f64), Error> {
    let wrong = |reason: &str| {
        refusal(
            &codes::E0701,
            format!("the bounds `{argument}` cannot be read: {reason}"),
            Some("bounds are `NAME=lo:hi`, as in `x=0:1`, `x=0:` or `x=:1`".into()),
        )
    };
    let (name, range) = argument.split_once('=').ok_or_else(|| wrong("they name no unknown"))?;
    let (low, high) = range.split_once(':').ok_or_else(|| wrong("there is no `:`"))?;
    let end = |text: &str, open: f64| match text.trim() {
        "" => Ok(open),
        text => text
            .parse::<f64>()
            .ok()
            .filter(|x| !x.is_nan())
            .ok_or_else(|| wrong(&format!("`{text}` is no number"))),
    };
    let (low, high) = (end(low, f64::NEG_INFINITY)?, end(high, f64::INFINITY)?);
    if low > high {
        return Err(wrong("the lower end is above the upper one"));
    }
    Ok((name.trim().to_string(), low, high))
}

/// Several unknowns need an archive.
fn output(asked: &Minimize) -> Result<Option<Output>, Error> {
    let output = Output::of("--out", asked.out.as_ref(), ARRAY)?;
    if let Some(output) = &output {
        let names = asked.over.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
        output.holds(&names.collect::<Vec<_>>())?;
    }
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_values_may_stand_in_one_argument() {
        assert_eq!(pieces("a=1,b=[1,2],c_1 = 3"), ["a=1", "b=[1,2]", "c_1 = 3"]);
        assert_eq!(pieces("FILE.npz"), ["FILE.npz"]);
    }

    #[test]
    fn bounds_may_be_open() {
        let read = |text: &str| bound(text).ok();
        assert_eq!(read("x=-1:2.5"), Some(("x".into(), -1.0, 2.5)));
        assert_eq!(read("x=0:"), Some(("x".into(), 0.0, f64::INFINITY)));
        assert_eq!(read("x=2:1"), None);
        assert_eq!(read("x=1"), None);
        assert_eq!(read("1:2"), None);
        assert_eq!(read("x=nan:2"), None);
    }
}
