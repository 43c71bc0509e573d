//! What can go wrong, with cause and remedy.

use std::fmt;

use crate::scale::ldexp;

/// Why a result was refused.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// An entry of the input is NaN or infinite.
    NotFinite {
        /// The function that refused.
        function: &'static str,
    },
    /// The exact result exceeds the largest `f64`.
    Overflow {
        /// The function whose result is too large.
        function: &'static str,
    },
    /// Rows and columns differ where a square matrix is needed.
    NotSquare {
        /// The function that refused.
        function: &'static str,
        /// Rows found.
        rows: usize,
        /// Columns found.
        cols: usize,
    },
    /// The sizes of two operands do not fit.
    Shape {
        /// The function that refused.
        function: &'static str,
        /// What was found.
        detail: String,
    },
    /// The matrix cannot be inverted to working precision.
    Singular {
        /// Estimated reciprocal condition number in the 1-norm; 0 when a pivot vanished.
        rcond: f64,
    },
    /// Some singular values vanish to working precision where none may.
    RankDeficient {
        /// The function that refused.
        function: &'static str,
        /// Numerical rank.
        rank: usize,
        /// The rank that is needed.
        wanted: usize,
    },
    /// Singular values are not zero, and so far below the largest that rounding hides them.
    Unresolved {
        /// The function that refused.
        function: &'static str,
        /// Singular values above the rounding of the largest.
        found: usize,
        /// The same once rows and columns are scaled by powers of two, which changes no rank.
        rank: usize,
    },
    /// The matrix is not symmetric.
    NotSymmetric {
        /// Largest `|A - A'|` relative to the largest `|A|`.
        asymmetry: f64,
    },
    /// The matrix is not positive definite.
    NotPositiveDefinite {
        /// The leading minor, counted from 1, at which the factorisation broke down.
        minor: usize,
    },
    /// There is no principal value: an eigenvalue is zero or negative.
    NegativeAxis {
        /// The function that refused.
        function: &'static str,
        /// The offending eigenvalue (its real part).
        eigenvalue: f64,
    },
    /// Two leading values coincide, so that what belongs to the first is not unique.
    NotUnique {
        /// What was asked for.
        what: &'static str,
        /// Distance of the two leading values relative to the first.
        gap: f64,
    },
    /// The rank of the matrix is below the one that was asked for, where an approximation is the matrix itself and has no
    /// derivative.
    LowerRank {
        /// The function that refused.
        function: &'static str,
        /// The rank asked for.
        rank: usize,
    },
    /// The accuracy that was asked for is beyond the arithmetic.
    NotAccurate {
        /// The function that refused.
        function: &'static str,
        /// The accuracy asked for.
        wanted: f64,
        /// The bound that was proved.
        reached: f64,
    },
    /// The function is not differentiable here: a singular value lies on a kink, to within rounding.
    Kink {
        /// The function that refused.
        function: &'static str,
        /// The singular value.
        value: f64,
        /// Where the scalar function has its kink.
        kink: f64,
    },
    /// The value is zero, so that nothing can be said relative to it.
    ZeroValue {
        /// The function whose value vanishes.
        function: &'static str,
    },
    /// A matrix that would have to be written out has more entries than are.
    TooLarge {
        /// The function that refused.
        function: &'static str,
        /// Its rows.
        rows: usize,
        /// Its columns.
        cols: usize,
    },
    /// No method is known that can do it.
    NoMethod {
        /// The function that refused.
        function: &'static str,
        /// What stands in the way.
        reason: &'static str,
    },
    /// An iteration did not reach its tolerance.
    NotConverged {
        /// The iteration.
        method: &'static str,
        /// Steps taken.
        iterations: usize,
    },
}

impl Error {
    /// The error of a matrix of which that divided by `2^exponent` had this one.
    pub(crate) fn of_multiple(self, exponent: i32) -> Error {
        match self {
            Error::NegativeAxis { function, eigenvalue } => {
                Error::NegativeAxis { function, eigenvalue: ldexp(eigenvalue, exponent) }
            }
            other => other,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotFinite { function } => {
                write!(
                    f,
                    "{function}: an entry is NaN or infinite; check the inputs for overflow or missing values"
                )
            }
            Error::Overflow { function } => {
                write!(
                    f,
                    "{function}: the result exceeds the largest number (1.8e308); scale the matrix down"
                )
            }
            Error::NotSquare { function, rows, cols } => {
                write!(f, "{function}: the matrix is {rows}×{cols}; a square matrix is needed")
            }
            Error::Shape { function, detail } => {
                write!(f, "{function}: {detail}; make the sizes agree")
            }
            Error::Singular { rcond } => write!(
                f,
                "the matrix is singular to working precision (reciprocal condition {rcond:.1e}); use pinv, or add a multiple of eye(n)"
            ),
            Error::RankDeficient { function, rank, wanted } => {
                write!(
                    f,
                    "{function}: the rank is {rank} to rounding and must be {wanted}; remove dependent rows or columns, or add noise"
                )
            }
            Error::Unresolved { function, found, rank } => write!(
                f,
                "{function}: {found} singular values are above the rounding of the largest, and {rank} once rows and columns are scaled by powers of two: so the others are no rounding of zero, and f64 does not tell their vectors; scale rows and columns to alike sizes, or truncate the matrix to rank {found}"
            ),
            Error::NotSymmetric { asymmetry } => {
                write!(
                    f,
                    "the matrix is not symmetric (relative asymmetry {asymmetry:.1e}); pass 0.5*(A + A')"
                )
            }
            Error::NotPositiveDefinite { minor } => write!(
                f,
                "the matrix is not positive definite (leading minor {minor} is not positive); add a multiple of eye(n)"
            ),
            Error::NegativeAxis { function, eigenvalue } => write!(
                f,
                "{function}: no principal value, eigenvalue {eigenvalue:.3e} lies on the closed negative real axis; shift the matrix by a multiple of eye(n)"
            ),
            Error::NotUnique { what, gap } => {
                write!(
                    f,
                    "{what} is not unique: the two leading values differ by {gap:.1e} of the first; perturb the matrix"
                )
            }
            Error::LowerRank { function, rank } => write!(
                f,
                "{function}: the rank of the matrix is below {rank} to working precision, where it is its own approximation, which has no derivative; ask for a lower rank"
            ),
            Error::NotAccurate { function, wanted, reached } => write!(
                f,
                "{function}: an accuracy of {wanted:.1e} is not reached, only {reached:.1e} is proved; the matrix is too badly conditioned for f64, ask for less"
            ),
            Error::Kink { function, value, kink } => write!(
                f,
                "{function}: not differentiable, the singular value {value} lies on the kink at {kink}; move the bound or perturb the matrix"
            ),
            Error::ZeroValue { function } => write!(
                f,
                "{function}: the value is zero and has no relative condition number; look at the derivative instead"
            ),
            Error::TooLarge { function, rows, cols } => write!(
                f,
                "{function}: {rows}×{cols} entries take {:.1} GB, at most 2^28 are written out; use products and solutions instead",
                8e-9 * *rows as f64 * *cols as f64
            ),
            Error::NoMethod { function, reason } => write!(
                f,
                "{function}: {reason}; add a multiple of the identity, or write it out at a smaller size"
            ),
            Error::NotConverged { method, iterations } => write!(
                f,
                "{method} did not converge in {iterations} steps; the matrix is too badly conditioned, scale or shift it"
            ),
        }
    }
}

impl std::error::Error for Error {}
