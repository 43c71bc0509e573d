//! # `adj(A)`: adjugate
//!
//! The transposed matrix of cofactors, $\operatorname{adj}(A) = \det(A)\, A^{-1}$ where $A$ is invertible.
//!
//! ## Shape
//! `n×n → n×n`.
//!
//! ## Derivative
//! $d\operatorname{adj}(A) = \det(A) \operatorname{tr}(A^{-1}\, dA)\, A^{-1} - \det(A)\, A^{-1}\, dA\, A^{-1}$ where
//! $A$ is known to be invertible, and `dadj(A, dA)` elsewhere.
//!
//! ## Structure
//! Keeps symmetric, definite, lower and upper.
//!
//! ## Examples
//! - `beltrami derive 'det(X)' --by X --layout denominator` gives `adj(X)'`
//!
//! ## References
//! `MagnusNeudecker2019`, section 8.6.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The adjugate.
pub static OP: Op = Op {
    name: "adj",
    aliases: &["adjugate"],
    params: "A: matrix(n,n)",
    kernel: Kernel::Adj,
    shape: rule::square,
    facts: |graph, args| graph.facts(args[0]) & (Facts::SPD | Facts::LOWER | Facts::UPPER),
    transposed: Transposed::Each,
    differential: Differential::Text("det(A)*tr(inv(A)*dA)*inv(A) - det(A)*inv(A)*dA*inv(A)"),
    singular: Some(|graph, args, varied| directional::first(Spectral::Adjugate, graph, args, varied)),
    rules: "
        adj-def: det(A)*inv(A) => adj(A)
        adj-eye: adj(eye(n)) => eye(n)
        adj-transpose: adj(A') => adj(A)'
        adj-left: adj(A)*A => det(A)*eye(n)
        adj-right: A*adj(A) => det(A)*eye(n)
        adj-quotient: adj(A)/det(A) => inv(A)
    ",
    smooth: &["{A} is invertible"],
    latex: r"\operatorname{adj}\left(#1\right)",
    samples: &["A: matrix(3,3)", "A: spd(2)"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};
