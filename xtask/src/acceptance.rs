//! The acceptance tables: `suite/acceptance/run.py` and `cases.py` with the release build and a Python that has numpy, and
//! what the other languages need if it can.

use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::process::{self, cargo, release_folder};
use crate::python::{self, interpreter};
use crate::repository::{root, target};

/// The script that compares every row; its contract is in `suite/README.md`.
const SCRIPT: &str = "suite/acceptance/run.py";
/// The script that takes cases through the command line.
const CASES: &str = "suite/acceptance/cases.py";

/// Whether there is something to run.
pub fn exists() -> bool {
    root().join(SCRIPT).exists()
}

/// Writes the modules of every row and runs them, in one process for each library.
pub fn run_script(python: &Path, long: bool) -> Outcome {
    let modules = target().join("acceptance");
    let folder = modules.to_string_lossy();
    let emit = ["run", "--quiet", "--release", "--package", "beltrami", "--example", "emit"];
    process::run(cargo(&[&emit[..], &["--", &folder]].concat()))?;
    let run = |library: &str| {
        let mut script = Command::new(python);
        script.arg(root().join(SCRIPT)).args(["--target", library]);
        script.arg("--cases").arg(&modules).current_dir(root());
        if long {
            script.arg("--long");
        }
        process::run(script)
    };
    run("numpy")?;
    cases(python, long)?;
    run("rust")?;
    for optional in python::OPTIONAL {
        if python::has(python, optional) {
            run(optional.target)?;
        } else {
            println!(
                "skipped {}: {} could not be installed",
                optional.target,
                optional.packages.join(", ")
            );
        }
    }
    Ok(())
}

/// Values and derivatives of the tables of cases, by emitted code and by `eval`.
fn cases(python: &Path, long: bool) -> Outcome {
    let program = release_folder()?.join(format!("beltrami{}", std::env::consts::EXE_SUFFIX));
    let mut script = Command::new(python);
    script.arg(root().join(CASES)).arg("--program").arg(program).current_dir(root());
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
    run_script(&interpreter()?, long)
}
