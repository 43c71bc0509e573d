//! # `silu(A)`: sigmoid linear unit
//!
//! Every entry times the logistic function of it, $a\,\sigma(a)$; also called swish.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\operatorname{silu}(A) = \sigma(A) \odot (1 + A \odot \sigma(-A)) \odot dA$.
//!
//! ## Structure
//! Keeps lower, upper and the sign of nonnegative entries.
//!
//! ## Examples
//! - `beltrami derive 'sum(silu(x))' --by x --layout denominator` gives $\sigma(x) \odot (1 + x \odot \sigma(-x))$
//!
//! ## References
//! `HendrycksGimpel2016`, section 2.

use beltrami_core::{Composition, Differential, Facts, Formula, Kernel, Map, Op, Transposed, rule};

/// The sigmoid linear unit.
pub static OP: Op = Op {
    name: "silu",
    aliases: &["swish"],
    kernel: Kernel::Composed(&SILU),
    shape: rule::entrywise,
    facts: |graph, args| {
        let kept = Facts::LOWER | Facts::UPPER | Facts::POSITIVE | Facts::NONNEGATIVE;
        graph.facts(args[0]) & kept
    },
    transposed: Transposed::Each,
    differential: Differential::Text("sigmoid(A).*(ones(m,n) + A.*sigmoid(-A)).*dA"),
    rules: "
        silu-reflected: silu(A) - silu(-A) => A
    ",
    latex: r"\operatorname{silu}\left(#1\right)",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    references: &["HendrycksGimpel2016"],
    ..Op::BASE
};

/// `a*sigmoid(a)`.
static SILU: Composition = Composition {
    name: "silu",
    formula: Formula::Product(&Formula::X, &Formula::Of(Map::Sigmoid, &Formula::X)),
};
