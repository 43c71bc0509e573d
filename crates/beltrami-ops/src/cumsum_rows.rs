//! # `cumsum(A, 2)`: running sums of each row
//!
//! The sum of each entry and of those to its left, $\operatorname{cumsum}(A, 2)_{ij} = \sum_{k \le j} a_{ik}$.
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
//! - `beltrami eval 'cumsum([1, 2; 3, 4], 2)'` gives `[1, 3; 3, 7]`

use beltrami_core::{Kernel, Op, rule};

/// The running sums of each row.
pub static OP: Op = Op {
    name: "cumsum",
    literal: Some(2),
    kernel: Kernel::Defined,
    definition: "A*triu(ones(n,n))",
    accepts: |args| args.len() == 1,
    shape: rule::entrywise,
    samples: &["A: matrix(2,3)", "x: row(3)"],
    ..Op::BASE
};
