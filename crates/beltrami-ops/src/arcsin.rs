//! # `arcsin(A)`: inverse sine
//!
//! The inverse sine of every entry, in $[-\pi/2, \pi/2]$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Domain
//! Entries lie in $[-1, 1]$; the derivative needs the open interval.
//!
//! ## Derivative
//! $d\arcsin(A) = dA \oslash \sqrt{1 - A^{\odot 2}}$.
//!
//! ## Structure
//! Keeps lower, upper, skew and the sign of the entries.
//!
//! ## Examples
//! - `beltrami derive 'arcsin(a)' --by a` gives `1/sqrt(1 - a^2)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The inverse sine.
pub static OP: Op = Op {
    name: "arcsin",
    aliases: &["asin"],
    kernel: Kernel::Map(Map::Arcsin),
    shape: rule::entrywise,
    facts: |graph, args| {
        let kept = Facts::LOWER | Facts::UPPER | Facts::SKEW | Facts::POSITIVE | Facts::NONNEGATIVE;
        graph.facts(args[0]) & kept
    },
    transposed: Transposed::Each,
    differential: Differential::Text("dA./sqrt(ones(m,n) - A.^2)"),
    rules: "
        arcsin-negated: arcsin(-A) => -arcsin(A)
        arcsin-inverse: sin(arcsin(A)) => A
    ",
    domain: &["abs({A}) <= 1"],
    smooth: &["abs({A}) < 1"],
    latex: r"\arcsin\left(#1\right)",
    numpy: "np.arcsin(#1)",
    samples: &["A: matrix(2,3) in (-0.9, 0.9)", "x: vector(3) in (-0.9, 0.9)"],
    ..Op::BASE
};
