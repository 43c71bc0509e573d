//! # `dexpm(A)`: derivative of the matrix exponential
//!
//! The matrix of the Fréchet derivative $L$ of $e^A$, $\operatorname{vec}(L(A, E)) = \operatorname{dexpm}(A)
//! \operatorname{vec}(E)$.
//!
//! ## Shape
//! `n×n → n²×n²`.
//!
//! ## Derivative
//! $d \operatorname{dexpm}(A) = \operatorname{dexpm}(A, 2) (I \otimes \operatorname{vec} dA)$, see `dexpm(A, k)`.
//!
//! ## Structure
//! Symmetric positive definite when the argument is symmetric.
//!
//! ## Examples
//! - `beltrami derive 'expm(X)' --by X --form kron` prints `dexpm(X)`
//!
//! ## References
//! `Higham2008`, section 3.1; `AlMohyHigham2009`.

use beltrami_core::{Differential, Facts, Kernel, Op, Shape, Transposed, rule};

/// The matrix of the Fréchet derivative of the matrix exponential.
pub static OP: Op = Op {
    name: "dexpm",
    params: "A: matrix(n,n)",
    kernel: Kernel::ExpmFrechet,
    accepts: |args| args.len() != 2,
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
    differential: Differential::Text("dexpm(A, 2)*kron(eye(n*n), vec(dA))"),
    rules: "
        dexpm-transpose: dexpm(A') => dexpm(A)'
    ",
    latex: r"\operatorname{dexpm}\left(#1\right)",
    samples: &["A: matrix(3,3)", "A: spd(2)"],
    references: &["Higham2008", "AlMohyHigham2009"],
    ..Op::BASE
};
