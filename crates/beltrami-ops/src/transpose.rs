//! # `A'`: transpose
//!
//! Rows become columns, $(A^\top)_{ij} = a_{ji}$.
//!
//! ## Shape
//! `m×n → n×m`.
//!
//! ## Derivative
//! $d(A^\top) = (dA)^\top$.
//!
//! ## Structure
//! Lower and upper change places; everything else is kept.
//!
//! ## Examples
//! - `beltrami derive "x'" --by x` prints `eye(n)`
//! - `beltrami derive "a'*X'*b" --by X --layout denominator --let 'a: vector(n), b: vector(m)'` prints `b*a'`
//!
//! ## References
//! `MagnusNeudecker2019`, section 1.4.

use beltrami_core::{Differential, Kernel, Lower, Notation, Op, Transposed, rule};

/// The transpose.
pub static OP: Op = Op {
    name: "'",
    notation: Notation::Postfix,
    kernel: Kernel::Transpose,
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument")?;
        rule::matrix(args, 0)?;
        Ok(args[0].shape.transposed())
    },
    facts: |graph, args| graph.facts(args[0]).transposed(),
    transposed: Transposed::Each,
    lower: Lower::Product("ji->ij"),
    differential: Differential::Text("dA'"),
    rules: "
        transpose-twice: A'' => A
        transpose-ones: ones(m,n)' => ones(n,m)
        transpose-scaled: (a*A)' => a*A'
        transpose-negated: (-A)' => -A'
        transpose-product: B'*A' => (A*B)'
        transpose-sum: A' + B' => (A + B)'
        transpose-difference: A' - B' => (A - B)'
        transpose-symmetric: A' => A if symmetric(A)
        transpose-skew: A' => -A if skew(A)
        transpose-orthogonal: A'*A => eye(n) if orthogonal(A)
        transpose-orthogonal-right: A*A' => eye(n) if orthogonal(A)
        transpose-orthogonal-cancel: A'*(A*B) => B if orthogonal(A)
        transpose-orthogonal-cancel-right: A*(A'*B) => B if orthogonal(A)
    ",
    latex: r"{#1}^{\top}",
    samples: &["A: matrix(2,3)", "x: vector(3)", "L: lower(3)"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};
