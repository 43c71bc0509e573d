//! The entry-wise form: what selects and puts together entries, written as the block of its entries.
//!
//! A subscript is pushed through every operation down to names and constants, so that unit vectors, literal blocks and
//! their determinants and inverses disappear. Like any other form it is taken where it is shorter.

mod polynomial;

use beltrami_core::{ExprId, Facts, Graph, Kernel, Map, Node, ShapeError};
use rustc_hash::FxHashMap;

use crate::cost::cost;
use polynomial::collected;

/// Rows and columns, and entries, beyond which nobody reads a block.
const MOST_SIDE: i64 = 8;
/// Entries of anything that is taken apart on the way.
const MOST_ENTRIES: i64 = 64;
/// Expressions that taking apart may build.
const MOST_BUILT: usize = 20_000;
/// Determinants and inverses are written out up to this size.
const MOST_EXPANDED: usize = 3;
/// What a comma or semicolon adds to the length, see [`cost`].
const SEPARATOR: u64 = 40;

/// The block of the entries of `expr`, each in its shortest form, where `expr` selects entries, its sizes are numbers and
/// the block is shorter.
pub(crate) fn entrywise(
    graph: &mut Graph,
    expr: ExprId,
    simplify: &mut dyn FnMut(&mut Graph, ExprId) -> ExprId,
) -> Option<ExprId> {
    let selects = graph.reachable(expr).into_iter().any(|id| is_selector(graph, id));
    let (rows, cols) = size(graph, expr)?;
    if !selects || rows.max(cols) > MOST_SIDE as usize {
        return None;
    }
    let bound = cost(graph, expr);
    let grid = taken_apart(graph, expr)?;
    // Words alone make entries longer; what is far too long raw is not worth the search for its shortest form.
    let mut length = SEPARATOR * (grid.entries.len() as u64 - 1);
    let mut entries = Vec::with_capacity(grid.entries.len());
    let mut known: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for entry in grid.entries {
        let shortest = match known.get(&entry) {
            Some(found) => *found,
            None => shortest(graph, entry, bound, simplify),
        };
        known.insert(entry, shortest);
        length = length.saturating_add(cost(graph, shortest));
        if length >= bound {
            return None;
        }
        entries.push(shortest);
    }
    let block = Grid { rows, cols, entries }.block(graph).ok()?;
    (graph.shape(block) == graph.shape(expr)).then_some(block)
}

fn shortest(
    graph: &mut Graph,
    entry: ExprId,
    bound: u64,
    simplify: &mut dyn FnMut(&mut Graph, ExprId) -> ExprId,
) -> ExprId {
    let mut candidates = vec![entry];
    for expanded in [true, false] {
        candidates.extend(collected(graph, entry, expanded));
    }
    candidates.dedup();
    let mut best = entry;
    for candidate in candidates {
        let simplified = if cost(graph, candidate) <= bound.saturating_mul(2) {
            simplify(graph, candidate)
        } else {
            candidate
        };
        for found in [candidate, simplified] {
            if cost(graph, found) < cost(graph, best) {
                best = found;
            }
        }
    }
    best
}

/// What picks entries or puts them side by side.
fn is_selector(graph: &Graph, id: ExprId) -> bool {
    let kernels = [Kernel::Unit, Kernel::Entry, Kernel::HCat, Kernel::VCat];
    graph.application(id).is_some_and(|(kernel, _)| kernels.contains(&kernel))
}

/// Rows and columns, when they are numbers and few.
fn size(graph: &Graph, id: ExprId) -> Option<(usize, usize)> {
    let shape = graph.shape(id);
    if !shape.is_matrix() {
        return None;
    }
    let (rows, cols) = (shape.rows.as_constant()?, shape.cols.as_constant()?);
    let few = rows >= 1 && cols >= 1 && rows.checked_mul(cols)? <= MOST_ENTRIES;
    few.then_some((rows as usize, cols as usize))
}

/// Entries by rows.
#[derive(Clone)]
struct Grid {
    rows: usize,
    cols: usize,
    entries: Vec<ExprId>,
}

type Built = Result<ExprId, ShapeError>;

impl Grid {
    fn of(
        rows: usize,
        cols: usize,
        mut entry: impl FnMut(usize, usize) -> Built,
    ) -> Result<Grid, ShapeError> {
        let places = (0..rows).flat_map(|i| (0..cols).map(move |j| (i, j)));
        let entries = places.map(|(i, j)| entry(i, j)).collect::<Result<_, _>>()?;
        Ok(Grid { rows, cols, entries })
    }

    fn at(&self, i: usize, j: usize) -> ExprId {
        self.entries[i * self.cols + j]
    }

    fn block(&self, graph: &mut Graph) -> Built {
        let mut block: Option<ExprId> = None;
        for row in self.entries.chunks(self.cols) {
            let mut line = row[0];
            for entry in &row[1..] {
                line = graph.raw(Kernel::HCat, &[line, *entry])?;
            }
            block = Some(match block {
                Some(above) => graph.raw(Kernel::VCat, &[above, line])?,
                None => line,
            });
        }
        block.map_or_else(|| Ok(graph.int(0)), Ok)
    }

    /// The matrix without a row and a column.
    fn minor(&self, row: usize, col: usize) -> Grid {
        let kept = |n: usize, left_out: usize| (0..n).filter(move |k| *k != left_out);
        let entries = kept(self.rows, row)
            .flat_map(|i| kept(self.cols, col).map(move |j| (i, j)))
            .map(|(i, j)| self.at(i, j))
            .collect();
        Grid { rows: self.rows - 1, cols: self.cols - 1, entries }
    }

    /// By the first row.
    fn determinant(&self, graph: &mut Graph) -> Built {
        if self.rows == 1 {
            return Ok(self.entries[0]);
        }
        let mut sum = graph.int(0);
        for j in 0..self.cols {
            let minor = self.minor(0, j).determinant(graph)?;
            let product = graph.mul(self.at(0, j), minor)?;
            sum = if j % 2 == 0 { graph.add(sum, product)? } else { graph.sub(sum, product)? };
        }
        Ok(sum)
    }

    fn adjugate(&self, graph: &mut Graph) -> Result<Grid, ShapeError> {
        if self.rows == 1 {
            let one = graph.int(1);
            return Ok(Grid { rows: 1, cols: 1, entries: vec![one] });
        }
        Grid::of(self.rows, self.cols, |i, j| {
            let minor = self.minor(j, i).determinant(graph)?;
            if (i + j) % 2 == 0 { Ok(minor) } else { graph.neg(minor) }
        })
    }
}

/// The entries of an expression; `None` where an operation has none that are formulas, or too many.
fn taken_apart(graph: &mut Graph, root: ExprId) -> Option<Grid> {
    let mut grids: FxHashMap<ExprId, Grid> = FxHashMap::default();
    let mut selecting: FxHashMap<ExprId, bool> = FxHashMap::default();
    let start = graph.len();
    for id in graph.reachable(root) {
        let inner = graph.args(id).iter().any(|arg| selecting.get(arg) == Some(&true));
        let selects = inner || is_selector(graph, id);
        selecting.insert(id, selects);
        // What picks no entry reads better whole.
        let whole =
            !selects && graph.shape(id).is_scalar() || matches!(graph.node(id), Node::Text(_));
        let grid = if whole {
            Some(Grid { rows: 1, cols: 1, entries: vec![id] })
        } else {
            grid(graph, id, &grids)
        };
        if let Some(grid) = grid {
            grids.insert(id, grid);
        } else if id == root {
            return None;
        }
        if graph.len() - start > MOST_BUILT {
            return None;
        }
    }
    grids.remove(&root)
}

fn grid(graph: &mut Graph, id: ExprId, grids: &FxHashMap<ExprId, Grid>) -> Option<Grid> {
    let (rows, cols) = size(graph, id)?;
    let Node::Apply(op, args) = graph.node(id).clone() else {
        return of_name(graph, id, rows, cols).ok();
    };
    let kernel = graph.op(op).kernel;
    let parts: Option<Vec<&Grid>> = args.iter().map(|arg| grids.get(arg)).collect();
    match kernel {
        Kernel::Eye | Kernel::Unit | Kernel::Ones | Kernel::Zeros => {
            let chosen = match kernel {
                Kernel::Unit => graph.arg(args[0]).size()?.as_constant()? as usize,
                _ => 0,
            };
            Grid::of(rows, cols, |i, j| {
                Ok(graph.int(i64::from(match kernel {
                    Kernel::Eye => i == j,
                    Kernel::Unit => i + 1 == chosen,
                    _ => kernel == Kernel::Ones,
                })))
            })
            .ok()
        }
        _ => match parts {
            Some(parts) => {
                let found =
                    combined(graph, kernel, &args, &parts, (rows, cols), &mut |graph, args| {
                        graph.build_op(op, args)
                    });
                found.and_then(Result::ok).or_else(|| whole(graph, id))
            }
            None => whole(graph, id),
        },
    }
}

/// A scalar stays as it is where its parts have no entries.
fn whole(graph: &Graph, id: ExprId) -> Option<Grid> {
    graph.shape(id).is_scalar().then(|| Grid { rows: 1, cols: 1, entries: vec![id] })
}

fn of_name(graph: &mut Graph, id: ExprId, rows: usize, cols: usize) -> Result<Grid, ShapeError> {
    if (rows, cols) == (1, 1) {
        return Ok(Grid { rows, cols, entries: vec![id] });
    }
    let mirrored = graph.facts(id).has(Facts::SYMMETRIC);
    Grid::of(rows, cols, |i, j| {
        let (i, j) = if mirrored && i > j { (j, i) } else { (i, j) };
        let (row, col) = (graph.int(i as i64 + 1), graph.int(j as i64 + 1));
        match (rows, cols) {
            (_, 1) => graph.raw(Kernel::Entry, &[id, row]),
            (1, _) => graph.raw(Kernel::Entry, &[id, col]),
            _ => graph.raw(Kernel::Entry, &[id, row, col]),
        }
    })
}

type Apply<'a> = &'a mut dyn FnMut(&mut Graph, &[ExprId]) -> Built;

/// The entries of an operation that puts those of its arguments elsewhere.
fn moved(
    kernel: Kernel,
    parts: &[&Grid],
    (rows, cols): (usize, usize),
    zero: ExprId,
) -> Option<Result<Grid, ShapeError>> {
    let first = *parts.first()?;
    Some(match kernel {
        Kernel::Transpose => Grid::of(rows, cols, |i, j| Ok(first.at(j, i))),
        Kernel::DiagMatrix => {
            Grid::of(rows, cols, |i, j| Ok(if i == j { first.entries[i] } else { zero }))
        }
        Kernel::DiagVector => Grid::of(rows, cols, |i, _| Ok(first.at(i, i))),
        Kernel::LowerPart => {
            Grid::of(rows, cols, |i, j| Ok(if i >= j { first.at(i, j) } else { zero }))
        }
        Kernel::UpperPart => {
            Grid::of(rows, cols, |i, j| Ok(if i <= j { first.at(i, j) } else { zero }))
        }
        Kernel::Vec => Grid::of(rows, cols, |i, _| Ok(first.at(i % first.rows, i / first.rows))),
        Kernel::Unvec => Grid::of(rows, cols, |i, j| Ok(first.entries[j * rows + i])),
        Kernel::HCat => {
            let second = *parts.get(1)?;
            Grid::of(rows, cols, |i, j| {
                Ok(if j < first.cols { first.at(i, j) } else { second.at(i, j - first.cols) })
            })
        }
        Kernel::VCat => {
            let second = *parts.get(1)?;
            Grid::of(rows, cols, |i, j| {
                Ok(if i < first.rows { first.at(i, j) } else { second.at(i - first.rows, j) })
            })
        }
        _ => return None,
    })
}

/// The entries of an operation from those of its arguments.
fn combined(
    graph: &mut Graph,
    kernel: Kernel,
    args: &[ExprId],
    parts: &[&Grid],
    (rows, cols): (usize, usize),
    apply: Apply<'_>,
) -> Option<Result<Grid, ShapeError>> {
    let first = *parts.first()?;
    let zero = graph.int(0);
    let one = |entry: ExprId| Grid { rows: 1, cols: 1, entries: vec![entry] };
    let sum = |graph: &mut Graph, entries: &mut dyn Iterator<Item = ExprId>| -> Built {
        let mut total = zero;
        for entry in entries {
            total = graph.add(total, entry)?;
        }
        Ok(total)
    };
    Some(match kernel {
        Kernel::Add
        | Kernel::Sub
        | Kernel::Neg
        | Kernel::Scale
        | Kernel::Hadamard
        | Kernel::Divide
        | Kernel::EDivide
        | Kernel::Power
        | Kernel::EPower
        | Kernel::Map(_)
        | Kernel::Composed(_)
        | Kernel::Max
        | Kernel::Min
        | Kernel::Above => Grid::of(rows, cols, |i, j| {
            let args: Vec<ExprId> = parts
                .iter()
                .map(|part| if part.entries.len() == 1 { part.entries[0] } else { part.at(i, j) })
                .collect();
            match kernel {
                Kernel::EPower => graph.power(args[0], args[1]),
                Kernel::Map(_)
                | Kernel::Composed(_)
                | Kernel::Max
                | Kernel::Min
                | Kernel::Above => apply(graph, &args),
                _ => graph.build(kernel, &args),
            }
        }),
        Kernel::MatMul => {
            let second = *parts.get(1)?;
            Grid::of(rows, cols, |i, j| {
                let mut total = zero;
                for k in 0..first.cols {
                    let product = graph.mul(first.at(i, k), second.at(k, j))?;
                    total = graph.add(total, product)?;
                }
                Ok(total)
            })
        }
        Kernel::Sum => sum(graph, &mut first.entries.iter().copied()).map(one),
        Kernel::Trace => sum(graph, &mut (0..first.rows).map(|k| first.at(k, k))).map(one),
        Kernel::Mean => {
            let count = graph.int(first.entries.len() as i64);
            let total = sum(graph, &mut first.entries.iter().copied());
            total.and_then(|total| graph.divide(total, count)).map(one)
        }
        Kernel::SumColumns => {
            Grid::of(rows, cols, |_, j| sum(graph, &mut (0..first.rows).map(|k| first.at(k, j))))
        }
        Kernel::SumRows => {
            Grid::of(rows, cols, |i, _| sum(graph, &mut (0..first.cols).map(|k| first.at(i, k))))
        }
        Kernel::Kron => {
            let second = *parts.get(1)?;
            Grid::of(rows, cols, |i, j| {
                let outer = first.at(i / second.rows, j / second.cols);
                graph.mul(outer, second.at(i % second.rows, j % second.cols))
            })
        }
        Kernel::Entry => {
            let mut places = Vec::new();
            for index in &args[1..] {
                places.push(usize::try_from(graph.arg(*index).size()?.as_constant()? - 1).ok()?);
            }
            Ok(one(match places[..] {
                [k] => *first.entries.get(k)?,
                [i, j] if i < first.rows && j < first.cols => first.at(i, j),
                _ => return None,
            }))
        }
        Kernel::Det | Kernel::LogDet | Kernel::Inv | Kernel::Adj if first.rows <= MOST_EXPANDED => {
            return Some(expanded(graph, kernel, first));
        }
        _ => return moved(kernel, parts, (rows, cols), zero),
    })
}

fn expanded(graph: &mut Graph, kernel: Kernel, of: &Grid) -> Result<Grid, ShapeError> {
    let one = |entry: ExprId| Grid { rows: 1, cols: 1, entries: vec![entry] };
    match kernel {
        Kernel::Adj => of.adjugate(graph),
        Kernel::Inv => {
            let (determinant, adjugate) = (of.determinant(graph)?, of.adjugate(graph)?);
            // A block that is never invertible keeps its own refusal.
            if graph.is_zero(determinant) {
                return Err(ShapeError::Arity("an invertible block"));
            }
            Grid::of(of.rows, of.cols, |i, j| graph.divide(adjugate.at(i, j), determinant))
        }
        Kernel::LogDet => {
            let determinant = of.determinant(graph)?;
            let size = graph.build(Kernel::Map(Map::Abs), &[determinant])?;
            graph.build(Kernel::Map(Map::Log), &[size]).map(one)
        }
        _ => of.determinant(graph).map(one),
    }
}
