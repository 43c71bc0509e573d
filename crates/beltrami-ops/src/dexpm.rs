//! # `dexpm(A, E)`: derivative of the matrix exponential
//!
//! The Fréchet derivative $L(A, E)$ of $e^A$ along $E$, $\int_0^1 e^{(1-t)A} E\, e^{tA} dt$; along several directions the mixed derivative.
//!
//! ## Shape
//! `n×n, n×n, … → n×n`, a direction of the shape of $A$ for each order.
//! Without a direction `n×n → n²×n²`, the matrix $K$ with $\operatorname{vec}(L(A, E)) = K \operatorname{vec} E$.
//! A direction of `n²` rows stands for several, a stacked one in each column, and the value has a stacked column for each.
//!
//! ## Derivative
//! Linear in each direction; by $A$ it has one direction more, $d A$.
//! With a weight: $\operatorname{tr}(G^\top L(A, E)) = \operatorname{tr}(L(A^\top, G)^\top E)$, and likewise for any number of directions.
//!
//! ## Structure
//! Without a direction symmetric positive definite when $A$ is symmetric.
//!
//! ## Examples
//! - `beltrami derive "x'*expm(A)*y" --by A` prints `dexpm(A, y*x')`
//! - `beltrami derive 'expm(X)' --by X --form kron` prints `dexpm(X)`
//!
//! ## References
//! `Higham2008`, section 3.1; `AlMohyHigham2009`; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The derivative of the matrix exponential along directions.
pub static OP: Op = Op {
    name: "dexpm",
    params: "A: matrix(n,n)",
    kernel: Kernel::Derivative(Spectral::Expm),
    shape: |sizes, args| {
        rule::at_least(args, 1, "a matrix and directions")?;
        rule::side(sizes, args, 0)?;
        directional::shape(Spectral::Expm, sizes, args, "a direction of the shape of `A` for each order, as in `dexpm(A, E)` and `dexpm(A, E, F)`")
    },
    facts: |graph, args| directional::facts(Spectral::Expm, graph, args, Facts::SPD),
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::next(Spectral::Expm, graph, args, varied)),
    rules: "
        dexpm-transpose: dexpm(A') => dexpm(A)'
        dexpm-turned: dexpm(A, E')' => dexpm(A', E)
        dexpm-adjoint: dexpm(A', E') => dexpm(A, E)'
        dexpm-adjoint-second: dexpm(A', E', F') => dexpm(A, E, F)'
        dexpm-commuting: dexpm(A, A) => A*expm(A)
        dexpm-along-eye: dexpm(A, eye(n)) => expm(A)
    ",
    latex: r"L_{\exp}\left(#,\right)",
    samples: &["A: matrix(3,3)", "A: spd(2)", "A: matrix(3,3), E: matrix(3,3)", "A: symmetric(2), E: matrix(2,2), F: matrix(2,2)", "A: matrix(2,2), E: matrix(4,3)"],
    references: &["Higham2008", "AlMohyHigham2009", "HighamRelton2014"],
    ..Op::BASE
};
