//! # `a*A`: multiple
//!
//! A scalar times anything, $(aA)_{ij} = a\,a_{ij}$; the scalar may stand on either side.
//!
//! ## Shape
//! `scalar, m×n → m×n`.
//!
//! ## Derivative
//! $d(aA) = da\,A + a\,dA$.
//!
//! ## Structure
//! Keeps symmetric, skew, lower and upper; with a positive factor also definite and the sign of the entries.
//!
//! ## Examples
//! - `beltrami derive 'a*x' --by a` prints `x`
//! - `beltrami derive 'a*A' --by a` prints `A`

use beltrami_core::{Closed, Arg, Differential, Facts, Kernel, Lower, Notation, Op, ShapeError, Transposed, rule};

/// The multiple.
pub static OP: Op = Op {
    name: "*",
    notation: Notation::Infix,
    params: "a: scalar, A: matrix(m,n)",
    kernel: Kernel::Scale,
    accepts: |args| args.len() == 2 && args.iter().any(Arg::is_scalar),
    shape: |_, args| {
        rule::count(args, 2, "2 arguments")?;
        if let Some(argument) = args.iter().position(|arg| arg.text().is_some()) {
            return Err(ShapeError::Expected { argument, wanted: "a scalar, vector or matrix" });
        }
        match args {
            [a, b] if a.is_scalar() => Ok(b.shape.clone()),
            _ => Err(ShapeError::Expected { argument: 0, wanted: "a scalar" }),
        }
    },
    facts: |graph, args| {
        let (a, b) = (graph.facts(args[0]), graph.facts(args[1]));
        let mut facts = b.kept(Closed::Sums);
        if a.has(Facts::POSITIVE) {
            facts = facts | b & (Facts::SPD | Facts::POSITIVE | Facts::NONNEGATIVE);
        }
        facts | a & b & (Facts::NONNEGATIVE | Facts::SIGNS)
    },
    transposed: Transposed::Each,
    lower: Lower::Product(",ij->ij"),
    differential: Differential::Text("da*A + a*dA"),
    rules: "
        scale-twice: a*(b*A) => (a*b)*A
        scale-negated: a*(-A) => -(a*A)
        scale-double: A + A => 2*A
        scale-collect: a*A + b*A => (a + b)*A
        scale-collect-one: a*A + A => (a + 1)*A
        scale-collect-difference: a*A - b*A => (a - b)*A
        scale-factor: a*A + a*B => a*(A + B)
        scale-factor-difference: a*A - a*B => a*(A - B)
    ",
    latex: r"#1 \, #2",
    samples: &["a: scalar, A: matrix(2,3)", "a: scalar, x: vector(3)", "a: scalar, b: scalar"],
    ..Op::BASE
};
