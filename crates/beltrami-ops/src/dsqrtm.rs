//! # `dsqrtm(A, E)`: derivative of the matrix square root
//!
//! The Fréchet derivative $L(A, E)$ of $A^{1/2}$ along $E$, the solution of $A^{1/2} L + L A^{1/2} = E$; along several directions the mixed derivative.
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
//! - `beltrami derive 'sqrtm(X)' --by X --form kron` prints `dsqrtm(X)`
//! - `beltrami derive 'norm2(sqrtm(P) - B)^2' --by P --layout denominator --let 'P: matrix(n,n)'` gives `2*dsqrtm(P', sqrtm(P) - B)`
//!
//! ## References
//! `Higham2008`, section 3.1; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The derivative of the matrix square root along directions.
pub static OP: Op = Op {
    name: "dsqrtm",
    params: "A: matrix(n,n)",
    kernel: Kernel::Derivative(Spectral::Sqrtm),
    shape: |sizes, args| {
        rule::at_least(args, 1, "a matrix and directions")?;
        rule::side(sizes, args, 0)?;
        directional::shape(Spectral::Sqrtm, sizes, args, "a direction of the shape of `A` for each order, as in `dsqrtm(A, E)` and `dsqrtm(A, E, F)`")
    },
    facts: |graph, args| directional::facts(Spectral::Sqrtm, graph, args, Facts::SPD),
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::next(Spectral::Sqrtm, graph, args, varied)),
    rules: "
        dsqrtm-transpose: dsqrtm(A') => dsqrtm(A)'
        dsqrtm-turned: dsqrtm(A, E')' => dsqrtm(A', E)
        dsqrtm-adjoint: dsqrtm(A', E') => dsqrtm(A, E)'
        dsqrtm-adjoint-second: dsqrtm(A', E', F') => dsqrtm(A, E, F)'
        dsqrtm-commuting: dsqrtm(A, A) => 0.5*sqrtm(A)
        dsqrtm-along-eye: dsqrtm(A, eye(n)) => 0.5*inv(sqrtm(A))
    ",
    domain: &["no eigenvalue of {A} is on the closed negative real axis"],
    latex: r"L_{\sqrt{\cdot}}\left(#,\right)",
    samples: &["A: spd(3)", "A: spd(2), S: skew(2) => dsqrtm(A + S)", "A: spd(2), E: matrix(2,2)", "A: spd(2), S: skew(2), E: matrix(2,2), F: matrix(2,2) => dsqrtm(A + S, E, F)"],
    references: &["Higham2008", "HighamRelton2014"],
    ..Op::BASE
};
