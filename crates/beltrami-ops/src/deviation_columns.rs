//! # `std(A, 1)`: standard deviation of each column
//!
//! The standard deviation of a sample: the root of the variance, of each column, a row; it divides by $m - 1$.
//!
//! ## Shape
//! `m×n → 1×n`.
//!
//! ## Domain
//! More than one entry along the axis. The derivative exists where the entries are not all equal.
//!
//! ## Derivative
//! That of the root of the variance.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'std([1, 5; 2, 6; 3, 7], 1)'` gives `[1, 1]`

use beltrami_core::{Kernel, Op, Shape, rule};

/// The standard deviation of each column.
pub static OP: Op = Op {
    name: "std",
    literal: Some(1),
    kernel: Kernel::Defined,
    definition: "sqrt(sum((A - ones(m)*(sum(A, 1)/m)).^2, 1)/(m - 1))",
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument and the direction 1")?;
        rule::matrix(args, 0)?;
        Ok(Shape::row(args[0].shape.cols.clone()))
    },
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
