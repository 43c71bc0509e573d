//! # `expm(A)`: matrix exponential
//!
//! The power series in the matrix, $e^A = \sum_k A^k/k!$; the exponential of every entry is `exp`.
//!
//! ## Shape
//! `n×n → n×n`.
//!
//! ## Derivative
//! $de^A = L(A, dA)$, the Fréchet derivative `dexpm(A, dA)`.
//! A differential that is a multiple of the argument, or of the matrix it is a multiple of, commutes with it:
//! $d e^{aB} = da\, B e^{aB}$ for a constant $B$.
//!
//! ## Structure
//! Of a symmetric matrix definite, of a skew one orthogonal; keeps lower and upper.
//!
//! ## Examples
//! - `beltrami derive 'tr(expm(X))' --by X --layout denominator` prints `expm(X)'`
//! - `beltrami derive 'expm(a*A)*x' --by a` prints `A*expm(a*A)*x`
//!
//! ## References
//! `Higham2008`, chapter 10; `AlMohyHigham2009`.

use beltrami_core::{Differential, ExprId, Facts, Graph, Kernel, Op, Spectral, Transposed, rule};

/// The matrix exponential.
pub static OP: Op = Op {
    name: "expm",
    aliases: &["matexp"],
    params: "A: matrix(n,n)",
    kernel: Kernel::Expm,
    shape: rule::square,
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let mut facts = of & (Facts::LOWER | Facts::UPPER);
        if of.has(Facts::SYMMETRIC) {
            facts = facts | Facts::SPD;
        }
        if of.has(Facts::SKEW) { facts | Facts::ORTHOGONAL } else { facts }
    },
    transposed: Transposed::Each,
    differential: Differential::Build(differential),
    scalar_derivative: Some("expm(A)"),
    rules: "
        expm-zero: expm(zeros(n,n)) => eye(n)
        expm-transpose: expm(A') => expm(A)'
        expm-inverse: inv(expm(A)) => expm(-A)
        expm-cancel: expm(A)*expm(-A) => eye(n)
        expm-square: expm(A)*expm(A) => expm(2*A)
        expm-det: det(expm(A)) => exp(tr(A))
        expm-logdet: logdet(expm(A)) => tr(A)
        expm-diag: expm(diag(x)) => diag(exp(x))
    ",
    latex: "e^{#1}",
    samples: &["A: matrix(3,3)", "A: symmetric(2)", "a: scalar, B: matrix(3,3) => expm(a*B)"],
    references: &["Higham2008", "AlMohyHigham2009"],
    ..Op::BASE
};

/// `s*B*expm(A)` for the terms of `dA` that are multiples `s*B` of what `A` is a multiple of, and the Fréchet
/// derivative of the other terms.
fn differential(graph: &mut Graph, args: &[ExprId], varied: &[Option<ExprId>]) -> Option<ExprId> {
    let (&[of], Some(Some(step))) = (args, varied.first()) else { return None };
    let value = graph.build(Kernel::Expm, &[of]).ok()?;
    let (mut commuting, mut rest) = (Vec::new(), Vec::new());
    for term in summands(graph, *step) {
        if direction(graph, term) == direction(graph, of) {
            commuting.push(graph.mul(term, value).ok()?);
        } else {
            rest.push(term);
        }
    }
    let shape = graph.shape(of).clone();
    if !rest.is_empty() {
        let step = graph.sum_of(&rest, &shape).ok()?;
        commuting.push(graph.derivative(Spectral::Expm, &[of], &[step]).ok()?);
    }
    graph.sum_of(&commuting, &shape).ok()
}

/// The terms of a sum; the expression itself when it is none.
fn summands(graph: &Graph, id: ExprId) -> Vec<ExprId> {
    match graph.args_of(id, Kernel::Add) {
        Some([a, b]) => [summands(graph, *a), summands(graph, *b)].concat(),
        _ => vec![id],
    }
}

/// The matrix that the expression is a multiple of.
fn direction(graph: &Graph, id: ExprId) -> ExprId {
    match graph.application(id) {
        Some((Kernel::Scale, [_, a]) | (Kernel::Neg, [a]) | (Kernel::Divide, [a, _])) => direction(graph, *a),
        _ => id,
    }
}
