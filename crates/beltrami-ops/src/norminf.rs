//! # `norminf(A)`: largest absolute value
//!
//! The largest absolute value of an entry, $\|A\|_\infty = \max_{ij} |a_{ij}|$; for matrices too this is over entries.
//!
//! ## Shape
//! `m×n → scalar`.
//!
//! ## Derivative
//! The sign of the entry that is largest in absolute value times its differential,
//! $d\|A\|_\infty = \operatorname{sum}(\operatorname{argmax}(|A|) \odot \operatorname{sign}(A) \odot dA)$.
//! Equal entries share the weight, which is the derivative where they stay equal, as those of `X + X'` do, and a
//! subgradient elsewhere.
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
    differential: Differential::Text("sum(argmax(abs(A)).*sign(A).*dA)"),
    rules: "
        norminf-transpose: norminf(A') => norminf(A)
        norminf-negated: norminf(-A) => norminf(A)
        norminf-scaled: norminf(a*A) => abs(a)*norminf(A)
        norminf-vec: norminf(vec(A)) => norminf(A)
        norminf-kron: norminf(kron(A, B)) => norminf(A)*norminf(B)
        norminf-abs: norminf(abs(A)) => norminf(A)
    ",
    smooth: &["the largest absolute value of an entry of {A} is not 0, and attained once or by entries that stay equal"],
    latex: r"\left\|#1\right\|_\infty",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    references: &["PetersenPedersen2012"],
    ..Op::BASE
};
