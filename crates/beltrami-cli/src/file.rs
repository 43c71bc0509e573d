//! Files and standard input: programs come in, results go out.

use std::io::Read;
use std::path::{Path, PathBuf};

use beltrami::Failure;
use beltrami::diag::codes;

use crate::report::{reason, refusal};

/// More is not read; the parser refuses half of it already.
const MOST_BYTES: u64 = 2 << 20;

/// A program and what messages call it.
pub struct Program {
    /// A path, or a name in angle brackets.
    pub name: String,
    /// The text.
    pub text: String,
}

/// The program that an argument names: a file ending in `.bel`, standard input for `-`, else the argument itself.
pub fn program(argument: &str) -> Result<Program, Failure> {
    if argument == "-" {
        return text("<stdin>", Path::new("<stdin>"), std::io::stdin());
    }
    if argument.ends_with(".bel") {
        let path = Path::new(argument);
        let file = std::fs::File::open(path)
            .map_err(|error| cannot_read(argument, &reason(&error, path)))?;
        return text(argument, path, file);
    }
    Ok(Program { name: "<expression>".into(), text: argument.into() })
}

fn text(name: &str, path: &Path, source: impl Read) -> Result<Program, Failure> {
    let mut bytes = Vec::new();
    source
        .take(MOST_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|error| cannot_read(name, &reason(&error, path)))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Program { name: name.into(), text }),
        Err(error) => {
            let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
                .iter()
                .filter(|b| **b == b'\n')
                .count()
                + 1;
            Err(cannot_read(name, &format!("line {line} is not UTF-8 text")))
        }
    }
}

fn cannot_read(name: &str, reason: &str) -> Failure {
    refusal(
        &codes::E0603,
        format!("cannot read `{name}`: {reason}"),
        Some("an argument that ends in `.bel` is a file, `-` is standard input".into()),
    )
}

/// Writes a file whole or not at all: to a neighbour first, which is then renamed.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        refusal(
            &codes::E0703,
            format!("cannot write `{}`: {}", path.display(), reason(&error, path)),
            Some("choose a folder that exists and may be written".into()),
        )
    };
    let Some(name) = path.file_name() else {
        return Err(refusal(
            &codes::E0703,
            format!("cannot write `{}`: it names no file", path.display()),
            None,
        ));
    };
    if path.is_dir() {
        return Err(failed(std::io::Error::from(std::io::ErrorKind::IsADirectory)));
    }
    let mut neighbour = name.to_os_string();
    neighbour.push(format!(".{}.part", std::process::id()));
    let neighbour: PathBuf = path.with_file_name(neighbour);
    std::fs::write(&neighbour, bytes).and_then(|()| std::fs::rename(&neighbour, path)).map_err(
        |error| {
            // What is left of a failed write is of no use; that it may not exist is fine.
            let _ = std::fs::remove_file(&neighbour);
            failed(error)
        },
    )
}
