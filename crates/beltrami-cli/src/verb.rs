//! From arguments to the verb that they name.

use std::path::Path;

use beltrami::Failure;
use beltrami::diag::codes;
use beltrami_report::Factors;
use clap::Parser;

use crate::arguments::{Arguments, Verb};
use crate::input::Input;
use crate::interrupt::{self, stopped};
use crate::report::{Report, refusal};
use crate::{
    cite, clip, completions, cost, critical, derive, eval, explain, factors, funm, help, jacobian,
    linear, minimize, polar, roots, schedule, svd, taylor, usage,
};

/// Runs a command line, the name of the program first.
pub fn run(arguments: Vec<String>) -> Report {
    let as_json = arguments.iter().take_while(|a| *a != "--").any(|a| a == "--json");
    let arguments = match Arguments::try_parse_from(usage::shielded(arguments)) {
        Ok(arguments) => arguments,
        Err(error) => return usage::report(&error, as_json).rendered(),
    };
    let as_json = arguments.json;
    interrupt::begin(arguments.timeout, as_json);
    if let Err(failure) = distinct(&arguments.verb.outputs(), as_json) {
        return Report::failure(&failure, as_json).rendered();
    }
    let mut input = Input::new(arguments.verb.tables());
    let outcome = match &arguments.verb {
        Verb::Derive(asked) => derive::run(asked, &mut input, as_json),
        Verb::Eval(asked) => eval::run(asked, &mut input, as_json),
        Verb::Help { name } => help::run(name.as_deref(), as_json),
        Verb::Explain { code } => explain::run(code.as_deref(), as_json),
        Verb::Roots(asked) => roots::run(asked, &mut input, as_json),
        Verb::Critical(asked) => critical::run(asked, &mut input, as_json),
        Verb::Minimize(asked) => minimize::run(asked, &mut input, as_json),
        Verb::Linear(asked) => linear::run(asked, &mut input, as_json),
        Verb::Cost(asked) => cost::run(asked, &mut input, as_json),
        Verb::Taylor(asked) => taylor::run(asked, &mut input, as_json),
        Verb::Jacobian(asked) => jacobian::run(asked, &mut input, as_json),
        Verb::Schedule(asked) => schedule::run(asked, as_json),
        Verb::Polar(asked) => polar::run(asked, &mut input, as_json),
        Verb::Clip(asked) => clip::run(asked, &mut input, as_json),
        Verb::Funm(asked) => funm::run(asked, &mut input, as_json),
        Verb::Svd(asked) => svd::run(asked, &mut input, as_json),
        Verb::Qr(asked) => factors::qr(asked, &mut input, as_json),
        Verb::Lu(asked) => factors::run(asked, &Factors::lu, &mut input, as_json),
        Verb::Eig(asked) => factors::run(asked, &Factors::eigen, &mut input, as_json),
        Verb::Schur(asked) => factors::run(asked, &Factors::schur, &mut input, as_json),
        Verb::Cite(asked) => cite::run(asked, &mut input, as_json),
        Verb::Completions { shell } => Ok(completions::run(*shell, as_json)),
    };
    match outcome {
        Ok(mut report) => {
            input.stated(&mut report);
            if stopped() && report.code == interrupt::code() {
                report.stopped();
            }
            report.rendered()
        }
        Err(failure) => Report::failure(&failure, as_json).rendered(),
    }
}

/// No two results go to one place.
fn distinct(outputs: &[(&str, &Path)], as_json: bool) -> Result<(), Failure> {
    let refused = |message: String| {
        let hint = "give every result a file of its own";
        Err(refusal(&codes::E0702, message, Some(hint.into())))
    };
    for (place, (option, path)) in outputs.iter().enumerate() {
        if let Some((other, _)) = outputs[..place].iter().find(|(_, other)| other == path) {
            return refused(format!("`{other}` and `{option}` both write to `{}`", path.display()));
        }
        if as_json && *path == Path::new("-") {
            return refused(format!("`--json` and `{option} -` both write to standard output"));
        }
    }
    Ok(())
}
