//! Hash-consed expressions: equal subexpressions are one node.

use std::collections::{BTreeMap, BinaryHeap};
use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::dim::Dim;
use crate::facts::Facts;
use crate::fingerprint::Fingerprint;
use crate::kernel::Kernel;
use crate::number::Number;
use crate::op::{Arg, Literal, Op};
use crate::registry::{OpId, Registry};
use crate::shape::{Known, Shape, ShapeError};

/// An expression in a [`Graph`]; arguments always have smaller numbers than what they are arguments of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(u32);

impl ExprId {
    /// The place in the graph, counted from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Debug for ExprId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "%{}", self.0)
    }
}

/// What an expression is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Node {
    /// A constant.
    Number(Number),
    /// A size used as a number, never a plain integer.
    Size(Dim),
    /// A text argument.
    Text(Arc<str>),
    /// A declared name.
    Symbol(Arc<str>),
    /// An operation applied to arguments.
    Apply(OpId, SmallVec<[ExprId; 2]>),
}

/// An arena of expressions over one registry, with the shape and the known facts of each.
#[derive(Clone)]
pub struct Graph {
    registry: &'static Registry,
    nodes: Vec<Node>,
    shapes: Vec<Shape>,
    facts: Vec<Facts>,
    fingerprints: Vec<Fingerprint>,
    index: FxHashMap<Node, ExprId>,
    symbols: BTreeMap<Arc<str>, ExprId>,
}

impl Graph {
    /// An empty graph.
    pub fn new(registry: &'static Registry) -> Graph {
        Graph {
            registry,
            nodes: Vec::new(),
            shapes: Vec::new(),
            facts: Vec::new(),
            fingerprints: Vec::new(),
            index: FxHashMap::default(),
            symbols: BTreeMap::new(),
        }
    }

    /// The operations.
    pub fn registry(&self) -> &'static Registry {
        self.registry
    }

    /// What the expression is.
    pub fn node(&self, id: ExprId) -> &Node {
        &self.nodes[id.index()]
    }

    /// Its shape.
    pub fn shape(&self, id: ExprId) -> &Shape {
        &self.shapes[id.index()]
    }

    /// What is known about it.
    pub fn facts(&self, id: ExprId) -> Facts {
        self.facts[id.index()]
    }

    /// The record of an operation.
    pub fn op(&self, id: OpId) -> &'static Op {
        self.registry.op(id)
    }

    /// The number of expressions.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are no expressions yet.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The expression at a place, counted from 0; the place must be below [`Graph::len`].
    pub fn nth(&self, place: usize) -> ExprId {
        debug_assert!(place < self.nodes.len());
        ExprId(place as u32)
    }

    /// The declared names in alphabetical order.
    pub fn symbols(&self) -> impl Iterator<Item = (&Arc<str>, ExprId)> {
        self.symbols.iter().map(|(name, id)| (name, *id))
    }

    /// The expression of a declared name.
    pub fn find_symbol(&self, name: &str) -> Option<ExprId> {
        self.symbols.get(name).copied()
    }

    /// The kernel and arguments, when the expression is an application.
    pub fn application(&self, id: ExprId) -> Option<(Kernel, &[ExprId])> {
        match self.node(id) {
            Node::Apply(op, args) => Some((self.op(*op).kernel, args)),
            _ => None,
        }
    }

    /// The arguments when the expression applies this kernel.
    pub fn args_of(&self, id: ExprId, kernel: Kernel) -> Option<&[ExprId]> {
        self.application(id).filter(|(found, _)| *found == kernel).map(|(_, args)| args)
    }

    /// The arguments; empty for a leaf.
    pub fn args(&self, id: ExprId) -> &[ExprId] {
        match self.node(id) {
            Node::Apply(_, args) => args,
            _ => &[],
        }
    }

    /// The value, when the expression is a number.
    pub fn number_of(&self, id: ExprId) -> Option<Number> {
        match self.node(id) {
            Node::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether a declared name occurs in the expression.
    pub fn depends_on(&self, id: ExprId, symbol: ExprId) -> bool {
        if id < symbol {
            return false;
        }
        let mut pending = vec![id];
        let mut seen = vec![false; id.index() + 1];
        while let Some(next) = pending.pop() {
            if next == symbol {
                return true;
            }
            if !std::mem::replace(&mut seen[next.index()], true) {
                pending.extend(self.args(next).iter().filter(|arg| **arg >= symbol));
            }
        }
        false
    }

    /// Every expression that `root` is made of, arguments before what they are arguments of.
    pub fn reachable(&self, root: ExprId) -> Vec<ExprId> {
        // Arguments come before what they are arguments of, so the largest that is pending has been met from everywhere; the
        // time depends on the expression alone, however much else the graph holds.
        let mut pending = BinaryHeap::from([root]);
        let mut found: Vec<ExprId> = Vec::new();
        while let Some(id) = pending.pop() {
            if found.last() != Some(&id) {
                found.push(id);
                pending.extend(self.args(id));
            }
        }
        found.reverse();
        found
    }

    /// The number of operations when the expression is written out, shared parts as often as they occur and `u64::MAX`
    /// beyond; and how many of them stand inside each other.
    pub fn written_size(&self, root: ExprId) -> (u64, usize) {
        let mut sizes = vec![(0_u64, 0_usize); root.index() + 1];
        for id in self.reachable(root) {
            if let Node::Apply(_, args) = self.node(id) {
                let parts = args.iter().map(|arg| sizes[arg.index()]);
                sizes[id.index()] = parts.fold((1, 1), |(all, depth), (size, inner)| {
                    (u64::saturating_add(all, size), depth.max(inner + 1))
                });
            }
        }
        sizes[root.index()]
    }

    /// Declares a name; declaring it again with the same shape gives the same expression.
    pub fn symbol(&mut self, name: &str, shape: Shape, facts: Facts) -> ExprId {
        if let Some(id) = self.find_symbol(name) {
            return id;
        }
        let name: Arc<str> = Arc::from(name);
        let id = self.intern(Node::Symbol(name.clone()), shape, facts);
        self.symbols.insert(name, id);
        id
    }

    /// A constant.
    pub fn number(&mut self, number: Number) -> ExprId {
        let mut facts = Facts::CONSTANT;
        if number > Number::ZERO {
            facts = facts | Facts::POSITIVE | Facts::NONNEGATIVE;
        }
        if number.is_zero() {
            facts = facts | Facts::NONNEGATIVE;
        }
        self.intern(Node::Number(number), Shape::scalar(), facts)
    }

    /// An integer constant.
    pub fn int(&mut self, n: i64) -> ExprId {
        self.number(Number::int(n))
    }

    /// A size as a number.
    pub fn size(&mut self, dim: &Dim) -> ExprId {
        match dim.as_constant() {
            Some(n) => self.int(n),
            None => self.intern(
                Node::Size(dim.clone()),
                Shape::scalar(),
                Facts::CONSTANT | Facts::POSITIVE | Facts::NONNEGATIVE,
            ),
        }
    }

    /// A text argument.
    pub fn text(&mut self, text: &str) -> ExprId {
        self.intern(Node::Text(Arc::from(text)), Shape::scalar(), Facts::CONSTANT)
    }

    /// An application exactly as written, its shape checked.
    pub fn apply(&mut self, op: OpId, args: &[ExprId]) -> Result<ExprId, ShapeError> {
        let node = Node::Apply(op, SmallVec::from_slice(args));
        if let Some(id) = self.index.get(&node) {
            return Ok(*id);
        }
        let record = self.op(op);
        let seen: Vec<Arg> = args.iter().map(|arg| self.arg(*arg)).collect();
        let shape = (record.shape)(&mut Known, &seen)?;
        let mut facts = (record.facts)(self, args);
        let constant = args.iter().all(|arg| self.facts(*arg).has(Facts::CONSTANT));
        if constant {
            facts = facts | Facts::CONSTANT;
        }
        if facts.has(Facts::POSITIVE) {
            facts = facts | Facts::NONNEGATIVE;
        }
        if !shape.is_square() {
            let of_squares = Facts::SPD | Facts::ORTHOGONAL | Facts::SKEW;
            facts = facts.without(of_squares);
        }
        let square = shape.is_square() && !shape.is_scalar();
        let id = self.intern(node, shape, facts);
        if square && !facts.has(Facts::SYMMETRIC) && self.is_transpose_of(id, id) {
            self.facts[id.index()] = facts | Facts::SYMMETRIC;
        }
        Ok(id)
    }

    /// An argument as shape rules see it.
    pub fn arg(&self, id: ExprId) -> Arg {
        let value = match self.node(id) {
            Node::Size(dim) => Literal::Size(dim.clone()),
            Node::Number(number) => number
                .as_int()
                .map_or(Literal::Number(*number), |n| Literal::Size(Dim::constant(n))),
            Node::Text(text) => Literal::Text(text.clone()),
            _ => Literal::None,
        };
        Arg { shape: self.shape(id).clone(), value }
    }

    /// Whether `a'` and `b` are the same by the rules of sums, products and transposition and by known symmetry; `false`
    /// claims nothing.
    pub fn is_transpose_of(&self, a: ExprId, b: ExprId) -> bool {
        let (a_shape, b_shape) = (self.shape(a), self.shape(b));
        (&a_shape.rows, &a_shape.cols) == (&b_shape.cols, &b_shape.rows)
            && self.fingerprint(a).is_transpose_of(&self.fingerprint(b))
    }

    /// Whether two values are the same by the rules of sums, products and transposition; `false` claims nothing.
    pub fn is_same(&self, a: ExprId, b: ExprId) -> bool {
        self.shape(a) == self.shape(b) && self.fingerprint(a).is_same_as(&self.fingerprint(b))
    }

    /// The factors of a matrix product in order; the expression itself when it is none, or one of more than
    /// [`Graph::LONGEST_CHAIN`].
    pub fn chain(&self, id: ExprId) -> Vec<ExprId> {
        let mut factors = Vec::new();
        let mut pending = vec![id];
        while let Some(next) = pending.pop() {
            match self.args_of(next, Kernel::MatMul) {
                Some([a, b]) => pending.extend([*b, *a]),
                _ => factors.push(next),
            }
            // Every part that is pending has a factor of its own; shared products are met as often as they occur.
            if factors.len() + pending.len() > Graph::LONGEST_CHAIN {
                return vec![id];
            }
        }
        factors
    }

    /// Factors of a product beyond which it is not taken apart: ten products of a matrix by itself are one of 1024.
    pub const LONGEST_CHAIN: usize = 4096;

    pub(crate) fn fingerprint(&self, id: ExprId) -> Fingerprint {
        self.fingerprints[id.index()]
    }

    fn intern(&mut self, node: Node, shape: Shape, facts: Facts) -> ExprId {
        if let Some(id) = self.index.get(&node) {
            return *id;
        }
        let id = ExprId(self.nodes.len() as u32);
        let fingerprint = Fingerprint::of(self, &node, &shape, facts);
        self.index.insert(node.clone(), id);
        self.nodes.push(node);
        self.fingerprints.push(fingerprint);
        self.shapes.push(shape);
        self.facts.push(facts);
        id
    }
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Graph of {} expressions:", self.len())?;
        for (place, node) in self.nodes.iter().enumerate() {
            match node {
                Node::Apply(op, args) => writeln!(f, "%{place} = {} {args:?}", self.op(*op).name)?,
                _ => writeln!(f, "%{place} = {node:?}")?,
            }
        }
        Ok(())
    }
}
