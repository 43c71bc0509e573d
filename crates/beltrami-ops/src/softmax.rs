//! # `softmax(A)`: exponentials over their sum
//!
//! All entries positive with sum one, $\operatorname{softmax}(A)_{ij} = e^{a_{ij}}/\sum_{kl} e^{a_{kl}}$, computed
//! without overflow; the sum is over all entries, of a matrix too.
//!
//! ## Shape
//! `m×n → m×n`.
//!
//! ## Derivative
//! $ds = s \odot dA - s \operatorname{sum}(s \odot dA)$ with $s = \operatorname{softmax}(A)$.
//!
//! ## Structure
//! Every entry is positive.
//!
//! ## Examples
//! - `beltrami derive 'logsumexp(x)' --by x --layout denominator` prints `softmax(x)`

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The exponentials over their sum.
pub static OP: Op = Op {
    name: "softmax",
    kernel: Kernel::Softmax,
    shape: rule::entrywise,
    facts: |_, _| Facts::POSITIVE,
    transposed: Transposed::Each,
    differential: Differential::Text("softmax(A).*dA - softmax(A)*sum(softmax(A).*dA)"),
    rules: "
        softmax-def: exp(A)/sum(exp(A)) => softmax(A)
        softmax-total: sum(softmax(A)) => 1
        softmax-shift: softmax(A + a*ones(m,n)) => softmax(A)
        softmax-shift-down: softmax(A - a*ones(m,n)) => softmax(A)
    ",
    stable: "
        softmax-of-quotient: exp(A)/sum(exp(A)) => softmax(A)
    ",
    latex: r"\operatorname{softmax}\left(#1\right)",
    samples: &["x: vector(3)", "A: matrix(2,3)"],
    ..Op::BASE
};
