//! # `A^k`: power of a matrix
//!
//! The product of `k` copies of a square matrix, $A^k = A \cdots A$; negative powers are powers of the inverse.
//!
//! ## Shape
//! `n×n, integer k → n×n`.
//!
//! ## Domain
//! The matrix is invertible when the exponent is negative.
//!
//! ## Derivative
//! $d(A^k) = \sum_{i=0}^{k-1} A^i\, dA\, A^{k-1-i}$, and for $k < 0$ the same with the inverse; exponents beyond ±64
//! are not differentiated, as the sum has $|k|$ terms.
//!
//! ## Structure
//! Keeps symmetric, definite, lower, upper, diagonal and orthogonal.
//!
//! ## Examples
//! - `beltrami derive 'tr(X^4)' --by X --layout denominator` gives `4*(X^3)'`
//!
//! ## References
//! `MagnusNeudecker2019`, chapter 9; `PetersenPedersen2012`, section 2.5.

use beltrami_core::{
    Differential, ExprId, Facts, Graph, Kernel, Notation, Number, Op, ShapeError, Transposed, rule,
};

/// The most terms a differential is written with.
const MOST_TERMS: i64 = 64;

/// The power of a matrix.
pub static OP: Op = Op {
    name: "^",
    notation: Notation::Infix,
    params: "A: matrix(n,n)",
    kernel: Kernel::MatPower,
    accepts: |args| matches!(args, [a, b] if !a.is_scalar() || !b.is_scalar()),
    shape: |sizes, args| {
        rule::count(args, 2, "2 arguments")?;
        rule::side(sizes, args, 0)?;
        match args[1].size().and_then(|k| k.as_constant()) {
            Some(_) => Ok(args[0].shape.clone()),
            None => Err(ShapeError::Expected { argument: 1, wanted: "an integer" }),
        }
    },
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let facts = of & (Facts::SPD | Facts::LOWER | Facts::UPPER | Facts::ORTHOGONAL);
        let grows = graph.number_of(args[1]).is_some_and(|k| k > Number::ZERO);
        if grows { facts | of & (Facts::POSITIVE | Facts::NONNEGATIVE) } else { facts }
    },
    transposed: Transposed::Each,
    differential: Differential::Build(differential),
    rules: "
        mat-power-square: A*A => A^2
        mat-power-square-before: A*(A*B) => A^2*B
        mat-power-cube: A^2*A => A^3
        mat-power-cube-after: A*A^2 => A^3
        mat-power-fourth: A^2*A^2 => A^4
        mat-power-transpose: (A')^2 => (A^2)'
    ",
    latex: "{#1}^{#2}",
    samples: &["A: matrix(3,3) => A^3", "A: matrix(2,2) => A^(-2)", "A: spd(2) => A^2"],
    references: &["MagnusNeudecker2019", "PetersenPedersen2012"],
    ..Op::BASE
};

fn differential(graph: &mut Graph, args: &[ExprId], varied: &[Option<ExprId>]) -> Option<ExprId> {
    let (base, step) = (*args.first()?, (*varied.first()?)?);
    let power = graph.number_of(*args.get(1)?).and_then(Number::as_int)?;
    let (terms, factor, moved) = if power >= 0 {
        (power, base, step)
    } else {
        let inverse = graph.build(Kernel::Inv, &[base]).ok()?;
        let left = graph.mul(inverse, step).ok()?;
        let both = graph.mul(left, inverse).ok()?;
        (power.checked_neg()?, inverse, graph.neg(both).ok()?)
    };
    if terms > MOST_TERMS {
        return None;
    }
    let mut sum = Vec::new();
    for before in 0..terms {
        let (left, right) = (graph.int(before), graph.int(terms - 1 - before));
        let left = graph.mat_power(factor, left).ok()?;
        let right = graph.mat_power(factor, right).ok()?;
        let part = graph.mul(left, moved).ok()?;
        sum.push(graph.mul(part, right).ok()?);
    }
    let shape = graph.shape(base).clone();
    graph.sum_of(&sum, &shape).ok()
}
