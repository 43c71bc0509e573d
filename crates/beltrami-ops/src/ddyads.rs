//! # `ddyads(A, w, E)`: derivative of singular dyads with weights
//!
//! The derivative of $U \operatorname{diag}(w)\, V^\top$ along $E$, a direction of $A$; along several directions the mixed derivative.
//! It is the gradient of $w^\top \operatorname{dsvdvals}(A, E)$.
//!
//! ## Shape
//! `m×n, min(m,n), m×n, … → m×n`, a direction of the shape of $A$ for each order.
//! Without a direction `m×n, min(m,n) → mn×mn`, the matrix $K$ with $\operatorname{vec}(D(A, E)) = K \operatorname{vec} E$.
//! A direction of `mn` rows stands for several, a stacked one in each column, and the value has a stacked column for each.
//!
//! ## Domain
//! The singular values are distinct and none is 0.
//!
//! ## Derivative
//! Linear in the weights and in each direction; by $A$ it has one direction more, $d A$.
//! With a weight: $\operatorname{tr}(G^\top D(A, E)) = \operatorname{tr}(D(A, G)^\top E) = w^\top \operatorname{dsvdvals}(A, E, G)$.
//!
//! ## Structure
//! Without a direction symmetric: the map is its own adjoint.
//!
//! ## Examples
//! - `beltrami derive 'sum(dsvdvals(X, E).*w)' --by X --layout denominator --let 'X: matrix(3,2), E: matrix(3,2), w: vector(2)'` prints `ddyads(X, w, E)`
//!
//! ## References
//! `MagnusNeudecker2019`, section 8.7; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, directional, rule};

/// The derivative of singular dyads with weights along directions.
pub static OP: Op = Op {
    name: "ddyads",
    params: "A: matrix(n,n), w: vector(n)",
    kernel: Kernel::Derivative(Spectral::SingularDyads),
    shape: |sizes, args| {
        rule::at_least(args, 2, "a matrix, weights and directions")?;
        crate::dyads::weights(sizes, args)?;
        directional::shape(Spectral::SingularDyads, sizes, args, "a direction of the shape of `A` for each order, as in `ddyads(A, w, E)` and `ddyads(A, w, E, F)`")
    },
    facts: |graph, args| directional::facts(Spectral::SingularDyads, graph, args, Facts::NONE),
    differential: Differential::Build(|graph, args, varied| directional::next(Spectral::SingularDyads, graph, args, varied)),
    rules: "
        ddyads-transpose: ddyads(A', w, E') => ddyads(A, w, E)'
    ",
    domain: &["the singular values of {A} are distinct and not 0"],
    jumps: true,
    latex: r"L_{\operatorname{dyads}}\left(#,\right)",
    samples: &["A: matrix(3,2), w: vector(2)", "A: matrix(3,2), w: vector(2), E: matrix(3,2)", "A: matrix(2,3), w: vector(2), E: matrix(2,3), F: matrix(2,3)"],
    references: &["MagnusNeudecker2019", "HighamRelton2014"],
    ..Op::BASE
};
