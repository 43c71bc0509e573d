//! # `dadj(A, k)`: derivatives of the adjugate
//!
//! The matrix of the derivative of order $k$ of the adjugate: $\operatorname{dadj}(A, k) (\operatorname{vec} E_1 \otimes
//! \dots \otimes \operatorname{vec} E_k)$ is the stacked mixed derivative of $\operatorname{adj}(A)$ along $E_1, \dots,
//! E_k$.
//! Its entries are minors of $A$ without $k + 1$ rows and columns, so it is a polynomial and exists for singular matrices.
//!
//! ## Shape
//! `n×n, k → n²×n²ᵏ`; the order is an integer from 1.
//!
//! ## Derivative
//! $d \operatorname{dadj}(A, k) = \operatorname{dadj}(A, k+1) (I \otimes \operatorname{vec} dA)$, because the order of
//! the directions does not matter.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami derive 'adj(X)' --by X --form kron` prints `dadj(X, 1)`
//! - `beltrami eval 'dadj([1,2;3,4], 1)'` gives `[0, 0, 0, 1; 0, -1, 0, 0; 0, 0, -1, 0; 1, 0, 0, 0]`
//!
//! ## References
//! `MagnusNeudecker2019`, section 8.6.

use beltrami_core::{Differential, Dim, ExprId, Graph, Kernel, Op, rule};

/// The matrix of a derivative of the adjugate.
pub static OP: Op = Op {
    name: "dadj",
    params: "A: matrix(n,n)",
    kernel: Kernel::AdjDerivative,
    shape: |sizes, args| {
        rule::count(args, 2, "2 arguments")?;
        let n = rule::side(sizes, args, 0)?;
        rule::derivative(args, n.times(&n), &n.times(&n))
    },
    differential: Differential::Build(|graph, args, varied| {
        let Some(Some(step)) = varied.first() else { return None };
        next_order(graph, Kernel::AdjDerivative, args, *step)
    }),
    latex: r"\operatorname{dadj}_{#2}\left(#1\right)",
    samples: &["A: matrix(3,3) => dadj(A, 1)", "A: matrix(2,2) => dadj(A, 2)", "A: symmetric(3) => dadj(A, 2)"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};

/// `f(A, k+1)*kron(eye(lᵏ), vec(dA))` for the matrix `f(A, k)` of a derivative of order `k` by `l` entries, because the order of
/// the directions does not matter.
pub(crate) fn next_order(graph: &mut Graph, kernel: Kernel, args: &[ExprId], step: ExprId) -> Option<ExprId> {
    let &[of, order] = args else { return None };
    let k = graph.number_of(order)?.as_int()?;
    let next = graph.int(k + 1);
    let map = graph.build(kernel, &[of, next]).ok()?;
    let inputs = graph.shape(of).len();
    let eye = graph.eye(&(0..k).fold(Dim::one(), |size, _| size.times(&inputs))).ok()?;
    let stacked = graph.build(Kernel::Vec, &[step]).ok()?;
    let slots = graph.build(Kernel::Kron, &[eye, stacked]).ok()?;
    graph.mul(map, slots).ok()
}

/// `unvec(f(A, 1)*vec(dA), n, n)`, the differential of a function with the shape of `A`.
pub(crate) fn first_order(graph: &mut Graph, kernel: Kernel, of: ExprId, step: ExprId) -> Option<ExprId> {
    let one = graph.int(1);
    let map = graph.build(kernel, &[of, one]).ok()?;
    let stacked = graph.build(Kernel::Vec, &[step]).ok()?;
    let moved = graph.mul(map, stacked).ok()?;
    let shape = graph.shape(of).clone();
    let (rows, cols) = (graph.size(&shape.rows), graph.size(&shape.cols));
    graph.build(Kernel::Unvec, &[moved, rows, cols]).ok()
}
