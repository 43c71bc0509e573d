//! # `mean(A, 1)`: mean of each column
//!
//! The mean of each column, a row, $\operatorname{mean}(A)_j = \frac1{m} \sum_i a_{ij}$.
//!
//! ## Shape
//! `m×n → 1×n`.
//!
//! ## Derivative
//! The mean of the differential along the same axis.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'mean([1, 2; 3, 6], 1)'` gives `[2, 4]`

use beltrami_core::{Kernel, Op, Shape, rule};

/// The mean of each column.
pub static OP: Op = Op {
    name: "mean",
    literal: Some(1),
    kernel: Kernel::Defined,
    definition: "sum(A, 1)/m",
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument and the direction 1")?;
        rule::matrix(args, 0)?;
        Ok(Shape::row(args[0].shape.cols.clone()))
    },
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
