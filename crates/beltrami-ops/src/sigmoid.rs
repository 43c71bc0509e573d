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
        sigmoid-difference: sigmoid(A) - sigmoid(B) => tanh((A - B)/2).*(sigmoid(A).*sigmoid(-B) + sigmoid(B).*sigmoid(-A))
        sigmoid-difference-scalar: sigmoid(a) - sigmoid(b) => tanh((a - b)/2)*(sigmoid(a)*sigmoid(-b) + sigmoid(b)*sigmoid(-a))
    ",
    latex: r"\sigma\left(#1\right)",
    numpy: "expit(#1)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
