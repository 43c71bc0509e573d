//! # `A*B`: matrix product
//!
//! Rows times columns, $(AB)_{ij} = \sum_k a_{ik} b_{kj}$.
//!
//! ## Shape
//! `m×k, k×n → m×n`; a scalar factor makes it a multiple.
//!
//! ## Derivative
//! $d(AB) = dA\,B + A\,dB$.
//!
//! ## Structure
//! Products of lower, upper, diagonal and orthogonal matrices are such; positive entries times positive entries are
//! positive.
//!
//! ## Examples
//! - `beltrami derive 'A*x' --by x` prints `A`
//! - `beltrami derive 'A*X' --by X --form kron` prints `kron(eye(p), A)`
//!
//! ## References
//! `MagnusNeudecker2019`, section 8.2.

use beltrami_core::{Arg, Closed, Differential, Facts, Kernel, Lower, Notation, Op, Shape, ShapeError, Transposed, rule};

/// The matrix product.
pub static OP: Op = Op {
    name: "*",
    notation: Notation::Infix,
    params: "A: matrix(m,k), B: matrix(k,n)",
    kernel: Kernel::MatMul,
    accepts: |args| args.len() == 2 && !args.iter().any(Arg::is_scalar),
    shape: |sizes, args| {
        rule::count(args, 2, "2 arguments")?;
        rule::matrix(args, 0)?;
        rule::matrix(args, 1)?;
        let (a, b) = (&args[0].shape, &args[1].shape);
        if sizes.same(&a.cols, &b.rows) {
            Ok(Shape::matrix(a.rows.clone(), b.cols.clone()))
        } else {
            Err(ShapeError::Inner(0, 1))
        }
    },
    facts: |graph, args| {
        let both = graph.facts(args[0]) & graph.facts(args[1]);
        let facts = both.kept(Closed::Products) | both & (Facts::POSITIVE | Facts::NONNEGATIVE);
        // Diagonal matrices commute, so that their product keeps definiteness.
        if both.has(Facts::DIAGONAL) { facts | both & Facts::SPD } else { facts }
    },
    transposed: Transposed::Reverse,
    lower: Lower::Product("ik,kj->ij"),
    differential: Differential::Text("dA*B + A*dB"),
    rules: "
        mul-eye-left: eye(m)*A => A
        mul-eye-right: A*eye(n) => A
        mul-scaled-left: (a*A)*B => a*(A*B)
        mul-scaled-right: A*(a*B) => a*(A*B)
        mul-negated-left: (-A)*B => -(A*B)
        mul-negated-right: A*(-B) => -(A*B)
        mul-factor-left: A*B + A*C => A*(B + C)
        mul-factor-right: A*C + B*C => (A + B)*C
        mul-factor-left-difference: A*B - A*C => A*(B - C)
        mul-factor-right-difference: A*C - B*C => (A - B)*C
    ",
    latex: "#1 #2",
    samples: &[
        "A: matrix(2,3), B: matrix(3,4)",
        "A: matrix(2,3), x: vector(3)",
        "x: vector(3), y: row(2)",
        "x: row(3), y: vector(3)",
    ],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};
