//! # `dlogm(A)`: derivative of the matrix logarithm
//!
//! The matrix of the Fréchet derivative $L$ of $\log A$, $\operatorname{vec}(L(A, E)) = \operatorname{dlogm}(A)
//! \operatorname{vec}(E)$.
//!
//! ## Shape
//! `n×n → n²×n²`.
//!
//! ## Domain
//! No eigenvalue of the argument is zero or a negative number.
//!
//! ## Derivative
//! With $D = \operatorname{dlogm}(A) = \operatorname{dexpm}(\log A)^{-1}$: $dD = -D \operatorname{dexpm}(\log A, 2) (I
//! \otimes D \operatorname{vec} dA) D$.
//!
//! ## Structure
//! Symmetric positive definite when the argument is symmetric.
//!
//! ## Examples
//! - `beltrami derive 'logm(X)' --by X --form kron` prints `dlogm(X)`
//!
//! ## References
//! `Higham2008`, section 3.1.

use beltrami_core::{Differential, Facts, Kernel, Op, Shape, Transposed, rule};

/// The matrix of the Fréchet derivative of the matrix logarithm.
pub static OP: Op = Op {
    name: "dlogm",
    params: "A: matrix(n,n)",
    kernel: Kernel::LogmFrechet,
    shape: |sizes, args| {
        rule::count(args, 1, "1 argument")?;
        let n = rule::side(sizes, args, 0)?;
        Ok(Shape::matrix(n.times(&n), n.times(&n)))
    },
    facts: |graph, args| {
        let symmetric = graph.facts(args[0]).has(Facts::SYMMETRIC);
        if symmetric { Facts::SPD } else { Facts::NONE }
    },
    transposed: Transposed::Each,
    differential: Differential::Text("-dlogm(A)*dexpm(logm(A), 2)*kron(eye(n*n), dlogm(A)*vec(dA))*dlogm(A)"),
    rules: "
        dlogm-transpose: dlogm(A') => dlogm(A)'
    ",
    domain: &["no eigenvalue of {A} is on the closed negative real axis"],
    latex: r"\operatorname{dlogm}\left(#1\right)",
    samples: &["A: spd(3)", "A: spd(2), S: skew(2) => dlogm(A + S)"],
    references: &["Higham2008"],
    ..Op::BASE
};
