//! # `max(A,B)`: entry-wise maximum
//!
//! The larger of the two entries, $\max(A, B)_{ij} = \max(a_{ij}, b_{ij})$.
//!
//! ## Shape
//! `m×n, m×n → m×n`.
//!
//! ## Derivative
//! $d\max(A, B) = \operatorname{step}(A - B) \odot dA + \operatorname{step}(B - A) \odot dB$ where no entries are
//! equal.
//!
//! ## Structure
//! Positive or nonnegative when one argument is.
//!
//! ## Examples
//! - `beltrami derive 'sum(max(x,y))' --by x --layout denominator` gives `step(x - y)`

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The entry-wise maximum.
pub static OP: Op = Op {
    name: "max",
    params: "A: matrix(m,n), B: matrix(m,n)",
    kernel: Kernel::Max,
    shape: rule::alike,
    facts: |graph, args| {
        let (a, b) = (graph.facts(args[0]), graph.facts(args[1]));
        (a | b) & (Facts::POSITIVE | Facts::NONNEGATIVE) | a & b & (Facts::LOWER | Facts::UPPER)
    },
    transposed: Transposed::Each,
    differential: Differential::Text("step(A - B).*dA + step(B - A).*dB"),
    rules: "
        max-same: max(A, A) => A
        max-zero: max(A, zeros(m,n)) => relu(A)
        max-zero-scalar: max(a, 0) => relu(a)
        max-opposite: max(A, -A) => abs(A)
    ",
    smooth: &["no entry of {A} equals that of {B}"],
    branches: "{A} where {A} > {B}, {B} where {B} > {A}",
    latex: r"\max\left(#1, #2\right)",
    numpy: "np.maximum(#1, #2)",
    samples: &["A: matrix(2,3), B: matrix(2,3)", "x: vector(3), y: vector(3)", "a: scalar, b: scalar"],
    ..Op::BASE
};
