//! Diagnostics: error codes, places in sources, and renderers for the terminal, JSON and HTML.
//!
//! Every message of Beltrami is a [`Diagnostic`] with a [`Code`]; the code has a page that
//! `beltrami explain` prints. The one invariant: rendering never panics, whatever the spans and the text are.
//!
//! Start at [`Diagnostic::error`] and [`render::terminal`].
#![warn(missing_docs)]

mod code;
pub mod codes;
mod diagnostic;
mod error;
mod hint;
pub mod render;
mod source;
mod span;
mod spelling;

pub use code::Code;
pub use diagnostic::{Diagnostic, Label, Severity};
pub use error::{Error, Kind};
pub use hint::{Choice, Hint, Setting};
pub use source::{Position, Source, SourceId, Sources};
pub use span::Span;
pub use spelling::nearest;
