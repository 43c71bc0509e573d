//! Running other programs.

use std::process::{Command, Stdio};

use crate::Outcome;
use crate::repository::{root, target};

/// A command that starts in the root of the repository.
pub fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

/// Cargo, as the user called it.
pub fn cargo(args: &[&str]) -> Command {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut cargo = command(&program, args);
    // Set by `cargo run` for this process alone; build scripts must not see them.
    for inherited in
        ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"]
    {
        cargo.env_remove(inherited);
    }
    cargo
}

/// Runs to the end with the output shown; fails unless the exit status is zero.
pub fn run(mut command: Command) -> Outcome {
    let shown = line(&command);
    let status = command.status().map_err(|error| format!("cannot start `{shown}`: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` failed: {status}")) }
}

/// Whether the command starts and ends with status zero; its output is not shown.
pub fn succeeds(mut command: Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .stdin(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Builds the optimised command-line tool and returns the folder it is in.
pub fn release_folder() -> Result<std::path::PathBuf, String> {
    run(cargo(&["build", "--quiet", "--release", "--package", "beltrami-cli"]))?;
    Ok(target().join("release"))
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
