//! # `A/b`: quotient
//!
//! Every entry divided by a scalar, $(A/b)_{ij} = a_{ij}/b$.
//!
//! ## Shape
//! `m×n, scalar → m×n`; entry by entry division is written `./`.
//!
//! ## Domain
//! The divisor is not zero.
//!
//! ## Derivative
//! $d(A/b) = dA/b - A\,db/b^2$.
//!
//! ## Structure
//! Keeps symmetric, skew, lower and upper; with a positive divisor also definite and the sign of the entries.
//!
//! ## Examples
//! - `beltrami derive 'x/a' --by x` gives `eye(n)/a`

use beltrami_core::{Closed, Differential, Facts, Kernel, Lower, Notation, Op, ShapeError, Transposed, rule};

/// The quotient by a scalar.
pub static OP: Op = Op {
    name: "/",
    notation: Notation::Infix,
    params: "A: matrix(m,n), b: scalar",
    kernel: Kernel::Divide,
    accepts: |args| args.len() == 2,
    shape: |_, args| {
        rule::count(args, 2, "2 arguments")?;
        if let Some(argument) = args.iter().position(|arg| arg.text().is_some()) {
            return Err(ShapeError::Expected { argument, wanted: "a scalar, vector or matrix" });
        }
        if args[1].is_scalar() {
            Ok(args[0].shape.clone())
        } else {
            Err(ShapeError::Expected { argument: 1, wanted: "a scalar" })
        }
    },
    facts: |graph, args| {
        let (a, b) = (graph.facts(args[0]), graph.facts(args[1]));
        let mut facts = a.kept(Closed::Sums);
        if b.has(Facts::POSITIVE) {
            facts = facts | a & (Facts::SPD | Facts::POSITIVE | Facts::NONNEGATIVE);
        }
        facts | a & b & (Facts::NONNEGATIVE | Facts::SIGNS)
    },
    transposed: Transposed::Each,
    lower: Lower::Quotient("ij,->ij"),
    differential: Differential::Text("dA/b - A*db/(b*b)"),
    rules: "
        divide-same: a/a => 1
        divide-twice: A/b/c => A/(b*c)
        divide-quotient: a/(b/c) => a*c/b
        divide-cancel: (a*A)/a => A
        divide-restored: a*(A/a) => A
        divide-reciprocal: (a/b)*A => (a*A)/b
        divide-sum: A/b + B/b => (A + B)/b
        divide-difference: A/b - B/b => (A - B)/b
    ",
    domain: &["{b} is not 0"],
    latex: r"\frac{#1}{#2}",
    samples: &["A: matrix(2,3), b: scalar > 0", "x: vector(3), b: scalar > 0", "a: scalar, b: scalar > 0"],
    ..Op::BASE
};
