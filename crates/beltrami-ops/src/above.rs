//! # `above(A,B)`: entry-wise comparison
//!
//! One where the entry of the first argument is larger, one half where both are equal, zero elsewhere: the weight of
//! $A$ in the derivative of $\max(A, B)$.
//!
//! ## Shape
//! `m×n, m×n → m×n`.
//!
//! ## Derivative
//! Zero where no entries are equal.
//!
//! ## Structure
//! No entry is negative.
//!
//! ## Examples
//! - `beltrami eval 'above([1; 2; 3], [2; 2; 2])'` gives `[0; 0.5; 1]`

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The entry-wise comparison.
pub static OP: Op = Op {
    name: "above",
    params: "A: matrix(m,n), B: matrix(m,n)",
    kernel: Kernel::Above,
    shape: rule::alike,
    facts: |_, _| Facts::NONNEGATIVE,
    transposed: Transposed::Each,
    differential: Differential::Constant,
    rules: "
        above-same: above(A, A) => 0.5*ones(m,n)
        above-sum: above(A, B) + above(B, A) => ones(m,n)
        above-rest: ones(m,n) - above(A, B) => above(B, A)
        above-rest-scalar: 1 - above(a, b) => above(b, a)
    ",
    smooth: &["no entry of {A} equals that of {B}"],
    jumps: true,
    latex: r"\operatorname{above}\left(#1, #2\right)",
    samples: &["A: matrix(2,3), B: matrix(2,3)", "x: vector(3), y: vector(3)", "a: scalar, b: scalar"],
    ..Op::BASE
};
