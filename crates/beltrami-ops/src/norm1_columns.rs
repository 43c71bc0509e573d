//! # `norm1(A, 1)`: sum of absolute values of each column
//!
//! The sum of the absolute values of each column, a row, $\sum_i |a_{ij}|$.
//!
//! ## Shape
//! `m×n → 1×n`.
//!
//! ## Derivative
//! The sum of $\operatorname{sign}(A) \odot dA$ along the same axis, where no entry is zero.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'norm1([1, -2; 3, 6], 1)'` gives `[4, 8]`

use beltrami_core::{Kernel, Op, Shape, rule};

/// The sum of absolute values of each column.
pub static OP: Op = Op {
    name: "norm1",
    literal: Some(1),
    kernel: Kernel::Defined,
    definition: "sum(abs(A), 1)",
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument and the direction 1")?;
        rule::matrix(args, 0)?;
        Ok(Shape::row(args[0].shape.cols.clone()))
    },
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
