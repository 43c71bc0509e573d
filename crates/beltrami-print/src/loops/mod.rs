//! Programs for languages without expressions of arrays: loops over entries, and calls for what is no loop.
//!
//! Operations whose entries are computed from few entries of the operands are no statements: they are written where the
//! entries are read, so that a chain of them is one loop. A loop is a [`Nest`]; products, equations and the like are
//! calls, which the [`Language`] writes.

mod body;
mod contraction;
mod entry;
mod expanded;
mod language;
mod lowered;
mod text;

pub(crate) use body::{Body, Fold, Nest, described};
use expanded::expanded;
pub(crate) use language::{Language, Out};
pub(crate) use lowered::lowered;
pub(crate) use text::{Level, Text, linear};
