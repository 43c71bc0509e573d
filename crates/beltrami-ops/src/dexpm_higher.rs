//! # `dexpm(A, k)`: higher derivatives of the matrix exponential
//!
//! The matrix of the derivative of order $k$ of $e^A$: $\operatorname{dexpm}(A, k) (\operatorname{vec} E_1 \otimes \dots
//! \otimes \operatorname{vec} E_k)$ is the stacked mixed derivative of $e^A$ along $E_1, \dots, E_k$; of order 1 it is
//! `dexpm(A)`.
//!
//! ## Shape
//! `n×n, k → n²×n²ᵏ`; the order is an integer from 2.
//!
//! ## Derivative
//! $d \operatorname{dexpm}(A, k) = \operatorname{dexpm}(A, k+1) (I \otimes \operatorname{vec} dA)$, because the order of
//! the directions does not matter.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami derive 'tr(B*expm(X))' --by X --order 2 --form index` prints `einsum("mn,(mn)(jilk),i,j,k,l->ijkl", B, dexpm(X, 2), ones(n), ones(n), ones(n), ones(n))`
//!
//! ## References
//! `Higham2008`, section 3.1; `HighamRelton2014` for higher orders.

use beltrami_core::{Differential, ExprId, Graph, Kernel, Op, Shape, ShapeError, rule};

/// The matrix of a higher derivative of the matrix exponential.
pub static OP: Op = Op {
    name: "dexpm",
    params: "A: matrix(n,n)",
    kernel: Kernel::ExpmHigher,
    accepts: |args| args.len() == 2,
    shape: |sizes, args| {
        rule::count(args, 2, "1 or 2 arguments")?;
        let n = rule::side(sizes, args, 0)?;
        let square = n.times(&n);
        match args[1].size().and_then(|k| k.as_constant()) {
            Some(k @ 2..=8) => {
                let cols = (1..k).fold(square.clone(), |cols, _| cols.times(&square));
                Ok(Shape::matrix(square, cols))
            }
            _ => Err(ShapeError::Expected { argument: 1, wanted: "an integer from 2 to 8" }),
        }
    },
    differential: Differential::Build(differential),
    latex: r"\operatorname{dexpm}_{#2}\left(#1\right)",
    samples: &["A: matrix(2,2) => dexpm(A, 2)", "A: symmetric(2) => dexpm(A, 3)"],
    references: &["Higham2008", "HighamRelton2014"],
    ..Op::BASE
};

/// `dexpm(A, k+1)*kron(eye(n^(2k)), vec(dA))`.
fn differential(graph: &mut Graph, args: &[ExprId], varied: &[Option<ExprId>]) -> Option<ExprId> {
    let (&[of, order], Some(Some(step))) = (args, varied.first()) else { return None };
    let k = graph.number_of(order)?.as_int()?;
    let next = graph.int(k + 1);
    let map = graph.build(Kernel::ExpmHigher, &[of, next]).ok()?;
    let n = graph.shape(of).rows.clone();
    let eye = graph.eye(&(0..2 * k).fold(beltrami_core::Dim::one(), |size, _| size.times(&n))).ok()?;
    let stacked = graph.build(Kernel::Vec, &[*step]).ok()?;
    let slots = graph.build(Kernel::Kron, &[eye, stacked]).ok()?;
    graph.mul(map, slots).ok()
}
