//! # `logsumexp(A)`: logarithm of the sum of exponentials
//!
//! A smooth maximum of all entries, $\log \sum_{ij} e^{a_{ij}}$, computed without overflow.
//!
//! ## Shape
//! `m×n → scalar`.
//!
//! ## Derivative
//! $d\operatorname{logsumexp}(A) = \operatorname{sum}(\operatorname{softmax}(A) \odot dA)$.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami derive 'logsumexp(x)' --by x --layout denominator` prints `softmax(x)`
//!
//! ## References
//! `BoydVandenberghe2004`, section 3.1.5.

use beltrami_core::{Differential, Kernel, Op, Transposed, rule};

/// The logarithm of the sum of exponentials.
pub static OP: Op = Op {
    name: "logsumexp",
    aliases: &["lse"],
    kernel: Kernel::LogSumExp,
    shape: rule::to_scalar,
    transposed: Transposed::Itself,
    differential: Differential::Text("sum(softmax(A).*dA)"),
    rules: "
        logsumexp-def: log(sum(exp(A))) => logsumexp(A)
        logsumexp-transpose: logsumexp(A') => logsumexp(A)
        logsumexp-shift: logsumexp(A + a*ones(m,n)) => logsumexp(A) + a
        logsumexp-softmax: exp(A - logsumexp(A)*ones(m,n)) => softmax(A)
    ",
    stable: "
        logsumexp-of-share: exp(A)/(1 + sum(exp(A))) => sigmoid(logsumexp(A))*softmax(A)
        logsumexp-of-sum: log(sum(exp(A))) => logsumexp(A)
        logsumexp-taken-away: A - logsumexp(A)*ones(m,n) => A - sum(argmax(A).*A)*ones(m,n) + log1p(-sum(argmax(A).*softmaxrest(A)))*ones(m,n)
    ",
    latex: r"\operatorname{logsumexp}\left(#1\right)",
    samples: &["x: vector(3)", "A: matrix(2,3)"],
    references: &["BoydVandenberghe2004"],
    ..Op::BASE
};
