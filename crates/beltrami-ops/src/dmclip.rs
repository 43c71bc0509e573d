//! # `dmclip(A, a, b, E)`: derivative of clipped singular values
//!
//! The derivative $D$ of `mclip(A, a, b)` by the matrix along $E$; along several directions the mixed derivative.
//!
//! With $K = U^\top E V$ and $f$ the clipping continued as an odd function: entry
//! $ij$ of $U^\top D V$ is $\tfrac12 f[\sigma_i, \sigma_j] (K_{ij} + K_{ji}) + \tfrac12 \tfrac{f(\sigma_i) +
//! f(\sigma_j)}{\sigma_i + \sigma_j} (K_{ij} - K_{ji})$, and what $E$ has outside the singular vectors of a rectangular
//! matrix is multiplied by $f(\sigma_i)/\sigma_i$.
//! The divided difference $f[\sigma_i, \sigma_j]$ is 0 between two singular values beyond one bound and 1 between two
//! inside, so that no difference of equal ones is divided by.
//!
//! ## Shape
//! `m×n, scalar, scalar, m×n, … → m×n`, a direction of the shape of $A$ for each order.
//! Without a direction `m×n, scalar, scalar → mn×mn`, the matrix $K$ with $\operatorname{vec}(D(A, E)) = K \operatorname{vec} E$.
//! A direction of `mn` rows stands for several, a stacked one in each column, and the value has a stacked column for each.
//!
//! ## Domain
//! That of `mclip`, and no singular value equals a bound.
//!
//! ## Derivative
//! Linear in each direction; by $A$ it has one direction more, $d A$.
//! With a weight: $\operatorname{tr}(G^\top D(A, E)) = \operatorname{tr}(D(A, G)^\top E)$, and likewise for any number of directions.
//!
//! ## Structure
//! Without a direction symmetric: the map is its own adjoint.
//!
//! ## Examples
//! - `beltrami derive 'mclip(X,0,1)' --by X --form kron --let 'X: matrix(2,3)'` prints `dmclip(X, 0, 1)`
//! - `beltrami derive 'sum(mclip(X,0,1).*B)' --by X --layout denominator --let 'X: matrix(m,n)'` prints `dmclip(X, 0, 1, B)`
//!
//! ## References
//! `Noferini2017`; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The derivative of clipped singular values along directions.
pub static OP: Op = Op {
    name: "dmclip",
    params: "A: matrix(m,n), a: scalar, b: scalar",
    kernel: Kernel::Derivative(Spectral::SingularClip),
    shape: |sizes, args| {
        rule::at_least(args, 3, "a matrix, two bounds and directions")?;
        crate::mclip::interval(args)?;
        directional::shape(Spectral::SingularClip, sizes, args, "a direction of the shape of `A` for each order, as in `dmclip(A, a, b, E)` and `dmclip(A, a, b, E, F)`")
    },
    facts: |graph, args| directional::facts(Spectral::SingularClip, graph, args, Facts::NONE),
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::next(Spectral::SingularClip, graph, args, varied)),
    rules: "
        dmclip-turned: dmclip(A, a, b, E')' => dmclip(A', a, b, E)
        dmclip-adjoint: dmclip(A', a, b, E') => dmclip(A, a, b, E)'
        dmclip-adjoint-second: dmclip(A', a, b, E', F') => dmclip(A, a, b, E, F)'
        dmclip-negated: dmclip(-A, a, b, E) => dmclip(A, a, b, E)
    ",
    jumps: true,
    latex: r"L_{\operatorname{mclip}}\left(#,\right)",
    samples: &[
        "A: matrix(3,2) => dmclip(A, 0.4, 1.3)",
        "A: matrix(3,2), E: matrix(3,2) => dmclip(A, 0.4, 1.3, E)",
        "A: matrix(2,3), E: matrix(2,3), F: matrix(2,3) => dmclip(A, 0.4, 1.3, E, F)",
        "A: symmetric(2), E: matrix(2,2) => dmclip(A, 0, 0.7, E)",
    ],
    references: &["Noferini2017", "HighamRelton2014"],
    ..Op::BASE
};
