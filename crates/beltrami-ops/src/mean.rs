//! # `mean(A)`: mean of all entries
//!
//! The sum divided by the number of entries, $\operatorname{mean}(A) = \frac{1}{mn} \sum_{ij} a_{ij}$.
//!
//! ## Shape
//! `m×n → scalar`.
//!
//! ## Derivative
//! $d\operatorname{mean}(A) = \operatorname{sum}(dA)/(mn)$.
//!
//! ## Structure
//! The mean of positive entries is positive.
//!
//! ## Examples
//! - `beltrami derive 'mean(x)' --by x --layout denominator` gives `ones(n)/n`

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The mean of all entries.
pub static OP: Op = Op {
    name: "mean",
    aliases: &["average", "avg"],
    kernel: Kernel::Mean,
    shape: rule::to_scalar,
    facts: |graph, args| graph.facts(args[0]) & (Facts::POSITIVE | Facts::NONNEGATIVE),
    transposed: Transposed::Itself,
    differential: Differential::Text("sum(dA)/(m*n)"),
    rules: "
        mean-transpose: mean(A') => mean(A)
        mean-scaled: mean(a*A) => a*mean(A)
        mean-negated: mean(-A) => -mean(A)
        mean-collect: mean(A) + mean(B) => mean(A + B)
        mean-ones: mean(ones(m,n)) => 1
    ",
    latex: r"\operatorname{mean}\left(#1\right)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
