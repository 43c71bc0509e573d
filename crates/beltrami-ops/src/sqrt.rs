//! # `sqrt(A)`: square root
//!
//! The square root of every entry, $\sqrt{A}_{ij} = \sqrt{a_{ij}}$; the matrix square root is `sqrtm`.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Domain
//! No entry is negative; the derivative needs positive entries.
//!
//! ## Derivative
//! $d\sqrt{A} = \tfrac12\, dA \oslash \sqrt{A}$.
//!
//! ## Structure
//! No entry is negative; roots of positive entries are positive; zeros stay zero.
//!
//! ## Examples
//! - `beltrami derive 'sqrt(a)' --by a` gives `0.5/sqrt(a)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The square root.
pub static OP: Op = Op {
    name: "sqrt",
    kernel: Kernel::Map(Map::Sqrt),
    shape: rule::entrywise,
    facts: |graph, args| {
        Facts::NONNEGATIVE | graph.facts(args[0]) & (Facts::POSITIVE | Facts::LOWER | Facts::UPPER)
    },
    transposed: Transposed::Each,
    differential: Differential::Text("0.5*dA./sqrt(A)"),
    rules: "
        sqrt-squared: sqrt(A).*sqrt(A) => A
        sqrt-square: sqrt(A).^2 => A
        sqrt-square-scalar: sqrt(a)^2 => a
        sqrt-half: A.^0.5 => sqrt(A)
        sqrt-half-scalar: a^0.5 => sqrt(a)
        sqrt-quotient: A./sqrt(A) => sqrt(A)
        sqrt-quotient-scalar: a/sqrt(a) => sqrt(a)
        sqrt-product-scalar: sqrt(a)*sqrt(b) => sqrt(a*b)
        sqrt-nonnegative: sqrt(A.^2) => A if nonnegative(A)
        sqrt-nonnegative-scalar: sqrt(a^2) => a if nonnegative(a)
    ",
    domain: &["{A} >= 0"],
    smooth: &["{A} > 0"],
    latex: r"\sqrt{#1}",
    numpy: "np.sqrt(#1)",
    samples: &["A: matrix(2,3) > 0", "x: vector(3) > 0"],
    ..Op::BASE
};
