//! # `kron(A,B)`: Kronecker product
//!
//! Every entry of the first times the second, $(A \otimes B)_{(ai)(bj)} = a_{ab}\, b_{ij}$.
//!
//! ## Shape
//! `m×n, p×q → mp×nq`.
//!
//! ## Derivative
//! $d(A \otimes B) = dA \otimes B + A \otimes dB$.
//!
//! ## Structure
//! Definite, symmetric, lower, upper, orthogonal, positive, nonnegative and ±1 when both factors are.
//!
//! ## Examples
//! - `beltrami derive 'A*X*B' --by X --form kron` prints `kron(B', A)`
//! - `beltrami derive "x*y'" --by y` prints `kron(eye(n), x)`
//!
//! ## References
//! `MagnusNeudecker2019`, chapter 2.

use beltrami_core::{Closed, Differential, Facts, Kernel, Lower, Op, Shape, Transposed, rule};

/// The Kronecker product.
pub static OP: Op = Op {
    name: "kron",
    aliases: &["kronecker"],
    params: "A: matrix(m,n), B: matrix(p,q)",
    kernel: Kernel::Kron,
    shape: |_, args| {
        rule::count(args, 2, "2 arguments")?;
        rule::matrix(args, 0)?;
        rule::matrix(args, 1)?;
        let (a, b) = (&args[0].shape, &args[1].shape);
        Ok(Shape::matrix(a.rows.times(&b.rows), a.cols.times(&b.cols)))
    },
    facts: |graph, args| {
        let both = graph.facts(args[0]) & graph.facts(args[1]);
        both.kept(Closed::Kroneckers) | both & (Facts::POSITIVE | Facts::NONNEGATIVE | Facts::SIGNS)
    },
    transposed: Transposed::Each,
    lower: Lower::Product("ab,ij->(ai)(bj)"),
    differential: Differential::Text("kron(dA, B) + kron(A, dB)"),
    rules: "
        kron-eye: kron(eye(m), eye(n)) => eye(m*n)
        kron-mixed-product: kron(A, B)*kron(C, D) => kron(A*C, B*D)
        kron-transpose: kron(A', B') => kron(A, B)'
        kron-scaled-left: kron(a*A, B) => a*kron(A, B)
        kron-scaled-right: kron(A, a*B) => a*kron(A, B)
        kron-negated-left: kron(-A, B) => -kron(A, B)
        kron-negated-right: kron(A, -B) => -kron(A, B)
        kron-sum-left: kron(A, C) + kron(B, C) => kron(A + B, C)
        kron-sum-right: kron(A, B) + kron(A, C) => kron(A, B + C)
        kron-trace: tr(kron(A, B)) => tr(A)*tr(B)
        kron-vec: kron(B', A)*vec(C) => vec(A*C*B)
        kron-vectors: vec(y*x') => kron(x, y)
        kron-outer: kron(x, y') => x*y'
        kron-outer-swapped: kron(x', y) => y*x'
    ",
    latex: r"#1 \otimes #2",
    samples: &["A: matrix(2,3), B: matrix(2,2)", "x: vector(2), y: row(3)", "A: spd(2), B: spd(2)"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};
