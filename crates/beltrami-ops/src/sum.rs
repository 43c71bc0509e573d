//! # `sum(A)`: sum of all entries
//!
//! All entries added, $\operatorname{sum}(A) = \sum_{ij} a_{ij}$.
//!
//! ## Shape
//! `m×n → scalar`; `sum(A, 1)` adds each column, `sum(A, 2)` each row.
//!
//! ## Derivative
//! $d\operatorname{sum}(A) = \operatorname{sum}(dA)$, hence the gradient is all ones.
//!
//! ## Structure
//! The sum of positive entries is positive.
//!
//! ## Examples
//! - `beltrami derive 'sum(X)' --by X --layout denominator` prints `ones(m, n)`
//! - `beltrami derive 'sum(X.*A)' --by X --layout denominator` prints `A`

use beltrami_core::{Differential, Facts, Kernel, Lower, Op, Shape, Transposed, rule};

/// The sum of all entries.
pub static OP: Op = Op {
    name: "sum",
    aliases: &["total"],
    kernel: Kernel::Sum,
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument, or 2 with the direction: `sum(A, 1)` adds columns, `sum(A, 2)` adds rows")?;
        rule::matrix(args, 0)?;
        Ok(Shape::scalar())
    },
    facts: |graph, args| graph.facts(args[0]) & (Facts::POSITIVE | Facts::NONNEGATIVE),
    transposed: Transposed::Itself,
    lower: Lower::Product("ij->"),
    differential: Differential::Text("sum(dA)"),
    rules: "
        sum-transpose: sum(A') => sum(A)
        sum-scaled: sum(a*A) => a*sum(A)
        sum-negated: sum(-A) => -sum(A)
        sum-collect: sum(A) + sum(B) => sum(A + B)
        sum-product: sum(x.*y) => x'*y
    ",
    latex: r"\operatorname{sum}\left(#1\right)",
    samples: &["A: matrix(2,3)", "x: vector(3)", "a: scalar"],
    ..Op::BASE
};
