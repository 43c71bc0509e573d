//! # `var(A, 1)`: variance of each column
//!
//! The variance of a sample: the squared deviations from the mean, added, of each column, a row; it divides by $m - 1$.
//!
//! ## Shape
//! `m×n → 1×n`.
//!
//! ## Domain
//! More than one entry along the axis.
//!
//! ## Derivative
//! Twice the sum of the deviations from the mean times $dA$, divided likewise.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'var([1, 5; 2, 6; 3, 7], 1)'` gives `[1, 1]`

use beltrami_core::{Kernel, Op, Shape, rule};

/// The variance of each column.
pub static OP: Op = Op {
    name: "var",
    literal: Some(1),
    kernel: Kernel::Defined,
    definition: "sum((A - ones(m)*(sum(A, 1)/m)).^2, 1)/(m - 1)",
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument and the direction 1")?;
        rule::matrix(args, 0)?;
        Ok(Shape::row(args[0].shape.cols.clone()))
    },
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
