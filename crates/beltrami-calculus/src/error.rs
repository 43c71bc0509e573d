//! Why a derivative cannot be given.

use beltrami_core::{ExprId, ShapeError};
use beltrami_stop::Stopped;

/// Why a derivative could not be formed.
#[derive(Clone, Debug)]
pub enum CalculusError {
    /// The operation at this expression has no differential.
    NotAvailable(ExprId),
    /// More than is worth printing.
    TooLarge(Excess),
    /// A rule of the registry produced an expression that does not fit: a defect of that rule.
    Shape(ShapeError),
    /// The application there is defined for symmetric matrices alone.
    Symmetric(ExprId),
    /// No expression of the asked form exists.
    NoForm(&'static str),
    /// It was stopped from outside.
    Stopped,
}

/// What there is more of than is worth printing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// More terms than this.
    Terms(usize),
    /// More factors than this in all terms together.
    Factors(usize),
}

impl From<ShapeError> for CalculusError {
    fn from(error: ShapeError) -> CalculusError {
        CalculusError::Shape(error)
    }
}

impl From<Stopped> for CalculusError {
    fn from(Stopped: Stopped) -> CalculusError {
        CalculusError::Stopped
    }
}

/// Result of a step of the calculus.
pub type Result<T> = std::result::Result<T, CalculusError>;
