//! # `A.^b`: entry-wise power
//!
//! Every entry to one scalar power, $(A^{\odot b})_{ij} = a_{ij}^b$.
//!
//! ## Shape
//! `m×n, scalar → m×n`.
//!
//! ## Domain
//! Any base with a nonnegative integer exponent, no zero entry with a negative one, positive entries otherwise.
//!
//! ## Derivative
//! $d(A^{\odot b}) = b\,A^{\odot(b-1)} \odot dA + A^{\odot b} \odot \log(A)\,db$; a term whose argument does not vary
//! is not written.
//!
//! ## Structure
//! Even powers have no negative entry; powers of positive entries are positive.
//!
//! ## Examples
//! - `beltrami derive 'sum(x.^2)' --by x --layout denominator` prints `2*x`
//! - `beltrami derive 'sum(x.^3)' --by x --layout denominator` prints `3*x.^2`

use beltrami_core::{
    Differential, ExprId, Facts, Graph, Kernel, Lower, Map, Notation, Number, Op, ShapeError, Transposed, rule,
};

/// The entry-wise power.
pub static OP: Op = Op {
    name: ".^",
    notation: Notation::Infix,
    params: "A: matrix(m,n), b: scalar",
    kernel: Kernel::Power,
    accepts: |args| matches!(args, [_, b] if b.is_scalar()),
    shape: |_, args| {
        rule::count(args, 2, "2 arguments")?;
        rule::matrix(args, 0)?;
        rule::matrix(args, 1)?;
        if args[1].is_scalar() {
            Ok(args[0].shape.clone())
        } else {
            Err(ShapeError::Expected { argument: 1, wanted: "a scalar" })
        }
    },
    facts,
    transposed: Transposed::Each,
    lower: Lower::Power,
    differential: Differential::Build(differential),
    rules: "
        power-square: A.*A => A.^2
        power-next: A.*A.^b => A.^(b + 1)
        power-product: A.^b.*A.^c => A.^(b + c)
        power-previous: A.^b./A => A.^(b - 1)
        power-twice: (A.^b).^c => A.^(b*c) if positive(A)
        power-exp: exp(A).^b => exp(b*A)
        power-log: log(A.^b) => b*log(A) if positive(A)
        power-signs: A.^2 => ones(m,n) if signs(A)
    ",
    latex: r"{#1}^{\odot #2}",
    samples: &["A: matrix(2,3) > 0, b: scalar", "x: vector(3) => x.^3", "A: matrix(2,3) > 0 => A.^(-2)"],
    ..Op::BASE
};

/// Signs of the entries of a power.
pub(crate) fn facts(graph: &Graph, args: &[ExprId]) -> Facts {
    let base = graph.facts(args[0]);
    let mut facts = Facts::NONE;
    if let Some(exponent) = graph.number_of(args[1]) {
        if exponent.as_int().is_some_and(|k| k % 2 == 0) {
            facts = facts | Facts::NONNEGATIVE;
        }
        if exponent > Number::ZERO {
            facts = facts | base & (Facts::NONNEGATIVE | Facts::LOWER | Facts::UPPER);
        }
    }
    if base.has(Facts::POSITIVE) { facts | Facts::POSITIVE | Facts::NONNEGATIVE } else { facts }
}

/// One term for the base and one for the exponent, each only where it varies.
pub(crate) fn differential(graph: &mut Graph, args: &[ExprId], varied: &[Option<ExprId>]) -> Option<ExprId> {
    let (&[base, exponent], &[by_base, by_exponent]) = (args, varied) else { return None };
    let mut terms = Vec::new();
    if let Some(step) = by_base {
        let one = graph.int(1);
        let less = graph.sub(exponent, one).ok()?;
        let slope = graph.power(base, less).ok()?;
        let moved = graph.hadamard(slope, step).ok()?;
        terms.push(graph.scale(exponent, moved).ok()?);
    }
    if let Some(step) = by_exponent {
        let value = graph.power(base, exponent).ok()?;
        let log = graph.build(Kernel::Map(Map::Log), &[base]).ok()?;
        let slope = graph.hadamard(value, log).ok()?;
        terms.push(graph.scale(step, slope).ok()?);
    }
    let shape = graph.shape(base).clone();
    graph.sum_of(&terms, &shape).ok()
}
