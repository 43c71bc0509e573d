//! # `max(A,B)`: entry-wise maximum
//!
//! The larger of the two entries, $\max(A, B)_{ij} = \max(a_{ij}, b_{ij})$.
//!
//! ## Shape
//! `m×n, m×n → m×n`.
//!
//! ## Derivative
//! $d\max(A, B) = \operatorname{step}(A - B) \odot dA + \operatorname{step}(B - A) \odot dB$ where no entries are
//! equal.
//!
//! ## Structure
//! Positive or nonnegative when one argument is.
//!
//! ## Examples
//! - `beltrami derive 'sum(max(x,y))' --by x --layout denominator` gives `step(x - y)`

use beltrami_core::{Differential, ExprId, Facts, Graph, Kernel, Map, Op, Transposed, rule};

/// The entry-wise maximum.
pub static OP: Op = Op {
    name: "max",
    params: "A: matrix(m,n), B: matrix(m,n)",
    kernel: Kernel::Max,
    shape: rule::alike,
    facts: |graph, args| {
        let (a, b) = (graph.facts(args[0]), graph.facts(args[1]));
        (a | b) & (Facts::POSITIVE | Facts::NONNEGATIVE) | a & b & (Facts::LOWER | Facts::UPPER)
    },
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, steps| differential(graph, [args[0], args[1]], args, steps)),
    rules: "
        max-same: max(A, A) => A
        max-zero: max(A, zeros(m,n)) => relu(A)
        max-zero-scalar: max(a, 0) => relu(a)
        max-opposite: max(A, -A) => abs(A)
    ",
    smooth: &["no entry of {A} equals that of {B}"],
    branches: "{A} where {A} > {B}, {B} where {B} > {A}",
    latex: r"\max\left(#1, #2\right)",
    numpy: "np.maximum(#1, #2)",
    samples: &["A: matrix(2,3), B: matrix(2,3)", "x: vector(3), y: vector(3)", "a: scalar, b: scalar"],
    ..Op::BASE
};

/// `step(P - Q).*dA + step(Q - P).*dB`; the maximum of an expression with itself varies as that expression.
pub(crate) fn differential(
    graph: &mut Graph,
    [p, q]: [ExprId; 2],
    args: &[ExprId],
    steps: &[Option<ExprId>],
) -> Option<ExprId> {
    if args[0] == args[1] {
        return steps[0];
    }
    let mut terms = Vec::new();
    for (step, (larger, smaller)) in steps.iter().zip([(p, q), (q, p)]) {
        let Some(step) = step else { continue };
        let gap = graph.sub(larger, smaller).ok()?;
        let chosen = graph.build(Kernel::Map(Map::Step), &[gap]).ok()?;
        terms.push(graph.hadamard(chosen, *step).ok()?);
    }
    let shape = graph.shape(args[0]).clone();
    graph.sum_of(&terms, &shape).ok()
}
