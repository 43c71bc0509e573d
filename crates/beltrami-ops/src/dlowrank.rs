//! # `dlowrank(A, r, k)`: derivatives of the best approximation of low rank
//!
//! The matrix of the derivative of order $k$ of `lowrank(A, r)`: $\operatorname{dlowrank}(A, r, k) (\operatorname{vec} E_1
//! \otimes \dots \otimes \operatorname{vec} E_k)$ is the stacked mixed derivative along $E_1, \dots, E_k$.
//!
//! Of order 1, along $E$, with the projectors $P$ and $Q$ on the first $r$ left and right singular vectors: $E - (I - P) E
//! (I - Q)$ and the correction $\sum_{i \le r < j} \tfrac{\sigma_j}{\sigma_i^2 - \sigma_j^2} \bigl( (\sigma_j u_j^\top E
//! v_i + \sigma_i v_j^\top E^\top u_i)\, u_j v_i^\top + (\sigma_i u_j^\top E v_i + \sigma_j v_j^\top E^\top u_i)\, u_i
//! v_j^\top \bigr)$.
//! No difference of singular values of one group is divided by.
//!
//! ## Shape
//! `m×n, r, k → mn×(mn)ᵏ`; rank and order are integers from 1.
//!
//! ## Domain
//! $\sigma_r > \sigma_{r+1}$.
//!
//! ## Derivative
//! $d \operatorname{dlowrank}(A, r, k) = \operatorname{dlowrank}(A, r, k+1) (I \otimes \operatorname{vec} dA)$.
//!
//! ## Structure
//! Symmetric, for order 1: the map is its own adjoint.
//!
//! ## Examples
//! - `beltrami derive 'lowrank(X,2)' --by X --form kron --let 'X: matrix(3,4)'` prints `dlowrank(X, 2, 1)`
//!
//! ## References
//! `FepponLermusiaux2018`; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Kernel, Op, rule};

use crate::dmclip::{next_order, symmetric_of_order_one};

/// The matrix of a derivative of the best approximation of low rank.
pub static OP: Op = Op {
    name: "dlowrank",
    kernel: Kernel::LowRankDerivative,
    shape: |_, args| {
        rule::count(args, 3, "3 arguments")?;
        crate::lowrank::rank(args)?;
        let inputs = args[0].shape.len();
        rule::derivative(args, inputs.clone(), &inputs)
    },
    facts: |graph, args| symmetric_of_order_one(graph, args),
    differential: Differential::Build(|graph, args, varied| {
        let Some(Some(step)) = varied.first() else { return None };
        next_order(graph, Kernel::LowRankDerivative, args, *step)
    }),
    domain: &["the best approximation of {A} of this rank is unique"],
    latex: r"\operatorname{dlowrank}_{#2,#3}\left(#1\right)",
    samples: &[
        "A: matrix(3,2) => dlowrank(A, 1, 1)",
        "A: matrix(2,2) => dlowrank(A, 1, 2)",
        "A: symmetric(3) => dlowrank(A, 2, 1)",
    ],
    references: &["FepponLermusiaux2018", "HighamRelton2014"],
    ..Op::BASE
};
