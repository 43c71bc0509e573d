//! Programs to print: a value and its derivative.

use std::fmt;

use beltrami_core::{ExprId, Graph};

/// An expression, its derivative, and what the printed program says about them.
#[derive(Clone, Debug)]
pub struct Module<'a> {
    /// Where the expressions live.
    pub graph: &'a Graph,
    /// The expression.
    pub value: ExprId,
    /// Its derivative.
    pub derivative: ExprId,
    /// The declared names the program takes, in order; every name of the two expressions is among them.
    pub inputs: Vec<ExprId>,
    /// The order of the derivative.
    pub order: usize,
    /// The names the derivative is taken by.
    pub by: Vec<String>,
    /// Whether the derivative is an array of two axes whatever its shape, as in the form `kron`.
    pub two_dimensional: bool,
    /// The expression in the surface language.
    pub value_text: String,
    /// The derivative in the surface language.
    pub derivative_text: String,
    /// Further lines for the description: conditions, layout, form.
    pub notes: Vec<String>,
}

/// Why a program cannot be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// What the target language has no form for, in words.
    pub what: String,
}

impl Unsupported {
    pub(crate) fn new(what: impl Into<String>) -> Unsupported {
        Unsupported { what: what.into() }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot be printed: {}", self.what)
    }
}

impl std::error::Error for Unsupported {}

/// An order as a word before "derivative".
pub(crate) fn ordinal(order: usize) -> String {
    match order {
        0 | 1 => String::new(),
        2 => String::from("second "),
        3 => String::from("third "),
        _ => format!("{order}th "),
    }
}
