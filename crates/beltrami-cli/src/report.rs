//! What a verb hands back: text for the two streams and an exit code.

use std::path::Path;

use beltrami::Failure;
use beltrami::diag::{Code, Diagnostic, Sources, codes, render};
use serde_json::{Value, json};

use crate::interrupt;

/// The exit code of a computation that failed with a named reason.
pub const FAILED: u8 = 1;
/// The exit code of input that cannot be used.
pub const REFUSED: u8 = 2;
/// The exit code of a computation that its reader stopped, as shells have it: 128 and the number of the signal.
pub const INTERRUPTED: u8 = 130;

/// The output of a command; colours are escape sequences, which the streams drop where they are not wanted.
#[derive(Debug, Default)]
pub struct Report {
    /// For standard output.
    pub out: String,
    /// For standard output, one object in place of a text.
    pub object: Option<Value>,
    /// For standard error.
    pub err: String,
    /// How tables were read; part of the object.
    pub tables: Vec<String>,
    /// The exit code.
    pub code: u8,
}

impl Report {
    /// A result for standard output; a line break is added where there is none.
    pub fn result(text: impl Into<String>) -> Report {
        let mut out: String = text.into();
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        Report { out, ..Report::default() }
    }

    /// One JSON object on standard output.
    pub fn json(value: &Value) -> Report {
        Report { object: Some(value.clone()), ..Report::default() }
    }

    /// Says in the object that the computation was stopped, where it has no status of its own.
    pub fn stopped(&mut self) {
        if let Some(Value::Object(object)) = &mut self.object {
            object.entry("status").or_insert_with(|| json!("stopped"));
        }
    }

    /// The object as text.
    pub fn rendered(mut self) -> Report {
        if let Some(mut object) = self.object.take() {
            if !self.tables.is_empty() {
                object["tables"] = json!(self.tables);
            }
            self.out = format!("{object}\n");
        }
        self
    }

    /// The diagnostics of a failure, for a person or as JSON.
    pub fn failure(failure: &Failure, as_json: bool) -> Report {
        let stopped = failure.diagnostics.iter().any(|d| d.code == &codes::E0801);
        let code = match failure.computed {
            _ if stopped => interrupt::code(),
            true => FAILED,
            false => REFUSED,
        };
        if as_json {
            let mut object =
                json!({ "error": render::json(&failure.diagnostics, &failure.sources) });
            if stopped {
                object["status"] = json!("stopped");
            }
            return Report { code, ..Report::json(&object) };
        }
        Report {
            err: render::terminal(&failure.diagnostics, &failure.sources, true),
            code,
            ..Report::default()
        }
    }

    /// Adds a dimmed remark to standard error.
    pub fn remark(&mut self, text: &str) {
        self.err.push_str(&format!("\u{1b}[2m{text}\u{1b}[0m\n"));
    }
}

/// A refusal without a place in a text.
pub fn refusal(code: &'static Code, message: impl Into<String>, hint: Option<String>) -> Failure {
    let mut diagnostic = Diagnostic::error(code, message);
    diagnostic.hint = hint;
    Failure { diagnostics: vec![diagnostic], sources: Sources::new(), computed: false }
}

/// An error of the system in a few words, without its number.
pub fn reason(error: &std::io::Error, path: &Path) -> String {
    use std::io::ErrorKind;
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
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or_default().to_lowercase()
        }
    }
}

/// A bound with two significant digits, none of which is below it.
pub fn at_most(bound: f64) -> String {
    at_most_with(bound, 1)
}

/// The same with so many digits after the first.
pub fn at_most_with(bound: f64, places: usize) -> String {
    let text = format!("{bound:.places$e}");
    let rounded = |text: &str| text.parse::<f64>().unwrap_or(f64::INFINITY);
    if bound.is_nan() || rounded(&text) >= bound {
        return text;
    }
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let unit = 10.0_f64.powi(-(places as i32));
    let next = rounded(&format!("{:.places$}e{exponent}", rounded(digits) + unit));
    format!("{next:.places$e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_bound_is_not_below_the_bound() {
        for (bound, text) in [
            (1.0, "1.0e0"),
            (1.04e-15, "1.1e-15"),
            (1.06e-15, "1.1e-15"),
            (9.94e3, "1.0e4"),
            (9.91e-8, "1.0e-7"),
            (0.0, "0.0e0"),
            (f64::MAX, "1.8e308"),
        ] {
            assert_eq!(at_most(bound), text, "{bound:e}");
        }
        assert_eq!(at_most_with(1.000_000_1, 6), "1.000001e0");
    }
}
