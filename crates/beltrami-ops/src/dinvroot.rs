//! # `dinvroot(A, p, E)`: derivative of the inverse root
//!
//! The Fréchet derivative $L(A, E)$ of $X = A^{-1/p}$ along $E$, the solution of $\sum_{k<p} X^k L X^{p-1-k} = -A^{-1} E A^{-1}$; along several directions the mixed derivative.
//!
//! ## Shape
//! `n×n, p, n×n, … → n×n`, a direction of the shape of $A$ for each order.
//! Without a direction `n×n, p → n²×n²`, the matrix $K$ with $\operatorname{vec}(L(A, E)) = K \operatorname{vec} E$.
//! A direction of `n²` rows stands for several, a stacked one in each column, and the value has a stacked column for each.
//!
//! ## Domain
//! Positive definite matrices.
//!
//! ## Derivative
//! Linear in each direction; by $A$ it has one direction more, $d A$.
//! With a weight: $\operatorname{tr}(G^\top L(A, E)) = \operatorname{tr}(L(A^\top, G)^\top E)$, and likewise for any number of directions.
//!
//! ## Structure
//! Without a direction symmetric when $A$ is symmetric.
//!
//! ## Examples
//! - `beltrami derive 'invroot(X,3)' --by X --form kron --symmetric ambient --let 'X: symmetric(n)'` prints `dinvroot(X, 3)`
//! - `beltrami derive 'tr(invroot(P,4)*B)' --by P --layout denominator --let 'P: spd(n); B: symmetric(n)'` gives `dinvroot(P, 4, B)`
//!
//! ## References
//! `Higham2008`, section 3.1; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The derivative of the inverse root along directions.
pub static OP: Op = Op {
    name: "dinvroot",
    params: "A: symmetric(n)",
    kernel: Kernel::Derivative(Spectral::InverseRoot),
    shape: |sizes, args| {
        rule::at_least(args, 2, "a matrix, the order of the root and directions")?;
        rule::side(sizes, args, 0)?;
        crate::invroot::order(args)?;
        directional::shape(Spectral::InverseRoot, sizes, args, "a direction of the shape of `A` for each order, as in `dinvroot(A, p, E)` and `dinvroot(A, p, E, F)`")
    },
    facts: |graph, args| directional::facts(Spectral::InverseRoot, graph, args, Facts::NONE),
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::next(Spectral::InverseRoot, graph, args, varied)),
    domain: &["{A} is positive definite"],
    latex: r"L_{{\cdot}^{-1/#2}}\left(#,\right)",
    samples: &["A: spd(3) => dinvroot(A, 2)", "A: spd(3), E: symmetric(3) => dinvroot(A, 2, E)", "A: spd(2), E: symmetric(2), F: symmetric(2) => dinvroot(A, 3, E, F)"],
    references: &["Higham2008", "HighamRelton2014"],
    ..Op::BASE
};
