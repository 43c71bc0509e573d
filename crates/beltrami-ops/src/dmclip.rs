//! # `dmclip(A, a, b, k)`: derivatives of clipped singular values
//!
//! The matrix of the derivative of order $k$ of `mclip(A, a, b)` by the matrix: $\operatorname{dmclip}(A, a, b, k)
//! (\operatorname{vec} E_1 \otimes \dots \otimes \operatorname{vec} E_k)$ is the stacked mixed derivative along $E_1, \dots,
//! E_k$.
//!
//! Of order 1, the derivative $D$ along $E$, with $K = U^\top E V$ and $f$ the clipping continued as an odd function: entry
//! $ij$ of $U^\top D V$ is $\tfrac12 f[\sigma_i, \sigma_j] (K_{ij} + K_{ji}) + \tfrac12 \tfrac{f(\sigma_i) +
//! f(\sigma_j)}{\sigma_i + \sigma_j} (K_{ij} - K_{ji})$, and what $E$ has outside the singular vectors of a rectangular
//! matrix is multiplied by $f(\sigma_i)/\sigma_i$.
//! The divided difference $f[\sigma_i, \sigma_j]$ is 0 between two singular values beyond one bound and 1 between two
//! inside, so that no difference of equal ones is divided by.
//!
//! ## Shape
//! `m×n, scalar, scalar, k → mn×(mn)ᵏ`; the order is an integer from 1.
//!
//! ## Domain
//! That of `mclip`, and no singular value equals a bound.
//!
//! ## Derivative
//! $d \operatorname{dmclip}(A, a, b, k) = \operatorname{dmclip}(A, a, b, k+1) (I \otimes \operatorname{vec} dA)$; by the
//! bounds it is refused.
//!
//! ## Structure
//! Symmetric, for order 1: the map is its own adjoint.
//!
//! ## Examples
//! - `beltrami derive 'mclip(X,0,1)' --by X --form kron --let 'X: matrix(2,3)'` prints `dmclip(X, 0, 1, 1)`
//!
//! ## References
//! `Noferini2017`; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, ExprId, Facts, Graph, Kernel, Op, rule};

/// The matrix of a derivative of clipped singular values.
pub static OP: Op = Op {
    name: "dmclip",
    params: "A: matrix(m,n), a: scalar, b: scalar",
    kernel: Kernel::SingularClipDerivative,
    shape: |_, args| {
        rule::count(args, 4, "4 arguments")?;
        crate::mclip::interval(args)?;
        let inputs = args[0].shape.len();
        rule::derivative(args, inputs.clone(), &inputs)
    },
    facts: |graph, args| symmetric_of_order_one(graph, args),
    differential: Differential::Build(|graph, args, varied| {
        let (Some(Some(step)), None, None) = (varied.first(), *varied.get(1)?, *varied.get(2)?) else { return None };
        next_order(graph, Kernel::SingularClipDerivative, args, *step)
    }),
    latex: r"\operatorname{dmclip}_{#4}\left(#1, #2, #3\right)",
    samples: &[
        "A: matrix(3,2) => dmclip(A, 0.4, 1.3, 1)",
        "A: matrix(1,2) => dmclip(A, 0.4, 1.3, 2)",
        "A: symmetric(2) => dmclip(A, 0, 0.7, 1)",
    ],
    references: &["Noferini2017", "HighamRelton2014"],
    ..Op::BASE
};

/// Symmetric when the last argument, the order, is 1.
pub(crate) fn symmetric_of_order_one(graph: &Graph, args: &[ExprId]) -> Facts {
    let first = args.last().and_then(|order| graph.number_of(*order)).is_some_and(|order| order.is_one());
    if first { Facts::SYMMETRIC } else { Facts::NONE }
}

/// `f(A, …, k+1)*kron(eye((mn)ᵏ), vec(dA))`, because the order of the directions does not matter.
pub(crate) fn next_order(graph: &mut Graph, kernel: Kernel, args: &[ExprId], step: ExprId) -> Option<ExprId> {
    let (order, before) = args.split_last()?;
    let k = graph.number_of(*order)?.as_int()?;
    let next = graph.int(k + 1);
    let map = graph.build(kernel, &[before, &[next]].concat()).ok()?;
    let inputs = graph.shape(args[0]).len();
    let eye = graph.eye(&(0..k).fold(beltrami_core::Dim::one(), |size, _| size.times(&inputs))).ok()?;
    let stacked = graph.build(Kernel::Vec, &[step]).ok()?;
    let slots = graph.build(Kernel::Kron, &[eye, stacked]).ok()?;
    graph.mul(map, slots).ok()
}

/// `unvec(f(A, …, 1)*vec(dA), m, n)`, the differential of a function with the shape of `A`.
pub(crate) fn first_order(graph: &mut Graph, kernel: Kernel, args: &[ExprId], step: ExprId) -> Option<ExprId> {
    let one = graph.int(1);
    let map = graph.build(kernel, &[args, &[one]].concat()).ok()?;
    let stacked = graph.build(Kernel::Vec, &[step]).ok()?;
    let moved = graph.mul(map, stacked).ok()?;
    let shape = graph.shape(args[0]).clone();
    let (rows, cols) = (graph.size(&shape.rows), graph.size(&shape.cols));
    graph.build(Kernel::Unvec, &[moved, rows, cols]).ok()
}
