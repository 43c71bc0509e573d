//! Why a value could not be computed, with cause and remedy.

use std::fmt;

use beltrami_core::Kernel;

/// Why a kernel refused its arguments.
#[derive(Clone, Debug, PartialEq)]
pub enum ExecError {
    /// A matrix cannot be inverted, or lacks rank, to working precision.
    Singular {
        /// What was found and what helps.
        reason: String,
    },
    /// An input or the result is NaN or infinite.
    NotFinite {
        /// Where.
        function: String,
    },
    /// The function does not exist at this value.
    Domain {
        /// The function.
        function: String,
        /// The value.
        value: f64,
    },
    /// The value exists and the derivative does not.
    NotDifferentiable {
        /// What fails, and where.
        what: String,
    },
    /// Two leading values coincide, so that what belongs to the first is not unique.
    NotUnique {
        /// What was found and what helps.
        reason: String,
    },
    /// The arguments do not fit the kernel or each other.
    Shape {
        /// The kernel.
        kernel: Kernel,
        /// What was found.
        detail: String,
    },
    /// The result, or something on the way, has more entries than allowed.
    TooLarge {
        /// The size, as `1000×1000×1000`.
        size: String,
    },
    /// An iteration did not reach its tolerance.
    NotConverged {
        /// What was found and what helps.
        reason: String,
    },
    /// The einsum text does not fit the operands.
    Einsum(String),
}

impl ExecError {
    pub(crate) fn shape(kernel: Kernel, detail: impl Into<String>) -> ExecError {
        ExecError::Shape { kernel, detail: detail.into() }
    }

    pub(crate) fn not_differentiable(what: impl Into<String>) -> ExecError {
        ExecError::NotDifferentiable { what: what.into() }
    }

    pub(crate) fn domain(function: impl Into<String>, value: f64) -> ExecError {
        ExecError::Domain { function: function.into(), value }
    }
}

impl fmt::Display for ExecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExecError::Singular { reason }
            | ExecError::NotUnique { reason }
            | ExecError::NotConverged { reason } => f.write_str(reason),
            ExecError::NotFinite { function } => write!(
                f,
                "{function}: a value is NaN or exceeds the largest number (1.8e308); check the inputs, or scale them down"
            ),
            ExecError::Domain { function, value } => {
                write!(f, "{function} does not exist at {value:e}; move the inputs into its domain")
            }
            ExecError::NotDifferentiable { what } => {
                write!(f, "no derivative: {what}; evaluate at a nearby point instead")
            }
            ExecError::Shape { kernel, detail } => {
                write!(f, "{detail} (kernel {kernel:?}); make the sizes of the inputs agree")
            }
            ExecError::TooLarge { size } => {
                let numbers: f64 = size.split('×').filter_map(|n| n.parse::<f64>().ok()).product();
                write!(
                    f,
                    "a value of size {size} is too large to be computed, its {numbers:.2e} numbers take {:.1} GB; use smaller sizes, or an expression without it",
                    8e-9 * numbers
                )
            }
            ExecError::Einsum(text) => {
                write!(f, "einsum: {text}; correct the subscripts or the operands")
            }
        }
    }
}

impl std::error::Error for ExecError {}

impl From<beltrami_linalg::Error> for ExecError {
    fn from(error: beltrami_linalg::Error) -> ExecError {
        use beltrami_linalg::Error;
        let reason = error.to_string();
        match error {
            Error::NotFinite { function } | Error::Overflow { function } => {
                ExecError::NotFinite { function: function.to_owned() }
            }
            Error::NegativeAxis { function, eigenvalue } => ExecError::domain(
                format!("{function} (principal value, by eigenvalues)"),
                eigenvalue,
            ),
            Error::NotSymmetric { asymmetry } => ExecError::domain(
                "a function of symmetric matrices (by relative asymmetry)",
                asymmetry,
            ),
            Error::NotUnique { .. } => ExecError::NotUnique { reason },
            Error::NotConverged { .. } => ExecError::NotConverged { reason },
            _ => ExecError::Singular { reason },
        }
    }
}
