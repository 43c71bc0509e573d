//! # `softmax(A, 2)`: exponentials over their sum, row by row
//!
//! In each row the exponentials over their sum, $e^{a_{ij}}/\sum_k e^{a_{ik}}$.
//!
//! ## Shape
//! `m×n → m×n`.
//!
//! ## Derivative
//! $s \odot (dA - \operatorname{sum}(s \odot dA, 2) \mathbf 1^\top)$ with $s = \operatorname{softmax}(A, 2)$.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'softmax([0, 0; 3, 3], 2)'` gives `[0.5, 0.5; 0.5, 0.5]`

use beltrami_core::{Kernel, Op, rule};

/// The exponentials over the sum of their row.
pub static OP: Op = Op {
    name: "softmax",
    literal: Some(2),
    kernel: Kernel::Defined,
    definition: "exp(A)./(sum(exp(A), 2)*ones(1,n))",
    accepts: |args| args.len() == 1,
    shape: rule::entrywise,
    samples: &["A: matrix(2,3)", "x: row(3)"],
    ..Op::BASE
};
