//! # `tr(A)`: trace
//!
//! The sum of the diagonal entries, $\operatorname{tr}(A) = \sum_i a_{ii}$.
//!
//! ## Shape
//! `n×n → scalar`.
//!
//! ## Derivative
//! $d\operatorname{tr}(A) = \operatorname{tr}(dA)$, hence the gradient is the identity.
//!
//! ## Structure
//! The trace of a definite matrix is positive.
//!
//! ## Examples
//! - `beltrami derive 'tr(X)' --by X --layout denominator` prints `eye(n)`
//! - `beltrami derive 'tr(A*X)' --by X --layout denominator` prints `A'`
//! - `beltrami derive "tr(A*X')" --by X --layout denominator` prints `A`
//!
//! ## References
//! `MagnusNeudecker2019`, chapter 9; `PetersenPedersen2012`, section 2.5.

use beltrami_core::{Differential, Facts, Kernel, Lower, Op, Transposed, rule};

/// The trace.
pub static OP: Op = Op {
    name: "tr",
    aliases: &["trace"],
    params: "A: matrix(n,n)",
    kernel: Kernel::Trace,
    shape: rule::square_to_scalar,
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let facts = of & (Facts::POSITIVE | Facts::NONNEGATIVE);
        if of.has(Facts::SPD) { facts | Facts::POSITIVE } else { facts }
    },
    transposed: Transposed::Itself,
    lower: Lower::Product("ii->"),
    differential: Differential::Text("tr(dA)"),
    rules: "
        tr-transpose: tr(A') => tr(A)
        tr-scaled: tr(a*A) => a*tr(A)
        tr-negated: tr(-A) => -tr(A)
        tr-sum: tr(A) + tr(B) => tr(A + B)
        tr-difference: tr(A) - tr(B) => tr(A - B)
        tr-outer: tr(x*y') => y'*x
        tr-diag: tr(diag(x)) => sum(x)
        tr-vec: vec(A)'*vec(B) => tr(A'*B)
        tr-hadamard: sum(A.*B) => tr(A'*B)
        tr-diagonal: sum(diag(A)) => tr(A)
    ",
    latex: r"\operatorname{tr}\left(#1\right)",
    samples: &["A: matrix(3,3)", "A: spd(2)", "a: scalar"],
    references: &["MagnusNeudecker2019", "PetersenPedersen2012"],
    ..Op::BASE
};
