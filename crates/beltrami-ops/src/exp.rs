//! # `exp(A)`: exponential
//!
//! The exponential of every entry, $\exp(A)_{ij} = e^{a_{ij}}$; the matrix exponential is `expm`.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\exp(A) = \exp(A) \odot dA$.
//!
//! ## Structure
//! Every entry is positive.
//!
//! ## Examples
//! - `beltrami derive 'sum(exp(x))' --by x --layout denominator` prints `exp(x)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The exponential.
pub static OP: Op = Op {
    name: "exp",
    kernel: Kernel::Map(Map::Exp),
    shape: rule::entrywise,
    facts: |_, _| Facts::POSITIVE,
    transposed: Transposed::Each,
    differential: Differential::Text("exp(A).*dA"),
    rules: "
        exp-product: exp(A).*exp(B) => exp(A + B)
        exp-product-scalar: exp(a)*exp(b) => exp(a + b)
        exp-quotient: exp(A)./exp(B) => exp(A - B)
        exp-quotient-scalar: exp(a)/exp(b) => exp(a - b)
        exp-reciprocal: ones(m,n)./exp(A) => exp(-A)
        exp-reciprocal-scalar: 1/exp(a) => exp(-a)
    ",
    latex: r"\exp\left(#1\right)",
    numpy: "np.exp(#1)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
