//! # `step(A)`: Heaviside step
//!
//! One where the entry is positive, zero elsewhere,
//! $\operatorname{step}(a) = \tfrac12(\operatorname{sign}(a) + |\operatorname{sign}(a)|)$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! Zero wherever no entry is zero.
//!
//! ## Structure
//! No entry is negative; keeps positive, lower and upper.
//!
//! ## Examples
//! - `beltrami derive 'sum(relu(x))' --by x --layout denominator` prints `step(x)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The Heaviside step.
pub static OP: Op = Op {
    name: "step",
    aliases: &["heaviside"],
    kernel: Kernel::Map(Map::Step),
    shape: rule::entrywise,
    facts: |graph, args| {
        Facts::NONNEGATIVE | graph.facts(args[0]) & (Facts::POSITIVE | Facts::LOWER | Facts::UPPER)
    },
    transposed: Transposed::Each,
    differential: Differential::Constant,
    rules: "
        step-twice: step(step(A)) => step(A)
        step-sign: step(sign(A)) => step(A)
        step-positive: step(A) => ones(m,n) if positive(A)
        step-square: step(A).*step(A) => step(A)
        step-difference: step(A) - step(-A) => sign(A)
    ",
    smooth: &["no entry of {A} is 0"],
    jumps: true,
    latex: r"\operatorname{step}\left(#1\right)",
    numpy: "np.heaviside(#1, 0.0)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
