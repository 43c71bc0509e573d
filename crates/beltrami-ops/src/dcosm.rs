//! # `dcosm(A, E)`: derivative of the matrix cosine
//!
//! The Fréchet derivative $L(A, E)$ of $\cos A$ along $E$; along several directions the mixed derivative.
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
//! - `beltrami derive 'cosm(X)' --by X --form kron` prints `dcosm(X)`
//!
//! ## References
//! `Higham2008`, section 3.1; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The derivative of the matrix cosine along directions.
pub static OP: Op = Op {
    name: "dcosm",
    params: "A: matrix(n,n)",
    kernel: Kernel::Derivative(Spectral::Cosm),
    shape: |sizes, args| {
        rule::at_least(args, 1, "a matrix and directions")?;
        rule::side(sizes, args, 0)?;
        directional::shape(Spectral::Cosm, sizes, args, "a direction of the shape of `A` for each order, as in `dcosm(A, E)` and `dcosm(A, E, F)`")
    },
    facts: |graph, args| directional::facts(Spectral::Cosm, graph, args, Facts::NONE),
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::next(Spectral::Cosm, graph, args, varied)),
    rules: "
        dcosm-transpose: dcosm(A') => dcosm(A)'
        dcosm-turned: dcosm(A, E')' => dcosm(A', E)
        dcosm-adjoint: dcosm(A', E') => dcosm(A, E)'
        dcosm-adjoint-second: dcosm(A', E', F') => dcosm(A, E, F)'
        dcosm-commuting: dcosm(A, A) => -A*sinm(A)
        dcosm-along-eye: dcosm(A, eye(n)) => -sinm(A)
    ",
    latex: r"L_{\cos}\left(#,\right)",
    samples: &["A: matrix(2,2)", "A: matrix(3,3), E: matrix(3,3)", "A: symmetric(2), E: matrix(2,2), F: matrix(2,2)"],
    references: &["Higham2008", "HighamRelton2014"],
    ..Op::BASE
};
