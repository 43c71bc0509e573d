//! # `unit(i,n)`: unit vector
//!
//! The `i`-th column of the identity, $(e_i)_j = \delta_{ij}$, counted from 1.
//!
//! ## Shape
//! `index i, size n → n`.
//!
//! ## Domain
//! The index is at least 1 and at most `n`.
//!
//! ## Derivative
//! Zero: the value is a constant.
//!
//! ## Structure
//! No entry is negative.
//!
//! ## Examples
//! - `beltrami derive 'x[2]' --by x --layout denominator` prints `unit(2, n)`

use beltrami_core::{Differential, Facts, Kernel, Op, Shape, ShapeError, rule};

/// A unit vector.
pub static OP: Op = Op {
    name: "unit",
    params: "",
    kernel: Kernel::Unit,
    accepts: |args| args.len() == 2,
    shape: |_, args| {
        rule::count(args, 2, "an index and a size")?;
        let (i, n) = (rule::size(args, 0)?, rule::size(args, 1)?);
        match (i.as_constant(), n.as_constant()) {
            (Some(i), Some(n)) if i > n => {
                Err(ShapeError::Range { argument: 0, reason: format!("index {i} is larger than the size {n}") })
            }
            _ => Ok(Shape::vector(n)),
        }
    },
    facts: |_, _| Facts::NONNEGATIVE,
    differential: Differential::Constant,
    latex: "e_{#1}",
    samples: &["=> unit(2, 3)"],
    ..Op::BASE
};
