//! # `sinm(A)`: matrix sine
//!
//! The power series in the matrix, $\sin A = \sum_k (-1)^k A^{2k+1}/(2k+1)!$; the sine of every entry is `sin`.
//!
//! ## Shape
//! `n×n → n×n`.
//!
//! ## Derivative
//! The Fréchet derivative `dsinm(A, dA)`; $d\operatorname{tr}(\sin A) = \operatorname{tr}(\cos(A)\, dA)$.
//!
//! ## Structure
//! Keeps symmetric, skew, lower and upper.
//!
//! ## Examples
//! - `beltrami derive 'tr(sinm(X))' --by X --layout denominator --let 'X: matrix(n,n)'` gives `cosm(X)'`
//!
//! ## References
//! `Higham2008`, chapter 12.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The matrix sine.
pub static OP: Op = Op {
    name: "sinm",
    params: "A: matrix(n,n)",
    kernel: Kernel::Sinm,
    shape: rule::square,
    facts: |graph, args| graph.facts(args[0]) & (Facts::SYMMETRIC | Facts::SKEW | Facts::LOWER | Facts::UPPER),
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::first(Spectral::Sinm, graph, args, varied)),
    scalar_derivative: Some("cosm(A)"),
    rules: "
        sinm-zero: sinm(zeros(n,n)) => zeros(n,n)
        sinm-transpose: sinm(A') => sinm(A)'
        sinm-negated: sinm(-A) => -sinm(A)
        sinm-diag: sinm(diag(x)) => diag(sin(x))
    ",
    latex: r"\sin\left(#1\right)",
    samples: &["A: matrix(3,3)", "A: symmetric(2)"],
    references: &["Higham2008"],
    ..Op::BASE
};
