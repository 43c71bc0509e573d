//! Programs whose declared numbers of rows and columns are names again.
//!
//! A derivative for 5000 columns is one for `n` columns, and that one is compared with numbers at small `n`.
//! The sizes are inferred anew from the shape rules of the operations, so that equal numbers stay equal, and `2*n`, `n + 1` and
//! `m*n` are found where an expression needs them; the literal sizes of `eye(100)` take part, and the index of `x[57]` becomes
//! a name of its own.

use std::collections::{BTreeMap, BTreeSet};

use beltrami_calculus::{Derived, Operator};
use beltrami_core::{Arg, Dim, ExprId, Graph, Kernel, Literal, Node, Number, Shape};
use beltrami_elab::{Elaborated, Index, Settled, Unknowns};

use crate::check::{Checked, largest_rank};
use crate::conditions::conditions;
use crate::derivation::Derivation;
use crate::sample::size_names;
use crate::session::{Loaded, Session};

/// Numbers up to this are sizes at which derivatives are compared as they are.
const SMALL: i64 = 8;
/// Sizes below this stay as they are: without an axis, an array is of another kind.
const LEAST: i64 = 2;

/// Ranks that are numbers stay as they are, and sizes stay above them; those of larger ranks are not small any more.
const MOST_RANK: i64 = 5;

/// A program with names for its sizes.
pub(crate) struct General {
    /// The program.
    pub loaded: Loaded,
    /// The number that each name stands for.
    pub numbers: BTreeMap<String, i64>,
    /// The number that each name of an index stands for.
    positions: BTreeMap<String, i64>,
    /// Which expression each of the original program became.
    places: BTreeMap<ExprId, ExprId>,
}

/// The sizes while they are inferred.
struct Inference {
    unknowns: Unknowns,
    of_numbers: BTreeMap<i64, Dim>,
}

impl General {
    /// The general program; `None` where all sizes are small, or where no sizes but the declared ones fit.
    pub fn of(loaded: &Loaded) -> Option<General> {
        let Elaborated { graph, variables, .. } = &loaded.program;
        let mut numbers: BTreeSet<i64> = BTreeSet::new();
        for variable in variables {
            numbers.extend(graph.shape(variable.id).axes().iter().filter_map(Dim::as_constant));
        }
        numbers.retain(|n| *n >= LEAST);
        if numbers.last().is_none_or(|n| *n <= SMALL)
            || largest_rank(graph, loaded.program.root) > MOST_RANK
        {
            return None;
        }
        // Names that are independent first; where an operation must know which of two sizes is larger, larger ones are sums.
        [false, true].into_iter().find_map(|ordered| General::with(loaded, &numbers, ordered))
    }

    /// Which expression one of the original program became.
    pub fn place(&self, id: ExprId) -> Option<ExprId> {
        self.places.get(&id).copied()
    }

    /// A derivative of the general program as one of the original program.
    pub fn closed(
        &self,
        session: &Session,
        found: Derivation,
        loaded: &Loaded,
        by: &[ExprId],
    ) -> Option<Derivation> {
        let mut graph = loaded.program.graph.clone();
        let mut close = |id: ExprId| self.with_numbers(&found.graph, &mut graph, id);
        let derived = Derived { expr: close(found.derived.expr)?, ..found.derived.clone() };
        let operator = match &found.operator {
            Some(general) => {
                let adjoint = match general.adjoint {
                    Some((cotangent, back)) => Some((close(cotangent)?, close(back)?)),
                    None => None,
                };
                Some(Operator {
                    direction: close(general.direction)?,
                    forward: close(general.forward)?,
                    adjoint,
                })
            }
            None => None,
        };
        let root = loaded.program.root;
        Some(Derivation {
            conditions: conditions(&graph, root, derived.expr, by).canonical(
                &mut graph,
                &loaded.program.lets,
                &mut |graph, expr| session.simplify(graph, expr),
            ),
            graph,
            root,
            derived,
            operator,
            by: by.to_vec(),
            variables: loaded.drawn(),
            assumed: loaded.program.assumed.clone(),
            checked: Checked { smaller: true, ..found.checked.clone() },
            ..found
        })
    }

    /// An expression of the general program with the numbers put in again.
    fn with_numbers(&self, general: &Graph, graph: &mut Graph, root: ExprId) -> Option<ExprId> {
        let number = |name: &str| {
            let number = self.numbers.get(name).or_else(|| self.positions.get(name));
            number.map(|n| Dim::constant(*n))
        };
        let mut copies: BTreeMap<ExprId, ExprId> = BTreeMap::new();
        for id in general.reachable(root) {
            let copy = match general.node(id) {
                Node::Number(x) => graph.number(*x),
                Node::Size(dim) => graph.size(&dim.substitute(&number)),
                Node::Text(text) => graph.text(text),
                Node::Symbol(name) => {
                    let shape = general.shape(id).substitute(&number);
                    graph.symbol(name, shape, general.facts(id))
                }
                Node::Apply(op, args) => {
                    let args: Vec<ExprId> = args.iter().map(|arg| copies[arg]).collect();
                    graph.apply(*op, &args).ok()?
                }
            };
            copies.insert(id, copy);
        }
        copies.get(&root).copied()
    }

    fn with(loaded: &Loaded, numbers: &BTreeSet<i64>, ordered: bool) -> Option<General> {
        let program = &loaded.program;
        let mut inference = Inference::new(numbers, ordered);
        let ids = reachable(program);
        let mut shapes: BTreeMap<ExprId, Shape> = BTreeMap::new();
        for id in &ids {
            let shape = inference.shape(&program.graph, *id, &shapes)?;
            shapes.insert(*id, shape);
        }
        if !inference.unknowns.finish().is_empty() {
            return None;
        }
        let taken: BTreeSet<String> = size_names(&program.graph, &ids)
            .into_iter()
            .chain(program.variables.iter().map(|v| v.name.clone()))
            .chain(program.indices.iter().map(|index| index.name.clone()))
            .collect();
        let dims: Vec<Dim> = inference.of_numbers.values().cloned().collect();
        let settled = inference.unknowns.names(&dims, &taken);
        let numbers = inference.numbers(&settled)?;
        let mut graph = Graph::new(program.graph.registry());
        let mut indices: Vec<Index> = Vec::new();
        let mut positions: BTreeMap<String, i64> = BTreeMap::new();
        let mut places: BTreeMap<ExprId, ExprId> = BTreeMap::new();
        for id in ids {
            let place = match program.graph.node(id) {
                Node::Number(x) => graph.number(*x),
                Node::Size(dim) => graph.size(dim),
                Node::Text(text) => graph.text(text),
                Node::Symbol(name) => {
                    graph.symbol(name, settled.shape(&shapes[&id]), program.graph.facts(id))
                }
                Node::Apply(op, args) => {
                    let kernel = program.graph.op(*op).kernel;
                    let mut copies: Vec<ExprId> = Vec::new();
                    for (place, arg) in args.iter().enumerate() {
                        let copy = if let Some(n) = size_at(&program.graph, kernel, place, *arg) {
                            graph.size(&settled.dim(&inference.of_numbers[&n]))
                        } else if let Some(n) = index_at(&program.graph, kernel, place, *arg) {
                            let name = name_of_index(n, &taken);
                            let axis = axis_of(&program.graph, kernel, args, place);
                            indices.push(Index {
                                name: name.clone(),
                                size: inference.settled(&axis, &settled),
                            });
                            let index = graph.size(&Dim::symbol(&name));
                            positions.insert(name, n);
                            index
                        } else {
                            places[arg]
                        };
                        copies.push(copy);
                    }
                    graph.apply(*op, &copies).ok()?
                }
            };
            places.insert(id, place);
        }
        let mut program = Elaborated { root: places[&program.root], graph, ..program.clone() };
        for variable in &mut program.variables {
            variable.id = places[&variable.id];
        }
        for index in &mut program.indices {
            index.size = inference.settled(&index.size, &settled);
        }
        program.indices.extend(indices);
        let spans = std::mem::take(&mut program.spans).into_iter();
        program.spans = spans.filter_map(|(id, span)| Some((*places.get(&id)?, span))).collect();
        program.lets.clear();
        let loaded = Loaded { program, sources: loaded.sources.clone(), source: loaded.source };
        Some(General { loaded, numbers, positions, places })
    }
}

impl Inference {
    fn new(numbers: &BTreeSet<i64>, ordered: bool) -> Inference {
        let mut inference =
            Inference { unknowns: Unknowns::default(), of_numbers: BTreeMap::new() };
        let mut last = Dim::constant(0);
        for n in numbers {
            let more = inference.unknowns.fresh();
            last = if ordered { last.plus(&more) } else { more };
            inference.of_numbers.insert(*n, last.clone());
        }
        inference
    }

    /// The size that stands for a number.
    fn size(&mut self, n: i64) -> Dim {
        if n < LEAST {
            return Dim::constant(n);
        }
        self.of_numbers.entry(n).or_insert_with(|| self.unknowns.fresh()).clone()
    }

    fn axis(&mut self, dim: &Dim) -> Dim {
        dim.as_constant().map_or_else(|| dim.clone(), |n| self.size(n))
    }

    /// A size of the original program.
    fn settled(&self, dim: &Dim, settled: &Settled) -> Dim {
        let named = dim.as_constant().and_then(|n| self.of_numbers.get(&n));
        named.map_or_else(|| dim.clone(), |unknown| settled.dim(unknown))
    }

    /// The shape of an expression, those of its arguments known; what must be equal is made equal.
    fn shape(
        &mut self,
        graph: &Graph,
        id: ExprId,
        shapes: &BTreeMap<ExprId, Shape>,
    ) -> Option<Shape> {
        let Node::Apply(op, args) = graph.node(id) else {
            let shape = graph.shape(id).clone();
            return Some(shape.map(|axis| self.axis(axis)));
        };
        let record = graph.op(*op);
        let mut seen: Vec<Arg> = Vec::new();
        for (place, arg) in args.iter().enumerate() {
            let mut known = graph.arg(*arg);
            known.shape = self.unknowns.resolve_shape(&shapes[arg]);
            if let Some(n) = size_at(graph, record.kernel, place, *arg) {
                let size = self.size(n);
                known.value = Literal::Size(self.unknowns.resolve(&size));
            } else if index_at(graph, record.kernel, place, *arg).is_some() {
                known.value = Literal::Size(Dim::symbol("i"));
            }
            seen.push(known);
        }
        (record.shape)(&mut self.unknowns, &seen).ok()
    }

    /// The number for each name; `None` where what was inferred is not so for the numbers.
    fn numbers(&self, settled: &Settled) -> Option<BTreeMap<String, i64>> {
        let sizes: Vec<(i64, Dim)> =
            self.of_numbers.iter().map(|(n, dim)| (*n, settled.dim(dim))).collect();
        let mut numbers: BTreeMap<String, i64> = BTreeMap::new();
        // From the smallest on, each tells at most one name that the smaller ones do not.
        for (n, dim) in &sizes {
            let unknown = dim.symbols().into_iter().find(|name| !numbers.contains_key(&**name));
            if let Some(name) = unknown {
                let rest = dim.minus(&Dim::symbol(&name));
                let rest = rest.evaluate(&|name| numbers.get(name).copied())?;
                numbers.insert(name.to_string(), n - rest);
            }
        }
        let number = |name: &str| numbers.get(name).copied();
        let fits = sizes.iter().all(|(n, dim)| dim.evaluate(&number) == Some(*n));
        (fits && numbers.values().all(|n| *n >= 1)).then_some(numbers)
    }
}

/// Everything that the root and the variables are made of.
fn reachable(program: &Elaborated) -> Vec<ExprId> {
    let variables = program.variables.iter().map(|v| v.id);
    let mut ids: Vec<ExprId> = program.graph.reachable(program.root);
    ids.extend(variables);
    ids.sort();
    ids.dedup();
    ids
}

/// The number at a place where an operation takes a size.
fn size_at(graph: &Graph, kernel: Kernel, place: usize, arg: ExprId) -> Option<i64> {
    let takes = match kernel {
        Kernel::Ones | Kernel::Zeros | Kernel::Eye | Kernel::Commutation => true,
        Kernel::Unit => place == 1,
        Kernel::Unvec => place > 0,
        _ => false,
    };
    graph.number_of(arg).filter(|_| takes)?.as_int().filter(|n| *n >= LEAST)
}

/// The number at a place where an operation takes an index; the first entry stays the first.
fn index_at(graph: &Graph, kernel: Kernel, place: usize, arg: ExprId) -> Option<i64> {
    let takes = match kernel {
        Kernel::Entry => place > 0,
        Kernel::Unit => place == 0,
        _ => false,
    };
    graph.number_of(arg).filter(|_| takes)?.as_int().filter(|n| *n > 1)
}

/// The size that an index stays within.
fn axis_of(graph: &Graph, kernel: Kernel, args: &[ExprId], place: usize) -> Dim {
    if kernel == Kernel::Unit {
        return graph
            .number_of(args[1])
            .and_then(Number::as_int)
            .map_or_else(Dim::one, Dim::constant);
    }
    let shape = graph.shape(args[0]);
    match place {
        1 if args.len() > 2 || shape.cols.is_one() => shape.rows.clone(),
        _ => shape.cols.clone(),
    }
}

fn name_of_index(n: i64, taken: &BTreeSet<String>) -> String {
    let mut name = format!("i{n}");
    while taken.contains(&name) {
        name.push('_');
    }
    name
}
