//! # `sinh(A)`: hyperbolic sine
//!
//! The hyperbolic sine of every entry, $\sinh a = (e^a - e^{-a})/2$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\sinh(A) = \cosh(A) \odot dA$.
//!
//! ## Structure
//! Keeps lower, upper, skew and the sign of the entries.
//!
//! ## Examples
//! - `beltrami derive 'sum(sinh(x))' --by x --layout denominator` prints `cosh(x)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The hyperbolic sine.
pub static OP: Op = Op {
    name: "sinh",
    kernel: Kernel::Map(Map::Sinh),
    shape: rule::entrywise,
    facts: |graph, args| {
        let kept = Facts::LOWER | Facts::UPPER | Facts::SKEW | Facts::POSITIVE | Facts::NONNEGATIVE;
        graph.facts(args[0]) & kept
    },
    transposed: Transposed::Each,
    differential: Differential::Text("cosh(A).*dA"),
    rules: "
        sinh-negated: sinh(-A) => -sinh(A)
        sinh-pythagoras: cosh(A).^2 - sinh(A).^2 => ones(m,n)
        sinh-pythagoras-scalar: cosh(a)^2 - sinh(a)^2 => 1
    ",
    latex: r"\sinh\left(#1\right)",
    numpy: "np.sinh(#1)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
