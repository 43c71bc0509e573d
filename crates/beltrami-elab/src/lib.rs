//! From a syntax tree to typed expressions: names, shapes, sizes and structure.
//!
//! Works in two phases: shapes are inferred on a small typed tree while unknown sizes are unified, then the expression
//! is built in a graph with every size settled. Neither the parser nor the engines know anything of the inference.
//! The one invariant: what is handed out has shapes that agree, and every assumption that was made is listed.
//!
//! Start at [`elaborate`]; [`theory::read`] reads the texts of operation records.
#![warn(missing_docs)]

mod arguments;
mod assemble;
mod blame;
mod broadcast;
mod build;
mod calls;
mod comparison;
mod constants;
mod declare;
mod elaborate;
mod elaborated;
mod entrywise;
mod infer;
mod operators;
mod prepass;
mod scope;
mod size_expr;
mod sizes;
mod slice;
mod solve;
mod suggest;
mod term;
pub mod theory;
mod traps;
mod types;

pub use elaborate::elaborate;
pub use elaborated::{Elaborated, Index, Request, Variable};
pub use prepass::{Role, role};
pub use sizes::{Settled, Unknowns};
