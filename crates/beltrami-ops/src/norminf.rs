//! # `norminf(A)`: largest absolute value
//!
//! The largest absolute value of an entry, $\|A\|_\infty = \max_{ij} |a_{ij}|$; for matrices too this is over entries.
//!
//! ## Shape
//! `m×n → scalar`.
//!
//! ## Derivative
//! The sign of the largest entry times its differential.
//! The text picks the entry with $1 - \operatorname{step}(\|A\|_\infty - |A|)$, which is one there and zero elsewhere.
//!
//! ## Structure
//! Never negative; positive when the entries are, or when the matrix is definite or orthogonal.
//!
//! ## Examples
//! - `beltrami eval 'norminf([1; -3; 2])'` gives 3
//!
//! ## References
//! `PetersenPedersen2012`, section 2.7, for other norms.

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The largest absolute value.
pub static OP: Op = Op {
    name: "norminf",
    kernel: Kernel::NormInf,
    shape: rule::to_scalar,
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let away = [Facts::POSITIVE, Facts::SPD, Facts::ORTHOGONAL, Facts::SIGNS].iter().any(|fact| of.has(*fact));
        if away { Facts::POSITIVE } else { Facts::NONNEGATIVE }
    },
    transposed: Transposed::Itself,
    differential: Differential::Text("sum((ones(m,n) - step(norminf(A)*ones(m,n) - abs(A))).*sign(A).*dA)"),
    rules: "
        norminf-transpose: norminf(A') => norminf(A)
        norminf-negated: norminf(-A) => norminf(A)
        norminf-scaled: norminf(a*A) => abs(a)*norminf(A)
        norminf-vec: norminf(vec(A)) => norminf(A)
        norminf-kron: norminf(kron(A, B)) => norminf(A)*norminf(B)
        norminf-abs: norminf(abs(A)) => norminf(A)
    ",
    smooth: &["the entry of {A} that is largest in absolute value is the only one, and not 0"],
    latex: r"\left\|#1\right\|_\infty",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    references: &["PetersenPedersen2012"],
    ..Op::BASE
};
