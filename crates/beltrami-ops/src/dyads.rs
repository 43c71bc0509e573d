//! # `dyads(A, w)`: singular dyads with weights
//!
//! The sum $\sum_i w_i\, u_i v_i^\top = U \operatorname{diag}(w)\, V^\top$ over the singular vectors, the gradient of $w^\top \sigma(A)$.
//!
//! ## Shape
//! `m×n, min(m,n) → m×n`; the sizes are as for `svdvals`.
//!
//! ## Domain
//! The singular values are distinct and none is 0.
//!
//! ## Derivative
//! Linear in $w$; by $A$ it is `ddyads(A, w, dA)`.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami derive 'sum(svdvals(X).*w)' --by X --layout denominator --let 'X: matrix(3,2), w: vector(2)'` prints `dyads(X, w)`
//!
//! ## References
//! `MagnusNeudecker2019`, section 8.7.

use beltrami_core::{Differential, Kernel, Op, ShapeError, Sizes, Spectral, op::Arg, rule};

use crate::svdvals::smaller;

/// The singular dyads with weights.
pub static OP: Op = Op {
    name: "dyads",
    params: "A: matrix(n,n), w: vector(n)",
    kernel: Kernel::SingularDyads,
    shape: |sizes, args| {
        rule::count(args, 2, "2 arguments")?;
        weights(sizes, args)?;
        Ok(args[0].shape.clone())
    },
    differential: Differential::Build(|graph, args, varied| {
        let [moved, weighted] = varied else { return None };
        let mut terms = Vec::new();
        if let Some(step) = moved {
            terms.push(graph.derivative(Spectral::SingularDyads, args, &[*step]).ok()?);
        }
        if let Some(step) = weighted {
            terms.push(graph.build(Kernel::SingularDyads, &[args[0], *step]).ok()?);
        }
        let shape = graph.shape(args[0]).clone();
        graph.sum_of(&terms, &shape).ok()
    }),
    rules: "
        dyads-transpose: dyads(A', w) => dyads(A, w)'
        dyads-of-values: dyads(A, svdvals(A)) => A
    ",
    domain: &["the singular values of {A} are distinct and not 0"],
    jumps: true,
    latex: r"\operatorname{dyads}\left(#1,#2\right)",
    samples: &["A: matrix(3,2), w: vector(2)", "A: matrix(2,3), w: vector(2)", "A: symmetric(2), w: vector(2)"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};

/// Refuses weights that are no column with an entry for each singular value.
pub(crate) fn weights(sizes: &mut dyn Sizes, args: &[Arg]) -> Result<(), ShapeError> {
    let count = smaller(sizes, args)?;
    rule::matrix(args, 1)?;
    let shape = &args[1].shape;
    if shape.cols.as_constant() == Some(1) && sizes.same(&shape.rows, &count) {
        return Ok(());
    }
    Err(ShapeError::Expected { argument: 1, wanted: "a column of weights, one for each singular value of `A`" })
}
