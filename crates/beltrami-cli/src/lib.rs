//! The `beltrami` command: derivatives in closed form, from a terminal.
//!
//! One file for each verb; a verb returns a report, and this file alone writes it.
//! *Invariant: no verb prints, exits or panics; what goes wrong is a diagnostic and an exit code.*
//! Entry point: [`run`], which another program can call to offer the same command.
#![warn(missing_docs)]

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

use anstream::AutoStream;
use anstream::stream::{AsLockedWrite, RawStream};
use beltrami::data::reason;
use report::{FAILED, Report, refusal};

/// Room for passes that recurse over deep trees; only what is touched is ever taken from the system.
const STACK: usize = 64 << 20;

/// Runs a command line, the name of the program first, and returns its exit code; colours are for streams that are terminals.
///
/// A process runs one: Ctrl-C and the time limit are its own, and what is stopped without a result ends it.
pub fn run<O, E>(arguments: Vec<String>, mut out: O, err: E) -> u8
where
    O: RawStream + AsLockedWrite,
    E: RawStream + AsLockedWrite,
{
    std::panic::set_hook(Box::new(|info| {
        let place =
            info.location().map_or(String::new(), |at| format!(" ({}:{})", at.file(), at.line()));
        // A reader that has gone away must not turn the message into a second panic.
        let _ = writeln!(
            std::io::stderr(),
            "internal error{place}: this is a defect of beltrami, not of your input; please report the command you ran"
        );
    }));
    let work = std::thread::Builder::new().stack_size(STACK).spawn(move || verb::run(arguments));
    let report = work.map_err(|_| ()).and_then(|thread| thread.join().map_err(|_| ()));
    let report = report.unwrap_or_else(|()| Report { code: FAILED, ..Report::default() });
    let _turn = interrupt::turn();
    let (mut code, mut said) = (report.code, report.err);
    let written = match output::standard_output() {
        Some(bytes) => {
            // The text makes room for the bytes of a file, which are no text.
            said = report.out + &said;
            out.write_all(&bytes).and_then(|()| out.flush())
        }
        None => {
            let mut out = AutoStream::auto(out);
            out.write_all(report.out.as_bytes()).and_then(|()| out.flush())
        }
    };
    if let Err(error) = written
        // A closed pipe on the other side (`| head`) is the reader's choice.
        && error.kind() != ErrorKind::BrokenPipe
    {
        said = Report::failure(&unwritten(&error), false).err;
        code = FAILED;
    }
    let mut err = AutoStream::auto(err);
    let _ = err.write_all(said.as_bytes()).and_then(|()| err.flush());
    code
}

fn unwritten(error: &std::io::Error) -> beltrami::Error {
    let path = std::path::Path::new("<stdout>");
    let message = format!("cannot write standard output: {}", reason(error, path));
    refusal(&beltrami::diag::codes::E0703, message, Some("`--out FILE` writes to a file".into()))
}
