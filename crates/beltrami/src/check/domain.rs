//! The way to a point of the domain, where random points miss it.
//!
//! An evaluation that fails names the operation and the arguments that it does not exist at. Points are changed at random, and a
//! change is kept when a later operation fails than before, or the same one by less: an evolution strategy with one parent and
//! one child, whose steps grow with success and shrink with failure (Rechenberg 1973).

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Facts, Graph, Kernel, Map};
use beltrami_exec::{EvalError, Evaluator, ExecError, Tensor};

use super::Comparison;
use crate::sample::{Point, Sampler, Style};

/// Numbers computed for one derivative; most points are found within a hundred evaluations.
const NUMBERS: usize = 4_000_000;
/// Evaluations for one derivative, however many numbers each computes.
const EVALUATIONS: [usize; 2] = [2_000, 60_000];
/// Points from which one search starts.
const STARTS: usize = 6;
/// Changes of a point that was found, so that it does not lie on the border alone.
const INWARD: usize = 12;

/// The search for points of one derivative.
pub(super) struct Search<'a> {
    comparison: &'a Comparison<'a>,
    pub sampler: Sampler,
    evaluations: usize,
    /// Changes tried from one start.
    changes: usize,
}

/// How far a point is from the domain: what fails, later operations being nearer, and by how much.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Lack {
    at: ExprId,
    amount: f64,
}

impl Lack {
    fn is_less_than(&self, other: &Lack) -> bool {
        self.at > other.at || self.at == other.at && self.amount <= other.amount
    }
}

impl<'a> Search<'a> {
    pub fn new(comparison: &'a Comparison<'a>) -> Search<'a> {
        // Another stream than that of the random points.
        let sampler = Sampler::new(comparison.seed ^ 0x646f_6d61_696e);
        // Arrays have about a dozen entries at the sizes of the check.
        let numbers = 12 * comparison.graph.reachable(comparison.root).len();
        let evaluations = (NUMBERS / numbers.max(1)).clamp(EVALUATIONS[0], EVALUATIONS[1]);
        Search { comparison, sampler, evaluations, changes: evaluations / 20 }
    }

    /// A point at which the expression has a value; `None` when none is found within the bounds.
    pub fn point(&mut self, sizes: &BTreeMap<String, i64>) -> Option<Point> {
        (0..STARTS).find_map(|start| {
            let start = self.start(sizes, start)?;
            let found = self.from(start)?;
            Some(self.inward(found))
        })
    }

    fn start(&mut self, sizes: &BTreeMap<String, i64>, start: usize) -> Option<Point> {
        let Comparison { graph, variables, near, .. } = *self.comparison;
        let style = Style::ALL[start % Style::ALL.len()];
        let mut values = self.sampler.values(graph, variables, sizes, &|_| style)?;
        for variable in variables.iter().filter(|_| start == 0) {
            if let Some(value) = values.get_mut(&variable.name)
                && let Some(given) = near.and_then(|near| near.values.get(&variable.name))
                && let Some(part) = part(given, graph.facts(variable.id), value)
            {
                *value = part;
            }
        }
        Some(Point { sizes: sizes.clone(), values, ..Point::default() })
    }

    fn from(&mut self, mut point: Point) -> Option<Point> {
        let mut lack = match self.lack(&point)? {
            Ok(()) => return Some(point),
            Err(lack) => lack,
        };
        let mut step = 1.0_f64;
        for change in 0..self.changes {
            // Every other change is of a size of its own, so that a small step does not hold the point where it is.
            let changed = self.changed(&point, if change % 2 == 0 { step } else { 1.0 })?;
            match self.lack(&changed) {
                Some(Ok(())) => return Some(changed),
                Some(Err(less)) if less.is_less_than(&lack) => {
                    (point, lack) = (changed, less);
                    step = (2.0 * step).min(1e3);
                }
                // Four failures undo one success.
                _ => step = (0.84 * step).max(1e-2),
            }
        }
        None
    }

    fn inward(&mut self, mut point: Point) -> Point {
        for _ in 0..INWARD {
            if let Some(changed) = self.changed(&point, 0.3)
                && self.lack(&changed) == Some(Ok(()))
            {
                point = changed;
            }
        }
        point
    }

    fn changed(&mut self, point: &Point, step: f64) -> Option<Point> {
        let Comparison { graph, variables, .. } = *self.comparison;
        let place = self.sampler.place(variables.len())?;
        let variable = &variables[place];
        let mut changed = point.clone();
        let value = changed.values.get_mut(&variable.name)?;
        *value = self.sampler.changed(graph.facts(variable.id), variable.range, value, step);
        Some(changed)
    }

    /// What a point lacks; `None` when that says nothing of the way, or evaluations are used up.
    fn lack(&mut self, point: &Point) -> Option<Result<(), Lack>> {
        self.evaluations = self.evaluations.checked_sub(1)?;
        let graph = self.comparison.graph;
        let size = |name: &str| point.sizes.get(name).copied();
        let symbol = |name: &str| point.values.get(name).cloned();
        let evaluator = Evaluator::<f64>::new(graph, &size, &symbol);
        let Err(EvalError::Kernel { at, cause }) = evaluator.value(self.comparison.root) else {
            return Some(Ok(()));
        };
        let amount = match cause {
            ExecError::Domain { value, .. } => match outside(graph, at) {
                Some((argument, outside)) => {
                    let argument = evaluator.value(argument).ok()?;
                    argument.data().iter().map(|x| outside(*x)).sum()
                }
                None => value.abs(),
            },
            // Smaller numbers are the way out.
            ExecError::NotFinite { .. } => {
                let numbers = point.values.values().flat_map(|value| value.data());
                numbers.map(|x| x.abs().ln_1p()).sum()
            }
            _ => return None,
        };
        Some(Err(Lack { at, amount }))
    }
}

/// Given values cut to the size of others, or repeated to it; `None` where that would not keep the structure.
fn part(given: &Tensor<f64>, facts: Facts, like: &Tensor<f64>) -> Option<Tensor<f64>> {
    let (m, n) = (given.rows(), given.cols());
    let smaller = like.rows() <= m && like.cols() <= n;
    let same = like.dims() == given.dims();
    // Leading blocks keep definiteness and triangles; repeated blocks do not, and no part of an orthogonal matrix is one.
    let structured = like.rows() == like.cols() && !like.is_scalar() && facts != Facts::NONE;
    let fits = m > 0 && n > 0 && (same || smaller && !facts.has(Facts::ORTHOGONAL) || !structured);
    fits.then(|| Tensor::from_fn(like.rows(), like.cols(), |i, j| given.at(i % m, j % n)))
}

/// Whether the domain of an operation is one of entries.
pub(super) fn of_entries(graph: &Graph, id: ExprId) -> bool {
    let entrywise = |kernel| {
        use Kernel::{
            Add, Divide, EDivide, EPower, Einsum, Hadamard, Map, MatMul, Power, Scale, Sub, Sum,
        };
        matches!(
            kernel,
            Map(_)
                | Power
                | EPower
                | Divide
                | EDivide
                | Add
                | Sub
                | Hadamard
                | Scale
                | MatMul
                | Sum
                | Einsum
        )
    };
    graph.application(id).is_some_and(|(kernel, _)| entrywise(kernel))
}

/// An argument, and a measure on its entries.
type Outside = (ExprId, fn(f64) -> f64);

/// The argument of an operation that lies outside of its domain, and by how much an entry does.
fn outside(graph: &Graph, id: ExprId) -> Option<Outside> {
    let (kernel, args) = graph.application(id)?;
    Some(match kernel {
        Kernel::Map(Map::Log | Map::Sqrt) | Kernel::Power | Kernel::EPower => {
            (args[0], |x| if x > 0.0 { 0.0 } else { 1e-3 - x })
        }
        Kernel::Map(Map::Arcsin | Map::Arccos) => (args[0], |x| (x.abs() - 1.0).max(0.0)),
        Kernel::Divide | Kernel::EDivide => (args[1], |x| f64::from(u8::from(x == 0.0))),
        _ => return None,
    })
}
