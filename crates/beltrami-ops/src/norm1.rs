//! # `norm1(A)`: sum of absolute values
//!
//! The absolute values of all entries added, $\|A\|_1 = \sum_{ij} |a_{ij}|$; for matrices too this is over entries.
//!
//! ## Shape
//! `m×n → scalar`.
//!
//! ## Derivative
//! $d\|A\|_1 = \operatorname{sum}(\operatorname{sign}(A) \odot dA)$ where no entry is zero; at zero the value 0 is
//! given, a subgradient.
//!
//! ## Structure
//! Never negative; positive when the entries are.
//!
//! ## Examples
//! - `beltrami derive 'norm1(X)' --by X --layout denominator` prints `sign(X)`

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The sum of absolute values.
pub static OP: Op = Op {
    name: "norm1",
    kernel: Kernel::Norm1,
    shape: rule::to_scalar,
    facts: |graph, args| Facts::NONNEGATIVE | graph.facts(args[0]) & Facts::POSITIVE,
    transposed: Transposed::Itself,
    differential: Differential::Text("sum(sign(A).*dA)"),
    rules: "
        norm1-def: sum(abs(A)) => norm1(A)
        norm1-transpose: norm1(A') => norm1(A)
        norm1-negated: norm1(-A) => norm1(A)
        norm1-scaled: norm1(a*A) => abs(a)*norm1(A)
        norm1-nonnegative: norm1(A) => sum(A) if nonnegative(A)
        norm1-sign: sum(sign(A).*A) => norm1(A)
    ",
    smooth: &["no entry of {A} is 0"],
    branches: "1 where {A} > 0, -1 where {A} < 0",
    latex: r"\left\|#1\right\|_1",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
