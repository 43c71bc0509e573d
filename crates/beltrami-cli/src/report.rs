//! What a verb hands back: text for the two streams and an exit code.

use beltrami::Error;
use beltrami::diag::{Choice, Code, Diagnostic, Hint, Kind, Setting, Sources, render};
use beltrami_report::{Answer, Note};
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

    /// An answer for a person, or as JSON.
    pub fn answer(answer: &impl Answer, as_json: bool) -> Report {
        if as_json {
            return Report::json(&answer.json());
        }
        let mut report = Report::result(answer.text());
        report.notes(&answer.notes());
        report
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
    pub fn failure(failure: &Error, as_json: bool) -> Report {
        let code = match failure.kind() {
            Kind::Stopped => interrupt::code(),
            Kind::Input => REFUSED,
            Kind::Computation | Kind::Internal => FAILED,
        };
        if as_json {
            let diagnostics = worded(failure.diagnostics());
            let mut object = json!({ "error": render::json(&diagnostics, failure.sources()) });
            if failure.kind() == Kind::Stopped {
                object["status"] = json!("stopped");
            }
            return Report { code, ..Report::json(&object) };
        }
        Report {
            err: terminal(failure.diagnostics(), failure.sources()),
            code,
            ..Report::default()
        }
    }

    /// Adds what is said beside an answer.
    pub fn notes(&mut self, notes: &[Note<'_>]) {
        for note in notes {
            match note {
                Note::Remark(remark) => self.remark(&remark.worded(&option).to_string()),
                Note::Line(line) => self.err.push_str(&format!("{line}\n")),
                Note::Warnings(warnings, sources) => {
                    self.err.push_str(&terminal(warnings, sources));
                }
            }
        }
    }

    /// Adds a dimmed remark to standard error.
    pub fn remark(&mut self, text: &str) {
        self.err.push_str(&format!("\u{1b}[2m{text}\u{1b}[0m\n"));
    }
}

/// A refusal without a place in a text.
pub fn refusal(code: &'static Code, message: impl Into<String>, hint: Option<String>) -> Error {
    let mut diagnostic = Diagnostic::error(code, message);
    diagnostic.hint = hint.map(Hint::from);
    Error::refused(diagnostic, &Sources::new())
}

/// The messages for a terminal, with the options of this command for settings.
pub fn terminal(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    render::terminal(&worded(diagnostics), sources, true)
}

fn worded(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    diagnostics.iter().map(|diagnostic| diagnostic.worded(&option)).collect()
}

/// What a setting is called on the command line.
fn option(choice: &Choice) -> String {
    let name = match choice.setting {
        Setting::Data => "--data",
        Setting::Json => "--json",
        Setting::Seconds => "--seconds",
        Setting::Boxes => "--boxes",
        Setting::Symmetric => "--symmetric",
        Setting::Language => "--to",
        Setting::Times => "--times",
        Setting::CsvSeparator => "--csv-separator",
        Setting::CsvDecimal => "--csv-decimal",
        Setting::CsvHeader => "--csv-header",
        Setting::CsvIndex => "--csv-index",
    };
    match &choice.value {
        Some(value) => format!("{name} {value}"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_an_option_of_the_command() {
        let command = <crate::arguments::Arguments as clap::CommandFactory>::command();
        let options: Vec<&str> = command
            .get_subcommands()
            .chain([&command])
            .flat_map(clap::Command::get_arguments)
            .filter_map(clap::Arg::get_long)
            .collect();
        for setting in Setting::ALL {
            let text = option(&(*setting).into());
            assert!(options.iter().any(|long| format!("--{long}") == text), "{text}");
        }
    }
}
