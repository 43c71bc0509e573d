//! # `softmax(A, 1)`: exponentials over their sum, column by column
//!
//! In each column the exponentials over their sum, $e^{a_{ij}}/\sum_k e^{a_{kj}}$.
//!
//! ## Shape
//! `m×n → m×n`.
//!
//! ## Derivative
//! $s \odot (dA - \mathbf 1 \operatorname{sum}(s \odot dA, 1))$ with $s = \operatorname{softmax}(A, 1)$.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'softmax([0, 3; 0, 3], 1)'` gives `[0.5, 0.5; 0.5, 0.5]`

use beltrami_core::{Kernel, Op, rule};

/// The exponentials over the sum of their column.
pub static OP: Op = Op {
    name: "softmax",
    literal: Some(1),
    kernel: Kernel::Defined,
    definition: "exp(A)./(ones(m)*sum(exp(A), 1))",
    accepts: |args| args.len() == 1,
    shape: rule::entrywise,
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
