//! Why a derivative cannot be given.

use std::fmt;

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

impl fmt::Display for CalculusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CalculusError::NotAvailable(_) => f.write_str("an operation has no differential"),
            CalculusError::TooLarge(Excess::Terms(most)) => {
                write!(f, "the derivative has more than {most} terms")
            }
            CalculusError::TooLarge(Excess::Factors(most)) => {
                write!(f, "the derivative has more than {most} factors")
            }
            CalculusError::Shape(_) => f.write_str("a rule made an expression that does not fit"),
            CalculusError::Symmetric(_) => {
                f.write_str("an operation is defined for symmetric matrices alone")
            }
            CalculusError::NoForm(form) => write!(f, "there is no derivative in the form {form}"),
            CalculusError::Stopped => Stopped.fmt(f),
        }
    }
}

impl std::error::Error for CalculusError {}

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
