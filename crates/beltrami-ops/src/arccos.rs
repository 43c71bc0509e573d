//! # `arccos(A)`: inverse cosine
//!
//! The inverse cosine of every entry, in $[0, \pi]$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Domain
//! Entries lie in $[-1, 1]$; the derivative needs the open interval.
//!
//! ## Derivative
//! $d\arccos(A) = -dA \oslash \sqrt{1 - A^{\odot 2}}$.
//!
//! ## Structure
//! No entry is negative.
//!
//! ## Examples
//! - `beltrami derive 'arccos(a)' --by a` gives `-1/sqrt(1 - a^2)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The inverse cosine.
pub static OP: Op = Op {
    name: "arccos",
    aliases: &["acos"],
    kernel: Kernel::Map(Map::Arccos),
    shape: rule::entrywise,
    facts: |_, _| Facts::NONNEGATIVE,
    transposed: Transposed::Each,
    differential: Differential::Text("-dA./sqrt(ones(m,n) - A.^2)"),
    rules: "
        arccos-inverse: cos(arccos(A)) => A
    ",
    domain: &["abs({A}) <= 1"],
    smooth: &["abs({A}) < 1"],
    latex: r"\arccos\left(#1\right)",
    numpy: "np.arccos(#1)",
    samples: &["A: matrix(2,3) in (-0.9, 0.9)", "x: vector(3) in (-0.9, 0.9)"],
    ..Op::BASE
};
