//! # `logsumexp(A, 1)`: logarithm of the sum of exponentials of each column
//!
//! The logarithm of the sum of the exponentials of each column, a row, $\log \sum_i e^{a_{ij}}$.
//!
//! ## Shape
//! `m×n → 1×n`.
//!
//! ## Derivative
//! The sum of the softmax times the differential along the same axis.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'logsumexp([0, 3; 0, 3], 1)'` gives `[log(2), 3+log(2)]`

use beltrami_core::{Kernel, Op, Shape, rule};

/// The logarithm of the sum of exponentials of each column.
pub static OP: Op = Op {
    name: "logsumexp",
    literal: Some(1),
    kernel: Kernel::Defined,
    definition: "log(sum(exp(A), 1))",
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument and the direction 1")?;
        rule::matrix(args, 0)?;
        Ok(Shape::row(args[0].shape.cols.clone()))
    },
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
