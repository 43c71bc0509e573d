//! # `leaky_relu(A)`: leaky rectified linear unit
//!
//! The entry where it is positive, one hundredth of it elsewhere, $\max(a, 0) + 0.01 \min(a, 0)$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\operatorname{leaky}(A) = (0.01 + 0.99\operatorname{step}(A)) \odot dA$ where no entry is zero; at zero the value 0.01 is
//! given, a subgradient.
//!
//! ## Structure
//! Keeps lower, upper and the sign of the entries.
//!
//! ## Examples
//! - `beltrami derive 'sum(leaky_relu(x))' --by x --layout denominator` gives `0.01*ones(n) + 0.99*step(x)`

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The leaky rectified linear unit.
pub static OP: Op = Op {
    name: "leaky_relu",
    aliases: &["leakyrelu"],
    kernel: Kernel::Map(Map::LeakyRelu),
    shape: rule::entrywise,
    facts: |graph, args| {
        let kept = Facts::LOWER | Facts::UPPER | Facts::POSITIVE | Facts::NONNEGATIVE;
        graph.facts(args[0]) & kept
    },
    transposed: Transposed::Each,
    differential: Differential::Text("(0.01*ones(m,n) + 0.99*step(A)).*dA"),
    rules: "
        leaky_relu-nonnegative: leaky_relu(A) => A if nonnegative(A)
    ",
    smooth: &["no entry of {A} is 0"],
    branches: "1 where {A} > 0, 0.01 where {A} < 0",
    latex: r"\operatorname{leaky\_relu}\left(#1\right)",
    numpy: "np.where((#1) > 0, #1, 0.01*(#1))",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    ..Op::BASE
};
