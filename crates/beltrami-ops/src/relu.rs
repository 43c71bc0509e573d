//! # `relu(A)`: rectified linear unit
//!
//! The positive part of every entry, $\operatorname{relu}(a) = \max(a, 0)$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\operatorname{relu}(A) = \operatorname{step}(A) \odot dA$ where no entry is zero; at zero the value 0 is given, a
//! subgradient.
//!
//! ## Structure
//! No entry is negative; keeps positive, lower and upper.
//!
//! ## Examples
//! - `beltrami derive 'sum(relu(x))' --by x --layout denominator` prints `step(x)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The rectified linear unit.
pub static OP: Op = Op {
    name: "relu",
    kernel: Kernel::Map(Map::Relu),
    shape: rule::entrywise,
    facts: |graph, args| {
        Facts::NONNEGATIVE | graph.facts(args[0]) & (Facts::POSITIVE | Facts::LOWER | Facts::UPPER)
    },
    transposed: Transposed::Each,
    differential: Differential::Text("step(A).*dA"),
    rules: "
        relu-twice: relu(relu(A)) => relu(A)
        relu-nonnegative: relu(A) => A if nonnegative(A)
        relu-sign: relu(sign(A)) => step(A)
        relu-stepped: step(A).*A => relu(A)
        relu-restepped: step(A).*relu(A) => relu(A)
        relu-difference: relu(A) - relu(-A) => A
        relu-sum: relu(A) + relu(-A) => abs(A)
    ",
    smooth: &["no entry of {A} is 0"],
    branches: "1 where {A} > 0, 0 where {A} < 0",
    latex: r"\operatorname{relu}\left(#1\right)",
    numpy: "np.maximum(#1, 0.0)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
