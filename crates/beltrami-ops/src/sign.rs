//! # `sign(A)`: sign
//!
//! The sign of every entry, $\operatorname{sign}(a) = -1$, $0$ or $1$ for $a < 0$, $a = 0$ and $a > 0$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! Zero wherever no entry is zero.
//!
//! ## Structure
//! Keeps positive, nonnegative, lower, upper, skew and signs.
//!
//! ## Examples
//! - `beltrami derive 'norm1(x)' --by x --layout denominator` prints `sign(x)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The sign.
pub static OP: Op = Op {
    name: "sign",
    aliases: &["sgn", "signum"],
    kernel: Kernel::Map(Map::Sign),
    shape: rule::entrywise,
    facts: |graph, args| {
        let kept = Facts::POSITIVE
            | Facts::NONNEGATIVE
            | Facts::LOWER
            | Facts::UPPER
            | Facts::SKEW
            | Facts::SIGNS;
        graph.facts(args[0]) & kept
    },
    transposed: Transposed::Each,
    differential: Differential::Constant,
    rules: "
        sign-twice: sign(sign(A)) => sign(A)
        sign-negated: sign(-A) => -sign(A)
        sign-positive: sign(A) => ones(m,n) if positive(A)
        sign-signs: sign(A) => A if signs(A)
    ",
    smooth: &["no entry of {A} is 0"],
    jumps: true,
    latex: r"\operatorname{sign}\left(#1\right)",
    numpy: "np.sign(#1)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
