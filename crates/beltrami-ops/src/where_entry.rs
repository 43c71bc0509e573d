//! # `where(C, A, B)`: one of two, entry by entry
//!
//! The entry of $A$ where that of $C$ is 1 and the entry of $B$ where it is 0, $c_{ij} a_{ij} + (1 - c_{ij}) b_{ij}$; both must exist everywhere.
//! A comparison such as `x > 0` makes the first argument.
//!
//! ## Shape
//! `m×n, m×n, m×n → m×n`.
//!
//! ## Domain
//! The entries of $C$ are 0 or 1; others mix the two values, as the formula says.
//!
//! ## Derivative
//! $C \odot dA + (1 - C) \odot dB$ off the boundary of the comparison.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'where([2; -1] > 0, [5; 5], [7; 7])'` gives `[5; 7]`

use beltrami_core::{Kernel, Op, rule};

/// One of two, entry by entry.
pub static OP: Op = Op {
    name: "where",
    params: "C: matrix(m,n), A: matrix(m,n), B: matrix(m,n)",
    kernel: Kernel::Defined,
    definition: "C.*A + (ones(m,n) - C).*B",
    accepts: |args| args.len() == 3,
    shape: |sizes, args| {
        rule::count(args, 3, "3 arguments")?;
        rule::alike(sizes, &args[..2])?;
        rule::alike(sizes, &args[1..])
    },
    samples: &["C: matrix(2,3), A: matrix(2,3), B: matrix(2,3)", "C: scalar, A: scalar, B: scalar"],
    ..Op::BASE
};
