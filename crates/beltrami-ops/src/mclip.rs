//! # `mclip(A, a, b)`: clipped singular values
//!
//! The matrix $U \operatorname{diag}(\operatorname{clip}(\sigma_i, a, b)) V^\top$ with the singular vectors of $A = U
//! \operatorname{diag}(\sigma_i) V^\top$ and its singular values clipped to the interval from $a$ to $b$.
//! `mclip(A, 0, b)` is the nearest matrix of spectral norm at most $b$.
//!
//! ## Shape
//! `m×n, scalar, scalar → m×n`; bounds that are numbers must be in order, and the upper one not negative.
//!
//! ## Domain
//! $a \le b$ and $b \ge 0$, and full rank, because the singular vectors of singular value 0 are not unique; where $a \le 0 \le b$ they do
//! not matter, and every matrix will do.
//!
//! ## Derivative
//! By the matrix `dmclip(A, a, b, dA)`, which divides by $\sigma_i + \sigma_j$ and, for singular values on different sides of a bound
//! alone, by $\sigma_i - \sigma_j$. By the bounds, with $Q = \operatorname{msign}(A)$ and $P = Q^\top A$,
//! $\tfrac12 Q (I + \operatorname{msign}(aI - P))\, da + \tfrac12 Q (I - \operatorname{msign}(bI - P))\, db$: the parts of
//! $Q$ that belong to singular values below $a$ and above $b$.
//! Equal singular values do no harm; one that equals a bound, other than a lower one of 0, does.
//!
//! ## Structure
//! Keeps symmetric, skew and diagonal.
//!
//! ## Examples
//! - `beltrami derive 'norm2(X - mclip(X,0,1))^2' --by X --layout denominator --let 'X: matrix(m,n)'` gives `2*(X - mclip(X,0,1))`
//! - `beltrami derive 'sum(mclip(X,0,1).*G)' --by X --layout denominator --let 'X: matrix(m,n)'` gives `dmclip(X,0,1,G)`
//! - `beltrami derive 'sum(mclip(X,a,b))' --by b --let 'X: matrix(3,2)'` gives `sum(0.5*msign(X)*(eye(2) - msign(b*eye(2) - msign(X)'*X)))`
//!
//! ## References
//! `Noferini2017`; `Higham2008`, chapter 8.

use beltrami_core::{Differential, Facts, Kernel, Literal, Op, ShapeError, Transposed, op::Arg, rule};

/// Clipped singular values.
pub static OP: Op = Op {
    name: "mclip",
    params: "A: matrix(m,n), a: scalar, b: scalar",
    kernel: Kernel::SingularClip,
    shape: |_, args| {
        rule::count(args, 3, "3 arguments")?;
        interval(args)?;
        Ok(args[0].shape.clone())
    },
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let skew = of & Facts::SKEW;
        if of.has(Facts::DIAGONAL) { skew | Facts::DIAGONAL } else { skew }
    },
    transposed: Transposed::Each,
    differential: Differential::Text(
        "dmclip(A, a, b, dA) \
        + 0.5*da*msign(A)*(eye(n) + msign(a*eye(n) - msign(A)'*A)) \
        + 0.5*db*msign(A)*(eye(n) - msign(b*eye(n) - msign(A)'*A))",
    ),
    rules: "
        mclip-transpose: mclip(A', a, b) => mclip(A, a, b)'
        mclip-negated: mclip(-A, a, b) => -mclip(A, a, b)
        mclip-orthogonal: mclip(A*B, a, b) => A*mclip(B, a, b) if orthogonal(A)
        mclip-orthogonal-right: mclip(B*A, a, b) => mclip(B, a, b)*A if orthogonal(A)
    ",
    domain: &["{a} <= {b}", "{b} >= 0", "{A} has full rank unless {a} <= 0"],
    smooth: &["no singular value of {A} is {a} unless {a} <= 0", "no singular value of {A} is {b}"],
    jumps: true,
    latex: r"\operatorname{mclip}\left(#1, #2, #3\right)",
    samples: &[
        "A: matrix(3,2) => mclip(A, 0.4, 1.3)",
        "A: matrix(2,3), a: scalar, b: scalar => mclip(A, a, a + exp(b))",
        "A: symmetric(2) => mclip(A, 0, 0.7)",
    ],
    references: &["Noferini2017", "Higham2008"],
    ..Op::BASE
};

/// Refuses bounds that are no scalars, or numbers in the wrong order.
pub(crate) fn interval(args: &[Arg]) -> Result<(), ShapeError> {
    rule::matrix(args, 0)?;
    for argument in [1, 2] {
        if !args[argument].is_scalar() || args[argument].text().is_some() {
            return Err(ShapeError::Expected { argument, wanted: "a scalar" });
        }
    }
    let number = |place: usize| match &args[place].value {
        Literal::Size(dim) => dim.as_constant().map(|n| n as f64),
        Literal::Number(number) => Some(number.to_f64()),
        _ => None,
    };
    match (number(1), number(2)) {
        (Some(low), Some(high)) if low > high => Err(ShapeError::Range {
            argument: 2,
            reason: format!("no number lies between {low} and {high}: the upper bound is below the lower one"),
        }),
        (_, Some(high)) if high < 0.0 => Err(ShapeError::Range {
            argument: 2,
            reason: format!("the upper bound {high} is negative, and no singular value is"),
        }),
        _ => Ok(()),
    }
}
