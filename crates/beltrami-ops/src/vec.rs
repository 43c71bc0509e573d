//! # `vec(A)`: columns stacked
//!
//! The columns one under the other, $\operatorname{vec}(A)_{(j-1)m+i} = a_{ij}$.
//!
//! ## Shape
//! `m×n → mn`.
//!
//! ## Derivative
//! $d\operatorname{vec}(A) = \operatorname{vec}(dA)$.
//!
//! ## Structure
//! Keeps positive, nonnegative and entries of ±1.
//!
//! ## Examples
//! - `beltrami derive 'vec(X)' --by X` prints `eye(m*n)`
//!
//! ## References
//! `MagnusNeudecker2019`, section 2.4.

use beltrami_core::{Differential, Facts, Kernel, Lower, Op, Shape, rule};

/// The stacked columns.
pub static OP: Op = Op {
    name: "vec",
    aliases: &["flatten"],
    kernel: Kernel::Vec,
    shape: |_, args| {
        rule::count(args, 1, "1 argument")?;
        rule::matrix(args, 0)?;
        Ok(Shape::vector(args[0].shape.len()))
    },
    facts: |graph, args| {
        let kept = Facts::POSITIVE | Facts::NONNEGATIVE | Facts::SIGNS;
        graph.facts(args[0]) & kept
    },
    lower: Lower::Product("ij->(ji)"),
    differential: Differential::Text("vec(dA)"),
    rules: "
        vec-vector: vec(x) => x
        vec-row: vec(x') => x
        vec-scaled: vec(a*A) => a*vec(A)
        vec-negated: vec(-A) => -vec(A)
        vec-sum: vec(A) + vec(B) => vec(A + B)
        vec-difference: vec(A) - vec(B) => vec(A - B)
        vec-hadamard: vec(A).*vec(B) => vec(A.*B)
        vec-total: sum(vec(A)) => sum(A)
    ",
    latex: r"\operatorname{vec}\left(#1\right)",
    samples: &["A: matrix(2,3)", "x: vector(3)", "x: row(3)"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};
