//! # `ones(m,n)`: all ones
//!
//! The matrix with every entry one, $\mathbf{1}_{ij} = 1$; `ones(n)` is a column.
//!
//! ## Shape
//! `sizes m, n → m×n`, `size n → n`.
//!
//! ## Derivative
//! Zero: the value is a constant.
//!
//! ## Structure
//! Every entry is positive; symmetric when square.
//!
//! ## Examples
//! - `beltrami derive 'sum(x)' --by x --layout denominator` prints `ones(n)`

use beltrami_core::{Differential, Facts, Kernel, Lower, Op, Shape, rule};

/// All ones.
pub static OP: Op = Op {
    name: "ones",
    aliases: &["one"],
    params: "",
    kernel: Kernel::Ones,
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
        let entries = Facts::POSITIVE | Facts::NONNEGATIVE | Facts::SIGNS;
        if square { entries | Facts::SYMMETRIC } else { entries }
    },
    lower: Lower::Product("->ij"),
    differential: Differential::Constant,
    latex: r"\mathbf{1}_{#1 \times #2}",
    samples: &["=> ones(3)", "=> ones(2, 3)"],
    ..Op::BASE
};
