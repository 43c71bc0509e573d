//! `beltrami completions SHELL`.

use clap::CommandFactory;
use clap_complete::{Shell, generate};
use serde_json::json;

use crate::arguments::Arguments;
use crate::report::Report;

/// The completion script of a shell.
pub fn run(shell: Shell, as_json: bool) -> Report {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "beltrami", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    if as_json {
        return Report::json(&json!({ "shell": shell.to_string(), "script": script }));
    }
    Report::result(script)
}
