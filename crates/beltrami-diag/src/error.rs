//! Why there is no result.

use std::fmt;

use crate::{Diagnostic, Sources, codes};

/// Who has to do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The input cannot be used as it is.
    Input,
    /// The input is sound, and the computation has no result.
    Computation,
    /// The computation was stopped before its end.
    Stopped,
    /// A result was found wrong by its check: a defect of Beltrami.
    Internal,
}

/// A refused input or a failed computation: what is wrong, and the texts that it is about.
///
/// *Invariant: there is at least one diagnostic.*
#[derive(Clone, Debug)]
pub struct Error {
    kind: Kind,
    diagnostics: Vec<Diagnostic>,
    sources: Sources,
}

impl Error {
    /// Input that cannot be used, one thing wrong with it or several; the labels point into these sources.
    pub fn refused(diagnostics: impl Into<Vec<Diagnostic>>, sources: &Sources) -> Error {
        Error::new(Kind::Input, diagnostics.into(), sources.clone())
    }

    /// A computation without a result.
    pub fn failed(diagnostics: impl Into<Vec<Diagnostic>>, sources: &Sources) -> Error {
        Error::new(Kind::Computation, diagnostics.into(), sources.clone())
    }

    /// The same error, of another kind.
    pub fn of_kind(self, kind: Kind) -> Error {
        Error::new(kind, self.diagnostics, self.sources)
    }

    /// Some codes say more than the place at which they are met.
    fn new(kind: Kind, diagnostics: Vec<Diagnostic>, sources: Sources) -> Error {
        debug_assert!(!diagnostics.is_empty(), "an error says what is wrong");
        let any = |code| diagnostics.iter().any(|diagnostic| diagnostic.code == code);
        let kind = match kind {
            _ if any(&codes::E0801) => Kind::Stopped,
            _ if any(&codes::E0501) => Kind::Internal,
            kind => kind,
        };
        Error { kind, diagnostics, sources }
    }

    /// Who has to do something about it.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What is wrong, the first thing first.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The texts into which labels point.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }
}

impl From<Diagnostic> for Vec<Diagnostic> {
    fn from(diagnostic: Diagnostic) -> Vec<Diagnostic> {
        vec![diagnostic]
    }
}

/// `E0203: cannot multiply …`, of the first diagnostic.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.diagnostics.first() {
            Some(Diagnostic { code, message, hint, .. }) => {
                write!(f, "{}: {message}", code.id)?;
                hint.as_ref().map_or(Ok(()), |hint| write!(f, " (hint: {hint})"))
            }
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_codes_say_of_what_kind_an_error_is() {
        let sources = Sources::new();
        for (code, kind) in [
            (&codes::E0203, Kind::Input),
            (&codes::E0801, Kind::Stopped),
            (&codes::E0501, Kind::Internal),
        ] {
            let error = Error::refused(Diagnostic::error(code, "it is so"), &sources);
            assert_eq!(error.kind(), kind, "{}", code.id);
        }
        let diagnostic = Diagnostic::error(&codes::E0503, "no value").hint("move it");
        let error: Box<dyn std::error::Error> = Box::new(Error::failed(diagnostic, &sources));
        assert_eq!(error.to_string(), "E0503: no value (hint: move it)");
    }
}
