//! The acceptance table: `suite/acceptance/run.py` with the release build and a Python that has numpy.

use std::process::Command;

use crate::Outcome;
use crate::process::{self, release_folder};
use crate::python::interpreter;
use crate::repository::root;

/// The script that compares every row; its contract is in `suite/README.md`.
const SCRIPT: &str = "suite/acceptance/run.py";

/// Whether there is something to run.
pub fn exists() -> bool {
    root().join(SCRIPT).exists()
}

/// Runs the acceptance script.
pub fn run_script(python: &std::path::Path, folder: &std::path::Path, long: bool) -> Outcome {
    let mut script = Command::new(python);
    script.arg(root().join(SCRIPT)).current_dir(root()).env("BELTRAMI", folder.join("beltrami"));
    if long {
        script.arg("--long");
    }
    process::run(script)
}

/// `cargo xtask acceptance`.
pub fn run(long: bool) -> Outcome {
    if !exists() {
        return Err(format!("there is no {SCRIPT}"));
    }
    run_script(&interpreter()?, &release_folder()?, long)
}
