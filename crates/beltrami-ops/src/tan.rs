//! # `tan(A)`: tangent
//!
//! The tangent of every entry, $\tan(A)_{ij} = \tan a_{ij}$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Domain
//! No entry is an odd multiple of $\pi/2$.
//!
//! ## Derivative
//! $d\tan(A) = (1 + \tan(A)^{\odot 2}) \odot dA$.
//!
//! ## Structure
//! Keeps lower, upper and skew.
//!
//! ## Examples
//! - `beltrami derive 'sum(tan(x))' --by x --layout denominator` gives `ones(n) + tan(x).^2`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The tangent.
pub static OP: Op = Op {
    name: "tan",
    kernel: Kernel::Map(Map::Tan),
    shape: rule::entrywise,
    facts: |graph, args| graph.facts(args[0]) & (Facts::LOWER | Facts::UPPER | Facts::SKEW),
    transposed: Transposed::Each,
    differential: Differential::Text("(ones(m,n) + tan(A).^2).*dA"),
    rules: "
        tan-negated: tan(-A) => -tan(A)
        tan-quotient: sin(A)./cos(A) => tan(A)
        tan-quotient-scalar: sin(a)/cos(a) => tan(a)
    ",
    domain: &["no entry of cos({A}) is 0"],
    latex: r"\tan\left(#1\right)",
    numpy: "np.tan(#1)",
    samples: &["A: matrix(2,3) in (-0.9, 0.9)", "x: vector(3) in (-0.9, 0.9)"],
    ..Op::BASE
};
