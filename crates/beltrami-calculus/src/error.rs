//! Why a derivative cannot be given.

use beltrami_core::{ExprId, ShapeError};

/// Why a derivative could not be formed.
#[derive(Clone, Debug)]
pub enum CalculusError {
    /// The operation at this expression has no differential.
    NotAvailable(ExprId),
    /// More terms than are worth printing.
    TooLarge(usize),
    /// A rule of the registry produced an expression that does not fit: a defect of that rule.
    Shape(ShapeError),
    /// The application there is defined for symmetric matrices alone.
    Symmetric(ExprId),
    /// No expression of the asked form exists.
    NoForm(&'static str),
}

impl From<ShapeError> for CalculusError {
    fn from(error: ShapeError) -> CalculusError {
        CalculusError::Shape(error)
    }
}

/// Result of a step of the calculus.
pub type Result<T> = std::result::Result<T, CalculusError>;
