//! # `A + B`: sum
//!
//! The sum of two values of one shape, $(A + B)_{ij} = a_{ij} + b_{ij}$.
//!
//! ## Shape
//! `m×n, m×n → m×n`.
//!
//! ## Derivative
//! $d(A + B) = dA + dB$.
//!
//! ## Structure
//! Keeps symmetric, skew, lower, upper and definite when both have it; a definite matrix plus a Gram matrix `X'*X`, or
//! a nonnegative multiple of one, is definite.
//!
//! ## Examples
//! - `beltrami derive 'tr(A + X)' --by X --layout denominator` prints `eye(n)`

use beltrami_core::{Closed, Differential, Facts, Kernel, Lower, Notation, Op, Transposed, rule};

/// The sum.
pub static OP: Op = Op {
    name: "+",
    notation: Notation::Infix,
    params: "A: matrix(m,n), B: matrix(m,n)",
    kernel: Kernel::Add,
    accepts: |args| args.len() == 2,
    shape: rule::alike,
    facts: |graph, args| {
        let (a, b) = (graph.facts(args[0]), graph.facts(args[1]));
        let both = a & b;
        let mut facts = both.kept(Closed::Sums) | both & Facts::NONNEGATIVE;
        if facts.has(Facts::NONNEGATIVE) && (a | b).has(Facts::POSITIVE) {
            facts = facts | Facts::POSITIVE;
        }
        let definite = [(args[0], args[1]), (args[1], args[0])]
            .iter()
            .any(|(x, y)| graph.facts(*x).has(Facts::SPD) && graph.is_semidefinite(*y));
        if definite { facts | Facts::SPD } else { facts }
    },
    transposed: Transposed::Each,
    lower: Lower::Sum(&[1, 1]),
    differential: Differential::Text("dA + dB"),
    latex: "#1 + #2",
    samples: &["A: matrix(2,3), B: matrix(2,3)", "x: vector(3), y: vector(3)", "a: scalar, b: scalar"],
    ..Op::BASE
};
