//! `cargo xtask test`: everything that must hold, in order, stopping at the first failure.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::process::{self, cargo, command, release_folder, succeeds};
use crate::repository::{read, root, target};
use crate::{Outcome, acceptance, bless, manual, python, tidy};

/// What earlier steps found out for later ones.
#[derive(Default)]
struct State {
    long: bool,
    python: PathBuf,
}

type Step = (&'static str, fn(&mut State) -> Outcome);

const STEPS: &[Step] = &[
    ("rust tools", |_| rust_tools()),
    ("format", |_| process::run(cargo(&["fmt", "--all", "--check"]))),
    ("tidy", |_| tidy::run()),
    ("clippy", |_| {
        process::run(cargo(&[
            "clippy",
            "--quiet",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    }),
    ("python", |state| {
        state.python = python::interpreter()?;
        Ok(())
    }),
    ("tests", tests),
    ("doc tests", |state| {
        process::run(tested(state, &["test", "--quiet", "--workspace", "--doc"]))
    }),
    ("rustdoc", |_| {
        let mut doc = cargo(&["doc", "--quiet", "--no-deps", "--workspace"]);
        doc.env("RUSTDOCFLAGS", "-D warnings");
        process::run(doc)
    }),
    ("release build", |_| release_folder().map(drop)),
    ("console blocks", |_| bless::run(bless::Mode::Check)),
    ("acceptance", |state| match acceptance::exists() {
        true => acceptance::run_script(&state.python, state.long),
        false => {
            println!("no suite/acceptance/run.py: nothing to run");
            Ok(())
        }
    }),
    ("from scratch", |_| from_scratch()),
    ("first example", |_| first_example()),
    ("manual", |_| manual::run()),
    ("packages", |_| packages()),
];

/// Runs every step; `long` draws more random cases.
pub fn run(long: bool) -> Outcome {
    let start = Instant::now();
    let mut state = State { long, ..State::default() };
    let mut done = Vec::new();
    for (name, step) in STEPS {
        println!(
            "── {name} ({} of {}, {:.0} s so far)",
            done.len() + 1,
            STEPS.len(),
            start.elapsed().as_secs_f64()
        );
        let begin = Instant::now();
        let outcome = step(&mut state);
        let seconds = begin.elapsed().as_secs_f64();
        if let Err(reason) = outcome {
            summary(&done);
            return Err(format!("{name:<16}{seconds:>7.1} s  FAILED\n\n{reason}"));
        }
        done.push((*name, seconds));
    }
    summary(&done);
    println!("all passed in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn summary(done: &[(&str, f64)]) {
    println!();
    for (name, seconds) in done {
        println!("{name:<16}{seconds:>7.1} s  ok");
    }
}

/// Format and lint need two components that a minimal toolchain lacks; rustup adds them.
fn rust_tools() -> Outcome {
    let complete =
        || succeeds(cargo(&["fmt", "--version"])) && succeeds(cargo(&["clippy", "--version"]));
    if complete() {
        return Ok(());
    }
    let added = succeeds(command("rustup", &["component", "add", "rustfmt", "clippy"]));
    if added && complete() {
        Ok(())
    } else {
        Err("rustfmt and clippy are needed: `rustup component add rustfmt clippy`".into())
    }
}

/// Every crate that is published can be packed; the tidy check sees to it that none takes in what lies outside of it.
fn packages() -> Outcome {
    let unpublished = ["--exclude", "beltrami-testkit", "--exclude", "xtask"];
    let quick = ["--quiet", "--no-verify", "--allow-dirty", "--offline"];
    process::run(cargo(&[&["package", "--workspace"][..], &unpublished, &quick].concat()))
}

fn tests(state: &mut State) -> Outcome {
    if succeeds(cargo(&["nextest", "--version"])) {
        process::run(tested(
            state,
            &["nextest", "run", "--workspace", "--status-level", "fail", "--no-tests", "pass"],
        ))
    } else {
        process::run(tested(
            state,
            &["test", "--quiet", "--workspace", "--lib", "--bins", "--tests"],
        ))
    }
}

/// Cargo with what tests may ask for: `BELTRAMI_PYTHON`, an interpreter with numpy and scipy, and `BELTRAMI_LONG`.
fn tested(state: &State, args: &[&str]) -> Command {
    let mut cargo = cargo(args);
    cargo.env("BELTRAMI_PYTHON", &state.python);
    if state.long {
        cargo.env("BELTRAMI_LONG", "1");
    }
    cargo
}

/// Formats, builds and tests the package of the from-scratch chapter, which is no member of the workspace.
pub fn from_scratch() -> Outcome {
    let manifest = root().join("manual/from-scratch/Cargo.toml");
    let manifest = manifest.to_string_lossy();
    let folder = target().join("from-scratch");
    process::run(cargo(&["fmt", "--manifest-path", &manifest, "--check"]))?;
    process::run(cargo(&[
        "test",
        "--quiet",
        "--manifest-path",
        &manifest,
        "--target-dir",
        &folder.to_string_lossy(),
    ]))
}

/// Runs the example of the front door, which is no member of the workspace, and compares what it prints.
pub fn first_example() -> Outcome {
    let folder = root().join("examples/first");
    let manifest = folder.join("Cargo.toml");
    let manifest = manifest.to_string_lossy();
    process::run(cargo(&["fmt", "--manifest-path", &manifest, "--check"]))?;
    // In the folder of the workspace, so that what both depend on is compiled once.
    let target = target();
    let target = target.to_string_lossy();
    let place = ["--manifest-path", &manifest, "--target-dir", &target];
    let output = cargo(&[&["run", "--quiet", "--locked"][..], &place].concat())
        .output()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    let expected = read(&folder.join("expected.txt"))?;
    if printed == expected {
        return Ok(());
    }
    Err(format!("examples/first prints\n{printed}\nand expected.txt has\n{expected}"))
}
