//! # `unvec(x,m,n)`: matrix of stacked columns
//!
//! The $m \times n$ matrix whose columns are cut from a vector, $\operatorname{unvec}(x)_{ij} = x_{(j-1)m+i}$.
//!
//! ## Shape
//! `mn, sizes m, n → m×n`.
//!
//! ## Derivative
//! $d\operatorname{unvec}(x) = \operatorname{unvec}(dx)$.
//!
//! ## Structure
//! Keeps positive, nonnegative and entries of ±1.
//!
//! ## Examples
//! - `beltrami derive 'vec(unvec(x,m,n))' --by x --let 'x: vector(m*n)'` prints `eye(m*n)`
//!
//! ## References
//! `MagnusNeudecker2019`, section 2.4.

use beltrami_core::{Differential, Facts, Kernel, Lower, Op, Shape, ShapeError, rule};

/// The matrix of stacked columns.
pub static OP: Op = Op {
    name: "unvec",
    aliases: &["reshape"],
    params: "x: vector(m*n)",
    kernel: Kernel::Unvec,
    shape: |sizes, args| {
        rule::count(args, 3, "a vector and 2 sizes")?;
        rule::matrix(args, 0)?;
        let (m, n) = (rule::size(args, 1)?, rule::size(args, 2)?);
        let x = &args[0].shape;
        if !x.cols.is_one() && !x.rows.is_one() {
            return Err(ShapeError::Expected { argument: 0, wanted: "a vector" });
        }
        if sizes.same(&x.len(), &m.times(&n)) {
            return Ok(Shape::matrix(m, n));
        }
        let reason = format!("{m} times {n} is not the number of entries, {}", x.len());
        Err(ShapeError::Range { argument: 1, reason })
    },
    facts: |graph, args| {
        let kept = Facts::POSITIVE | Facts::NONNEGATIVE | Facts::SIGNS;
        graph.facts(args[0]) & kept
    },
    lower: Lower::Product("(ji)->ij"),
    differential: Differential::Build(|graph, args, varied| {
        let (&[_, m, n], Some(Some(dx))) = (args, varied.first()) else { return None };
        graph.build(Kernel::Unvec, &[*dx, m, n]).ok()
    }),
    rules: "
        unvec-stacked: vec(unvec(x, m, n)) => x
        unvec-sum: unvec(x, m, n) + unvec(y, m, n) => unvec(x + y, m, n)
        unvec-difference: unvec(x, m, n) - unvec(y, m, n) => unvec(x - y, m, n)
        unvec-scaled: a*unvec(x, m, n) => unvec(a*x, m, n)
    ",
    latex: r"\operatorname{unvec}_{#2,#3}\left(#1\right)",
    samples: &["x: vector(6) => unvec(x, 2, 3)", "x: row(6) => unvec(x, 3, 2)"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};
