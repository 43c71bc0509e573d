//! Numbers for the names of an expression: arrays from `beltrami-data`, and what they are as values of variables.

mod bind;
mod sizes;
mod structure;

pub use beltrami_data::*;
pub(crate) use bind::kind;
pub use bind::{Bound, bind, bind_all_but};
