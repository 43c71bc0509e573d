//! # `invroot(A, p)`: inverse root
//!
//! The matrix $A^{-1/p}$ of a symmetric positive definite matrix, the definite solution of $X^p A = I$.
//!
//! ## Shape
//! `n×n, p → n×n`; the argument is symmetric, the order of the root an integer from 1.
//!
//! ## Domain
//! Positive definite matrices.
//!
//! ## Derivative
//! With $X = A^{-1/p}$: $dX$ is the solution of $\sum_{k<p} X^k\, dX\, X^{p-1-k} = -A^{-1} dA\, A^{-1}$, which is
//! `dinvroot(A, p, dA)`.
//!
//! ## Structure
//! Positive definite; keeps diagonal.
//!
//! ## Examples
//! - `beltrami derive 'tr(invroot(X,3))' --by X --layout denominator --let 'X: spd(n)'` gives `-inv(X)*invroot(X,3)/3`
//! - `beltrami derive 'invroot(X,3)' --by X --form kron --symmetric ambient --let 'X: symmetric(n)'` prints `dinvroot(X, 3)`
//!
//! ## References
//! `Higham2008`, chapter 7.

use beltrami_core::{Differential, Facts, Kernel, Op, ShapeError, Spectral, Transposed, directional, op::Arg, rule};

/// The inverse root.
pub static OP: Op = Op {
    name: "invroot",
    params: "A: symmetric(n)",
    kernel: Kernel::InverseRoot,
    shape: |sizes, args| {
        rule::count(args, 2, "2 arguments")?;
        rule::side(sizes, args, 0)?;
        order(args)?;
        Ok(args[0].shape.clone())
    },
    facts: |graph, args| {
        let diagonal = graph.facts(args[0]).has(Facts::DIAGONAL);
        if diagonal { Facts::SPD | Facts::DIAGONAL } else { Facts::SPD }
    },
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::first(Spectral::InverseRoot, graph, args, varied)),
    rules: "
        invroot-one: invroot(A, 1) => inv(A) if symmetric(A)
        invroot-two: invroot(A, 2) => inv(sqrtm(A)) if symmetric(A)
    ",
    domain: &["{A} is positive definite"],
    latex: "{#1}^{-1/#2}",
    samples: &["A: spd(3) => invroot(A, 2)", "A: spd(2) => invroot(A, 3)", "A: spd(2) => invroot(A, 1)"],
    references: &["Higham2008"],
    ..Op::BASE
};

/// Refuses an order that is no positive integer.
pub(crate) fn order(args: &[Arg]) -> Result<(), ShapeError> {
    rule::whole(args, 1, 1024, "the order of a root").map(drop)
}
