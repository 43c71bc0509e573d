//! # `tril(A)`: lower triangle
//!
//! The entries on and below the diagonal, $\operatorname{tril}(A)_{ij} = a_{ij}$ where $i \ge j$, zero elsewhere.
//!
//! ## Shape
//! `m×n → m×n`.
//!
//! ## Derivative
//! $d\operatorname{tril}(A) = \operatorname{tril}(dA)$.
//!
//! ## Structure
//! The result is lower triangular, diagonal when the argument is upper triangular.
//!
//! ## Examples
//! - `beltrami derive 'sum(tril(X).*B)' --by X --layout denominator --let 'B: matrix(m,n)'` prints `tril(B)`

use beltrami_core::{Differential, Facts, Kernel, Op, rule};

/// The lower triangle.
pub static OP: Op = Op {
    name: "tril",
    params: "A: matrix(m,n)",
    kernel: Kernel::LowerPart,
    accepts: |args| args.len() == 1,
    shape: rule::entrywise,
    facts: |graph, args| {
        let given = graph.facts(args[0]);
        let diagonal = if given.has(Facts::UPPER) { Facts::DIAGONAL } else { Facts::NONE };
        Facts::LOWER | diagonal | given & Facts::NONNEGATIVE
    },
    differential: Differential::Text("tril(ones(m,n)).*dA"),
    rules: "
        tril-mask: tril(ones(m,n)).*A => tril(A)
        tril-mask-swapped: A.*tril(ones(m,n)) => tril(A)
        tril-mask-square: tril(ones(m,n)).^2 => tril(ones(m,n))
        tril-mask-transposed: A.*triu(ones(n,m))' => tril(A)
        tril-transpose: tril(A') => triu(A)'
        tril-upper: tril(A) => A.*eye(n) if upper(A)
        tril-twice: tril(tril(A)) => tril(A)
        tril-diagonal: tril(A) => A if diagonal(A)
        tril-lower: tril(A) => A if lower(A)
    ",
    latex: r"\operatorname{tril}\left(#1\right)",
    samples: &["A: matrix(3,3)", "A: matrix(2,3)"],
    ..Op::BASE
};
