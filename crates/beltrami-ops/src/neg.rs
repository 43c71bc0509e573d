//! # `-A`: negation
//!
//! Every entry with the other sign, $(-A)_{ij} = -a_{ij}$.
//!
//! ## Shape
//! `m×n → m×n`.
//!
//! ## Derivative
//! $d(-A) = -dA$.
//!
//! ## Structure
//! Keeps symmetric, skew, lower, upper, orthogonal and entries of ±1.
//!
//! ## Examples
//! - `beltrami derive "-(b'*x)" --by x --let 'b: vector(n)' --layout denominator` prints `-b`

use beltrami_core::{Closed, Differential, Facts, Kernel, Lower, Notation, Op, ShapeError, Transposed, rule};

/// The negation.
pub static OP: Op = Op {
    name: "-",
    notation: Notation::Prefix,
    kernel: Kernel::Neg,
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 argument")?;
        match args[0].text() {
            Some(_) => Err(ShapeError::Expected { argument: 0, wanted: "a scalar, vector or matrix" }),
            None => Ok(args[0].shape.clone()),
        }
    },
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        of.kept(Closed::Sums) | of & (Facts::ORTHOGONAL | Facts::SIGNS)
    },
    transposed: Transposed::Each,
    lower: Lower::Sum(&[-1]),
    differential: Differential::Text("-dA"),
    rules: "
        neg-twice: -(-A) => A
        neg-added: A + -B => A - B
        neg-subtracted: A - -B => A + B
        neg-difference: -(A - B) => B - A
    ",
    latex: "-#1",
    samples: &["A: matrix(2,3)", "x: vector(3)", "a: scalar"],
    ..Op::BASE
};
