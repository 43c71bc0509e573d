//! # `A./B`: entry-wise quotient
//!
//! Entry by entry division, $(A \oslash B)_{ij} = a_{ij}/b_{ij}$.
//!
//! ## Shape
//! `m×n, m×n → m×n`.
//!
//! ## Domain
//! No entry of the divisor is zero.
//!
//! ## Derivative
//! $d(A \oslash B) = dA \oslash B - A \odot dB \oslash (B \odot B)$.
//!
//! ## Structure
//! The quotient of positive entries is positive, that of signs is a sign.
//!
//! ## Examples
//! - `beltrami derive 'sum(x./y)' --by x --layout denominator` gives `ones(n)./y`

use beltrami_core::{Differential, Facts, Kernel, Lower, Notation, Op, Transposed, rule};

/// The entry-wise quotient.
pub static OP: Op = Op {
    name: "./",
    notation: Notation::Infix,
    params: "A: matrix(m,n), B: matrix(m,n)",
    kernel: Kernel::EDivide,
    accepts: |args| args.len() == 2,
    shape: rule::alike,
    facts: |graph, args| {
        let (a, b) = (graph.facts(args[0]), graph.facts(args[1]));
        a & b & (Facts::POSITIVE | Facts::NONNEGATIVE | Facts::SIGNS)
    },
    transposed: Transposed::Each,
    lower: Lower::Quotient("ij,ij->ij"),
    differential: Differential::Text("dA./B - A.*dB./(B.*B)"),
    rules: "
        edivide-same: A./A => ones(m,n)
        edivide-cancel: (A.*B)./B => A
        edivide-restored: A.*(B./A) => B
        edivide-twice: A./B./C => A./(B.*C)
        edivide-reciprocal: A.*(ones(m,n)./B) => A./B
        edivide-sum: A./B + C./B => (A + C)./B
        edivide-difference: A./B - C./B => (A - C)./B
    ",
    domain: &["no entry of {B} is 0"],
    latex: r"#1 \oslash #2",
    samples: &["A: matrix(2,3), B: matrix(2,3) > 0", "x: vector(3), y: vector(3) > 0"],
    ..Op::BASE
};
