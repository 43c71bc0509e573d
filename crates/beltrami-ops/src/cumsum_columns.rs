//! # `cumsum(A, 1)`: running sums of each column
//!
//! The sum of each entry and of those above it, $\operatorname{cumsum}(A, 1)_{ij} = \sum_{k \le i} a_{kj}$.
//!
//! ## Shape
//! `m×n → m×n`.
//!
//! ## Derivative
//! The running sums of the differential.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'cumsum([1, 2; 3, 4], 1)'` gives `[1, 2; 4, 6]`

use beltrami_core::{Kernel, Op, rule};

/// The running sums of each column.
pub static OP: Op = Op {
    name: "cumsum",
    literal: Some(1),
    kernel: Kernel::Defined,
    definition: "tril(ones(m,m))*A",
    accepts: |args| args.len() == 1,
    shape: rule::entrywise,
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
