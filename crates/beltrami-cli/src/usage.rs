//! A command line that cannot be read, said in the way of all other errors.

use beltrami::Error;
use beltrami::diag::{codes, nearest};
use clap::error::ErrorKind;
use clap::{Arg, Command, CommandFactory};

use crate::arguments::Arguments;
use crate::report::{REFUSED, Report, refusal};

/// Reads as an expression what starts with a minus: `-x'*x` is no cluster of options.
///
/// A space in front keeps clap from taking it for one; [`unshielded`] takes it away again.
pub fn shielded(arguments: Vec<String>) -> Vec<String> {
    let short = |a: &str| {
        a.len() > 1 && a.starts_with('-') && !a.starts_with("--") && a != "-h" && a != "-V"
    };
    arguments.into_iter().map(|a| if short(&a) { format!(" {a}") } else { a }).collect()
}

/// The argument as it was typed.
pub fn unshielded(argument: &str) -> &str {
    argument.strip_prefix(' ').filter(|rest| rest.starts_with('-')).unwrap_or(argument)
}

/// Help and version for clap's requests, a diagnostic for its errors.
pub fn report(error: &clap::Error, as_json: bool) -> Report {
    let shown = error.render();
    match error.kind() {
        ErrorKind::DisplayVersion if as_json => {
            let version = serde_json::json!({ "version": env!("CARGO_PKG_VERSION") });
            Report::result(format!("{version}\n"))
        }
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            Report::result(shown.ansi().to_string())
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand
            if !as_json =>
        {
            Report { err: shown.ansi().to_string(), code: REFUSED, ..Report::default() }
        }
        kind => Report::failure(&diagnosis(&shown.to_string(), kind), as_json),
    }
}

/// Clap's text, sorted into message and hint.
fn diagnosis(shown: &str, kind: ErrorKind) -> Error {
    let shown = shown.replace("' -", "'-");
    let mut message: Vec<&str> = Vec::new();
    let mut hint = None;
    for line in shown.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(tip) = line.strip_prefix("tip: ") {
            // That two dashes may start a value helps nobody who mistyped an option.
            hint = hint.or(Some(quoted(tip)).filter(|tip| !tip.starts_with("to pass")));
        } else if let Some(usage) = line.strip_prefix("Usage: ") {
            hint = hint.or(Some(format!("usage: {usage}")));
        } else if let Some(values) = line.strip_prefix("[possible values: ") {
            hint = hint.or(Some(format!("possible values: {}", values.trim_end_matches(']'))));
        } else if !line.starts_with("For more information") {
            message.push(line.strip_prefix("error: ").unwrap_or(line));
        }
    }
    let code = if kind == ErrorKind::ArgumentConflict { &codes::E0702 } else { &codes::E0701 };
    let message = quoted(&message.join(" "));
    let hint = similar(&message)
        .or(hint)
        .unwrap_or_else(|| "`--help` after the verb shows its options".into());
    refusal(code, message, Some(hint))
}

/// The option that was meant, where one is near.
fn similar(message: &str) -> Option<String> {
    let name = message.strip_prefix("unexpected argument `--")?.split('`').next()?;
    let command = Arguments::command();
    let elsewhere: Vec<String> = command
        .get_subcommands()
        .filter(|verb| verb.get_arguments().any(|option| option.get_long() == Some(name)))
        .map(|verb| format!("`{}`", verb.get_name()))
        .collect();
    if !elsewhere.is_empty() {
        let verbs = elsewhere.join(", ");
        return Some(format!(
            "`--{name}` is an option of {verbs}; `--help` lists those of this verb"
        ));
    }
    let known: Vec<&str> = command
        .get_subcommands()
        .flat_map(Command::get_arguments)
        .filter_map(Arg::get_long)
        .collect();
    nearest(name, known).map(|near| format!("did you mean `--{near}`?"))
}

/// Straight quotes around words become the marks that other messages use.
fn quoted(text: &str) -> String {
    text.replace('\'', "`")
}
