//! # `softmaxrest(A)`: what the softmax leaves of one
//!
//! $1 - \operatorname{softmax}(A)$, entry by entry, with all its digits: at the largest entry it is the sum of the other
//! exponentials over that of all.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry in shape.
//!
//! ## Derivative
//! That of $1 - \operatorname{softmax}(A)$.
//!
//! ## Structure
//! None is claimed.
//!
//! ## Examples
//! - `beltrami eval 'softmaxrest([0; 40])'` gives `[1; 4.248354255291589e-18]`

use beltrami_core::{Kernel, Op, rule};

/// One less the softmax.
pub static OP: Op = Op {
    name: "softmaxrest",
    kernel: Kernel::Defined,
    // Of the largest entries, `k` in number, each leaves what all others have.
    definition: "(ones(m,n) - step(argmax(A))).*(ones(m,n) - softmax(A)) + (sum((ones(m,n) - step(argmax(A))).*softmax(A)) \
        + (sum(step(argmax(A))) - 1)*sum(argmax(A).*softmax(A)))*step(argmax(A))",
    shape: rule::entrywise,
    stable: "
        softmaxrest-of-labels: softmax(A) - B => softmax(A).*(ones(m,n) - B) - B.*softmaxrest(A)
        softmaxrest-of-logarithm: log(softmax(A)) => A - sum(argmax(A).*A)*ones(m,n) + log1p(-sum(argmax(A).*softmaxrest(A)))*ones(m,n)
        softmaxrest-slope: diag(softmax(x)) - softmax(x)*softmax(x)' => diag(softmax(x).*softmaxrest(x)) - (softmax(x)*softmax(x)').*(ones(n,n) - eye(n))
        softmaxrest-slope-taken-away: eye(n) - ones(n)*softmax(x)' => diag(softmaxrest(x)) - (ones(n)*softmax(x)').*(ones(n,n) - eye(n))
    ",
    samples: &["x: vector(3)", "A: matrix(2,3)"],
    ..Op::BASE
};
