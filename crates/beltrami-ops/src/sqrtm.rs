//! # `sqrtm(A)`: matrix square root
//!
//! The principal root, the matrix with $A^{1/2} A^{1/2} = A$ and eigenvalues of positive real part; the root of every
//! entry is `sqrt`.
//!
//! ## Shape
//! `n×n → n×n`.
//!
//! ## Domain
//! No eigenvalue of the argument is zero or a negative number.
//!
//! ## Derivative
//! $dA^{1/2} = L(A, dA)$, the solution of $A^{1/2} L + L A^{1/2} = dA$, with $\operatorname{vec}(L(A, E)) =
//! \operatorname{dsqrtm}(A) \operatorname{vec}(E)$; $d\operatorname{tr}(A^{1/2}) = \tfrac12
//! \operatorname{tr}(A^{-1/2}\, dA)$.
//!
//! ## Structure
//! Keeps symmetric, definite, lower, upper and orthogonal.
//!
//! ## Examples
//! - `beltrami derive 'tr(sqrtm(X))' --by X --layout denominator --let 'X: matrix(n,n)'` gives `0.5*inv(sqrtm(X))'`
//!
//! ## References
//! `Higham2008`, chapter 6.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The matrix square root.
pub static OP: Op = Op {
    name: "sqrtm",
    params: "A: matrix(n,n)",
    kernel: Kernel::Sqrtm,
    shape: rule::square,
    facts: |graph, args| {
        let kept = Facts::SPD | Facts::LOWER | Facts::UPPER | Facts::ORTHOGONAL;
        graph.facts(args[0]) & kept
    },
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::first(Spectral::Sqrtm, graph, args, varied)),
    scalar_derivative: Some("0.5*inv(sqrtm(A))"),
    rules: "
        sqrtm-eye: sqrtm(eye(n)) => eye(n)
        sqrtm-transpose: sqrtm(A') => sqrtm(A)'
        sqrtm-product: sqrtm(A)*sqrtm(A) => A
        sqrtm-square: sqrtm(A)^2 => A
        sqrtm-of-square: sqrtm(A^2) => A if spd(A)
        sqrtm-of-product: sqrtm(A*A) => A if spd(A)
        sqrtm-inverse: sqrtm(inv(A)) => inv(sqrtm(A))
        sqrtm-quotient: inv(A)*sqrtm(A) => inv(sqrtm(A))
        sqrtm-restored: inv(sqrtm(A))*A => sqrtm(A)
        sqrtm-polar: A*inv(sqrtm(A'*A)) => msign(A)
        sqrtm-diag: sqrtm(diag(x)) => diag(sqrt(x)) if positive(x)
    ",
    domain: &["no eigenvalue of {A} is on the closed negative real axis"],
    latex: "{#1}^{1/2}",
    samples: &["A: spd(3)", "A: spd(2), S: skew(2) => sqrtm(A + S)"],
    references: &["Higham2008"],
    ..Op::BASE
};
