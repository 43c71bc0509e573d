//! # `cosm(A)`: matrix cosine
//!
//! The power series in the matrix, $\cos A = \sum_k (-1)^k A^{2k}/(2k)!$; the cosine of every entry is `cos`.
//!
//! ## Shape
//! `n×n → n×n`.
//!
//! ## Derivative
//! The Fréchet derivative `dcosm(A, dA)`; $d\operatorname{tr}(\cos A) = -\operatorname{tr}(\sin(A)\, dA)$.
//!
//! ## Structure
//! Keeps symmetric, lower and upper.
//!
//! ## Examples
//! - `beltrami derive 'tr(cosm(X))' --by X --layout denominator --let 'X: matrix(n,n)'` gives `-sinm(X)'`
//!
//! ## References
//! `Higham2008`, chapter 12.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The matrix cosine.
pub static OP: Op = Op {
    name: "cosm",
    params: "A: matrix(n,n)",
    kernel: Kernel::Cosm,
    shape: rule::square,
    facts: |graph, args| graph.facts(args[0]) & (Facts::SYMMETRIC | Facts::LOWER | Facts::UPPER),
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::first(Spectral::Cosm, graph, args, varied)),
    scalar_derivative: Some("-sinm(A)"),
    rules: "
        cosm-zero: cosm(zeros(n,n)) => eye(n)
        cosm-transpose: cosm(A') => cosm(A)'
        cosm-negated: cosm(-A) => cosm(A)
        cosm-diag: cosm(diag(x)) => diag(cos(x))
    ",
    latex: r"\cos\left(#1\right)",
    samples: &["A: matrix(3,3)", "A: symmetric(2)"],
    references: &["Higham2008"],
    ..Op::BASE
};
