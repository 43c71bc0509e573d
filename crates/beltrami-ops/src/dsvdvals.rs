//! # `dsvdvals(A, E)`: derivative of the singular values
//!
//! The derivative of the singular values along $E$, $u_i^\top E\, v_i$ with the singular vectors; along several directions the mixed derivative.
//!
//! ## Shape
//! `m×n, m×n, … → min(m,n)`, a direction of the shape of $A$ for each order; the sizes are as for `svdvals`.
//! Without a direction `m×n → min(m,n)×mn`, the matrix $K$ with $d\sigma = K \operatorname{vec} E$; row $i$ is $\operatorname{vec}(u_i v_i^\top)^\top$.
//! A direction of `mn` rows stands for several, a stacked one in each column, and the value has a column for each.
//!
//! ## Domain
//! The singular values are distinct and none is 0.
//!
//! ## Derivative
//! Linear in each direction; by $A$ it has one direction more, $d A$.
//! With a weight: $w^\top \operatorname{dsvdvals}(A, E) = \operatorname{tr}(\operatorname{dyads}(A, w)^\top E)$.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami derive 'svdvals(X)' --by X --form kron --let 'X: matrix(3,2)'` prints `dsvdvals(X)`
//! - `beltrami derive 'sum(svdvals(X).*w)' --by X --layout denominator --let 'X: matrix(3,2), w: vector(2)'` prints `dyads(X, w)`
//!
//! ## References
//! `MagnusNeudecker2019`, section 8.7; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Kernel, Op, Shape, Spectral, directional, rule};

use crate::svdvals::smaller;

/// The derivative of the singular values along directions.
pub static OP: Op = Op {
    name: "dsvdvals",
    params: "A: matrix(n,n)",
    kernel: Kernel::Derivative(Spectral::SingularValues),
    shape: |sizes, args| {
        rule::at_least(args, 1, "a matrix and directions")?;
        let value = Shape::vector(smaller(sizes, args)?);
        directional::shape_with(Spectral::SingularValues, value, sizes, args, "a direction of the shape of `A` for each order, as in `dsvdvals(A, E)` and `dsvdvals(A, E, F)`")
    },
    differential: Differential::Build(|graph, args, varied| directional::next(Spectral::SingularValues, graph, args, varied)),
    rules: "
        dsvdvals-transpose: dsvdvals(A', E') => dsvdvals(A, E)
        dsvdvals-along-itself: dsvdvals(A, A) => svdvals(A)
    ",
    domain: &["the singular values of {A} are distinct and not 0"],
    jumps: true,
    latex: r"L_{\sigma}\left(#,\right)",
    samples: &[
        "A: matrix(3,2)",
        "A: matrix(3,2), E: matrix(3,2)",
        "A: matrix(2,3), E: matrix(2,3), F: matrix(2,3)",
        "A: symmetric(2), E: matrix(2,2)",
    ],
    references: &["MagnusNeudecker2019", "HighamRelton2014"],
    ..Op::BASE
};
