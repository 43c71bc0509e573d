//! # `zeros(m,n)`: all zeros
//!
//! The matrix with every entry zero, $0_{ij} = 0$; `zeros(n)` is a column.
//!
//! ## Shape
//! `sizes m, n → m×n`, `size n → n`.
//!
//! ## Derivative
//! Zero: the value is a constant.
//!
//! ## Structure
//! No entry is negative; diagonal when square.
//!
//! ## Examples
//! - `beltrami derive 'a*b' --by x --let 'x: vector(n)' --layout denominator` prints `zeros(n)`

use beltrami_core::{Differential, Facts, Kernel, Op, Shape, rule};

/// All zeros.
pub static OP: Op = Op {
    name: "zeros",
    aliases: &["zero"],
    params: "",
    kernel: Kernel::Zeros,
    accepts: |args| matches!(args.len(), 1 | 2),
    shape: |_, args| match args.len() {
        1 => Ok(Shape::vector(rule::size(args, 0)?)),
        _ => {
            rule::count(args, 2, "1 or 2 sizes")?;
            Ok(Shape::matrix(rule::size(args, 0)?, rule::size(args, 1)?))
        }
    },
    facts: |_, args| {
        let square = matches!(args, [m, n] if m == n);
        if square { Facts::NONNEGATIVE | Facts::DIAGONAL } else { Facts::NONNEGATIVE }
    },
    differential: Differential::Constant,
    latex: r"0_{#1 \times #2}",
    samples: &["=> zeros(3)", "=> zeros(2, 3)"],
    ..Op::BASE
};
