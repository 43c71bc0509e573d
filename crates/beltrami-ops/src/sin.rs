//! # `sin(A)`: sine
//!
//! The sine of every entry, $\sin(A)_{ij} = \sin a_{ij}$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\sin(A) = \cos(A) \odot dA$.
//!
//! ## Structure
//! Keeps lower, upper and skew.
//!
//! ## Examples
//! - `beltrami derive 'sum(sin(x))' --by x --layout denominator` prints `cos(x)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The sine.
pub static OP: Op = Op {
    name: "sin",
    kernel: Kernel::Map(Map::Sin),
    shape: rule::entrywise,
    facts: |graph, args| graph.facts(args[0]) & (Facts::LOWER | Facts::UPPER | Facts::SKEW),
    transposed: Transposed::Each,
    differential: Differential::Text("cos(A).*dA"),
    rules: "
        sin-negated: sin(-A) => -sin(A)
        sin-pythagoras: sin(A).^2 + cos(A).^2 => ones(m,n)
        sin-pythagoras-scalar: sin(a)^2 + cos(a)^2 => 1
        sin-complement: ones(m,n) - cos(A).^2 => sin(A).^2
        sin-complement-scalar: 1 - cos(a)^2 => sin(a)^2
        sin-complement-cos: ones(m,n) - sin(A).^2 => cos(A).^2
        sin-complement-cos-scalar: 1 - sin(a)^2 => cos(a)^2
        sin-double: 2*(sin(A).*cos(A)) => sin(2*A)
        sin-double-scalar: 2*(sin(a)*cos(a)) => sin(2*a)
    ",
    stable: "
        sin-square-from-one: ones(m,n) - sin(A).^2 => cos(A).^2
        sin-square-from-one-scalar: 1 - sin(a)^2 => cos(a)^2
        sin-square-less-one: sin(A).^2 - ones(m,n) => -cos(A).^2
        sin-square-less-one-scalar: sin(a)^2 - 1 => -cos(a)^2
    ",
    latex: r"\sin\left(#1\right)",
    numpy: "np.sin(#1)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
