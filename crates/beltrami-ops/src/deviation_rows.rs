//! # `std(A, 2)`: standard deviation of each row
//!
//! The standard deviation of a sample: the root of the variance, of each row, a column; it divides by $n - 1$.
//!
//! ## Shape
//! `m×n → m`.
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
//! - `beltrami eval 'std([1, 2, 3; 5, 6, 7], 2)'` gives `[1; 1]`

use beltrami_core::{Kernel, Op, Shape, rule};

/// The standard deviation of each row.
pub static OP: Op = Op {
    name: "std",
    literal: Some(2),
    kernel: Kernel::Defined,
    definition: "sqrt(sum((A - sum(A, 2)/n*ones(1,n)).^2, 2)/(n - 1))",
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument and the direction 2")?;
        rule::matrix(args, 0)?;
        Ok(Shape::vector(args[0].shape.rows.clone()))
    },
    samples: &["A: matrix(2,3)", "x: row(3)"],
    ..Op::BASE
};
