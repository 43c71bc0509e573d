//! # `cosh(A)`: hyperbolic cosine
//!
//! The hyperbolic cosine of every entry, $\cosh a = (e^a + e^{-a})/2$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\cosh(A) = \sinh(A) \odot dA$.
//!
//! ## Structure
//! Every entry is positive.
//!
//! ## Examples
//! - `beltrami derive 'sum(cosh(x))' --by x --layout denominator` prints `sinh(x)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The hyperbolic cosine.
pub static OP: Op = Op {
    name: "cosh",
    kernel: Kernel::Map(Map::Cosh),
    shape: rule::entrywise,
    facts: |_, _| Facts::POSITIVE,
    transposed: Transposed::Each,
    differential: Differential::Text("sinh(A).*dA"),
    rules: "
        cosh-negated: cosh(-A) => cosh(A)
    ",
    latex: r"\cosh\left(#1\right)",
    numpy: "np.cosh(#1)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
