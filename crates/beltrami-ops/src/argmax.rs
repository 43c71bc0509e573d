//! # `argmax(A)`: indicator of the largest entry
//!
//! One at the largest entry and zero elsewhere; $1/k$ at each of $k$ entries that are equal and largest.
//! It has the shape of the argument and its entries add up to one; `softmax` is its smooth relative.
//!
//! ## Shape
//! `m×n → m×n`.
//!
//! ## Derivative
//! Zero where the largest entry is the only one.
//!
//! ## Structure
//! No entry is negative.
//!
//! ## Examples
//! - `beltrami eval 'argmax([3; 1; 3])'` gives `[0.5; 0; 0.5]`
//! - `beltrami derive 'norminf(x)' --by x --layout denominator` prints `argmax(abs(x)).*sign(x)`

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The indicator of the largest entry.
pub static OP: Op = Op {
    name: "argmax",
    kernel: Kernel::ArgMax,
    shape: rule::entrywise,
    facts: |_, _| Facts::NONNEGATIVE,
    transposed: Transposed::Each,
    differential: Differential::Constant,
    rules: "
        argmax-scalar: argmax(a) => 1
        argmax-sum: sum(argmax(A)) => 1
    ",
    smooth: &["the largest entry of {A} is the only one, or the largest ones stay equal"],
    jumps: true,
    latex: r"\operatorname{argmax}\left(#1\right)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
