//! What is wrong with a file, and how much of it a message may quote.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::Path;

use beltrami_diag::{Code, Diagnostic, Error, Hint, Sources, codes};

/// Characters of a file or an argument that a message quotes.
const MOST_QUOTED: usize = 60;
/// Characters of the name of a file, which is of no use without its end.
const MOST_OF_A_NAME: usize = 240;
/// Names that a message lists.
const MOST_NAMES: usize = 8;

/// A reason, and a way out.
#[derive(Debug)]
pub struct Wrong {
    pub code: &'static Code,
    pub reason: String,
    pub hint: Hint,
}

impl Wrong {
    /// The file is not what its name says.
    pub fn file(reason: impl Into<String>) -> Wrong {
        Wrong {
            code: &codes::E0603,
            reason: reason.into(),
            hint: "data is read from `.npy` and `.npz` files as NumPy writes them, and from `.csv` files"
                .into(),
        }
    }

    /// No file of the format holds it.
    pub fn unwritable(reason: impl Into<String>) -> Wrong {
        Wrong {
            code: &codes::E0703,
            reason: reason.into(),
            hint: "NumPy's files hold real numbers of 2, 4 or 8 bytes and at most 64 axes".into(),
        }
    }

    /// The system's reason, without its number.
    pub fn system(error: &std::io::Error) -> Wrong {
        Wrong::file(match error.kind() {
            ErrorKind::NotFound => "no such file".to_string(),
            ErrorKind::IsADirectory => "it is a folder".to_string(),
            _ => unnumbered(error),
        })
    }

    /// The same with another way out.
    pub fn hint(self, hint: impl Into<Hint>) -> Wrong {
        Wrong { hint: hint.into(), ..self }
    }

    /// The refusal of what is called `name`.
    pub fn of(self, name: &str) -> Error {
        refused(self.code, format!("cannot read `{}`: {}", named(name), self.reason), self.hint)
    }
}

/// Arrays that no file can hold.
pub fn unwritable(wrong: Wrong) -> Error {
    refused(wrong.code, format!("cannot write the arrays: {}", wrong.reason), wrong.hint)
}

/// An error of the system in a few words, without its number; a folder that is missing is told from a file.
pub fn reason(error: &std::io::Error, path: &Path) -> String {
    match error.kind() {
        ErrorKind::NotFound
            if path
                .parent()
                .is_some_and(|folder| folder.is_dir() || folder.as_os_str().is_empty()) =>
        {
            "no such file".into()
        }
        ErrorKind::NotFound => "no such folder".into(),
        ErrorKind::PermissionDenied => "permission denied".into(),
        ErrorKind::IsADirectory => "it is a folder".into(),
        _ => unnumbered(error),
    }
}

fn unnumbered(error: &std::io::Error) -> String {
    error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// A refusal without a place in a text.
pub fn refused(code: &'static Code, message: impl Into<String>, hint: impl Into<Hint>) -> Error {
    Error::refused(Diagnostic::error(code, message).hint(hint), &Sources::new())
}

/// The text, or its beginning.
pub fn quoted(text: &str) -> Cow<'_, str> {
    cut(text, MOST_QUOTED)
}

/// The name of a file, or its beginning.
pub fn named(name: &str) -> Cow<'_, str> {
    cut(name, MOST_OF_A_NAME)
}

fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// The names, or the first of them.
pub fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let count = names.len();
    let shown: Vec<Cow<'_, str>> = names.take(MOST_NAMES).map(quoted).collect();
    let more = if count > MOST_NAMES { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
