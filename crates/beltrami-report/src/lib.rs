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
mod factors;
mod jacobian;
mod minimize;
mod polar;
mod schedule;
pub mod sparkline;
mod table;
mod taylor;

pub use bound::{at_most, at_most_with, truncated};
pub use clip::Clip;
pub use factors::{Factors, Orthogonalisation};
pub use jacobian::Jacobian;
pub use minimize::{Evaluations, Measure, Minimum, trace_csv, trace_json};
pub use polar::Polar;
pub use schedule::Schedule;
pub use table::columns;
pub use taylor::{Checked, Taylor};

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

    /// The answer for a program; what is no number, an infinite bound for instance, is `null`.
    fn json(&self) -> Value {
        // Fails for maps whose keys are no texts, of which there are none.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// The remark about what was assumed about names, where there is any.
fn assumed(assumed: &[String]) -> Option<String> {
    (!assumed.is_empty()).then(|| format!("assumed: {}", assumed.join(", ")))
}
