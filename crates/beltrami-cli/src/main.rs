//! The `beltrami` command: derivatives in closed form, from a terminal.
//!
//! One file for each verb; a verb returns a [`Report`], and this file alone writes it.
//! *Invariant: no verb prints, exits or panics; what goes wrong is a diagnostic and an exit code.*
//! Entry point: [`verb::run`].

mod arguments;
mod cite;
mod clip;
mod completions;
mod cost;
mod critical;
mod derive;
mod eval;
mod explain;
mod factors;
mod funm;
mod help;
mod input;
mod interrupt;
mod jacobian;
mod linear;
mod local;
mod matrix;
mod minimize;
mod operator;
mod output;
mod page;
mod plot;
mod polar;
mod progress;
mod report;
mod roots;
mod schedule;
mod svd;
mod system;
mod taylor;
mod usage;
mod verb;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use beltrami::data::reason;
use report::{FAILED, Report, refusal};

/// Room for passes that recurse over deep trees; only what is touched is ever taken from the system.
const STACK: usize = 64 << 20;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        let place =
            info.location().map_or(String::new(), |at| format!(" ({}:{})", at.file(), at.line()));
        // A reader that has gone away must not turn the message into a second panic.
        let _ = writeln!(
            std::io::stderr(),
            "internal error{place}: this is a defect of beltrami, not of your input; please report the command you ran"
        );
    }));
    let arguments: Vec<String> =
        std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect();
    let work = std::thread::Builder::new().stack_size(STACK).spawn(move || verb::run(arguments));
    let report = work.map_err(|_| ()).and_then(|thread| thread.join().map_err(|_| ()));
    let report = report.unwrap_or_else(|()| Report { code: FAILED, ..Report::default() });
    let _turn = interrupt::turn();
    let mut code = report.code;
    let mut err = report.err;
    let written = match output::standard_output() {
        Some(bytes) => {
            // The text makes room for the bytes of a file, which are no text.
            err = report.out + &err;
            let mut out = std::io::stdout().lock();
            out.write_all(&bytes).and_then(|()| out.flush())
        }
        None => {
            let mut out = anstream::stdout().lock();
            out.write_all(report.out.as_bytes()).and_then(|()| out.flush())
        }
    };
    if let Err(error) = written
        // A closed pipe on the other side (`| head`) is the reader's choice.
        && error.kind() != ErrorKind::BrokenPipe
    {
        err = Report::failure(&unwritten(&error), false).err;
        code = FAILED;
    }
    let _ = anstream::stderr().write_all(err.as_bytes());
    ExitCode::from(code)
}

fn unwritten(error: &std::io::Error) -> beltrami::Failure {
    let path = std::path::Path::new("<stdout>");
    let message = format!("cannot write standard output: {}", reason(error, path));
    refusal(&beltrami::diag::codes::E0703, message, Some("`--out FILE` writes to a file".into()))
}
