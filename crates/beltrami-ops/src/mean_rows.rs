//! # `mean(A, 2)`: mean of each row
//!
//! The mean of each row, a column, $\operatorname{mean}(A)_i = \frac1{n} \sum_j a_{ij}$.
//!
//! ## Shape
//! `m×n → m`.
//!
//! ## Derivative
//! The mean of the differential along the same axis.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'mean([1, 2; 3, 6], 2)'` gives `[1.5; 4.5]`

use beltrami_core::{Kernel, Op, Shape, rule};

/// The mean of each row.
pub static OP: Op = Op {
    name: "mean",
    literal: Some(2),
    kernel: Kernel::Defined,
    definition: "sum(A, 2)/n",
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument and the direction 2")?;
        rule::matrix(args, 0)?;
        Ok(Shape::vector(args[0].shape.rows.clone()))
    },
    samples: &["A: matrix(2,3)", "x: row(3)"],
    ..Op::BASE
};
