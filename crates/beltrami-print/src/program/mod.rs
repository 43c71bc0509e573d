//! Programs before a language is chosen: expressions as operations on arrays, equal ones shared.

mod einsum;
mod factorisation;
mod formula;
mod kernel;
mod lower;
mod operation;
mod product;
pub(crate) mod shape;

pub(crate) use kernel::derivative_name;
pub(crate) use lower::Lowering;
pub(crate) use operation::{ArrayId, Operation, Program, Sign};
