//! What is wrong with a file, and how much of it a message may quote.

use std::borrow::Cow;

use beltrami_diag::{Code, Diagnostic, Sources, codes};

use crate::session::Failure;

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
    pub hint: Cow<'static, str>,
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

    /// The system's reason, without its number.
    pub fn system(error: &std::io::Error) -> Wrong {
        Wrong::file(match error.kind() {
            std::io::ErrorKind::NotFound => "no such file".to_string(),
            std::io::ErrorKind::IsADirectory => "it is a folder".to_string(),
            _ => error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase(),
        })
    }

    /// The same with another way out.
    pub fn hint(self, hint: impl Into<Cow<'static, str>>) -> Wrong {
        Wrong { hint: hint.into(), ..self }
    }

    /// The refusal of what is called `name`.
    pub fn of(self, name: &str) -> Failure {
        refused(self.code, format!("cannot read `{}`: {}", named(name), self.reason), &self.hint)
    }
}

/// A refusal without a place in a text.
pub fn refused(code: &'static Code, message: impl Into<String>, hint: &str) -> Failure {
    let diagnostic = Diagnostic::error(code, message).hint(hint);
    Failure { diagnostics: vec![diagnostic], sources: Sources::new(), computed: false }
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
