//! From arguments to the verb that they name.

use clap::Parser;

use crate::arguments::{Arguments, Verb};
use crate::report::Report;
use crate::{
    cite, clip, completions, cost, critical, derive, eval, explain, funm, help, jacobian, linear,
    minimize, polar, roots, schedule, svd, taylor, usage,
};

/// Runs a command line, the name of the program first.
pub fn run(arguments: Vec<String>) -> Report {
    let as_json = arguments.iter().take_while(|a| *a != "--").any(|a| a == "--json");
    let arguments = match Arguments::try_parse_from(usage::shielded(arguments)) {
        Ok(arguments) => arguments,
        Err(error) => return usage::report(&error, as_json),
    };
    let as_json = arguments.json;
    let outcome = match &arguments.verb {
        Verb::Derive(asked) => derive::run(asked, as_json),
        Verb::Eval(asked) => eval::run(asked, as_json),
        Verb::Help { name } => help::run(name.as_deref(), as_json),
        Verb::Explain { code } => explain::run(code.as_deref(), as_json),
        Verb::Roots(asked) => roots::run(asked, as_json),
        Verb::Critical(asked) => critical::run(asked, as_json),
        Verb::Minimize(asked) => minimize::run(asked, as_json),
        Verb::Linear(asked) => linear::run(asked, as_json),
        Verb::Cost(asked) => cost::run(asked, as_json),
        Verb::Taylor(asked) => taylor::run(asked, as_json),
        Verb::Jacobian(asked) => jacobian::run(asked, as_json),
        Verb::Schedule(asked) => schedule::run(asked, as_json),
        Verb::Polar(asked) => polar::run(asked, as_json),
        Verb::Clip(asked) => clip::run(asked, as_json),
        Verb::Funm(asked) => funm::run(asked, as_json),
        Verb::Svd(asked) => svd::run(asked, as_json),
        Verb::Cite(asked) => cite::run(asked, as_json),
        Verb::Completions { shell } => Ok(completions::run(*shell, as_json)),
    };
    outcome.unwrap_or_else(|failure| Report::failure(&failure, as_json))
}
