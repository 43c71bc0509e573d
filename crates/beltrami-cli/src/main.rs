//! The `beltrami` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect();
    ExitCode::from(beltrami_cli::run(arguments, std::io::stdout(), std::io::stderr()))
}
