//! # `softplus(A)`: soft positive part
//!
//! A smooth positive part of every entry, $\log(1 + e^a)$, computed without overflow.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\operatorname{softplus}(A) = \sigma(A) \odot dA$.
//!
//! ## Structure
//! Every entry is positive.
//!
//! ## Examples
//! - `beltrami derive 'sum(softplus(x))' --by x --layout denominator` prints `sigmoid(x)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The soft positive part.
pub static OP: Op = Op {
    name: "softplus",
    kernel: Kernel::Map(Map::Softplus),
    shape: rule::entrywise,
    facts: |_, _| Facts::POSITIVE,
    transposed: Transposed::Each,
    differential: Differential::Text("sigmoid(A).*dA"),
    rules: "
        softplus-def: log(exp(A) + ones(m,n)) => softplus(A)
        softplus-def-swapped: log(ones(m,n) + exp(A)) => softplus(A)
        softplus-def-scalar: log(exp(a) + 1) => softplus(a)
        softplus-def-scalar-swapped: log(1 + exp(a)) => softplus(a)
        softplus-difference: softplus(A) - softplus(-A) => A
        softplus-sigmoid: log(sigmoid(A)) => -softplus(-A)
    ",
    stable: "
        softplus-less-argument: softplus(A) - A => softplus(-A)
        softplus-from-argument: A - softplus(A) => -softplus(-A)
        softplus-less-mirrored: softplus(A) - softplus(-A) => A
        softplus-from-mirrored: softplus(-A) - softplus(A) => -A
        softplus-and-mirrored: -softplus(-A) + softplus(A) => A
        softplus-and-own: -softplus(A) + softplus(-A) => -A
    ",
    latex: r"\operatorname{softplus}\left(#1\right)",
    numpy: "np.logaddexp(0.0, #1)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
