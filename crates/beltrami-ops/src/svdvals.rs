//! # `svdvals(A)`: singular values
//!
//! The column of the singular values $\sigma_1 \ge \sigma_2 \ge \dots$.
//!
//! ## Shape
//! `m×n → min(m,n)`: the sizes must tell which is smaller, as numbers do, equal names, or sums such as `n + 1` and `n`; a
//! matrix that nobody declared is taken for square.
//!
//! ## Domain
//! Every matrix; differentiable where the singular values are distinct and none is 0.
//!
//! ## Derivative
//! $d\sigma_i = u_i^\top dA\, v_i$ with the singular vectors, `dsvdvals(A, dA)`; the gradient of $w^\top \sigma$ is `dyads(A, w)`.
//! Symmetric functions of singular values, such as `normnuc`, `norm2` or `mclip`, have derivatives at equal ones as well,
//! which this one has not: write them as such.
//!
//! ## Structure
//! No entry is negative.
//!
//! ## Examples
//! - `beltrami derive 'svdvals(X)' --by X --form kron --let 'X: matrix(3,2)'` prints `dsvdvals(X)`
//! - `beltrami derive 'sum(svdvals(X))' --by X --layout denominator --let 'X: matrix(n,n)'` gives `msign(X)`
//! - `beltrami derive 'sum(svdvals(X).^2)' --by X --layout denominator --let 'X: matrix(4,3)'` gives `2*X`
//! - `beltrami derive 'sum(log(svdvals(X)))' --by X --layout denominator --let 'X: matrix(n,n)'` gives `inv(X)'`
//! - `beltrami derive 'svdvals(X)[1]' --by X --layout denominator --let 'X: matrix(n,n)'` gives `topdyad(X)`
//!
//! ## References
//! `MagnusNeudecker2019`, section 8.7.

use beltrami_core::{Differential, Dim, Facts, Kernel, Op, Shape, ShapeError, Sizes, Spectral, directional, op::Arg, rule};

/// The singular values.
pub static OP: Op = Op {
    name: "svdvals",
    params: "A: matrix(n,n)",
    kernel: Kernel::SingularValues,
    shape: |sizes, args| {
        rule::count(args, 1, "1 argument")?;
        Ok(Shape::vector(smaller(sizes, args)?))
    },
    facts: |_, _| Facts::NONNEGATIVE,
    differential: Differential::Build(|graph, args, varied| {
        // The one singular value of a column or a row is its norm.
        let (shape, step) = (graph.shape(args[0]).clone(), varied.first().copied().flatten()?);
        if shape.rows.is_one() || shape.cols.is_one() {
            let (turned, value) = (graph.transpose(args[0]).ok()?, graph.build(Kernel::SingularValues, args).ok()?);
            let product = if shape.cols.is_one() { graph.mul(turned, step) } else { graph.mul(step, turned) };
            return graph.divide(product.ok()?, value).ok();
        }
        directional::first(Spectral::SingularValues, graph, args, varied)
    }),
    rules: "
        svdvals-transpose: svdvals(A') => svdvals(A)
        svdvals-negated: svdvals(-A) => svdvals(A)
        svdvals-unit: svdvals(A) => ones(n) if orthogonal(A)
        svdvals-orthogonal: svdvals(A*B) => svdvals(B) if orthogonal(A)
        svdvals-sum: sum(svdvals(A)) => normnuc(A)
        svdvals-largest: norminf(svdvals(A)) => normspec(A)
        svdvals-norm: norm2(svdvals(A)) => norm2(A)
    ",
    smooth: &["the singular values of {A} are distinct and not 0"],
    latex: r"\sigma\left(#1\right)",
    samples: &["A: matrix(3,2)", "A: matrix(2,3)", "A: symmetric(2)", "x: vector(3) => svdvals(x)"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};

/// The smaller of both sizes of the first argument; equal ones are asked for where nothing tells.
pub(crate) fn smaller(sizes: &mut dyn Sizes, args: &[Arg]) -> Result<Dim, ShapeError> {
    rule::matrix(args, 0)?;
    let (rows, cols) = (&args[0].shape.rows, &args[0].shape.cols);
    if surely_at_least(rows, cols) {
        Ok(cols.clone())
    } else if surely_at_least(cols, rows) || sizes.same(rows, cols) {
        Ok(rows.clone())
    } else {
        let wanted = "a matrix of which the sizes tell which is smaller, as in `matrix(n,n)` or `matrix(5,3)`";
        Err(ShapeError::Expected { argument: 0, wanted })
    }
}

/// Whether one size is at least the other whatever the names in them are, all from 1.
fn surely_at_least(one: &Dim, other: &Dim) -> bool {
    let difference = one.minus(other);
    let least: i64 = difference.terms().iter().map(|(_, n)| n).sum();
    least >= 0 && difference.terms().iter().all(|(names, n)| names.is_empty() || *n >= 0)
}
