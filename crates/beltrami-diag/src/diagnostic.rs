//! One message with its places.

use crate::{Choice, Code, Hint, SourceId, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The result is there, with a reservation.
    Warning,
    /// There is no result.
    Error,
}

impl Severity {
    /// The word that starts the message: `error` or `warning`.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A marked place with a few words beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The source that holds the place.
    pub source: SourceId,
    /// The range to mark.
    pub span: Span,
    /// The words; may be empty.
    pub text: String,
}

impl Label {
    /// A place with its words.
    pub fn new(source: SourceId, span: Span, text: impl Into<String>) -> Self {
        Self { source, span, text: text.into() }
    }
}

/// An error or a warning: what, where, where else, and a way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The kind, which has a page of explanation.
    pub code: &'static Code,
    /// One sentence without a full stop, in the user's own names.
    pub message: String,
    /// The place at fault.
    pub primary: Option<Label>,
    /// Places that help to understand it.
    pub secondary: Vec<Label>,
    /// What to do about it.
    pub hint: Option<Hint>,
}

impl Diagnostic {
    /// An error without places.
    pub fn error(code: &'static Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A warning without places.
    pub fn warning(code: &'static Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    /// Sets the place at fault.
    pub fn at(mut self, label: Label) -> Self {
        self.primary = Some(label);
        self
    }

    /// Adds a place that helps to understand.
    pub fn also(mut self, label: Label) -> Self {
        self.secondary.push(label);
        self
    }

    /// Sets the way out.
    pub fn hint(mut self, hint: impl Into<Hint>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same message with the words that a front end has for settings.
    pub fn worded(&self, words: &dyn Fn(&Choice) -> String) -> Self {
        Self { hint: self.hint.as_ref().map(|hint| hint.worded(words)), ..self.clone() }
    }

    /// Whether this is an error, not a warning.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    fn new(severity: Severity, code: &'static Code, message: String) -> Self {
        Self { severity, code, message, primary: None, secondary: Vec::new(), hint: None }
    }
}
