//! # `expm1(A)`: exponential less one
//!
//! The exponential of every entry less one, $e^{a_{ij}} - 1$, with all digits where entries are small.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\operatorname{expm1}(A) = \exp(A) \odot dA$.
//!
//! ## Structure
//! Keeps lower, upper and the sign of the entries.
//!
//! ## Examples
//! - `beltrami derive 'expm1(a)' --by a` prints `exp(a)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The exponential less one.
pub static OP: Op = Op {
    name: "expm1",
    kernel: Kernel::Map(Map::Expm1),
    shape: rule::entrywise,
    facts: |graph, args| {
        let kept = Facts::LOWER | Facts::UPPER | Facts::POSITIVE | Facts::NONNEGATIVE;
        graph.facts(args[0]) & kept
    },
    transposed: Transposed::Each,
    differential: Differential::Text("exp(A).*dA"),
    latex: r"\left(e^{#1} - 1\right)",
    numpy: "np.expm1(#1)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
