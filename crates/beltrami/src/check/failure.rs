//! Why a derivative has not passed its check.

use beltrami_stop::Stopped;

use crate::sample::Point;

/// Why there is no agreement to report.
#[derive(Clone, Debug)]
pub enum CheckFailure {
    /// The derivative differs from the numbers at this point.
    Differs {
        /// Where.
        point: Point,
        /// How much, relative.
        error: f64,
    },
    /// No point was found where value and derivative exist.
    NoPoint {
        /// The last reason.
        reason: String,
        /// Whether points lay outside of the domain, so that it helps to declare what is known of the variables.
        outside: bool,
    },
    /// The derivative is too large to be compared at the sizes that the expression asks for; the text says its size.
    TooLarge(String),
    /// It was stopped from outside.
    Stopped,
}

impl std::fmt::Display for CheckFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CheckFailure::Differs { error, .. } => {
                write!(f, "the derivative differs from the numbers by {error:.1e}, relative")
            }
            CheckFailure::NoPoint { reason, .. } => {
                write!(f, "no point was found where value and derivative exist: {reason}")
            }
            CheckFailure::TooLarge(size) => {
                write!(f, "the derivative is too large to be compared: {size}")
            }
            CheckFailure::Stopped => Stopped.fmt(f),
        }
    }
}

impl std::error::Error for CheckFailure {}

impl From<Stopped> for CheckFailure {
    fn from(Stopped: Stopped) -> CheckFailure {
        CheckFailure::Stopped
    }
}
