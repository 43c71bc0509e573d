//! # `logsumexp(A, 2)`: logarithm of the sum of exponentials of each row
//!
//! The logarithm of the sum of the exponentials of each row, a column, $\log \sum_j e^{a_{ij}}$.
//!
//! ## Shape
//! `m×n → m`.
//!
//! ## Derivative
//! The sum of the softmax times the differential along the same axis.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'logsumexp([0, 0; 3, 3], 2)'` gives `[log(2); 3+log(2)]`

use beltrami_core::{Kernel, Op, Shape, rule};

/// The logarithm of the sum of exponentials of each row.
pub static OP: Op = Op {
    name: "logsumexp",
    literal: Some(2),
    kernel: Kernel::Defined,
    definition: "log(sum(exp(A), 2))",
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument and the direction 2")?;
        rule::matrix(args, 0)?;
        Ok(Shape::vector(args[0].shape.rows.clone()))
    },
    samples: &["A: matrix(2,3)", "x: row(3)"],
    ..Op::BASE
};
