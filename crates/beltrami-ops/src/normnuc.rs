//! # `normnuc(A)`: nuclear norm
//!
//! The sum of the singular values, $\|A\|_* = \sum_i \sigma_i(A)$.
//!
//! ## Shape
//! `m×n → scalar`.
//!
//! ## Derivative
//! $d\|A\|_* = \operatorname{tr}((U V^\top)^\top dA)$ with the polar factor $U V^\top$ of $A$, where $A$ has full rank.
//!
//! ## Structure
//! Never negative; positive when the matrix is definite or orthogonal.
//!
//! ## Examples
//! - `beltrami derive 'normnuc(X)' --by X --layout denominator` prints `msign(X)`
//!
//! ## References
//! `Watson1992`.

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The nuclear norm.
pub static OP: Op = Op {
    name: "normnuc",
    aliases: &["nuclear", "trnorm"],
    kernel: Kernel::NormNuc,
    shape: rule::to_scalar,
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let away = [Facts::POSITIVE, Facts::SPD, Facts::ORTHOGONAL, Facts::SIGNS].iter().any(|fact| of.has(*fact));
        if away { Facts::POSITIVE } else { Facts::NONNEGATIVE }
    },
    transposed: Transposed::Itself,
    differential: Differential::Text("tr(msign(A)'*dA)"),
    rules: "
        normnuc-transpose: normnuc(A') => normnuc(A)
        normnuc-negated: normnuc(-A) => normnuc(A)
        normnuc-scaled: normnuc(a*A) => abs(a)*normnuc(A)
        normnuc-def: tr(msign(A)'*A) => normnuc(A)
        normnuc-vector: normnuc(x) => norm2(x)
        normnuc-definite: normnuc(A) => tr(A) if spd(A)
        normnuc-orthogonal: normnuc(A*B) => normnuc(B) if orthogonal(A)
        normnuc-orthogonal-right: normnuc(B*A) => normnuc(B) if orthogonal(A)
        normnuc-kron: normnuc(kron(A, B)) => normnuc(A)*normnuc(B)
    ",
    smooth: &["{A} has full rank"],
    latex: r"\left\|#1\right\|_{*}",
    samples: &["A: matrix(3,2)", "A: matrix(2,3)", "A: spd(2)"],
    references: &["Watson1992"],
    ..Op::BASE
};
