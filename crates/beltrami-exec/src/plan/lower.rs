//! From expressions to computations.

use std::collections::BTreeMap;
use std::sync::Arc;

use beltrami_core::{ExprId, Graph, Kernel, Map, Node, Spectral};
use smallvec::{SmallVec, smallvec};

use crate::error::ExecError;
use crate::evaluate::EvalError;
use crate::plan::chain::Made;
use crate::plan::inverse::Known;
use crate::plan::node::{Binary, Dims, NodeId, Op, Program, Reduce, Unary};
use crate::tensor::size_text;

/// A name whose value a run is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The name.
    pub name: Arc<str>,
    /// The sizes of its axes, at least two.
    pub dims: Vec<usize>,
}

/// A program with the nodes of the roots.
pub(crate) struct Lowered {
    pub(crate) program: Program,
    pub(crate) inputs: Vec<Input>,
    pub(crate) roots: Vec<NodeId>,
}

impl Lowered {
    /// Makes bands of the roots that are some, and says how wide they are.
    pub(crate) fn narrow(&mut self) -> Vec<Option<(usize, usize)>> {
        let Lowered { program, roots, .. } = self;
        roots
            .iter_mut()
            .map(|root| {
                let widths = program.widths(*root)?;
                *root = program.band_rows(*root, widths);
                Some(widths)
            })
            .collect()
    }
}

/// The parts of an expression, or all of it, that are square matrices of few diagonals for the given sizes, with how many of
/// them are below and above the main one; `rough` as in [`crate::PlanOptions`].
///
/// # Errors
/// [`EvalError::UnboundSize`], and [`ExecError::TooLarge`] for more numbers than can be counted.
pub fn band_widths(
    graph: &Graph,
    root: ExprId,
    sizes: &dyn Fn(&str) -> Option<i64>,
    rough: &[String],
) -> Result<BTreeMap<ExprId, (usize, usize)>, EvalError> {
    let lowering = lowering(graph, &[root], sizes, rough)?;
    let found = needed(graph, &[root]).into_iter().filter_map(|id| {
        let node = lowering.nodes[id.index()]?;
        Some((id, lowering.program.widths(node)?))
    });
    Ok(found.collect())
}

/// The computations of several expressions, shared where they are equal.
pub(crate) fn lower(
    graph: &Graph,
    roots: &[ExprId],
    sizes: &dyn Fn(&str) -> Option<i64>,
    rough: &[String],
) -> Result<Lowered, EvalError> {
    let lowering = lowering(graph, roots, sizes, rough)?;
    let roots = roots
        .iter()
        .map(|root| lowering.nodes[root.index()].ok_or(EvalError::NoValue { at: *root }))
        .collect::<Result<_, _>>()?;
    Ok(Lowered { program: lowering.program, inputs: lowering.inputs, roots })
}

fn lowering<'a>(
    graph: &'a Graph,
    roots: &[ExprId],
    sizes: &'a dyn Fn(&str) -> Option<i64>,
    rough: &[String],
) -> Result<Lowering<'a>, EvalError> {
    let largest = roots.iter().copied().max().unwrap_or(graph.nth(0));
    let mut lowering = Lowering {
        graph,
        sizes,
        program: Program::new(largest),
        inputs: Vec::new(),
        made: Made::new(),
        nodes: vec![None; largest.index() + 1],
        rough: tainted(graph, largest, rough),
    };
    for id in needed(graph, roots) {
        lowering.nodes[id.index()] = lowering.lower(id)?;
    }
    Ok(lowering)
}

/// Of each expression up to one, whether a name of these occurs in it.
fn tainted(graph: &Graph, largest: ExprId, names: &[String]) -> Vec<bool> {
    let mut tainted = vec![false; largest.index() + 1];
    if names.is_empty() {
        return tainted;
    }
    for place in 0..tainted.len() {
        tainted[place] = match graph.node(graph.nth(place)) {
            Node::Symbol(name) => names.iter().any(|rough| **rough == **name),
            Node::Apply(_, args) => args.iter().any(|arg| tainted[arg.index()]),
            _ => false,
        };
    }
    tainted
}

/// The expressions whose values are needed, arguments first: all but the inner products of chains.
fn needed(graph: &Graph, roots: &[ExprId]) -> Vec<ExprId> {
    let mut pending: std::collections::BinaryHeap<ExprId> = roots.iter().copied().collect();
    let mut found: Vec<ExprId> = Vec::new();
    while let Some(id) = pending.pop() {
        if found.last() == Some(&id) {
            continue;
        }
        found.push(id);
        match graph.application(id) {
            Some((Kernel::MatMul, _)) => pending.extend(graph.chain(id)),
            _ => pending.extend(graph.args(id)),
        }
    }
    found.reverse();
    found
}

struct Lowering<'a> {
    graph: &'a Graph,
    sizes: &'a dyn Fn(&str) -> Option<i64>,
    program: Program,
    inputs: Vec<Input>,
    made: Made,
    nodes: Vec<Option<NodeId>>,
    /// Of each expression, whether nothing declared is relied on.
    rough: Vec<bool>,
}

impl Lowering<'_> {
    fn lower(&mut self, id: ExprId) -> Result<Option<NodeId>, EvalError> {
        let graph = self.graph;
        self.program.made_for(id);
        Ok(match graph.node(id) {
            Node::Text(_) => None,
            Node::Number(x) => Some(self.program.constant(x.to_f64())),
            Node::Size(size) => {
                let n = size
                    .evaluate(self.sizes)
                    .ok_or_else(|| EvalError::UnboundSize { at: id, size: size.clone() })?;
                Some(self.program.constant(n as f64))
            }
            Node::Symbol(name) => {
                let dims = self.dims(id)?;
                let place = self.inputs.len();
                self.inputs.push(Input { name: name.clone(), dims: dims.to_vec() });
                let input = self.program.add_node(Op::Input(place), dims);
                let diagonal = self.known(id).is_diagonal();
                Some(if diagonal { self.program.as_diagonal(input) } else { input })
            }
            Node::Apply(op, args) => {
                let dims = self.dims(id)?;
                let kernel = graph.op(*op).kernel;
                if kernel == Kernel::MatMul {
                    let mut factors: Vec<NodeId> = Vec::new();
                    for factor in graph.chain(id) {
                        self.factors(factor, &mut factors);
                    }
                    return Ok(Some(self.program.chain(&factors, &mut self.made)));
                }
                let spec = args.iter().find_map(|arg| match graph.node(*arg) {
                    Node::Text(text) => Some(text.clone()),
                    _ => None,
                });
                let operands: SmallVec<[NodeId; 2]> =
                    args.iter().filter_map(|arg| self.nodes[arg.index()]).collect();
                if let (Kernel::LogDet | Kernel::Inv, [a]) = (kernel, &args[..])
                    && let Some(node) = self.by_factors(kernel, *a)
                {
                    return Ok(Some(node));
                }
                let known = match (kernel, &args[..]) {
                    (Kernel::Inv | Kernel::LogDet | Kernel::Det, [a]) => self.known(*a),
                    _ => Known::NOTHING,
                };
                if kernel == Kernel::Einsum
                    && let Some(text) = &spec
                    && let Some(node) = self.program.einsum(text, &operands, &dims)
                {
                    return Ok(Some(node));
                }
                let node = self
                    .kernel(kernel, &operands, known, &dims)
                    .unwrap_or_else(|| self.apply(kernel, spec, operands, dims));
                Some(node)
            }
        })
    }

    /// What a factor of a product is a product of, so that a line meets one after the other: the factors of a power, and the
    /// inverses of those of an inverted product, where each has a structure that inverts it.
    fn factors(&mut self, factor: ExprId, found: &mut Vec<NodeId>) {
        let graph = self.graph;
        let node = |lowering: &Self, id: ExprId| lowering.nodes[id.index()];
        if let Some([base, exponent]) = graph.args_of(factor, Kernel::MatPower)
            && let Some(k @ 2..=4) =
                graph.number_of(*exponent).and_then(beltrami_core::Number::as_int)
        {
            found.extend((0..k).filter_map(|_| node(self, *base)));
            return;
        }
        let (inverse, turned) = match graph.args_of(factor, Kernel::Transpose) {
            Some([of]) => (*of, true),
            _ => (factor, false),
        };
        if let Some([of]) = graph.args_of(inverse, Kernel::Inv)
            && let Some(parts) = self.invertible_factors(*of)
        {
            let first = found.len();
            for part in parts.into_iter().rev() {
                let known = self.known(part);
                if let Some(a) = node(self, part) {
                    let a = self.program.inverse(a, known);
                    found.push(if turned { self.program.transpose(a) } else { a });
                }
            }
            if turned {
                found[first..].reverse();
            }
            return;
        }
        found.extend(node(self, factor));
    }

    /// The factors of a product, where there are several and each is square and has a structure that inverts it.
    fn invertible_factors(&self, id: ExprId) -> Option<Vec<ExprId>> {
        let parts = self.graph.chain(id);
        let structured =
            |part: &ExprId| self.graph.shape(*part).is_square() && self.known(*part).inverts();
        (parts.len() > 1 && parts.iter().all(structured)).then_some(parts)
    }

    /// The inverse of a Kronecker product, or the logarithm of its determinant or of that of a product whose factors have a
    /// structure that tells it; from those of the factors.
    fn by_factors(&mut self, kernel: Kernel, of: ExprId) -> Option<NodeId> {
        let graph = self.graph;
        if let Some([a, b]) = graph.args_of(of, Kernel::Kron) {
            let parts = [*a, *b];
            if !parts.iter().all(|part| graph.shape(*part).is_square()) {
                return None;
            }
            let [(a, of_a), (b, of_b)] = parts.map(|part| (part, self.known(part)));
            let (a, b) = (self.nodes[a.index()]?, self.nodes[b.index()]?);
            if kernel == Kernel::Inv {
                let (a, b) = (self.program.inverse(a, of_a), self.program.inverse(b, of_b));
                return Some(self.program.kron(a, b));
            }
            let [m, n] = [a, b].map(|node| self.program.size(node).0 as f64);
            let logs = [(n, a, of_a), (m, b, of_b)].map(|(times, node, known)| {
                let times = self.program.constant(times);
                let log = self.program.log_determinant(node, known);
                self.program.mul(times, log)
            });
            return Some(self.program.add(logs[0], logs[1]));
        }
        if kernel == Kernel::Inv {
            return None;
        }
        let mut sum: Option<NodeId> = None;
        for part in self.invertible_factors(of)? {
            let (a, known) = (self.nodes[part.index()]?, self.known(part));
            let log = self.program.log_determinant(a, known);
            sum = Some(sum.map_or(log, |sum| self.program.add(sum, log)));
        }
        sum
    }

    fn dims(&self, id: ExprId) -> Result<Dims, EvalError> {
        let mut dims = Dims::new();
        for axis in self.graph.shape(id).axes() {
            let n = axis
                .evaluate(self.sizes)
                .and_then(|n| usize::try_from(n).ok())
                .ok_or_else(|| EvalError::UnboundSize { at: id, size: axis.clone() })?;
            dims.push(n);
        }
        // Sizes beyond 2^48 numbers are beyond any memory, written out or not, and would overflow what is counted.
        let len = dims.iter().try_fold(1_usize, |product, n| product.checked_mul(*n));
        if len.is_none_or(|len| len > 1 << 48) {
            let cause = ExecError::TooLarge { size: size_text(&dims) };
            return Err(EvalError::Kernel { at: id, cause });
        }
        Ok(dims)
    }

    /// The kernel computed by the executor of single kernels.
    fn apply(
        &mut self,
        kernel: Kernel,
        spec: Option<Arc<str>>,
        args: SmallVec<[NodeId; 2]>,
        dims: Dims,
    ) -> NodeId {
        // At a transpose a derivative along single directions is the transpose of that at the matrix along transposes, which
        // other derivatives at the matrix share the preparation with.
        if let Kernel::Derivative(of) = kernel
            && of != Spectral::SingularValues
            && let Op::Transpose(a) = *self.program.op(args[0])
            && let (own, along) = args.split_at(of.arguments())
            && !along.is_empty()
            && along.iter().all(|e| self.program.dims(*e) == self.program.dims(args[0]))
        {
            let mut args: SmallVec<[NodeId; 2]> = own.into();
            args[0] = a;
            args.extend(along.iter().map(|e| self.program.transpose(*e)).collect::<Vec<_>>());
            let turned = dims.iter().rev().copied().collect();
            let value = self.program.add_node(Op::Apply { kernel, spec, args }, turned);
            return self.program.transpose(value);
        }
        self.program.add_node(Op::Apply { kernel, spec, args }, dims)
    }

    /// What is known of a value and may be relied on.
    fn known(&self, id: ExprId) -> Known {
        match self.rough[id.index()] {
            true => Known::NOTHING,
            false => {
                Known { facts: self.graph.facts(id), semidefinite: self.graph.is_semidefinite(id) }
            }
        }
    }

    /// The kernel computed here; `None` for one without a way of its own; `known` is of a matrix that is inverted, or
    /// whose determinant is asked for.
    fn kernel(
        &mut self,
        kernel: Kernel,
        args: &[NodeId],
        known: Known,
        dims: &Dims,
    ) -> Option<NodeId> {
        let program = &mut self.program;
        Some(match (kernel, args) {
            (Kernel::Add, [a, b]) => program.binary(Binary::Add, *a, *b),
            (Kernel::Sub, [a, b]) => program.binary(Binary::Sub, *a, *b),
            (Kernel::Neg, [a]) => program.unary(Unary::Neg, *a),
            (Kernel::Scale | Kernel::Hadamard, [a, b]) => program.mul(*a, *b),
            (Kernel::Divide | Kernel::EDivide, [a, b]) => program.binary(Binary::Div, *a, *b),
            (Kernel::Power, [a, b]) => match program.filled(*b) {
                Some(0.0) => program.fill(1.0, dims.clone()),
                Some(x) => program.unary(Unary::Power(x.to_bits()), *a),
                None => program.binary(Binary::Power, *a, *b),
            },
            (Kernel::EPower, [a, b]) => program.binary(Binary::Power, *a, *b),
            (Kernel::Max, [a, b]) => program.binary(Binary::Max, *a, *b),
            (Kernel::Min, [a, b]) => program.binary(Binary::Min, *a, *b),
            (Kernel::Above, [a, b]) => program.binary(Binary::Above, *a, *b),
            (Kernel::Map(map), [a]) => program.unary(Unary::Map(map), *a),
            (Kernel::Composed(composition), [a]) => {
                let Ok(value) = composition.formula.at(program, a);
                value
            }
            (Kernel::Transpose, [a]) => program.transpose(*a),
            (Kernel::Sum, [a]) => program.sum(*a),
            (Kernel::SumRows, [a]) => program.reduce(Reduce::SumRows, *a),
            (Kernel::SumColumns, [a]) => program.reduce(Reduce::SumCols, *a),
            (Kernel::Mean, [a]) if program.len_of(*a) > 0 => {
                let count = program.constant(1.0 / program.len_of(*a) as f64);
                let sum = program.sum(*a);
                program.mul(count, sum)
            }
            (Kernel::Trace, [a]) => {
                let diagonal = program.diagonal_of(*a);
                program.sum(diagonal)
            }
            (Kernel::Norm1, [a]) => {
                let sizes = program.unary(Unary::Map(Map::Abs), *a);
                program.sum(sizes)
            }
            (Kernel::NormInf, [a]) if program.len_of(*a) > 0 => {
                let sizes = program.unary(Unary::Map(Map::Abs), *a);
                program.reduce(Reduce::Max, sizes)
            }
            (Kernel::Norm2, [a]) => program.reduce(Reduce::Norm, *a),
            (Kernel::LogSumExp, [a]) if program.len_of(*a) > 0 => program.log_sum_exp(*a),
            (Kernel::Softmax, [a]) if program.len_of(*a) > 0 => program.softmax(*a),
            (Kernel::DiagMatrix, [a]) => program.diagonal(*a),
            (Kernel::DiagVector, [a]) => program.diagonal_of(*a),
            (Kernel::Vec, [a]) => {
                let turned = program.transpose(*a);
                program.reshape(turned, dims.clone())
            }
            (Kernel::Unvec, [a, ..]) => {
                let turned = program.reshape(*a, smallvec![dims[1], dims[0]]);
                program.transpose(turned)
            }
            (Kernel::Kron, [a, b]) => program.kron(*a, *b),
            (Kernel::KhatriRao, [a, b]) => program.add_node(Op::KhatriRao(*a, *b), dims.clone()),
            (Kernel::Eye, _) => {
                let ones = program.fill(1.0, smallvec![dims[0], 1]);
                program.diagonal(ones)
            }
            (Kernel::VCat, [a, b]) => program.stack(*a, *b)?,
            (Kernel::HCat, [a, b]) => {
                let (a, b) = (program.transpose(*a), program.transpose(*b));
                let stacked = program.stack(a, b)?;
                program.transpose(stacked)
            }
            (Kernel::Ones, _) => program.fill(1.0, dims.clone()),
            (Kernel::Zeros, _) => program.fill(0.0, dims.clone()),
            (Kernel::Inv, [a]) => program.inverse(*a, known),
            (Kernel::LogDet, [a]) => program.log_determinant(*a, known),
            (Kernel::Det, [a]) => program.determinant(*a, known)?,
            (Kernel::MatPower, [a, k]) => match program.filled(*k) {
                Some(2.0) => program.matmul(*a, *a),
                Some(3.0) => {
                    let square = program.matmul(*a, *a);
                    program.matmul(*a, square)
                }
                _ => return None,
            },
            _ => return None,
        })
    }
}
