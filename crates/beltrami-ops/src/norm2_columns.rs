//! # `norm2(A, 1)`: Euclidean norm of each column
//!
//! The Euclidean norm of each column, a row, $\sqrt{\sum_i a_{ij}^2}$.
//!
//! ## Shape
//! `m×n → 1×n`.
//!
//! ## Derivative
//! The sum of $A \odot dA$ along the same axis, divided by the norm, where the norm is not zero.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'norm2([3, 5; 4, 12], 1)'` gives `[5, 13]`

use beltrami_core::{Kernel, Op, Shape, rule};

/// The Euclidean norm of each column.
pub static OP: Op = Op {
    name: "norm2",
    literal: Some(1),
    kernel: Kernel::Defined,
    definition: "sqrt(sum(A.^2, 1))",
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument and the direction 1")?;
        rule::matrix(args, 0)?;
        Ok(Shape::row(args[0].shape.cols.clone()))
    },
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
