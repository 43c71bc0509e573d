//! # `K(m,n)`: commutation matrix
//!
//! The permutation that turns stacked columns into stacked rows, $K_{mn} \operatorname{vec}(A) =
//! \operatorname{vec}(A^\top)$ for $A$ of shape $m \times n$.
//!
//! ## Shape
//! `sizes m, n → mn×mn`.
//!
//! ## Derivative
//! Zero: the value is a constant.
//!
//! ## Structure
//! Orthogonal with no negative entry; `K(n,n)` is symmetric.
//!
//! ## Examples
//! - `beltrami derive "X'" --by X --form kron` prints `K(m, n)`
//! - `beltrami derive "A*X'*B" --by X --form kron` prints `K(q, m)*kron(A, B')`
//!
//! ## References
//! `MagnusNeudecker1979`; `MagnusNeudecker2019`, section 3.7.

use beltrami_core::{Differential, Facts, Kernel, Lower, Op, Shape, rule};

/// The commutation matrix.
pub static OP: Op = Op {
    name: "K",
    aliases: &["commutation"],
    params: "",
    kernel: Kernel::Commutation,
    accepts: |args| args.len() == 2,
    shape: |_, args| {
        rule::count(args, 2, "2 sizes")?;
        let side = rule::size(args, 0)?.times(&rule::size(args, 1)?);
        Ok(Shape::matrix(side.clone(), side))
    },
    facts: |_, args| {
        let facts = Facts::ORTHOGONAL | Facts::NONNEGATIVE;
        if matches!(args, [m, n] if m == n) { facts | Facts::SYMMETRIC } else { facts }
    },
    lower: Lower::Product("->(ij)(ji)"),
    differential: Differential::Constant,
    rules: "
        commutation-transpose: K(m,n)' => K(n,m)
        commutation-inverse: K(m,n)*K(n,m) => eye(m*n)
        commutation-cancel: K(m,n)*(K(n,m)*A) => A
        commutation-single-column: K(m,1) => eye(m)
        commutation-single-row: K(1,n) => eye(n)
        commutation-vec: K(m,n)*vec(A) => vec((A + zeros(m,n))')
        commutation-kron: K(p,m)*kron(A, B)*K(n,q) => kron(B + zeros(p,q), A + zeros(m,n))
    ",
    latex: "K_{#1,#2}",
    samples: &["=> K(2, 3)", "=> K(3, 3)"],
    references: &["MagnusNeudecker1979", "MagnusNeudecker2019"],
    ..Op::BASE
};
