//! # `log1p(A)`: logarithm of one more
//!
//! The natural logarithm of every entry plus one, $\log(1 + a_{ij})$, with all digits where entries are small.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Domain
//! Every entry is above -1.
//!
//! ## Derivative
//! $d\operatorname{log1p}(A) = dA \oslash (1 + A)$.
//!
//! ## Structure
//! Keeps lower, upper and the sign of the entries.
//!
//! ## Examples
//! - `beltrami derive 'log1p(a)' --by a` prints `1/(1 + a)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The logarithm of one more.
pub static OP: Op = Op {
    name: "log1p",
    kernel: Kernel::Map(Map::Log1p),
    shape: rule::entrywise,
    facts: |graph, args| {
        let kept = Facts::LOWER | Facts::UPPER | Facts::POSITIVE | Facts::NONNEGATIVE;
        graph.facts(args[0]) & kept
    },
    transposed: Transposed::Each,
    differential: Differential::Text("dA./(ones(m,n) + A)"),
    rules: "
        log1p-expm1: log1p(expm1(A)) => A
        log1p-inverse: expm1(log1p(A)) => A
        log1p-exp: log1p(exp(A)) => softplus(A)
    ",
    stable: "
        log1p-of-sum: log(ones(m,n) + A) => log1p(A)
        log1p-of-sum-swapped: log(A + ones(m,n)) => log1p(A)
        log1p-of-sum-scalar: log(1 + a) => log1p(a)
        log1p-of-sum-scalar-swapped: log(a + 1) => log1p(a)
        log1p-of-difference: log(ones(m,n) - A) => log1p(-A)
        log1p-of-difference-scalar: log(1 - a) => log1p(-a)
    ",
    domain: &["{A} > -1"],
    latex: r"\log\left(1 + #1\right)",
    numpy: "np.log1p(#1)",
    samples: &["A: matrix(2,3) > 0", "x: vector(3) > 0"],
    ..Op::BASE
};
