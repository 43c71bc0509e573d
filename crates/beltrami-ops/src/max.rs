//! # `max(A,B)`: entry-wise maximum
//!
//! The larger of the two entries, $\max(A, B)_{ij} = \max(a_{ij}, b_{ij})$.
//!
//! ## Shape
//! `m×n, m×n → m×n`.
//!
//! ## Derivative
//! $d\max(A, B) = dB + \operatorname{above}(A, B) \odot (dA - dB)$; equal entries have half the weight each, which is
//! the derivative where they stay equal and a subgradient elsewhere.
//!
//! ## Structure
//! Positive or nonnegative when one argument is.
//!
//! ## Examples
//! - `beltrami derive 'sum(max(x,y))' --by x --layout denominator` gives `above(x, y)`

use beltrami_core::{Differential, ExprId, Facts, Graph, Kernel, Op, Transposed, rule};

/// The entry-wise maximum.
pub static OP: Op = Op {
    name: "max",
    aliases: &["maximum"],
    params: "A: matrix(m,n), B: matrix(m,n)",
    kernel: Kernel::Max,
    accepts: |args| args.len() == 2,
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
    branches: "{A} where {A} > {B}, {B} where {B} > {A}, half of each where they are equal",
    latex: r"\max\left(#1, #2\right)",
    numpy: "np.maximum(#1, #2)",
    samples: &["A: matrix(2,3), B: matrix(2,3)", "x: vector(3), y: vector(3)", "a: scalar, b: scalar"],
    ..Op::BASE
};

/// `dB + above(P, Q).*(dA - dB)`; right also where equal entries vary alike, as in `max(A, triu(A))`.
pub(crate) fn differential(
    graph: &mut Graph,
    [p, q]: [ExprId; 2],
    args: &[ExprId],
    steps: &[Option<ExprId>],
) -> Option<ExprId> {
    if args[0] == args[1] {
        return steps[0];
    }
    let chosen = |graph: &mut Graph, larger, smaller, step| {
        let weight = graph.build(Kernel::Above, &[larger, smaller]).ok()?;
        graph.hadamard(weight, step).ok()
    };
    match *steps {
        [Some(a), Some(b)] => {
            let change = graph.sub(a, b).ok()?;
            let change = chosen(graph, p, q, change)?;
            graph.add(b, change).ok()
        }
        [Some(a), None] => chosen(graph, p, q, a),
        [None, Some(b)] => chosen(graph, q, p, b),
        _ => None,
    }
}
