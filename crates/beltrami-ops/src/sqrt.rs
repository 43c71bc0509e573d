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
    stable: "
        sqrt-less-one: sqrt(ones(m,n) + A) - ones(m,n) => A./(sqrt(ones(m,n) + A) + ones(m,n))
        sqrt-less-one-swapped: sqrt(A + ones(m,n)) - ones(m,n) => A./(sqrt(A + ones(m,n)) + ones(m,n))
        sqrt-less-one-scalar: sqrt(1 + a) - 1 => a/(sqrt(1 + a) + 1)
        sqrt-less-one-scalar-swapped: sqrt(a + 1) - 1 => a/(sqrt(a + 1) + 1)
        sqrt-from-one: ones(m,n) - sqrt(ones(m,n) - A) => A./(sqrt(ones(m,n) - A) + ones(m,n))
        sqrt-from-one-scalar: 1 - sqrt(1 - a) => a/(sqrt(1 - a) + 1)
        sqrt-step: sqrt(A + B) - sqrt(A) => B./(sqrt(A + B) + sqrt(A)) if positive(B)
        sqrt-step-scalar: sqrt(a + b) - sqrt(a) => b/(sqrt(a + b) + sqrt(a)) if positive(b)
        sqrt-slope-step: ones(m,n)./sqrt(A + B) - ones(m,n)./sqrt(A) => -B./(sqrt(A).*sqrt(A + B).*(sqrt(A + B) + sqrt(A))) if positive(B)
        sqrt-slope-step-scalar: 1/sqrt(a + b) - 1/sqrt(a) => -b/(sqrt(a)*sqrt(a + b)*(sqrt(a + b) + sqrt(a))) if positive(b)
        sqrt-beyond: sqrt(A.^2 + B) - A => B./(sqrt(A.^2 + B) + A) if positive(A)
        sqrt-beyond-scalar: sqrt(a^2 + b) - a => b/(sqrt(a^2 + b) + a) if positive(a)
    ",
    latex: r"\sqrt{#1}",
    numpy: "np.sqrt(#1)",
    samples: &["A: matrix(2,3) > 0", "x: vector(3) > 0"],
    ..Op::BASE
};
