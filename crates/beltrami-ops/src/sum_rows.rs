//! # `sum(A, 2)`: row sums
//!
//! The sum of each row, a column, $\operatorname{sum}(A, 2)_i = \sum_j a_{ij}$.
//!
//! ## Shape
//! `m×n → m`.
//!
//! ## Derivative
//! $d\operatorname{sum}(A, 2) = \operatorname{sum}(dA, 2)$.
//!
//! ## Structure
//! Sums of positive entries are positive.
//!
//! ## Examples
//! - `beltrami derive "b'*sum(X,2)" --by X --layout denominator --let 'b: vector(m)'` gives `b*ones(1,n)`

use beltrami_core::{Differential, Facts, Kernel, Lower, Op, Shape, rule};

/// The row sums.
pub static OP: Op = Op {
    name: "sum",
    literal: Some(2),
    kernel: Kernel::SumRows,
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument and the direction 2")?;
        rule::matrix(args, 0)?;
        Ok(Shape::vector(args[0].shape.rows.clone()))
    },
    facts: |graph, args| graph.facts(args[0]) & (Facts::POSITIVE | Facts::NONNEGATIVE),
    lower: Lower::Product("ij->i"),
    differential: Differential::Text("sum(dA, 2)"),
    rules: "
        sum-rows-def: A*ones(n) => sum(A, 2)
        sum-rows-total: sum(sum(A, 2)) => sum(A)
        sum-rows-transpose: sum(A', 2) => sum(A, 1)'
        sum-rows-transposed: sum(A', 1) => sum(A, 2)'
    ",
    latex: r"#1 \mathbf{1}",
    samples: &["A: matrix(2,3)", "x: row(3)"],
    ..Op::BASE
};
