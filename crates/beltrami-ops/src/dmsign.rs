//! # `dmsign(A, E)`: derivative of the polar factor
//!
//! The derivative $D(A, E)$ of $Q = \operatorname{msign}(A)$ along $E$, the solution of $A Q^\top D + D\, Q^\top A = E - Q E^\top Q$; along several directions the mixed derivative.
//! In the basis of singular vectors entry $ij$ is divided by $\sigma_i + \sigma_j$, with 0 beyond the rank, which is never 0 for a matrix of full rank; equal singular values do no harm.
//!
//! ## Shape
//! `m×n, m×n, … → m×n`, a direction of the shape of $A$ for each order.
//! Without a direction `m×n → mn×mn`, the matrix $K$ with $\operatorname{vec}(D(A, E)) = K \operatorname{vec} E$.
//! A direction of `mn` rows stands for several, a stacked one in each column, and the value has a stacked column for each.
//!
//! ## Domain
//! Full rank.
//!
//! ## Derivative
//! Linear in each direction; by $A$ it has one direction more, $d A$.
//! With a weight: $\operatorname{tr}(G^\top D(A, E)) = \operatorname{tr}(D(A, G)^\top E)$, and likewise for any number of directions.
//!
//! ## Structure
//! Without a direction symmetric: the map is its own adjoint.
//!
//! ## Examples
//! - `beltrami derive 'norm2(msign(X) - Y)^2' --by X --layout denominator --let 'X: matrix(m,n)'` gives `2*dmsign(X, msign(X) - Y)`
//!
//! ## References
//! `Higham2008`, chapter 8; `Noferini2017`; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The derivative of the polar factor along directions.
pub static OP: Op = Op {
    name: "dmsign",
    params: "A: matrix(m,n)",
    kernel: Kernel::Derivative(Spectral::MatrixSign),
    shape: |sizes, args| {
        rule::at_least(args, 1, "a matrix and directions")?;
        rule::matrix(args, 0)?;
        directional::shape(Spectral::MatrixSign, sizes, args, "a direction of the shape of `A` for each order, as in `dmsign(A, E)` and `dmsign(A, E, F)`")
    },
    facts: |graph, args| directional::facts(Spectral::MatrixSign, graph, args, Facts::NONE),
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::next(Spectral::MatrixSign, graph, args, varied)),
    rules: "
        dmsign-turned: dmsign(A, E')' => dmsign(A', E)
        dmsign-adjoint: dmsign(A', E') => dmsign(A, E)'
        dmsign-adjoint-second: dmsign(A', E', F') => dmsign(A, E, F)'
        dmsign-along-itself: dmsign(A, A) => zeros(m,n)
        dmsign-along-value: dmsign(A, msign(A)) => zeros(m,n)
        dmsign-negated: dmsign(-A, E) => dmsign(A, E)
    ",
    domain: &["{A} has full rank"],
    jumps: true,
    latex: r"L_{\operatorname{msign}}\left(#,\right)",
    samples: &["A: matrix(3,2)", "A: matrix(3,2), E: matrix(3,2)", "A: matrix(2,3), E: matrix(2,3), F: matrix(2,3)"],
    references: &["Higham2008", "Noferini2017", "HighamRelton2014"],
    ..Op::BASE
};
