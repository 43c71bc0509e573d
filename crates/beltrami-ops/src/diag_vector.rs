//! # `diag(A)`: diagonal of a matrix
//!
//! The column of the diagonal entries, $\operatorname{diag}(A)_i = a_{ii}$.
//!
//! ## Shape
//! `n×n → n`; `diag` of a vector is the matrix with that diagonal.
//!
//! ## Derivative
//! $d\operatorname{diag}(A) = \operatorname{diag}(dA)$.
//!
//! ## Structure
//! The diagonal of a definite matrix is positive.
//!
//! ## Examples
//! - `beltrami derive "b'*diag(X)" --by X --layout denominator --let 'b: vector(n)'` prints `diag(b)`
//!
//! ## References
//! `MagnusNeudecker2019`, chapter 1.

use beltrami_core::{Differential, Facts, Kernel, Lower, Op, Shape, rule};

/// The diagonal as a vector.
pub static OP: Op = Op {
    name: "diag",
    params: "A: matrix(n,n)",
    kernel: Kernel::DiagVector,
    accepts: |args| matches!(args, [a] if !a.shape.is_vector() && !a.shape.is_row()),
    shape: |sizes, args| {
        rule::count(args, 1, "1 argument")?;
        Ok(Shape::vector(rule::side(sizes, args, 0)?))
    },
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let facts = of & (Facts::POSITIVE | Facts::NONNEGATIVE | Facts::SIGNS);
        if of.has(Facts::SPD) { facts | Facts::POSITIVE } else { facts }
    },
    lower: Lower::Product("ii->i"),
    differential: Differential::Text("diag(dA)"),
    rules: "
        diag-of-eye: diag(eye(n)) => ones(n)
        diag-of-diag: diag(diag(x)) => x
        diag-of-transpose: diag(A') => diag(A)
        diag-of-outer: diag(x*y') => x.*y
        diag-masked: diag(diag(A)) => A.*eye(n)
    ",
    latex: r"\operatorname{diag}\left(#1\right)",
    samples: &["A: matrix(3,3)", "A: spd(2)"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};
