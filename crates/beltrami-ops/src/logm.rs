//! # `logm(A)`: matrix logarithm
//!
//! The principal logarithm, the matrix with $e^{\log A} = A$ and eigenvalues of imaginary part in $(-\pi, \pi)$; the
//! logarithm of every entry is `log`.
//!
//! ## Shape
//! `n×n → n×n`.
//!
//! ## Domain
//! No eigenvalue of the argument is zero or a negative number.
//!
//! ## Derivative
//! $d\log A = L(A, dA)$, the Fréchet derivative `dlogm(A, dA)`; $d\operatorname{tr}(\log A) = \operatorname{tr}(A^{-1}\, dA)$.
//!
//! ## Structure
//! Keeps symmetric, lower and upper; of an orthogonal matrix skew.
//!
//! ## Examples
//! - `beltrami derive 'tr(logm(X))' --by X --layout denominator --let 'X: matrix(n,n)'` prints `inv(X)'`
//!
//! ## References
//! `Higham2008`, chapter 11.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The matrix logarithm.
pub static OP: Op = Op {
    name: "logm",
    params: "A: matrix(n,n)",
    kernel: Kernel::Logm,
    shape: rule::square,
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let facts = of & (Facts::SYMMETRIC | Facts::LOWER | Facts::UPPER);
        if of.has(Facts::ORTHOGONAL) { facts | Facts::SKEW } else { facts }
    },
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::first(Spectral::Logm, graph, args, varied)),
    scalar_derivative: Some("inv(A)"),
    rules: "
        logm-eye: logm(eye(n)) => zeros(n,n)
        logm-transpose: logm(A') => logm(A)'
        logm-inverse: logm(inv(A)) => -logm(A)
        logm-expm: expm(logm(A)) => A
        logm-of-expm: logm(expm(A)) => A if symmetric(A)
        logm-trace: tr(logm(A)) => logdet(A) if spd(A)
        logm-diag: logm(diag(x)) => diag(log(x)) if positive(x)
    ",
    domain: &["no eigenvalue of {A} is on the closed negative real axis"],
    latex: r"\log\left(#1\right)",
    samples: &["A: spd(3)", "A: spd(2), S: skew(2) => logm(A + S)"],
    references: &["Higham2008"],
    ..Op::BASE
};
