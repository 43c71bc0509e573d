//! # `sigmoid(A)`: logistic function
//!
//! The logistic function of every entry, $\sigma(a) = 1/(1 + e^{-a})$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\sigma(A) = \sigma(A) \odot (1 - \sigma(A)) \odot dA$.
//!
//! ## Structure
//! Every entry is positive.
//!
//! ## Examples
//! - `beltrami derive 'sum(softplus(x))' --by x --layout denominator` prints `sigmoid(x)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The logistic function.
pub static OP: Op = Op {
    name: "sigmoid",
    aliases: &["logistic", "expit"],
    kernel: Kernel::Map(Map::Sigmoid),
    shape: rule::entrywise,
    facts: |_, _| Facts::POSITIVE,
    transposed: Transposed::Each,
    differential: Differential::Text("sigmoid(A).*(ones(m,n) - sigmoid(A)).*dA"),
    rules: "
        sigmoid-def: exp(A)./(exp(A) + ones(m,n)) => sigmoid(A)
        sigmoid-def-swapped: exp(A)./(ones(m,n) + exp(A)) => sigmoid(A)
        sigmoid-def-scalar: exp(a)/(exp(a) + 1) => sigmoid(a)
        sigmoid-def-scalar-swapped: exp(a)/(1 + exp(a)) => sigmoid(a)
        sigmoid-reciprocal: ones(m,n)./(exp(-A) + ones(m,n)) => sigmoid(A)
        sigmoid-reciprocal-swapped: ones(m,n)./(ones(m,n) + exp(-A)) => sigmoid(A)
        sigmoid-reciprocal-scalar: 1/(exp(-a) + 1) => sigmoid(a)
        sigmoid-reciprocal-scalar-swapped: 1/(1 + exp(-a)) => sigmoid(a)
        sigmoid-complement: ones(m,n) - sigmoid(A) => sigmoid(-A)
        sigmoid-complement-scalar: 1 - sigmoid(a) => sigmoid(-a)
        sigmoid-slope-even: sigmoid(A.*B) - sigmoid(A.*B).^2 => sigmoid(B) - sigmoid(B).^2 if signs(A)
        sigmoid-residual: (ones(m,n) - B).*sigmoid(A) - B.*sigmoid(-A) => sigmoid(A) - B
        sigmoid-residual-scalar: (1 - b)*sigmoid(a) - b*sigmoid(-a) => sigmoid(a) - b
        sigmoid-sum: sigmoid(A) + sigmoid(-A) => ones(m,n)
    ",
    stable: "
        sigmoid-of-quotient: exp(A)./(exp(A) + ones(m,n)) => sigmoid(A)
        sigmoid-of-quotient-swapped: exp(A)./(ones(m,n) + exp(A)) => sigmoid(A)
        sigmoid-of-quotient-scalar: exp(a)/(exp(a) + 1) => sigmoid(a)
        sigmoid-of-quotient-scalar-swapped: exp(a)/(1 + exp(a)) => sigmoid(a)
        sigmoid-of-reciprocal: ones(m,n)./(exp(A) + ones(m,n)) => sigmoid(-A)
        sigmoid-of-reciprocal-swapped: ones(m,n)./(ones(m,n) + exp(A)) => sigmoid(-A)
        sigmoid-of-reciprocal-scalar: 1/(exp(a) + 1) => sigmoid(-a)
        sigmoid-of-reciprocal-scalar-swapped: 1/(1 + exp(a)) => sigmoid(-a)
        sigmoid-of-complement: ones(m,n) - sigmoid(A) => sigmoid(-A)
        sigmoid-of-complement-scalar: 1 - sigmoid(a) => sigmoid(-a)
        sigmoid-less-one: sigmoid(A) - ones(m,n) => -sigmoid(-A)
        sigmoid-less-one-scalar: sigmoid(a) - 1 => -sigmoid(-a)
        sigmoid-of-slope: sigmoid(A) - sigmoid(A).^2 => sigmoid(A).*sigmoid(-A)
        sigmoid-of-slope-scalar: sigmoid(a) - sigmoid(a)^2 => sigmoid(a)*sigmoid(-a)
        sigmoid-of-odd-scalar: 2*sigmoid(a) - 1 => tanh(a/2)
        sigmoid-of-even-scalar: 1 - 2*sigmoid(a) => -tanh(a/2)
        sigmoid-of-even: ones(m,n) - 2*sigmoid(A) => -tanh(A/2)
        sigmoid-of-share: exp(A)./(exp(A) + exp(B)) => sigmoid(A - B)
        sigmoid-of-share-swapped: exp(A)./(exp(B) + exp(A)) => sigmoid(A - B)
        sigmoid-of-share-scalar: exp(a)/(exp(a) + exp(b)) => sigmoid(a - b)
        sigmoid-of-share-scalar-swapped: exp(a)/(exp(b) + exp(a)) => sigmoid(a - b)
        sigmoid-of-odd: 2*sigmoid(A) - ones(m,n) => tanh(A/2)
        sigmoid-of-tanh-scalar: 1 - tanh(a)^2 => 4*sigmoid(2*a)*sigmoid(-2*a)
        sigmoid-of-tanh: ones(m,n) - tanh(A).^2 => 4*sigmoid(2*A).*sigmoid(-2*A)
        sigmoid-of-tanh-less-one-scalar: tanh(a)^2 - 1 => -4*sigmoid(2*a)*sigmoid(-2*a)
        sigmoid-of-tanh-less-one: tanh(A).^2 - ones(m,n) => -4*sigmoid(2*A).*sigmoid(-2*A)
    ",
    latex: r"\sigma\left(#1\right)",
    numpy: "expit(#1)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
