//! Tests, tidy checks and the manual of this repository: `cargo xtask help`.
//!
//! *Invariant: `cargo xtask test` is everything that continuous integration runs.*

mod acceptance;
mod bless;
mod compare;
mod manual;
mod markdown;
mod process;
mod python;
mod repository;
mod source;
mod test;
mod tidy;

use std::process::ExitCode;

/// What every task returns: nothing, or the reason it failed.
type Outcome = Result<(), String>;

const HELP: &str = "\
cargo xtask test [--long]      everything that must hold; --long draws more random cases
cargo xtask tidy               the repository's own rules
cargo xtask bless [--check]    run the console blocks of the manual and the README, rewrite (or compare) their output
cargo xtask manual [--open-dir]
                               build the manual into target/manual and check its links; print where it is
cargo xtask acceptance [--long]
                               the acceptance tables, in Beltrami, through the command line and through the emitted programs for NumPy,
                               PyTorch, JAX, Julia, Rust and C
cargo xtask from-scratch       test the compiler of the from-scratch chapter
cargo xtask first-example      run examples/first and compare what it prints
cargo xtask python             create target/venv with numpy and scipy; print the interpreter's path
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match args[..] {
        ["test"] => test::run(false),
        ["test", "--long"] => test::run(true),
        ["tidy"] => tidy::run(),
        ["bless"] => bless::run(bless::Mode::Rewrite),
        ["bless", "--check"] => bless::run(bless::Mode::Check),
        ["manual"] => manual::run(),
        ["manual", "--open-dir"] => {
            manual::run().map(|()| println!("{}", repository::target().join("manual").display()))
        }
        ["acceptance"] => acceptance::run(false),
        ["acceptance", "--long"] => acceptance::run(true),
        ["from-scratch"] => test::from_scratch(),
        ["first-example"] => test::first_example(),
        ["python"] => python::interpreter().map(|path| println!("{}", path.display())),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(format!("unknown task `{}`\n\n{HELP}", args.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{}", reason.trim_end());
            ExitCode::FAILURE
        }
    }
}
