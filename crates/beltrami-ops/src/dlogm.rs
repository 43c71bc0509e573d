//! # `dlogm(A, E)`: derivative of the matrix logarithm
//!
//! The Fréchet derivative $L(A, E)$ of $\log A$ along $E$, the solution of $L_{\exp}(\log A, L) = E$; along several directions the mixed derivative.
//!
//! ## Shape
//! `n×n, n×n, … → n×n`, a direction of the shape of $A$ for each order.
//! Without a direction `n×n → n²×n²`, the matrix $K$ with $\operatorname{vec}(L(A, E)) = K \operatorname{vec} E$.
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
//! Without a direction symmetric positive definite when $A$ is symmetric.
//!
//! ## Examples
//! - `beltrami derive 'logm(X)' --by X --form kron` prints `dlogm(X)`
//! - `beltrami derive 'tr(logm(P)*B)' --by P --layout denominator --let 'P: matrix(n,n)'` gives `dlogm(P', B')`
//!
//! ## References
//! `Higham2008`, section 3.1; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The derivative of the matrix logarithm along directions.
pub static OP: Op = Op {
    name: "dlogm",
    params: "A: matrix(n,n)",
    kernel: Kernel::Derivative(Spectral::Logm),
    shape: |sizes, args| {
        rule::at_least(args, 1, "a matrix and directions")?;
        rule::side(sizes, args, 0)?;
        directional::shape(Spectral::Logm, sizes, args, "a direction of the shape of `A` for each order, as in `dlogm(A, E)` and `dlogm(A, E, F)`")
    },
    facts: |graph, args| directional::facts(Spectral::Logm, graph, args, Facts::SPD),
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::next(Spectral::Logm, graph, args, varied)),
    rules: "
        dlogm-transpose: dlogm(A') => dlogm(A)'
        dlogm-turned: dlogm(A, E')' => dlogm(A', E)
        dlogm-adjoint: dlogm(A', E') => dlogm(A, E)'
        dlogm-adjoint-second: dlogm(A', E', F') => dlogm(A, E, F)'
        dlogm-commuting: dlogm(A, A) => eye(n)
        dlogm-along-eye: dlogm(A, eye(n)) => inv(A)
    ",
    domain: &["no eigenvalue of {A} is on the closed negative real axis"],
    latex: r"L_{\log}\left(#,\right)",
    samples: &["A: spd(3)", "A: spd(2), S: skew(2) => dlogm(A + S)", "A: spd(2), E: matrix(2,2)", "A: spd(2), S: skew(2), E: matrix(2,2), F: matrix(2,2) => dlogm(A + S, E, F)"],
    references: &["Higham2008", "HighamRelton2014"],
    ..Op::BASE
};
