//! # `cumsum(x)`: running sums
//!
//! The sum of each entry of a column and of those before it, $\operatorname{cumsum}(x)_i = \sum_{k \le i} x_k$.
//!
//! ## Shape
//! `n → n`.
//!
//! ## Derivative
//! $d\operatorname{cumsum}(x) = \operatorname{cumsum}(dx)$, a product with a triangle of ones.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'cumsum([1; 2; 4])'` gives `[1; 3; 7]`

use beltrami_core::{Kernel, Op, ShapeError, rule};

/// The running sums of a column.
pub static OP: Op = Op {
    name: "cumsum",
    params: "x: vector(n)",
    kernel: Kernel::Defined,
    definition: "tril(ones(n,n))*x",
    accepts: |args| args.len() == 1,
    shape: |_, args| {
        rule::count(args, 1, "1 column, or 2 arguments with the direction: `cumsum(A, 1)` adds down the columns, `cumsum(A, 2)` along the rows")?;
        if args[0].shape.cols.is_one() {
            Ok(args[0].shape.clone())
        } else {
            Err(ShapeError::Expected { argument: 0, wanted: "a column; `cumsum(A, 1)` adds down the columns, `cumsum(A, 2)` along the rows" })
        }
    },
    samples: &["x: vector(3)"],
    ..Op::BASE
};
