//! # `A - B`: difference
//!
//! The difference of two values of one shape, $(A - B)_{ij} = a_{ij} - b_{ij}$.
//!
//! ## Shape
//! `m×n, m×n → m×n`.
//!
//! ## Derivative
//! $d(A - B) = dA - dB$.
//!
//! ## Structure
//! Keeps symmetric, skew, lower and upper when both have it.
//!
//! ## Examples
//! - `beltrami derive 'sum(y - x)' --by y --layout denominator` prints `ones(n)`

use beltrami_core::{Closed, Differential, Kernel, Lower, Notation, Op, Transposed, rule};

/// The difference.
pub static OP: Op = Op {
    name: "-",
    notation: Notation::Infix,
    params: "A: matrix(m,n), B: matrix(m,n)",
    kernel: Kernel::Sub,
    accepts: |args| args.len() == 2,
    shape: rule::alike,
    facts: |graph, args| (graph.facts(args[0]) & graph.facts(args[1])).kept(Closed::Sums),
    transposed: Transposed::Each,
    lower: Lower::Sum(&[1, -1]),
    differential: Differential::Text("dA - dB"),
    rules: "
        sub-added: A + B - B => A
        sub-restored: A - B + B => A
    ",
    latex: "#1 - #2",
    samples: &["A: matrix(2,3), B: matrix(2,3)", "x: vector(3), y: vector(3)", "a: scalar, b: scalar"],
    ..Op::BASE
};
