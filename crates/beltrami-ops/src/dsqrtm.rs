//! # `dsqrtm(A)`: derivative of the matrix square root
//!
//! The matrix of the Fréchet derivative $L$ of $A^{1/2}$, $\operatorname{vec}(L(A, E)) = \operatorname{dsqrtm}(A)
//! \operatorname{vec}(E)$.
//!
//! ## Shape
//! `n×n → n²×n²`.
//!
//! ## Domain
//! No eigenvalue of the argument is zero or a negative number.
//!
//! ## Derivative
//! With $D = \operatorname{dsqrtm}(A) = (I \otimes A^{1/2} + (A^{1/2})^\top \otimes I)^{-1}$ and $\operatorname{vec} L =
//! D \operatorname{vec} dA$: $dD = -D (I \otimes L + L^\top \otimes I) D$.
//!
//! ## Structure
//! Symmetric positive definite when the argument is symmetric.
//!
//! ## Examples
//! - `beltrami derive 'sqrtm(X)' --by X --form kron` prints `dsqrtm(X)`
//!
//! ## References
//! `Higham2008`, section 3.1.

use beltrami_core::{Differential, Facts, Kernel, Op, Shape, Transposed, rule};

/// The matrix of the Fréchet derivative of the matrix square root.
pub static OP: Op = Op {
    name: "dsqrtm",
    params: "A: matrix(n,n)",
    kernel: Kernel::SqrtmFrechet,
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
    differential: Differential::Text(
        "-dsqrtm(A)*(kron(eye(n), unvec(dsqrtm(A)*vec(dA), n, n)) + kron(unvec(dsqrtm(A)*vec(dA), n, n)', eye(n)))*dsqrtm(A)",
    ),
    rules: "
        dsqrtm-transpose: dsqrtm(A') => dsqrtm(A)'
    ",
    domain: &["no eigenvalue of {A} is on the closed negative real axis"],
    latex: r"\operatorname{dsqrtm}\left(#1\right)",
    samples: &["A: spd(3)", "A: spd(2), S: skew(2) => dsqrtm(A + S)"],
    references: &["Higham2008"],
    ..Op::BASE
};
