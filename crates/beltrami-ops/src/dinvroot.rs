//! # `dinvroot(A, p, k)`: derivatives of the inverse root
//!
//! The matrix of the derivative of order $k$ of $A^{-1/p}$: $\operatorname{dinvroot}(A, p, k) (\operatorname{vec} E_1
//! \otimes \dots \otimes \operatorname{vec} E_k)$ is the stacked mixed derivative along $E_1, \dots, E_k$.
//!
//! ## Shape
//! `n×n, p, k → n²×n²ᵏ`; the argument is symmetric, root and order are integers from 1.
//!
//! ## Domain
//! Positive definite matrices.
//!
//! ## Derivative
//! $d \operatorname{dinvroot}(A, p, k) = \operatorname{dinvroot}(A, p, k+1) (I \otimes \operatorname{vec} dA)$, because the
//! order of the directions does not matter.
//!
//! ## Structure
//! Symmetric, for order 1.
//!
//! ## Examples
//! - `beltrami derive 'invroot(X,3)' --by X --form kron --symmetric ambient --let 'X: symmetric(n)'` prints `dinvroot(X, 3, 1)`
//!
//! ## References
//! `Higham2008`, section 3.1; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Kernel, Op, rule};

use crate::dmclip::{next_order, symmetric_of_order_one};

/// The matrix of a derivative of the inverse root.
pub static OP: Op = Op {
    name: "dinvroot",
    params: "A: symmetric(n)",
    kernel: Kernel::InverseRootDerivative,
    shape: |sizes, args| {
        rule::count(args, 3, "3 arguments")?;
        rule::side(sizes, args, 0)?;
        crate::invroot::order(args)?;
        let inputs = args[0].shape.len();
        rule::derivative(args, inputs.clone(), &inputs)
    },
    facts: |graph, args| symmetric_of_order_one(graph, args),
    differential: Differential::Build(|graph, args, varied| {
        let Some(Some(step)) = varied.first() else { return None };
        next_order(graph, Kernel::InverseRootDerivative, args, *step)
    }),
    domain: &["{A} is positive definite"],
    latex: r"\operatorname{dinvroot}_{#2,#3}\left(#1\right)",
    samples: &["A: spd(3) => dinvroot(A, 2, 1)", "A: spd(2) => dinvroot(A, 3, 2)"],
    references: &["Higham2008", "HighamRelton2014"],
    ..Op::BASE
};
