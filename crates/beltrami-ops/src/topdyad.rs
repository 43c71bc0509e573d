//! # `topdyad(A)`: leading dyad
//!
//! The product $u_1 v_1^\top$ of the singular vectors of the largest singular value.
//!
//! ## Shape
//! `m×n → m×n`.
//!
//! ## Domain
//! The largest singular value is simple.
//!
//! ## Derivative
//! With $T = u_1 v_1^\top$, $\sigma = \|A\|$, $M = (\sigma^2 I - A A^\top + T T^\top)^{-1} (I - T T^\top)$ and $N =
//! (\sigma^2 I - A^\top A + T^\top T)^{-1} (I - T^\top T)$: $dT = M (\sigma\, dA\, T^\top T + A\, dA^\top T) + (\sigma\, T
//! T^\top dA + T\, dA^\top A) N$, from the differentials of the leading eigenvectors of $A A^\top$ and $A^\top A$.
//!
//! ## Structure
//! Keeps symmetric.
//!
//! ## Examples
//! - `beltrami derive 'normspec(X)' --by X --layout denominator` prints `topdyad(X)`
//!
//! ## References
//! `Watson1992`.

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The leading dyad.
pub static OP: Op = Op {
    name: "topdyad",
    kernel: Kernel::TopDyad,
    shape: rule::entrywise,
    facts: |graph, args| graph.facts(args[0]) & Facts::SYMMETRIC,
    transposed: Transposed::Each,
    differential: Differential::Text(
        "inv(normspec(A)^2*eye(m) - A*A' + topdyad(A)*topdyad(A)')*(eye(m) - topdyad(A)*topdyad(A)')\
            *(normspec(A)*dA*topdyad(A)'*topdyad(A) + A*dA'*topdyad(A)) \
        + (normspec(A)*topdyad(A)*topdyad(A)'*dA + topdyad(A)*dA'*A)\
            *(eye(n) - topdyad(A)'*topdyad(A))*inv(normspec(A)^2*eye(n) - A'*A + topdyad(A)'*topdyad(A))",
    ),
    rules: "
        topdyad-transpose: topdyad(A') => topdyad(A)'
        topdyad-negated: topdyad(-A) => -topdyad(A)
        topdyad-orthogonal: topdyad(A*B) => A*topdyad(B) if orthogonal(A)
        topdyad-vector: topdyad(x) => x/norm2(x)
    ",
    domain: &["the largest singular value of {A} is simple"],
    jumps: true,
    latex: r"\operatorname{topdyad}\left(#1\right)",
    samples: &["A: matrix(3,2)", "A: matrix(2,3)", "x: vector(3)"],
    references: &["Watson1992"],
    ..Op::BASE
};
