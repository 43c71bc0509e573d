//! # `det(A)`: determinant
//!
//! The signed volume factor, $\det(A) = \sum_\sigma \operatorname{sgn}(\sigma) \prod_i a_{i\sigma(i)}$.
//!
//! ## Shape
//! `n×n → scalar`.
//!
//! ## Derivative
//! Jacobi's formula, $d\det(A) = \operatorname{tr}(\operatorname{adj}(A)\, dA)$; for invertible matrices that is
//! $\det(A) \operatorname{tr}(A^{-1}\, dA)$.
//!
//! ## Structure
//! The determinant of a definite matrix is positive.
//!
//! ## Examples
//! - `beltrami derive 'det(X)' --by X --layout denominator` prints `adj(X)'`
//!
//! ## References
//! `MagnusNeudecker2019`, section 8.3; `PetersenPedersen2012`, section 2.1.

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The determinant.
pub static OP: Op = Op {
    name: "det",
    aliases: &["determinant"],
    params: "A: matrix(n,n)",
    kernel: Kernel::Det,
    shape: rule::square_to_scalar,
    facts: |graph, args| {
        let definite = graph.facts(args[0]).has(Facts::SPD);
        if definite { Facts::POSITIVE } else { Facts::NONE }
    },
    transposed: Transposed::Itself,
    differential: Differential::Text("det(A)*tr(inv(A)*dA)"),
    singular: Some(|graph, args, varied| {
        let Some(Some(step)) = varied.first() else { return None };
        let cofactors = graph.build(Kernel::Adj, args).ok()?;
        let product = graph.mul(cofactors, *step).ok()?;
        graph.build(Kernel::Trace, &[product]).ok()
    }),
    rules: "
        det-eye: det(eye(n)) => 1
        det-transpose: det(A') => det(A)
        det-inverse: det(inv(A)) => 1/det(A)
        det-product: det(A)*det(B) => det(A*B)
        det-square: det(A)^2 => 1 if orthogonal(A)
    ",
    smooth: &["{A} is invertible"],
    latex: r"\det\left(#1\right)",
    samples: &["A: matrix(3,3)", "A: spd(2)", "a: scalar"],
    references: &["MagnusNeudecker2019", "PetersenPedersen2012"],
    ..Op::BASE
};
