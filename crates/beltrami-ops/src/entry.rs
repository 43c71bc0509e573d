//! # `A[i,j]`: one entry
//!
//! The entry in row `i` and column `j`, counted from 1, $A[i, j] = a_{ij}$; `x[i]` for a vector or a row.
//!
//! ## Shape
//! `m×n, indices i, j → scalar`.
//!
//! ## Domain
//! Indices are at least 1 and at most the size; a symbolic index is taken to be in range.
//!
//! ## Derivative
//! $d(A[i, j]) = e_i^\top\, dA\, e_j$ with unit vectors of the sizes of $A$.
//!
//! ## Structure
//! Keeps the sign of the entries; diagonal entries of a definite matrix are positive.
//!
//! ## Examples
//! - `beltrami derive 'x[2]' --by x --layout denominator` prints `unit(2, n)`

use beltrami_core::{Arg, Differential, Dim, ExprId, Facts, Graph, Kernel, Notation, Op, Shape, ShapeError, rule};

/// One entry.
pub static OP: Op = Op {
    name: "[]",
    notation: Notation::Index,
    kernel: Kernel::Entry,
    accepts: |args| matches!(args.len(), 2 | 3),
    shape,
    facts: |graph, args| {
        let of = graph.facts(args[0]);
        let facts = of & (Facts::POSITIVE | Facts::NONNEGATIVE | Facts::SIGNS);
        let diagonal = matches!(args, [_, i, j] if i == j);
        if diagonal && of.has(Facts::SPD) { facts | Facts::POSITIVE } else { facts }
    },
    differential: Differential::Build(differential),
    latex: "{#1}_{#2,#3}",
    samples: &["A: matrix(2,3) => A[1,2]", "x: vector(3) => x[3]", "x: row(3) => x[2]"],
    ..Op::BASE
};

fn shape(_: &mut dyn beltrami_core::Sizes, args: &[Arg]) -> Result<Shape, ShapeError> {
    const ACCEPTED: &str = "1 index for a vector, 2 for a matrix";
    if args.is_empty() {
        return Err(ShapeError::Arity(ACCEPTED));
    }
    rule::matrix(args, 0)?;
    let of = &args[0].shape;
    match args.len() {
        2 if of.cols.is_one() => in_range(args, 1, &of.rows)?,
        2 if of.rows.is_one() => in_range(args, 1, &of.cols)?,
        3 => {
            in_range(args, 1, &of.rows)?;
            in_range(args, 2, &of.cols)?;
        }
        _ => return Err(ShapeError::Arity(ACCEPTED)),
    }
    Ok(Shape::scalar())
}

fn in_range(args: &[Arg], argument: usize, size: &Dim) -> Result<(), ShapeError> {
    let wanted = "an index: an integer from 1, or a name such as `i`";
    let index = args[argument].size().ok_or(ShapeError::Expected { argument, wanted })?;
    let Some(i) = index.as_constant() else { return Ok(()) };
    if i < 1 {
        return Err(ShapeError::Range { argument, reason: format!("indices count from 1, not {i}") });
    }
    match size.as_constant() {
        Some(n) if i > n => Err(ShapeError::Range { argument, reason: format!("index {i} is larger than the size {n}") }),
        _ => Ok(()),
    }
}

/// `unit(i,m)'*dA*unit(j,n)`; the factor of an axis of size 1 is left out.
fn differential(graph: &mut Graph, args: &[ExprId], varied: &[Option<ExprId>]) -> Option<ExprId> {
    let (of, step) = (*args.first()?, (*varied.first()?)?);
    let (rows, cols) = (graph.shape(of).rows.clone(), graph.shape(of).cols.clone());
    let (row, col) = match (args, cols.is_one()) {
        ([_, i], true) => (Some(*i), None),
        ([_, j], false) => (None, Some(*j)),
        ([_, i, j], _) => (Some(*i).filter(|_| !rows.is_one()), Some(*j).filter(|_| !cols.is_one())),
        _ => return None,
    };
    let mut picked = step;
    if let Some(i) = row {
        let size = graph.size(&rows);
        let unit = graph.build(Kernel::Unit, &[i, size]).ok()?;
        let unit = graph.transpose(unit).ok()?;
        picked = graph.mul(unit, picked).ok()?;
    }
    if let Some(j) = col {
        let size = graph.size(&cols);
        let unit = graph.build(Kernel::Unit, &[j, size]).ok()?;
        picked = graph.mul(picked, unit).ok()?;
    }
    Some(picked)
}
