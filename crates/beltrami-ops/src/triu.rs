//! # `triu(A)`: upper triangle
//!
//! The entries on and above the diagonal, $\operatorname{triu}(A)_{ij} = a_{ij}$ where $i \le j$, zero elsewhere.
//!
//! ## Shape
//! `m×n → m×n`.
//!
//! ## Derivative
//! $d\operatorname{triu}(A) = \operatorname{triu}(dA)$.
//!
//! ## Structure
//! The result is upper triangular, diagonal when the argument is lower triangular.
//!
//! ## Examples
//! - `beltrami derive 'sum(triu(X).*B)' --by X --layout denominator --let 'B: matrix(m,n)'` prints `triu(B)`

use beltrami_core::{Differential, Facts, Kernel, Op, rule};

/// The upper triangle.
pub static OP: Op = Op {
    name: "triu",
    params: "A: matrix(m,n)",
    kernel: Kernel::UpperPart,
    accepts: |args| args.len() == 1,
    shape: rule::entrywise,
    facts: |graph, args| {
        let given = graph.facts(args[0]);
        let diagonal = if given.has(Facts::LOWER) { Facts::DIAGONAL } else { Facts::NONE };
        Facts::UPPER | diagonal | given & Facts::NONNEGATIVE
    },
    differential: Differential::Text("triu(ones(m,n)).*dA"),
    rules: "
        triu-mask: triu(ones(m,n)).*A => triu(A)
        triu-mask-swapped: A.*triu(ones(m,n)) => triu(A)
        triu-mask-square: triu(ones(m,n)).^2 => triu(ones(m,n))
        triu-mask-transposed: A.*tril(ones(n,m))' => triu(A)
        triu-lower-part: triu(A) => A.*eye(n) if lower(A)
        triu-twice: triu(triu(A)) => triu(A)
        triu-diagonal: triu(A) => A if diagonal(A)
        triu-upper: triu(A) => A if upper(A)
    ",
    latex: r"\operatorname{triu}\left(#1\right)",
    samples: &["A: matrix(3,3)", "A: matrix(2,3)"],
    ..Op::BASE
};
