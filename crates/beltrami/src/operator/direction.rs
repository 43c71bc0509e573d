//! Directions: arrays of the shape of a variable, and the stacked columns of which operators know.

use beltrami_core::{Dim, ExprId, Graph, Structure};
use beltrami_diag::{Diagnostic, Error, codes};

use crate::data::Array;
use crate::sample::Point;
use crate::session::Loaded;
use crate::space::departure;

/// Rows and columns at the sizes of a point.
pub(super) fn dims(graph: &Graph, id: ExprId, point: &Point) -> Option<(usize, usize)> {
    let shape = graph.shape(id);
    let size = |dim: &Dim| {
        dim.evaluate(&|name| point.sizes.get(name).copied()).and_then(|n| usize::try_from(n).ok())
    };
    Some((size(&shape.rows)?, size(&shape.cols)?))
}

/// The entries of an array that has the shape of `like` and, where derivatives are taken within it, the linear structure
/// that was declared for it, row by row.
pub(super) fn fitting(
    loaded: &Loaded,
    graph: &Graph,
    like: ExprId,
    point: &Point,
    array: &Array,
    option: &str,
    structured: bool,
) -> Result<Vec<f64>, Error> {
    let name = beltrami_print::text(graph, like);
    let refuse = |code, message: String, hint: String| {
        Error::refused(Diagnostic::error(code, message).hint(hint), &loaded.sources)
    };
    let (rows, cols) = dims(graph, like, point).unwrap_or((1, 1));
    let fits = match array.shape()[..] {
        [] => rows * cols == 1,
        [n] => n == rows * cols && (rows == 1 || cols == 1),
        [m, n] => (m, n) == (rows, cols) || (m, n) == (cols, rows) && rows.min(cols) == 1,
        _ => false,
    };
    if !fits {
        let wanted = match (rows, cols) {
            (1, 1) => "a number".to_owned(),
            (n, 1) => format!("{n} entries"),
            (m, n) => format!("{m}×{n}"),
        };
        return Err(refuse(
            &codes::E0602,
            format!("`{option}` is {}, and `{name}` is {wanted}", array.describe()),
            format!("give an array of the shape of `{name}`"),
        ));
    }
    let entries = array.to_f64();
    if let Some(x) = entries.iter().find(|x| !x.is_finite()) {
        return Err(refuse(
            &codes::E0605,
            format!("`{option}` has an entry that is {x}"),
            "give finite numbers".into(),
        ));
    }
    let at = |i: usize, j: usize| entries[i * cols + j];
    let facts = graph.facts(like);
    let leaves = |structure: &&'static Structure| {
        let away = |i, j| departure(structure.space, at, i, j);
        (0..rows).any(|i| (0..cols).any(|j| away(i, j) > array.tolerance()))
    };
    let square = structured && rows == cols && rows > 1;
    match Structure::all_of(facts).filter(|s| square && s.is_linear()).find(leaves) {
        Some(structure) => Err(refuse(
            &codes::E0604,
            format!("`{option}` is not {}, and `{name}` is", structure.words),
            format!("a direction of `{name}` has the structure of `{name}`"),
        )),
        None => Ok(entries.into_owned()),
    }
}

/// From row by row to column by column.
pub(super) fn stacked(entries: &[f64], rows: usize, cols: usize) -> Vec<f64> {
    (0..cols).flat_map(|j| (0..rows).map(move |i| entries[i * cols + j])).collect()
}
