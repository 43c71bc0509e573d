//! # `dsinm(A, E)`: derivative of the matrix sine
//!
//! The Fréchet derivative $L(A, E)$ of $\sin A$ along $E$; along several directions the mixed derivative.
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
//! Without a direction symmetric when $A$ is symmetric.
//!
//! ## Examples
//! - `beltrami derive 'sinm(X)' --by X --form kron` prints `dsinm(X)`
//!
//! ## References
//! `Higham2008`, section 3.1; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The derivative of the matrix sine along directions.
pub static OP: Op = Op {
    name: "dsinm",
    params: "A: matrix(n,n)",
    kernel: Kernel::Derivative(Spectral::Sinm),
    shape: |sizes, args| {
        rule::at_least(args, 1, "a matrix and directions")?;
        rule::side(sizes, args, 0)?;
        directional::shape(Spectral::Sinm, sizes, args, "a direction of the shape of `A` for each order, as in `dsinm(A, E)` and `dsinm(A, E, F)`")
    },
    facts: |graph, args| directional::facts(Spectral::Sinm, graph, args, Facts::NONE),
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::next(Spectral::Sinm, graph, args, varied)),
    rules: "
        dsinm-transpose: dsinm(A') => dsinm(A)'
        dsinm-turned: dsinm(A, E')' => dsinm(A', E)
        dsinm-adjoint: dsinm(A', E') => dsinm(A, E)'
        dsinm-adjoint-second: dsinm(A', E', F') => dsinm(A, E, F)'
        dsinm-commuting: dsinm(A, A) => A*cosm(A)
        dsinm-along-eye: dsinm(A, eye(n)) => cosm(A)
    ",
    latex: r"L_{\sin}\left(#,\right)",
    samples: &["A: matrix(2,2)", "A: matrix(3,3), E: matrix(3,3)", "A: symmetric(2), E: matrix(2,2), F: matrix(2,2)"],
    references: &["Higham2008", "HighamRelton2014"],
    ..Op::BASE
};
