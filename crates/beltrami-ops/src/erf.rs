//! # `erf(A)`: error function
//!
//! The error function of every entry, $\operatorname{erf}(a) = \frac{2}{\sqrt\pi} \int_0^a e^{-t^2}\,dt$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\operatorname{erf}(A) = \frac{2}{\sqrt\pi}\, e^{-A^{\odot 2}} \odot dA$; in the text `4*arctan(1)` is $\pi$.
//!
//! ## Structure
//! Keeps lower, upper, skew and the sign of the entries.
//!
//! ## Examples
//! - `beltrami derive 'erf(a)' --by a` gives `2*exp(-a^2)/sqrt(4*arctan(1))`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The error function.
pub static OP: Op = Op {
    name: "erf",
    kernel: Kernel::Map(Map::Erf),
    shape: rule::entrywise,
    facts: |graph, args| {
        let kept = Facts::LOWER | Facts::UPPER | Facts::SKEW | Facts::POSITIVE | Facts::NONNEGATIVE;
        graph.facts(args[0]) & kept
    },
    transposed: Transposed::Each,
    differential: Differential::Text("2*exp(-A.^2)/sqrt(4*arctan(1)).*dA"),
    rules: "
        erf-negated: erf(-A) => -erf(A)
    ",
    latex: r"\operatorname{erf}\left(#1\right)",
    numpy: "erf(#1)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
