//! Random well-typed expressions of the language, and how a failing one is made small.
//!
//! Expressions are made goal-directed: for a wanted shape, every operation of a registry whose result can have that
//! shape is a candidate, and the texts of its record say what its arguments must be.
//! *Invariant: the same seed gives the same case, byte for byte.*
//! Entry points: [`Case::new`] and [`shrink`].

mod case;
mod catalogue;
mod choice;
mod generate;
mod guard;
mod need;
mod production;
mod shrink;
mod special;
mod tree;
mod unify;
mod variable;

pub use case::Case;
pub use choice::Choice;
pub use need::Need;
pub use shrink::{Shrunk, shrink};
pub use tree::Tree;
pub use variable::Variable;
