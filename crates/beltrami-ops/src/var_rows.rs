//! # `var(A, 2)`: variance of each row
//!
//! The variance of a sample: the squared deviations from the mean, added, of each row, a column; it divides by $n - 1$.
//!
//! ## Shape
//! `m×n → m`.
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
//! - `beltrami eval 'var([1, 2, 3; 5, 6, 7], 2)'` gives `[1; 1]`

use beltrami_core::{Kernel, Op, Shape, rule};

/// The variance of each row.
pub static OP: Op = Op {
    name: "var",
    literal: Some(2),
    kernel: Kernel::Defined,
    definition: "sum((A - sum(A, 2)/n*ones(1,n)).^2, 2)/(n - 1)",
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument and the direction 2")?;
        rule::matrix(args, 0)?;
        Ok(Shape::vector(args[0].shape.rows.clone()))
    },
    samples: &["A: matrix(2,3)", "x: row(3)"],
    ..Op::BASE
};
