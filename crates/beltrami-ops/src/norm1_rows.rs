//! # `norm1(A, 2)`: sum of absolute values of each row
//!
//! The sum of the absolute values of each row, a column, $\sum_j |a_{ij}|$.
//!
//! ## Shape
//! `m×n → m`.
//!
//! ## Derivative
//! The sum of $\operatorname{sign}(A) \odot dA$ along the same axis, where no entry is zero.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'norm1([1, -2; 3, 6], 2)'` gives `[3; 9]`

use beltrami_core::{Kernel, Op, Shape, rule};

/// The sum of absolute values of each row.
pub static OP: Op = Op {
    name: "norm1",
    literal: Some(2),
    kernel: Kernel::Defined,
    definition: "sum(abs(A), 2)",
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument and the direction 2")?;
        rule::matrix(args, 0)?;
        Ok(Shape::vector(args[0].shape.rows.clone()))
    },
    samples: &["A: matrix(2,3)", "x: row(3)"],
    ..Op::BASE
};
