//! # `[A; B]`: blocks one over the other
//!
//! The rows of the second under those of the first.
//!
//! ## Shape
//! `m×n, p×n → (m+p)×n`.
//!
//! ## Derivative
//! $d[A; B] = [I; 0]\,dA + [0; I]\,dB$, which is $[dA; dB]$.
//!
//! ## Structure
//! Keeps positive, nonnegative and ±1 when both blocks have it.
//!
//! ## Examples
//! - `beltrami derive 'sum([x; y])' --by x --layout denominator` gives `ones(m)`

use beltrami_core::{Differential, Facts, Kernel, Notation, Op, Shape, ShapeError, rule};

/// Blocks one over the other.
pub static OP: Op = Op {
    name: "[;]",
    notation: Notation::Block,
    params: "A: matrix(m,n), B: matrix(p,n)",
    kernel: Kernel::VCat,
    accepts: |args| args.len() == 2,
    shape: |sizes, args| {
        rule::count(args, 2, "2 blocks")?;
        rule::matrix(args, 0)?;
        rule::matrix(args, 1)?;
        let (a, b) = (&args[0].shape, &args[1].shape);
        if sizes.same(&a.cols, &b.cols) {
            Ok(Shape::matrix(a.rows.plus(&b.rows), a.cols.clone()))
        } else {
            Err(ShapeError::Expected { argument: 1, wanted: "a block with as many columns as the one above it" })
        }
    },
    facts: |graph, args| {
        let kept = Facts::POSITIVE | Facts::NONNEGATIVE | Facts::SIGNS;
        graph.facts(args[0]) & graph.facts(args[1]) & kept
    },
    differential: Differential::Text("[eye(m); zeros(p,m)]*dA + [zeros(m,p); eye(p)]*dB"),
    rules: "
        vcat-product: [A*C; B*C] => [A; B]*C
        vcat-scaled: [a*A; a*B] => a*[A; B]
        vcat-transpose: [A', B'] => [A; B]'
        vcat-transposed: [A'; B'] => [A, B]'
        vcat-contract: [A, B]*[C; D] => A*C + B*D
        vcat-turned: [A; B]' => [A', B']
        hcat-turned: [A, B]' => [A'; B']
        vcat-sum: sum([A; B]) => sum(A) + sum(B)
    ",
    latex: r"\begin{pmatrix} #1 \\ #2 \end{pmatrix}",
    samples: &["A: matrix(2,3), B: matrix(1,3)", "x: vector(3), y: vector(2)", "a: scalar, b: scalar"],
    ..Op::BASE
};
