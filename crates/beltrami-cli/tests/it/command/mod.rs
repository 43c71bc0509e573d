//! Runs the command as a user does, in a folder of its own.

// Each test program uses what it needs of this.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use beltrami::data::{ArrayView, Entries};
use serde_json::Value;

/// What a command did.
#[derive(Debug)]
pub struct Done {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// The exit code.
    pub code: i32,
}

impl Done {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// Fails unless the command refused with this code and these words in its message.
    pub fn refuses(&self, exit: i32, code: &str, words: &str) {
        assert_eq!(self.code, exit, "{self:?}");
        assert!(self.out.is_empty(), "{self:?}");
        assert!(self.err.starts_with(&format!("error[{code}]: ")), "{self:?}");
        assert!(self.err.contains(words), "{words} is not in {self:?}");
        assert!(!self.err.contains('\u{1b}'), "{self:?}");
    }
}

/// The program.
pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_beltrami"))
}

/// Runs the command with these arguments.
pub fn beltrami(arguments: &[&str]) -> Done {
    beltrami_in(Path::new("."), arguments)
}

/// Runs the command with these arguments in a folder.
pub fn beltrami_in(folder: &Path, arguments: &[&str]) -> Done {
    done(Command::new(program()).args(arguments).current_dir(folder).stdin(Stdio::null()))
}

/// Runs any command.
pub fn done(command: &mut Command) -> Done {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Done {
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        code: output.status.code().unwrap_or(-1),
    }
}

/// An empty folder for one test.
pub fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    path
}

/// Writes a file.
pub fn write(path: PathBuf, bytes: impl AsRef<[u8]>) {
    std::fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// An array as the bytes of a `.npy` file.
pub fn npy<'a>(axes: &'a [usize], entries: impl Into<Entries<'a>>) -> Vec<u8> {
    let view = ArrayView::new(axes, entries).expect("as many entries as the axes say");
    beltrami::data::npy(view).expect("NumPy has the type")
}
