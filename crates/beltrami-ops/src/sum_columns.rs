//! # `sum(A, 1)`: column sums
//!
//! The sum of each column, a row, $\operatorname{sum}(A, 1)_j = \sum_i a_{ij}$.
//!
//! ## Shape
//! `m×n → 1×n`.
//!
//! ## Derivative
//! $d\operatorname{sum}(A, 1) = \operatorname{sum}(dA, 1)$.
//!
//! ## Structure
//! Sums of positive entries are positive.
//!
//! ## Examples
//! - `beltrami derive 'sum(X,1)*b' --by X --layout denominator --let 'b: vector(n)'` gives `ones(m)*b'`

use beltrami_core::{Differential, Facts, Kernel, Lower, Op, Shape, rule};

/// The column sums.
pub static OP: Op = Op {
    name: "sum",
    literal: Some(1),
    kernel: Kernel::SumColumns,
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument and the direction 1")?;
        rule::matrix(args, 0)?;
        Ok(Shape::row(args[0].shape.cols.clone()))
    },
    facts: |graph, args| graph.facts(args[0]) & (Facts::POSITIVE | Facts::NONNEGATIVE),
    lower: Lower::Product("ij->j"),
    differential: Differential::Text("sum(dA, 1)"),
    rules: "
        sum-columns-def: ones(1,m)*A => sum(A, 1)
        sum-columns-total: sum(sum(A, 1)) => sum(A)
    ",
    latex: r"\mathbf{1}^{\top} #1",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
