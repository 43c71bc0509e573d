//! # `abs(A)`: absolute value
//!
//! The absolute value of every entry, $|A|_{ij} = |a_{ij}|$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d|A| = \operatorname{sign}(A) \odot dA$ where no entry is zero; at zero the value 0 is given, a subgradient.
//!
//! ## Structure
//! No entry is negative; keeps positive, lower and upper; of signs it is positive.
//!
//! ## Examples
//! - `beltrami derive 'sum(abs(x))' --by x --layout denominator` prints `sign(x)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The absolute value.
pub static OP: Op = Op {
    name: "abs",
    aliases: &["fabs"],
    kernel: Kernel::Map(Map::Abs),
    shape: rule::entrywise,
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let facts = Facts::NONNEGATIVE | of & (Facts::POSITIVE | Facts::LOWER | Facts::UPPER);
        if of.has(Facts::SIGNS) { facts | Facts::POSITIVE | Facts::SIGNS } else { facts }
    },
    transposed: Transposed::Each,
    differential: Differential::Text("sign(A).*dA"),
    rules: "
        abs-twice: abs(abs(A)) => abs(A)
        abs-negated: abs(-A) => abs(A)
        abs-nonnegative: abs(A) => A if nonnegative(A)
        abs-signs: abs(A) => ones(m,n) if signs(A)
        abs-signed: sign(A).*abs(A) => A
        abs-signed-scalar: sign(a)*abs(a) => a
        abs-by-sign: sign(A).*A => abs(A)
        abs-by-sign-scalar: sign(a)*a => abs(a)
        abs-product: abs(A).*abs(B) => abs(A.*B)
        abs-square: abs(A).^2 => A.^2
        abs-square-scalar: abs(a)^2 => a^2
        abs-root: sqrt(A.^2) => abs(A)
        abs-root-scalar: sqrt(a^2) => abs(a)
        abs-quotient: A./abs(A) => sign(A)
    ",
    smooth: &["no entry of {A} is 0"],
    branches: "1 where {A} > 0, -1 where {A} < 0",
    stable: "
        abs-of-log-square: log(A.^2) => 2*log(abs(A))
        abs-of-log-square-scalar: log(a^2) => 2*log(abs(a))
        abs-of-root: sqrt(A.^2) => abs(A)
        abs-of-root-scalar: sqrt(a^2) => abs(a)
    ",
    latex: r"\left|#1\right|",
    numpy: "np.abs(#1)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
