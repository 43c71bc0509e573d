//! # `diag(x)`: diagonal matrix of a vector
//!
//! The square matrix with a vector on the diagonal, $\operatorname{diag}(x)_{ij} = x_i \delta_{ij}$.
//!
//! ## Shape
//! `n → n×n`; a row is accepted too; `diag` of a matrix is the vector of its diagonal.
//!
//! ## Derivative
//! $d\operatorname{diag}(x) = \operatorname{diag}(dx)$.
//!
//! ## Structure
//! Diagonal; definite when every entry is positive, orthogonal when every entry is ±1.
//!
//! ## Examples
//! - `beltrami derive 'tr(A*diag(x))' --by x --layout denominator` prints `diag(A)`
//! - `beltrami derive 'x.*y' --by x` prints `diag(y)`
//!
//! ## References
//! `MagnusNeudecker2019`, chapter 1.

use beltrami_core::{Differential, Facts, Kernel, Lower, Op, Shape, Transposed, rule};

/// The diagonal matrix.
pub static OP: Op = Op {
    name: "diag",
    aliases: &["diagm", "diagonal"],
    params: "x: vector(n)",
    kernel: Kernel::DiagMatrix,
    accepts: |args| matches!(args, [x] if x.shape.is_vector() || x.shape.is_row()),
    shape: |_, args| {
        rule::count(args, 1, "1 argument")?;
        rule::matrix(args, 0)?;
        let n = args[0].shape.len();
        Ok(Shape::matrix(n.clone(), n))
    },
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let mut facts = Facts::DIAGONAL | of & Facts::NONNEGATIVE;
        if of.has(Facts::POSITIVE) {
            facts = facts | Facts::SPD;
        }
        if of.has(Facts::SIGNS) { facts | Facts::ORTHOGONAL } else { facts }
    },
    transposed: Transposed::Itself,
    lower: Lower::Product("i->ii"),
    differential: Differential::Text("diag(dx)"),
    rules: "
        diag-reciprocal-sums: diag(ones(m)./sum(A, 2))*B => B./(A*ones(n,q))
        diag-ones: diag(ones(n)) => eye(n)
        diag-row: diag(x') => diag(x)
        diag-scaled: diag(a*x) => a*diag(x)
        diag-negated: diag(-x) => -diag(x)
        diag-sum: diag(x) + diag(y) => diag(x + y)
        diag-difference: diag(x) - diag(y) => diag(x - y)
        diag-product: diag(x)*diag(y) => diag(x.*y)
        diag-times-vector: diag(x)*y => x.*y
        diag-times-row: y'*diag(x) => (x.*y)'
    ",
    stable: "
        diag-minus: diag(x) - diag(y) => diag(x - y)
        diag-of-multiple: a*diag(x) => diag(a*x)
        diag-and-eye: diag(x) + eye(n) => diag(x + ones(n))
        diag-less-eye: diag(x) - eye(n) => diag(x - ones(n))
        diag-from-eye: eye(n) - diag(x) => diag(ones(n) - x)
        diag-less-multiple: diag(x) - a*eye(n) => diag(x - a*ones(n))
        diag-and-multiple: diag(x) + a*eye(n) => diag(x + a*ones(n))
        diag-from-multiple: a*eye(n) - diag(x) => diag(a*ones(n) - x)
    ",
    latex: r"\operatorname{diag}\left(#1\right)",
    samples: &["x: vector(3)", "x: row(3)", "x: vector(2) > 0"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};
