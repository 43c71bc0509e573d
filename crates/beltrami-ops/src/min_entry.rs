//! # `min(A)`: smallest entry
//!
//! The smallest of all entries, $\min_{ij} a_{ij}$; of a matrix too it is over all entries.
//!
//! ## Shape
//! `m×n → scalar`.
//!
//! ## Derivative
//! The differential of the smallest entry, where it is the only one; equal entries share the weight, a subgradient.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'min([1; -3; 2])'` gives `-3`

use beltrami_core::{Kernel, Op, rule};

/// The smallest entry.
pub static OP: Op = Op {
    name: "min",
    kernel: Kernel::Defined,
    definition: "sum(argmax(-A).*A)",
    accepts: |args| args.len() == 1,
    shape: rule::to_scalar,
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
