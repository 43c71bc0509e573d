//! # `tanh(A)`: hyperbolic tangent
//!
//! The hyperbolic tangent of every entry, $\tanh a = \sinh a/\cosh a$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\tanh(A) = (1 - \tanh(A)^{\odot 2}) \odot dA$.
//!
//! ## Structure
//! Keeps lower, upper, skew and the sign of the entries.
//!
//! ## Examples
//! - `beltrami derive 'sum(tanh(x))' --by x --layout denominator` gives `ones(n) - tanh(x).^2`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The hyperbolic tangent.
pub static OP: Op = Op {
    name: "tanh",
    kernel: Kernel::Map(Map::Tanh),
    shape: rule::entrywise,
    facts: |graph, args| {
        let kept = Facts::LOWER | Facts::UPPER | Facts::SKEW | Facts::POSITIVE | Facts::NONNEGATIVE;
        graph.facts(args[0]) & kept
    },
    transposed: Transposed::Each,
    differential: Differential::Text("(ones(m,n) - tanh(A).^2).*dA"),
    rules: "
        tanh-negated: tanh(-A) => -tanh(A)
        tanh-quotient: sinh(A)./cosh(A) => tanh(A)
        tanh-quotient-scalar: sinh(a)/cosh(a) => tanh(a)
    ",
    latex: r"\tanh\left(#1\right)",
    numpy: "np.tanh(#1)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
