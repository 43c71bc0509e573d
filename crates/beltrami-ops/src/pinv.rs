//! # `pinv(A)`: pseudoinverse
//!
//! The Moore–Penrose inverse $A^+$; $(A^\top A)^{-1} A^\top$ for full column rank.
//!
//! ## Shape
//! `m×n → n×m`.
//!
//! ## Domain
//! Every matrix; differentiable where the rank does not change.
//!
//! ## Derivative
//! $dA^+ = -A^+ dA\, A^+ + A^+ A^{+\top} dA^\top (I - A A^+) + (I - A^+ A)\, dA^\top A^{+\top} A^+$.
//!
//! ## Structure
//! Keeps symmetric, definite, diagonal, orthogonal and skew.
//!
//! ## Examples
//! - `beltrami derive "logdet(X'*X)" --by X --layout denominator` gives `2*pinv(X)'`
//!
//! ## References
//! `GolubPereyra1973`, section 4; `MagnusNeudecker2019`, section 8.5.

use beltrami_core::{Differential, Facts, Kernel, Op, Transposed, rule};

/// The pseudoinverse.
pub static OP: Op = Op {
    name: "pinv",
    aliases: &["pseudoinverse"],
    kernel: Kernel::Pinv,
    shape: |_, args| {
        rule::count(args, 1, "1 argument")?;
        rule::matrix(args, 0)?;
        Ok(args[0].shape.transposed())
    },
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let facts = of & (Facts::SPD | Facts::ORTHOGONAL | Facts::SKEW);
        if of.has(Facts::DIAGONAL) { facts | Facts::DIAGONAL } else { facts }
    },
    transposed: Transposed::Each,
    differential: Differential::Text(
        "-pinv(A)*dA*pinv(A) + pinv(A)*pinv(A)'*dA'*(eye(m) - A*pinv(A)) + (eye(n) - pinv(A)*A)*dA'*pinv(A)'*pinv(A)",
    ),
    rules: "
        pinv-full-column: inv(A'*A)*A' => pinv(A)
        pinv-full-row: A'*inv(A*A') => pinv(A)
        pinv-full-column-transpose: A*inv(A'*A) => pinv(A)'
        pinv-full-row-transpose: inv(A*A')*A => pinv(A)'
        pinv-twice: pinv(pinv(A)) => A
        pinv-transpose: pinv(A') => pinv(A)'
        pinv-projects: A*pinv(A)*A => A
        pinv-projects-after: A*(pinv(A)*A) => A
        pinv-reflexive: pinv(A)*A*pinv(A) => pinv(A)
        pinv-reflexive-after: pinv(A)*(A*pinv(A)) => pinv(A)
        pinv-kron: pinv(kron(A, B)) => kron(pinv(A), pinv(B))
        pinv-definite: pinv(A) => inv(A) if spd(A)
        pinv-orthogonal: pinv(A) => A' if orthogonal(A)
    ",
    smooth: &["the rank of {A} is constant"],
    jumps: true,
    latex: "{#1}^{+}",
    samples: &["A: matrix(3,2)", "A: matrix(2,3)", "A: spd(2)"],
    references: &["GolubPereyra1973", "MagnusNeudecker2019"],
    ..Op::BASE
};
