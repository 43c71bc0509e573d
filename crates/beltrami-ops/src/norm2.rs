//! # `norm2(A)`: Euclidean norm
//!
//! The root of the sum of squares, $\|A\|_2 = \sqrt{\sum_{ij} a_{ij}^2}$; for a matrix this is the Frobenius norm.
//!
//! ## Shape
//! `m×n → scalar`.
//!
//! ## Derivative
//! $d\|A\|_2 = \operatorname{sum}(A \odot dA)/\|A\|_2$ where $A$ is not zero.
//!
//! ## Structure
//! Never negative; positive when the entries are, or when the matrix is definite or orthogonal.
//!
//! ## Examples
//! - `beltrami derive 'norm2(x)^2' --by x --layout denominator` prints `2*x`
//! - `beltrami derive 'norm2(X)' --by X --layout denominator` prints `X/norm2(X)`
//!
//! ## References
//! `PetersenPedersen2012`, section 2.7.

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The Euclidean norm.
pub static OP: Op = Op {
    name: "norm2",
    aliases: &["norm", "fro", "frobenius"],
    kernel: Kernel::Norm2,
    shape: rule::to_scalar,
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let away = [Facts::POSITIVE, Facts::SPD, Facts::ORTHOGONAL, Facts::SIGNS].iter().any(|fact| of.has(*fact));
        if away { Facts::POSITIVE } else { Facts::NONNEGATIVE }
    },
    transposed: Transposed::Itself,
    differential: Differential::Text("sum(A.*dA)/norm2(A)"),
    rules: "
        norm2-squared: tr(A'*A) => norm2(A)^2
        norm2-squared-outer: tr(A*A') => norm2(A)^2
        norm2-squared-vector: x'*x => norm2(x)^2
        norm2-squared-sum: sum(A.^2) => norm2(A)^2
        norm2-squared-hadamard: sum(A.*A) => norm2(A)^2
        norm2-def: sqrt(sum(A.^2)) => norm2(A)
        norm2-def-vector: sqrt(x'*x) => norm2(x)
        norm2-def-trace: sqrt(tr(A'*A)) => norm2(A)
        norm2-transpose: norm2(A') => norm2(A)
        norm2-negated: norm2(-A) => norm2(A)
        norm2-swapped: norm2(A - B) => norm2(B - A)
        norm2-scaled: norm2(a*A) => abs(a)*norm2(A)
        norm2-vec: norm2(vec(A)) => norm2(A)
        norm2-orthogonal: norm2(A*B) => norm2(B) if orthogonal(A)
        norm2-orthogonal-right: norm2(B*A) => norm2(B) if orthogonal(A)
        norm2-kron: norm2(kron(A, B)) => norm2(A)*norm2(B)
    ",
    stable: "
        norm2-of-directions: x*x'/norm2(x)^2 => (x/norm2(x))*(x/norm2(x))'
    ",
    smooth: &["{A} is not 0"],
    latex: r"\left\|#1\right\|_2",
    samples: &["A: matrix(2,3)", "x: vector(3)", "A: spd(2)"],
    references: &["PetersenPedersen2012"],
    ..Op::BASE
};
