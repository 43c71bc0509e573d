//! # `dlowrank(A, r, E)`: derivative of the best approximation of low rank
//!
//! The derivative of `lowrank(A, r)` along $E$; along several directions the mixed derivative.
//!
//! With the projectors $P$ and $Q$ on the first $r$ left and right singular vectors: $E - (I - P) E
//! (I - Q)$ and the correction $\sum_{i \le r < j} \tfrac{\sigma_j}{\sigma_i^2 - \sigma_j^2} \bigl( (\sigma_j u_j^\top E
//! v_i + \sigma_i v_j^\top E^\top u_i)\, u_j v_i^\top + (\sigma_i u_j^\top E v_i + \sigma_j v_j^\top E^\top u_i)\, u_i
//! v_j^\top \bigr)$.
//! No difference of singular values of one group is divided by.
//!
//! ## Shape
//! `m×n, r, m×n, … → m×n`, a direction of the shape of $A$ for each order.
//! Without a direction `m×n, r → mn×mn`, the matrix $K$ with $\operatorname{vec}(D(A, E)) = K \operatorname{vec} E$.
//! A direction of `mn` rows stands for several, a stacked one in each column, and the value has a stacked column for each.
//!
//! ## Domain
//! $\sigma_r > \sigma_{r+1}$.
//!
//! ## Derivative
//! Linear in each direction; by $A$ it has one direction more, $d A$.
//! With a weight: $\operatorname{tr}(G^\top D(A, E)) = \operatorname{tr}(D(A, G)^\top E)$, and likewise for any number of directions.
//!
//! ## Structure
//! Without a direction symmetric: the map is its own adjoint.
//!
//! ## Examples
//! - `beltrami derive 'lowrank(X,2)' --by X --form kron --let 'X: matrix(3,4)'` prints `dlowrank(X, 2)`
//!
//! ## References
//! `FepponLermusiaux2018`; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The derivative of the best approximation of low rank along directions.
pub static OP: Op = Op {
    name: "dlowrank",
    params: "A: matrix(m,n)",
    kernel: Kernel::Derivative(Spectral::LowRank),
    shape: |sizes, args| {
        rule::at_least(args, 2, "a matrix, a rank and directions")?;
        crate::lowrank::rank(args)?;
        directional::shape(Spectral::LowRank, sizes, args, "a direction of the shape of `A` for each order, as in `dlowrank(A, r, E)` and `dlowrank(A, r, E, F)`")
    },
    facts: |graph, args| directional::facts(Spectral::LowRank, graph, args, Facts::NONE),
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::next(Spectral::LowRank, graph, args, varied)),
    domain: &["the best approximation of {A} of this rank is unique"],
    jumps: true,
    latex: r"L_{\operatorname{lowrank}}\left(#,\right)",
    samples: &[
        "A: matrix(3,2) => dlowrank(A, 1)",
        "A: matrix(3,2), E: matrix(3,2) => dlowrank(A, 1, E)",
        "A: matrix(2,2), E: matrix(2,2), F: matrix(2,2) => dlowrank(A, 1, E, F)",
        "A: symmetric(3), E: matrix(3,3) => dlowrank(A, 2, E)",
    ],
    references: &["FepponLermusiaux2018", "HighamRelton2014"],
    ..Op::BASE
};
