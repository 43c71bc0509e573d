//! # `msign(A)`: polar factor
//!
//! The product $U V^\top$ of the thin singular value decomposition $A = U \Sigma V^\top$; for full column rank this is
//! $A (A^\top A)^{-1/2}$, the nearest matrix with orthonormal columns.
//!
//! ## Shape
//! `m×n → m×n`.
//!
//! ## Domain
//! Full rank.
//!
//! ## Derivative
//! `dmsign(A, dA)`: $Q = \operatorname{msign}(A)$ varies by the solution of $A Q^\top dQ + dQ\, Q^\top A = dA - Q\, dA^\top Q$: where the
//! singular values are $\sigma_i$, and 0 beyond the rank, entry $ij$ in the basis of singular vectors is divided by
//! $\sigma_i + \sigma_j$, which is never 0 for a matrix of full rank; equal singular values do no harm.
//!
//! ## Structure
//! Keeps symmetric, diagonal and orthogonal; the polar factor of a definite matrix is the identity.
//!
//! ## Examples
//! - `beltrami derive 'normnuc(X)' --by X --layout denominator` prints `msign(X)`
//!
//! ## References
//! `Higham2008`, chapter 8.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The polar factor.
pub static OP: Op = Op {
    name: "msign",
    kernel: Kernel::MatrixSign,
    shape: rule::entrywise,
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let facts = of & (Facts::SYMMETRIC | Facts::ORTHOGONAL | Facts::SKEW);
        let facts = if of.has(Facts::SPD) { facts | Facts::SPD | Facts::ORTHOGONAL | Facts::DIAGONAL } else { facts };
        if of.has(Facts::DIAGONAL) { facts | Facts::DIAGONAL } else { facts }
    },
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::first(Spectral::MatrixSign, graph, args, varied)),
    rules: "
        msign-transpose: msign(A') => msign(A)'
        msign-negated: msign(-A) => -msign(A)
        msign-definite: msign(A) => eye(n) if spd(A)
        msign-orthogonal: msign(A) => A if orthogonal(A)
        msign-orthogonal-product: msign(A*B) => A*msign(B) if orthogonal(A)
    ",
    domain: &["{A} has full rank"],
    jumps: true,
    latex: r"\operatorname{msign}\left(#1\right)",
    samples: &["A: matrix(3,2)", "A: matrix(2,3)", "A: spd(2)"],
    references: &["Higham2008"],
    ..Op::BASE
};
