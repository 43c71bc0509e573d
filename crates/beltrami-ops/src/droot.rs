//! # `droot(A, p, E)`: derivative of the matrix root
//!
//! The Fréchet derivative $L(A, E)$ of $X = A^{1/p}$ along $E$, the solution of $\sum_{k<p} X^k L X^{p-1-k} = E$; along several directions the mixed derivative.
//!
//! ## Shape
//! `n×n, p, n×n, … → n×n`, a direction of the shape of $A$ for each order.
//! Without a direction `n×n, p → n²×n²`, the matrix $K$ with $\operatorname{vec}(L(A, E)) = K \operatorname{vec} E$.
//! A direction of `n²` rows stands for several, a stacked one in each column, and the value has a stacked column for each.
//!
//! ## Domain
//! No eigenvalue of $A$ is zero or a negative number.
//!
//! ## Derivative
//! Linear in each direction; by $A$ it has one direction more, $d A$.
//! With a weight: $\operatorname{tr}(G^\top L(A, E)) = \operatorname{tr}(L(A^\top, G)^\top E)$, and likewise for any number of directions.
//!
//! ## Structure
//! Without a direction symmetric when $A$ is symmetric.
//!
//! ## Examples
//! - `beltrami derive 'root(X,3)' --by X --form kron --let 'X: matrix(n,n)'` prints `droot(X, 3)`
//!
//! ## References
//! `Higham2008`, section 3.1; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The derivative of the matrix root along directions.
pub static OP: Op = Op {
    name: "droot",
    params: "A: matrix(n,n)",
    kernel: Kernel::Derivative(Spectral::Root),
    shape: |sizes, args| {
        rule::at_least(args, 2, "a matrix, the order of the root and directions")?;
        rule::side(sizes, args, 0)?;
        crate::invroot::order(args)?;
        directional::shape(Spectral::Root, sizes, args, "a direction of the shape of `A` for each order, as in `droot(A, p, E)` and `droot(A, p, E, F)`")
    },
    facts: |graph, args| directional::facts(Spectral::Root, graph, args, Facts::NONE),
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::next(Spectral::Root, graph, args, varied)),
    domain: &["no eigenvalue of {A} is on the closed negative real axis"],
    latex: r"L_{{\cdot}^{1/#2}}\left(#,\right)",
    samples: &["A: spd(2) => droot(A, 3)", "A: spd(2), S: skew(2), E: matrix(2,2) => droot(A + S, 3, E)", "A: spd(2), E: matrix(2,2), F: matrix(2,2) => droot(A, 2, E, F)"],
    references: &["Higham2008", "HighamRelton2014"],
    ..Op::BASE
};
