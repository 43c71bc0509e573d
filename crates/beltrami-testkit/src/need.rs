//! What is asked of a value so that points of the domain exist.

/// What an argument must be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Anything.
    Any,
    /// Entries of moderate size.
    Bounded,
    /// Entries greater than zero.
    Positive,
    /// Entries between -1 and 1.
    Unit,
    /// A symmetric matrix.
    Symmetric,
    /// A symmetric positive definite matrix.
    Spd,
    /// An invertible matrix, well-conditioned.
    Invertible,
    /// A matrix of full rank.
    FullRank,
}

impl Need {
    /// What a condition of a record asks of its argument, `_` standing for the argument; `None` for a condition that
    /// holds almost everywhere.
    pub fn of_condition(condition: &str) -> Option<Need> {
        Some(match condition {
            "_ > 0" | "_ >= 0" | "_ is not 0" => Need::Positive,
            "abs(_) <= 1" | "abs(_) < 1" => Need::Unit,
            "no entry of cos(_) is 0" => Need::Bounded,
            "_ is invertible" => Need::Invertible,
            "no eigenvalue of _ is on the closed negative real axis" => Need::Spd,
            "_ is positive definite" => Need::Spd,
            "_ has full rank"
            | "the rank of _ is constant"
            | "the singular values of _ are distinct and not 0"
            | "the best approximation of _ of this rank is unique"
            | "the largest singular value of _ is simple" => Need::FullRank,
            _ => return None,
        })
    }

    /// The same for entries that are a `1 × 1` matrix.
    pub fn of_scalar(self) -> Need {
        match self {
            Need::Symmetric => Need::Any,
            Need::Spd | Need::Invertible | Need::FullRank => Need::Positive,
            other => other,
        }
    }

    /// Whether a value of which `other` was asked will do.
    pub fn is_met_by(self, other: Need) -> bool {
        self == Need::Any
            || self == other
            || matches!(
                (self, other),
                (Need::Bounded, Need::Unit)
                    | (Need::Symmetric | Need::Invertible | Need::FullRank, Need::Spd)
                    | (Need::FullRank, Need::Invertible)
            )
    }
}
