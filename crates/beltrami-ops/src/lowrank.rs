//! # `lowrank(A, r)`: best approximation of low rank
//!
//! The matrix of rank $r$ that is nearest to $A$ in the Frobenius and in the spectral norm: the truncated singular value
//! decomposition $\sum_{i \le r} \sigma_i u_i v_i^\top$.
//!
//! ## Shape
//! `m×n, r → m×n`; the rank is an integer from 1, and at most the number of rows and of columns.
//!
//! ## Domain
//! $\sigma_r > \sigma_{r+1}$, without which the nearest matrix is not unique.
//!
//! ## Derivative
//! `dlowrank(A, r, dA)`: the projection to the tangent space of the matrices of rank $r$ and a correction for their curvature.
//! Equal singular values among the first $r$, or among the others, do no harm.
//!
//! ## Structure
//! Keeps symmetric, skew and diagonal.
//!
//! ## Examples
//! - `beltrami derive 'norm2(X - lowrank(X,1))^2' --by X --layout denominator --let 'X: matrix(m,n)'` gives `2*(X - lowrank(X,1))`
//! - `beltrami derive 'norm2(lowrank(X,1))' --by X --layout denominator --let 'X: matrix(m,n)'` gives `topdyad(X)`
//! - `beltrami derive 'sum(lowrank(X,2).*G)' --by X --layout denominator --let 'X: matrix(3,4)'` gives `dlowrank(X,2,G)`
//!
//! ## References
//! `FepponLermusiaux2018`.

use beltrami_core::{Differential, Facts, Kernel, Op, ShapeError, Spectral, Transposed, directional, op::Arg, rule};

/// The best approximation of low rank.
pub static OP: Op = Op {
    name: "lowrank",
    kernel: Kernel::LowRank,
    shape: |_, args| {
        rule::count(args, 2, "2 arguments")?;
        rank(args)?;
        Ok(args[0].shape.clone())
    },
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let skew = of & Facts::SKEW;
        if of.has(Facts::DIAGONAL) { skew | Facts::DIAGONAL } else { skew }
    },
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::first(Spectral::LowRank, graph, args, varied)),
    domain: &["the best approximation of {A} of this rank is unique"],
    jumps: true,
    latex: r"\operatorname{lowrank}_{#2}\left(#1\right)",
    samples: &[
        "A: matrix(3,2) => lowrank(A, 1)",
        "A: matrix(3,4) => lowrank(A, 2)",
        "A: symmetric(3) => lowrank(A, 1)",
        "A: matrix(2,3) => lowrank(A, 2)",
    ],
    references: &["FepponLermusiaux2018"],
    ..Op::BASE
};

/// Refuses a rank that is no positive integer, or larger than the matrix.
pub(crate) fn rank(args: &[Arg]) -> Result<(), ShapeError> {
    rule::matrix(args, 0)?;
    let rank = rule::whole(args, 1, i64::MAX, "the rank")?;
    let shape = &args[0].shape;
    match [&shape.rows, &shape.cols].into_iter().filter_map(|size| size.as_constant()).min() {
        Some(least) if rank > least => Err(ShapeError::Range {
            argument: 1,
            reason: format!("the rank of a matrix of shape {shape} is at most {least}, not {rank}"),
        }),
        _ => Ok(()),
    }
}
