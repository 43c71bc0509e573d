//! # `kr(A,B)`: column-wise Kronecker product
//!
//! The Khatri–Rao product, column `k` of which is the Kronecker product of the columns `k`,
//! $(A \ast B)_{(ij)k} = a_{ik}\, b_{jk}$.
//!
//! ## Shape
//! `m×n, p×n → mp×n`.
//!
//! ## Derivative
//! $d(A \ast B) = dA \ast B + A \ast dB$.
//!
//! ## Structure
//! Keeps positive, nonnegative and ±1 when both factors have it.
//!
//! ## Examples
//! - `beltrami derive 'diag(x)' --by x` prints `kr(eye(n), eye(n))`
//!
//! ## References
//! `KhatriRao1968`; `PetersenPedersen2012`, section 10.2, for the Kronecker product.

use beltrami_core::{Differential, Facts, Kernel, Lower, Op, Shape, ShapeError, rule};

/// The Khatri–Rao product.
pub static OP: Op = Op {
    name: "kr",
    aliases: &["khatrirao"],
    params: "A: matrix(m,n), B: matrix(p,n)",
    kernel: Kernel::KhatriRao,
    shape: |sizes, args| {
        rule::count(args, 2, "2 arguments")?;
        rule::matrix(args, 0)?;
        rule::matrix(args, 1)?;
        let (a, b) = (&args[0].shape, &args[1].shape);
        if sizes.same(&a.cols, &b.cols) {
            Ok(Shape::matrix(a.rows.times(&b.rows), a.cols.clone()))
        } else {
            Err(ShapeError::Expected { argument: 1, wanted: "a matrix with as many columns as the first" })
        }
    },
    facts: |graph, args| {
        let kept = Facts::POSITIVE | Facts::NONNEGATIVE | Facts::SIGNS;
        graph.facts(args[0]) & graph.facts(args[1]) & kept
    },
    lower: Lower::Product("ik,jk->(ij)k"),
    differential: Differential::Text("kr(dA, B) + kr(A, dB)"),
    rules: "
        kr-vectors: kr(x, y) => kron(x, y)
        kr-gram: kr(A, B)'*kr(C, D) => (A'*C).*(B'*D)
        kr-kron: kron(A, B)*kr(C, D) => kr(A*C, B*D)
        kr-weighted: kr(A, B)*x => vec(B*diag(x)*A')
    ",
    latex: r"#1 \ast #2",
    samples: &["A: matrix(2,3), B: matrix(2,3)", "x: vector(2), y: vector(3)"],
    references: &["KhatriRao1968", "PetersenPedersen2012"],
    ..Op::BASE
};
