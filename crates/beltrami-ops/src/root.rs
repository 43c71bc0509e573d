//! # `root(A, p)`: matrix root
//!
//! The principal root $A^{1/p}$, the solution of $X^p = A$ with eigenvalues whose arguments are less than $\pi/p$.
//!
//! ## Shape
//! `n×n, p → n×n`; the order of the root is an integer from 1.
//!
//! ## Domain
//! No eigenvalue of the argument is zero or a negative number.
//!
//! ## Derivative
//! The Fréchet derivative `droot(A, p, dA)`; with $X = A^{1/p}$, $dX$ is the solution of $\sum_{k<p} X^k\, dX\, X^{p-1-k} = dA$.
//!
//! ## Structure
//! Keeps definite.
//!
//! ## Examples
//! - `beltrami derive 'root(X,3)' --by X --form kron --let 'X: matrix(n,n)'` prints `droot(X, 3)`
//!
//! ## References
//! `Higham2008`, chapter 7.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The matrix root.
pub static OP: Op = Op {
    name: "root",
    params: "A: matrix(n,n)",
    kernel: Kernel::Root,
    shape: |sizes, args| {
        rule::count(args, 2, "2 arguments")?;
        rule::side(sizes, args, 0)?;
        crate::invroot::order(args)?;
        Ok(args[0].shape.clone())
    },
    facts: |graph, args| graph.facts(args[0]) & Facts::SPD,
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::first(Spectral::Root, graph, args, varied)),
    rules: "
        root-one: root(A, 1) => A if symmetric(A)
        root-two: root(A, 2) => sqrtm(A)
    ",
    domain: &["no eigenvalue of {A} is on the closed negative real axis"],
    latex: r"{#1}^{1/#2}",
    samples: &["A: spd(3) => root(A, 3)", "A: spd(2), S: skew(2) => root(A + S, 2)", "A: spd(2) => root(A, 1)"],
    references: &["Higham2008"],
    ..Op::BASE
};
