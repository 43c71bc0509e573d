//! # `topdyad(A)`: leading dyad
//!
//! The product $u_1 v_1^\top$ of the singular vectors of the largest singular value.
//!
//! ## Shape
//! `m×n → m×n`.
//!
//! ## Domain
//! The largest singular value is simple.
//!
//! ## Derivative
//! Not available: `topdyad` is for values, and for the gradient of `normspec`.
//!
//! ## Structure
//! Keeps symmetric.
//!
//! ## Examples
//! - `beltrami derive 'normspec(X)' --by X --layout denominator` prints `topdyad(X)`
//!
//! ## References
//! `Watson1992`.

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The leading dyad.
pub static OP: Op = Op {
    name: "topdyad",
    kernel: Kernel::TopDyad,
    shape: rule::entrywise,
    facts: |graph, args| graph.facts(args[0]) & Facts::SYMMETRIC,
    transposed: Transposed::Each,
    differential: Differential::None,
    rules: "
        topdyad-transpose: topdyad(A') => topdyad(A)'
        topdyad-negated: topdyad(-A) => -topdyad(A)
        topdyad-orthogonal: topdyad(A*B) => A*topdyad(B) if orthogonal(A)
        topdyad-vector: topdyad(x) => x/norm2(x)
    ",
    domain: &["the largest singular value of {A} is simple"],
    latex: r"\operatorname{topdyad}\left(#1\right)",
    samples: &["A: matrix(3,2)", "A: matrix(2,3)", "x: vector(3)"],
    references: &["Watson1992"],
    ..Op::BASE
};
