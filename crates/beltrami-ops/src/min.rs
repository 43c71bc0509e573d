//! # `min(A,B)`: entry-wise minimum
//!
//! The smaller of the two entries, $\min(A, B)_{ij} = \min(a_{ij}, b_{ij})$.
//!
//! ## Shape
//! `m×n, m×n → m×n`.
//!
//! ## Derivative
//! $d\min(A, B) = \operatorname{above}(B, A) \odot dA + \operatorname{above}(A, B) \odot dB$; equal entries have half
//! the weight each, which is the derivative where they stay equal and a subgradient elsewhere.
//!
//! ## Structure
//! Positive or nonnegative when both arguments are.
//!
//! ## Examples
//! - `beltrami derive 'sum(min(x,y))' --by x --layout denominator` gives `above(y, x)`

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The entry-wise minimum.
pub static OP: Op = Op {
    name: "min",
    aliases: &["minimum"],
    params: "A: matrix(m,n), B: matrix(m,n)",
    kernel: Kernel::Min,
    accepts: |args| args.len() == 2,
    shape: rule::alike,
    facts: |graph, args| {
        let kept = Facts::POSITIVE | Facts::NONNEGATIVE | Facts::LOWER | Facts::UPPER | Facts::SIGNS;
        graph.facts(args[0]) & graph.facts(args[1]) & kept
    },
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, steps| {
        crate::max::differential(graph, [args[1], args[0]], args, steps)
    }),
    rules: "
        min-same: min(A, A) => A
        min-opposite: min(-A, -B) => -max(A, B)
        min-max-sum: max(A, B) + min(A, B) => A + B
        min-max-difference: max(A, B) - min(A, B) => abs(A - B)
    ",
    smooth: &["no entry of {A} equals that of {B}"],
    branches: "{A} where {A} < {B}, {B} where {B} < {A}, half of each where they are equal",
    latex: r"\min\left(#1, #2\right)",
    numpy: "np.minimum(#1, #2)",
    samples: &["A: matrix(2,3), B: matrix(2,3)", "x: vector(3), y: vector(3)", "a: scalar, b: scalar"],
    ..Op::BASE
};
