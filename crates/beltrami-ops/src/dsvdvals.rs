//! # `dsvdvals(A, k)`: derivatives of singular values
//!
//! The matrix of the derivative of order $k$ of the singular values: $\operatorname{dsvdvals}(A, k) (\operatorname{vec} E_1
//! \otimes \dots \otimes \operatorname{vec} E_k)$ is their mixed derivative along $E_1, \dots, E_k$.
//! Of order 1, row $i$ is $\operatorname{vec}(u_i v_i^\top)^\top$.
//!
//! ## Shape
//! `m×n, k → min(m,n)×(mn)ᵏ`; the order is an integer from 1, the sizes are as for `svdvals`.
//!
//! ## Domain
//! The singular values are distinct and none is 0.
//!
//! ## Derivative
//! $d \operatorname{dsvdvals}(A, k) = \operatorname{dsvdvals}(A, k+1) (I \otimes \operatorname{vec} dA)$, because the order
//! of the directions does not matter.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami derive 'svdvals(X)' --by X --form kron --let 'X: matrix(3,2)'` prints `dsvdvals(X, 1)`
//!
//! ## References
//! `MagnusNeudecker2019`, section 8.7; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, Kernel, Op, rule};

use crate::dadj::next_order;
use crate::svdvals::smaller;

/// The matrix of a derivative of the singular values.
pub static OP: Op = Op {
    name: "dsvdvals",
    params: "A: matrix(n,n)",
    kernel: Kernel::SingularValuesDerivative,
    shape: |sizes, args| {
        rule::count(args, 2, "2 arguments")?;
        let rows = smaller(sizes, args)?;
        rule::derivative(args, rows, &args[0].shape.len())
    },
    differential: Differential::Build(|graph, args, varied| {
        let Some(Some(step)) = varied.first() else { return None };
        next_order(graph, Kernel::SingularValuesDerivative, args, *step)
    }),
    domain: &["the singular values of {A} are distinct and not 0"],
    jumps: true,
    latex: r"\operatorname{dsvdvals}_{#2}\left(#1\right)",
    samples: &[
        "A: matrix(3,2) => dsvdvals(A, 1)",
        "A: matrix(2,3) => dsvdvals(A, 2)",
        "A: symmetric(2) => dsvdvals(A, 1)",
    ],
    references: &["MagnusNeudecker2019", "HighamRelton2014"],
    ..Op::BASE
};
