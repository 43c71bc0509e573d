//! # `cos(A)`: cosine
//!
//! The cosine of every entry, $\cos(A)_{ij} = \cos a_{ij}$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\cos(A) = -\sin(A) \odot dA$.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami derive 'sum(cos(x))' --by x --layout denominator` prints `-sin(x)`

use beltrami_core::{Differential, Kernel, Map, Op, Transposed, rule};

/// The cosine.
pub static OP: Op = Op {
    name: "cos",
    kernel: Kernel::Map(Map::Cos),
    shape: rule::entrywise,
    transposed: Transposed::Each,
    differential: Differential::Text("-sin(A).*dA"),
    rules: "
        cos-negated: cos(-A) => cos(A)
    ",
    stable: "
        cos-square-from-one: ones(m,n) - cos(A).^2 => sin(A).^2
        cos-square-from-one-scalar: 1 - cos(a)^2 => sin(a)^2
        cos-square-less-one: cos(A).^2 - ones(m,n) => -sin(A).^2
        cos-square-less-one-scalar: cos(a)^2 - 1 => -sin(a)^2
    ",
    latex: r"\cos\left(#1\right)",
    numpy: "np.cos(#1)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
