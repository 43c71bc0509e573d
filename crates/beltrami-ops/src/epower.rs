//! # `A.^B`: power with an exponent per entry
//!
//! Entry by entry, $(A^{\odot B})_{ij} = a_{ij}^{b_{ij}}$.
//!
//! ## Shape
//! `m×n, m×n → m×n`.
//!
//! ## Domain
//! The entries of the base are positive.
//!
//! ## Derivative
//! $d(A^{\odot B}) = B \odot A^{\odot(B-1)} \odot dA + A^{\odot B} \odot \log(A) \odot dB$.
//!
//! ## Structure
//! Powers of positive entries are positive.
//!
//! ## Examples
//! - `beltrami derive 'sum(x.^y)' --by y --layout denominator` gives `x.^y.*log(x)`

use beltrami_core::{Differential, Facts, Kernel, Notation, Op, Transposed, rule};

/// The power with an exponent per entry.
pub static OP: Op = Op {
    name: ".^",
    notation: Notation::Infix,
    params: "A: matrix(m,n), B: matrix(m,n)",
    kernel: Kernel::EPower,
    accepts: |args| matches!(args, [_, b] if !b.is_scalar()),
    shape: rule::alike,
    facts: |graph, args| graph.facts(args[0]) & Facts::POSITIVE,
    transposed: Transposed::Each,
    differential: Differential::Text("B.*A.^(B - ones(m,n)).*dA + A.^B.*log(A).*dB"),
    rules: "
        epower-product: A.^B.*A.^C => A.^(B + C)
        epower-uniform: A.^(b*ones(m,n)) => A.^b
    ",
    domain: &["{A} > 0"],
    latex: r"{#1}^{\odot #2}",
    samples: &["A: matrix(2,3) > 0, B: matrix(2,3)", "x: vector(3) > 0, y: vector(3)"],
    ..Op::BASE
};
