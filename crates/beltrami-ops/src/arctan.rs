//! # `arctan(A)`: inverse tangent
//!
//! The inverse tangent of every entry, in $(-\pi/2, \pi/2)$; `4*arctan(1)` is $\pi$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\arctan(A) = dA \oslash (1 + A^{\odot 2})$.
//!
//! ## Structure
//! Keeps lower, upper, skew and the sign of the entries.
//!
//! ## Examples
//! - `beltrami derive 'arctan(a)' --by a` gives `1/(1 + a^2)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The inverse tangent.
pub static OP: Op = Op {
    name: "arctan",
    aliases: &["atan"],
    kernel: Kernel::Map(Map::Arctan),
    shape: rule::entrywise,
    facts: |graph, args| {
        let kept = Facts::LOWER | Facts::UPPER | Facts::SKEW | Facts::POSITIVE | Facts::NONNEGATIVE;
        graph.facts(args[0]) & kept
    },
    transposed: Transposed::Each,
    differential: Differential::Text("dA./(ones(m,n) + A.^2)"),
    rules: "
        arctan-negated: arctan(-A) => -arctan(A)
        arctan-inverse: tan(arctan(A)) => A
    ",
    latex: r"\arctan\left(#1\right)",
    numpy: "np.arctan(#1)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
