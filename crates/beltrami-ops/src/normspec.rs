//! # `normspec(A)`: spectral norm
//!
//! The largest singular value, $\|A\| = \sigma_1(A)$.
//!
//! ## Shape
//! `m×n → scalar`.
//!
//! ## Derivative
//! $d\|A\| = \operatorname{tr}((u_1 v_1^\top)^\top dA)$ where the largest singular value is simple.
//!
//! ## Structure
//! Never negative; positive when the entries are, or when the matrix is definite or orthogonal.
//!
//! ## Examples
//! - `beltrami derive 'normspec(X)' --by X --layout denominator` prints `topdyad(X)`
//!
//! ## References
//! `Watson1992`.

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The spectral norm.
pub static OP: Op = Op {
    name: "normspec",
    aliases: &["spectral"],
    kernel: Kernel::NormSpec,
    shape: rule::to_scalar,
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let away = [Facts::POSITIVE, Facts::SPD, Facts::ORTHOGONAL, Facts::SIGNS].iter().any(|fact| of.has(*fact));
        if away { Facts::POSITIVE } else { Facts::NONNEGATIVE }
    },
    transposed: Transposed::Itself,
    differential: Differential::Text("tr(topdyad(A)'*dA)"),
    rules: "
        normspec-transpose: normspec(A') => normspec(A)
        normspec-negated: normspec(-A) => normspec(A)
        normspec-scaled: normspec(a*A) => abs(a)*normspec(A)
        normspec-def: tr(topdyad(A)'*A) => normspec(A)
        normspec-vector: normspec(x) => norm2(x)
        normspec-unit: normspec(A) => 1 if orthogonal(A)
        normspec-orthogonal: normspec(A*B) => normspec(B) if orthogonal(A)
        normspec-orthogonal-right: normspec(B*A) => normspec(B) if orthogonal(A)
        normspec-kron: normspec(kron(A, B)) => normspec(A)*normspec(B)
        normspec-gram: normspec(A'*A) => normspec(A)^2
    ",
    smooth: &["the largest singular value of {A} is simple"],
    latex: r"\left\|#1\right\|",
    samples: &["A: matrix(3,2)", "A: matrix(2,3)", "x: vector(3)"],
    references: &["Watson1992"],
    ..Op::BASE
};
