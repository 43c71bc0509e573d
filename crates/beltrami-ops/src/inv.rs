//! # `inv(A)`: inverse
//!
//! The matrix with $A^{-1} A = I$; of a scalar, its reciprocal.
//!
//! ## Shape
//! `n×n → n×n`.
//!
//! ## Domain
//! The argument is invertible.
//!
//! ## Derivative
//! $d(A^{-1}) = -A^{-1}\, dA\, A^{-1}$.
//!
//! ## Structure
//! Keeps symmetric, definite, lower, upper, diagonal, orthogonal and skew.
//!
//! ## Examples
//! - `beltrami derive 'inv(X)' --by X --form kron` prints `-kron(inv(X)', inv(X))`
//! - `beltrami derive 'inv(A)*x' --by x` prints `inv(A)`
//!
//! ## References
//! `MagnusNeudecker2019`, section 8.4; `PetersenPedersen2012`, section 2.2.

use beltrami_core::{Closed, Differential, Kernel, Op, Transposed, rule};

/// The inverse.
pub static OP: Op = Op {
    name: "inv",
    aliases: &["inverse"],
    params: "A: matrix(n,n)",
    kernel: Kernel::Inv,
    shape: rule::square,
    facts: |graph, args| graph.facts(args[0]).kept(Closed::Inverses),
    transposed: Transposed::Each,
    differential: Differential::Text("-inv(A)*dA*inv(A)"),
    rules: "
        inv-twice: inv(inv(A)) => A
        inv-transpose: inv(A') => inv(A)'
        inv-eye: inv(eye(n)) => eye(n)
        inv-scaled: inv(a*A) => inv(A)/a
        inv-negated: inv(-A) => -inv(A)
        inv-left: inv(A)*A => eye(n)
        inv-right: A*inv(A) => eye(n)
        inv-cancel: inv(A)*(A*B) => B
        inv-cancel-right: A*(inv(A)*B) => B
        inv-cancel-after: B*inv(A)*A => B
        inv-cancel-after-right: B*A*inv(A) => B
        inv-product: inv(B)*inv(A) => inv(A*B)
        inv-kron: inv(kron(A, B)) => kron(inv(A), inv(B))
        inv-diag: inv(diag(x)) => diag(ones(n)./x)
        inv-orthogonal: inv(A) => A' if orthogonal(A)
    ",
    domain: &["{A} is invertible"],
    latex: "{#1}^{-1}",
    samples: &["A: matrix(3,3)", "A: spd(2)", "L: lower(3)"],
    references: &["MagnusNeudecker2019", "PetersenPedersen2012"],
    ..Op::BASE
};
