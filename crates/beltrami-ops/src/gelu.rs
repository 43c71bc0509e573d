//! # `gelu(A)`: Gaussian error linear unit
//!
//! Every entry times the normal distribution function at it, $a\,\Phi(a)$ with
//! $\Phi(a) = \tfrac12(1 + \operatorname{erf}(a/\sqrt2))$.
//!
//! ## Shape
//! `m×n → m×n`, entry by entry.
//!
//! ## Derivative
//! $d\operatorname{gelu}(A) = (\Phi(A) + A \odot \varphi(A)) \odot dA$ with $\varphi(a) = e^{-a^2/2}/\sqrt{2\pi}$; in
//! the text `8*arctan(1)` is $2\pi$.
//!
//! ## Structure
//! Keeps lower, upper and the sign of nonnegative entries.
//!
//! ## Examples
//! - `beltrami derive 'sum(gelu(x))' --by x --layout denominator` gives $\Phi(x) + x \odot \varphi(x)$
//!
//! ## References
//! `HendrycksGimpel2016`, section 2.

use beltrami_core::{Differential, Facts, Kernel, Map, Op, Transposed, rule};

/// The Gaussian error linear unit.
pub static OP: Op = Op {
    name: "gelu",
    kernel: Kernel::Map(Map::Gelu),
    shape: rule::entrywise,
    facts: |graph, args| {
        let kept = Facts::LOWER | Facts::UPPER | Facts::POSITIVE | Facts::NONNEGATIVE;
        graph.facts(args[0]) & kept
    },
    transposed: Transposed::Each,
    differential: Differential::Text("(0.5*ones(m,n) + 0.5*erf(A/sqrt(2)) + A.*exp(-A.^2/2)/sqrt(8*arctan(1))).*dA"),
    latex: r"\operatorname{gelu}\left(#1\right)",
    numpy: "0.5*(#1)*(1.0 + erf((#1)/np.sqrt(2.0)))",
    samples: &["A: matrix(2,3)", "x: vector(3)"],
    references: &["HendrycksGimpel2016"],
    ..Op::BASE
};
