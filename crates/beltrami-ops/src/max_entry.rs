//! # `max(A)`: largest entry
//!
//! The largest of all entries, $\max_{ij} a_{ij}$; of a matrix too it is over all entries.
//!
//! ## Shape
//! `m×n → scalar`.
//!
//! ## Derivative
//! The differential of the largest entry, where it is the only one; equal entries share the weight, a subgradient.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'max([1; -3; 2])'` gives `2`

use beltrami_core::{Kernel, Op, rule};

/// The largest entry.
pub static OP: Op = Op {
    name: "max",
    kernel: Kernel::Defined,
    definition: "sum(argmax(A).*A)",
    accepts: |args| args.len() == 1,
    shape: rule::to_scalar,
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
