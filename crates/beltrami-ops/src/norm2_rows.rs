//! # `norm2(A, 2)`: Euclidean norm of each row
//!
//! The Euclidean norm of each row, a column, $\sqrt{\sum_j a_{ij}^2}$.
//!
//! ## Shape
//! `m×n → m`.
//!
//! ## Derivative
//! The sum of $A \odot dA$ along the same axis, divided by the norm, where the norm is not zero.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'norm2([3, 4; 5, 12], 2)'` gives `[5; 13]`

use beltrami_core::{Kernel, Op, Shape, rule};

/// The Euclidean norm of each row.
pub static OP: Op = Op {
    name: "norm2",
    literal: Some(2),
    kernel: Kernel::Defined,
    definition: "sqrt(sum(A.^2, 2))",
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument and the direction 2")?;
        rule::matrix(args, 0)?;
        Ok(Shape::vector(args[0].shape.rows.clone()))
    },
    samples: &["A: matrix(2,3)", "x: row(3)"],
    ..Op::BASE
};
