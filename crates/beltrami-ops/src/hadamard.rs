//! # `A.*B`: entry-wise product
//!
//! The Hadamard product, $(A \odot B)_{ij} = a_{ij} b_{ij}$.
//!
//! ## Shape
//! `m×n, m×n → m×n`.
//!
//! ## Derivative
//! $d(A \odot B) = dA \odot B + A \odot dB$.
//!
//! ## Structure
//! The product of two definite matrices is definite (Schur); one lower, upper or diagonal factor makes the product
//! such.
//!
//! ## Examples
//! - `beltrami derive 'x.*y' --by x` prints `diag(y)`
//! - `beltrami derive 'sum(X.*A)' --by X --layout denominator` prints `A`
//!
//! ## References
//! `MagnusNeudecker2019`, section 3.6.

use beltrami_core::{Differential, Facts, Kernel, Lower, Notation, Op, Transposed, rule};

/// The entry-wise product.
pub static OP: Op = Op {
    name: ".*",
    notation: Notation::Infix,
    params: "A: matrix(m,n), B: matrix(m,n)",
    kernel: Kernel::Hadamard,
    accepts: |args| args.len() == 2,
    shape: rule::alike,
    facts: |graph, args| {
        let (a, b) = (graph.facts(args[0]), graph.facts(args[1]));
        let mut facts = a & b & (Facts::SPD | Facts::POSITIVE | Facts::NONNEGATIVE | Facts::SIGNS);
        facts = facts | (a | b) & (Facts::LOWER | Facts::UPPER);
        if facts.has(Facts::LOWER | Facts::UPPER) {
            facts = facts | Facts::DIAGONAL;
        }
        if a.has(Facts::SKEW) && b.has(Facts::SYMMETRIC) || a.has(Facts::SYMMETRIC) && b.has(Facts::SKEW) {
            facts = facts | Facts::SKEW;
        }
        if a.has(Facts::SKEW) && b.has(Facts::SKEW) {
            facts = facts | Facts::SYMMETRIC;
        }
        if args[0] == args[1] { facts | Facts::NONNEGATIVE } else { facts }
    },
    transposed: Transposed::Each,
    lower: Lower::Product("ij,ij->ij"),
    differential: Differential::Text("dA.*B + A.*dB"),
    rules: "
        hadamard-ones: A.*ones(m,n) => A
        hadamard-scaled-left: (a*A).*B => a*(A.*B)
        hadamard-scaled-right: A.*(a*B) => a*(A.*B)
        hadamard-negated-left: (-A).*B => -(A.*B)
        hadamard-factor: A.*B + A.*C => A.*(B + C)
        hadamard-factor-difference: A.*B - A.*C => A.*(B - C)
        hadamard-transposed: A'.*B' => (A.*B)'
        hadamard-diagonal: A.*B' => A.*B if diagonal(A)
        hadamard-residual: (ones(m,n) - B).*A - B.*(ones(m,n) - A) => A - B
        hadamard-signs: A.*A => ones(m,n) if signs(A)
    ",
    latex: r"#1 \odot #2",
    samples: &["A: matrix(2,3), B: matrix(2,3)", "x: vector(3), y: vector(3)", "A: spd(3), B: spd(3)"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};
