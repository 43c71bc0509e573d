//! # `logdet(A)`: logarithm of the determinant
//!
//! The logarithm of the absolute value, $\log|\det(A)|$.
//!
//! ## Shape
//! `n×n → scalar`.
//!
//! ## Domain
//! The argument is invertible.
//!
//! ## Derivative
//! $d\log|\det(A)| = \operatorname{tr}(A^{-1}\, dA)$.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami derive 'logdet(X)' --by X --layout denominator` prints `inv(X)'`
//!
//! ## References
//! `MagnusNeudecker2019`, section 8.3; `PetersenPedersen2012`, section 2.1.

use beltrami_core::{Differential, Kernel, Op, Transposed, rule};

/// The logarithm of the determinant.
pub static OP: Op = Op {
    name: "logdet",
    aliases: &["log_det", "logabsdet", "slogdet"],
    params: "A: matrix(n,n)",
    kernel: Kernel::LogDet,
    shape: rule::square_to_scalar,
    transposed: Transposed::Itself,
    differential: Differential::Text("tr(inv(A)*dA)"),
    rules: "
        logdet-def: log(det(A)) => logdet(A)
        logdet-def-abs: log(abs(det(A))) => logdet(A)
        logdet-eye: logdet(eye(n)) => 0
        logdet-transpose: logdet(A') => logdet(A)
        logdet-inverse: logdet(inv(A)) => -logdet(A)
        logdet-negated: logdet(-A) => logdet(A)
        logdet-product: logdet(A) + logdet(B) => logdet(A*B)
        logdet-diag: logdet(diag(x)) => sum(log(x)) if positive(x)
        logdet-orthogonal: logdet(A) => 0 if orthogonal(A)
        logdet-exp: exp(logdet(A)) => det(A) if spd(A)
    ",
    stable: "
        logdet-of-definite: log(det(A)) => logdet(A) if spd(A)
        logdet-of-positive: log(det(A)) => logdet(A) + log(detsign(A))
        logdet-of-scaled: log(a*det(A)) => log(abs(a)) + logdet(A) + log(sign(a)*detsign(A))
        logdet-of-scaled-swapped: log(det(A)*a) => log(abs(a)) + logdet(A) + log(sign(a)*detsign(A))
        logdet-of-square: log(det(A)^2) => 2*logdet(A)
        logdet-of-reciprocal: log(1/det(A)) => log(detsign(A)) - logdet(A)
        logdet-of-size: log(abs(det(A))) => logdet(A)
    ",
    domain: &["{A} is invertible"],
    latex: r"\log\left|\det\left(#1\right)\right|",
    samples: &["A: matrix(3,3)", "A: spd(2)"],
    references: &["MagnusNeudecker2019", "PetersenPedersen2012"],
    ..Op::BASE
};
