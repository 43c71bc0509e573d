//! # `[A, B]`: blocks side by side
//!
//! The columns of the second after those of the first.
//!
//! ## Shape
//! `m×n, m×q → m×(n+q)`.
//!
//! ## Derivative
//! $d[A, B] = dA\,[I, 0] + dB\,[0, I]$, which is $[dA, dB]$.
//!
//! ## Structure
//! Keeps positive, nonnegative and ±1 when both blocks have it.
//!
//! ## Examples
//! - `beltrami derive 'sum([X, A])' --by X --layout denominator` gives `ones(m,n)`

use beltrami_core::{Differential, Facts, Kernel, Notation, Op, Shape, ShapeError, rule};

/// Blocks side by side.
pub static OP: Op = Op {
    name: "[,]",
    notation: Notation::Block,
    params: "A: matrix(m,n), B: matrix(m,q)",
    kernel: Kernel::HCat,
    accepts: |args| args.len() == 2,
    shape: |sizes, args| {
        rule::count(args, 2, "2 blocks")?;
        rule::matrix(args, 0)?;
        rule::matrix(args, 1)?;
        let (a, b) = (&args[0].shape, &args[1].shape);
        if sizes.same(&a.rows, &b.rows) {
            Ok(Shape::matrix(a.rows.clone(), a.cols.plus(&b.cols)))
        } else {
            Err(ShapeError::Expected { argument: 1, wanted: "a block with as many rows as the one on its left" })
        }
    },
    facts: |graph, args| {
        let kept = Facts::POSITIVE | Facts::NONNEGATIVE | Facts::SIGNS;
        graph.facts(args[0]) & graph.facts(args[1]) & kept
    },
    differential: Differential::Text("dA*[eye(n), zeros(n,q)] + dB*[zeros(q,n), eye(q)]"),
    rules: "
        hcat-product: [A*B, A*C] => A*[B, C]
        hcat-scaled: [a*A, a*B] => a*[A, B]
        hcat-sum: sum([A, B]) => sum(A) + sum(B)
    ",
    latex: r"\begin{pmatrix} #1 & #2 \end{pmatrix}",
    samples: &["A: matrix(2,3), B: matrix(2,2)", "x: vector(3), A: matrix(3,2)", "a: scalar, b: scalar"],
    ..Op::BASE
};
