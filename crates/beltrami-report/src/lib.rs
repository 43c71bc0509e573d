//! What Beltrami answers, for a reader and for a program: the same text and the same JSON in every front end.
//!
//! A file for each question; an [`Answer`] is plain data made from what the façade hands back.
//!
//! *Invariant: text and JSON are made from the answer alone, so that two front ends say the same.*
//!
//! Start at [`Answer`].
#![warn(missing_docs)]

pub mod array;
mod bound;
mod clip;
mod cost;
mod critical;
mod derivative;
mod evaluation;
mod factors;
mod funm;
mod jacobian;
mod linear;
mod minimize;
mod operator;
mod page;
mod polar;
mod roots;
mod schedule;
mod search;
pub mod sparkline;
mod structure;
mod svd;
mod table;
mod taylor;

pub use bound::{at_most, at_most_with, truncated};
pub use clip::Clip;
pub use cost::{Cost, Exponents, Row};
pub use critical::{Critical, Point};
pub use derivative::{Compared, Derivative, Derivatives, Language, Named, Piece, Step};
pub use evaluation::Evaluation;
pub use factors::{Factors, Orthogonalisation};
pub use funm::{Funm, Iteration};
pub use jacobian::Jacobian;
pub use linear::{Disc, Discs, Group, Linear, Method, linear_trace_csv};
pub use minimize::{Evaluations, Measure, Minimum, trace_csv, trace_json};
pub use operator::{Acts, Manifest, Operator, Product, Solution};
pub use page::{CodePage, Codes, OperationPage, Operations, Reference, References, Text, VerbPage};
pub use polar::Polar;
pub use roots::{Root, RootFrom, Roots};
pub use schedule::Schedule;
pub use search::{Search, Undecided};
pub use structure::{Part, Structure, Term};
pub use svd::Svd;
pub use table::columns;
pub use taylor::{Checked, Taylor};

use beltrami::Error;
use beltrami::diag::{Code, Diagnostic, Hint, Sources};
use serde::Serialize;
use serde_json::Value;

/// What a question is answered with.
pub trait Answer: Serialize {
    /// Of the fields: it rises when one is taken away or means something else, and not when one is added.
    const VERSION: u32 = 1;

    /// The answer itself, for a reader.
    fn text(&self) -> String;

    /// What is said beside it, a sentence each.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }

    /// The same where it holds more than sentences.
    fn notes(&self) -> Vec<Note<'_>> {
        self.remarks().into_iter().map(Note::from).collect()
    }

    /// The answer for a program; what is no number, an infinite bound for instance, is `null`.
    fn json(&self) -> Value {
        // Fails for maps whose keys are no texts, of which there are none.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// Something that is said beside an answer.
#[derive(Clone, Debug)]
pub enum Note<'a> {
    /// A sentence, which may name what can be set.
    Remark(Hint),
    /// A line, which is no remark.
    Line(String),
    /// Reservations, with the texts that they point into.
    Warnings(&'a [Diagnostic], &'a Sources),
}

impl From<String> for Note<'_> {
    fn from(remark: String) -> Self {
        Note::Remark(remark.into())
    }
}

/// A refusal without a place in a text.
fn refusal(code: &'static Code, message: impl Into<String>, hint: Hint) -> Error {
    Error::refused(Diagnostic::error(code, message).hint(hint), &Sources::new())
}

/// A text that ends with a line.
fn ended(text: String) -> String {
    if text.ends_with('\n') { text } else { text + "\n" }
}

/// The remark about what was assumed about names, where there is any.
fn assumed(assumed: &[String]) -> Option<String> {
    (!assumed.is_empty()).then(|| format!("assumed: {}", assumed.join(", ")))
}
