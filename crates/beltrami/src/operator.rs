//! Derivatives as linear maps at given data: by their structure, or by products with a direction.
//!
//! [`CompiledOperator`] keeps the structure that the Kronecker form of a derivative shows, as a
//! [`Structured`](beltrami_linalg::Structured) matrix; [`CompiledProduct`] needs none and forms no matrix.
//! [`Session::operator`](crate::Session::operator) and [`Session::times`](crate::Session::times) go from text and data to both.

mod compiled;
mod direction;
mod evaluation;
mod pattern;
mod residual;

pub use compiled::{CompiledOperator, CompiledProduct, OperatorError};
pub use evaluation::{Acting, OperatorEvaluation, ProductEvaluation, Solved};

pub(crate) use evaluation::offer;
