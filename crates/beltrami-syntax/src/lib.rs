//! The surface language: text to syntax tree, and back.
//!
//! Parsing always gives a tree: what is missing or wrong is an [`ExprKind::Error`] node and a diagnostic.
//! The one invariant: no tree that is returned has more than [`MAX_DEPTH`] levels, so passes over it may recurse.
//!
//! Start at [`parse_program`]; [`format::program`] writes a tree back.
//!
//! ```
//! use beltrami_diag::SourceId;
//! let parsed = beltrami_syntax::parse_expression("norm2(A*x -  y)^2", SourceId(0));
//! assert!(parsed.errors.is_empty());
//! assert_eq!(beltrami_syntax::format::expr(&parsed.tree), "norm2(A*x - y)^2");
//! ```
#![warn(missing_docs)]

mod expr;
pub mod format;
mod lexer;
mod parser;
mod program;
mod token;

pub use expr::{BinaryOp, Expr, ExprKind, UnaryOp};
pub use parser::{
    MAX_BYTES, MAX_DEPTH, MAX_NESTING, MAX_TOKENS, Parsed, parse_declarations, parse_equations,
    parse_expression, parse_program,
};
pub use program::{Declaration, Fact, FactKind, Program, Statement, TypeName};
