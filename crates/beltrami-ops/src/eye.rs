//! # `eye(n)`: identity matrix
//!
//! The square matrix with ones on the diagonal, $I_{ij} = \delta_{ij}$.
//!
//! ## Shape
//! `size n → n×n`.
//!
//! ## Derivative
//! Zero: the value is a constant.
//!
//! ## Structure
//! Diagonal, symmetric positive definite and orthogonal.
//!
//! ## Examples
//! - `beltrami derive 'x' --by x` prints `eye(n)`
//!
//! ## References
//! `MagnusNeudecker2019`, chapter 1.

use beltrami_core::{Differential, Facts, Kernel, Lower, Op, Shape, Transposed, rule};

/// The identity.
pub static OP: Op = Op {
    name: "eye",
    params: "",
    kernel: Kernel::Eye,
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 size")?;
        let n = rule::size(args, 0)?;
        Ok(Shape::matrix(n.clone(), n))
    },
    facts: |_, _| Facts::SPD | Facts::DIAGONAL | Facts::ORTHOGONAL | Facts::NONNEGATIVE,
    transposed: Transposed::Itself,
    lower: Lower::Product("->ii"),
    differential: Differential::Constant,
    latex: "I_{#1}",
    samples: &["=> eye(3)"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};
