//! # `lmax(A)`: largest eigenvalue
//!
//! The largest eigenvalue of a symmetric matrix, $\lambda_{\max}(A) = \max_{\|x\|=1} x^\top A x$.
//!
//! ## Shape
//! `n×n → scalar`; the argument is symmetric.
//!
//! ## Domain
//! Symmetric matrices; differentiable where the largest eigenvalue is simple.
//!
//! ## Derivative
//! $d\lambda = v^\top dA\, v$ with the unit eigenvector $v$.
//!
//! ## Structure
//! Positive for a definite matrix.
//!
//! ## Examples
//! - `beltrami derive 'lmax(X)' --by X --layout denominator --let 'X: symmetric(n)'` prints `vmax(X)*vmax(X)'`
//!
//! ## References
//! `MagnusNeudecker2019`, section 8.7.

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The largest eigenvalue.
pub static OP: Op = Op {
    name: "lmax",
    params: "A: symmetric(n)",
    kernel: Kernel::LambdaMax,
    shape: rule::square_to_scalar,
    facts: |graph, args| {
        let definite = graph.facts(args[0]).has(Facts::SPD);
        if definite { Facts::POSITIVE } else { Facts::NONE }
    },
    transposed: Transposed::Itself,
    differential: Differential::Text("vmax(A)'*dA*vmax(A)"),
    rules: "
        lmax-shift: lmax(A + a*eye(n)) => lmax(A) + a if symmetric(A)
        lmax-scaled: lmax(a*A) => a*lmax(A) if symmetric(A), positive(a)
        lmax-spectral: normspec(A) => lmax(A) if spd(A)
        lmax-rayleigh: vmax(A)'*A*vmax(A) => lmax(A) if symmetric(A)
    ",
    smooth: &["the largest eigenvalue of {A} is simple"],
    latex: r"\lambda_{\max}\left(#1\right)",
    samples: &["A: symmetric(3)", "A: spd(2)"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};
