//! What a plan is made from: computations on arrays of known sizes, equal ones being one node.

use std::sync::Arc;

use beltrami_core::{ExprId, Kernel, Map};
use beltrami_linalg::dense::Factorisation;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::plan::triangle::Triangle;

/// A node of a [`Program`]; what it reads has smaller numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct NodeId(u32);

impl NodeId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The sizes of the axes, at least two.
pub(crate) type Dims = SmallVec<[usize; 2]>;

/// A function of one entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) enum Unary {
    Neg,
    Square,
    Recip,
    /// A constant exponent, its bits.
    Power(u64),
    Map(Map),
}

/// A function of two entries.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Power,
    Max,
    Min,
    Above,
}

/// What is left of entries: a number, or one for each row or column.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) enum Reduce {
    Sum,
    SumRows,
    SumCols,
    Max,
    /// The Euclidean norm.
    Norm,
}

/// Indices of a [`Layout`] at most: as many as there are letters.
pub(crate) const MOST_INDICES: usize = 64;

/// Which entry goes where: for each value of indices of these sizes, steps of each index there and here.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Layout {
    pub(crate) sizes: Vec<usize>,
    pub(crate) from: Vec<usize>,
    pub(crate) to: Vec<usize>,
}

/// A piece of a diagonal: entry `k` of a column lies in row `row + k` and column `col + k`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct Strip {
    pub(crate) row: usize,
    pub(crate) col: usize,
    pub(crate) entries: NodeId,
}

/// Entries of a column moved: entry `i` is entry `i + by` of another, where that is at least `from` and less than `to`; zero
/// elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Shift {
    pub(crate) by: isize,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// How systems with a square matrix are solved.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Solver {
    /// From factors in memory of their own.
    Factored(Factorisation),
    /// By substitution, the matrix being its own factor.
    Lower,
    Upper,
}

/// A computation. Entry-wise ones repeat a number, a column or a row that is given for a matrix.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Op {
    /// An input, by its place.
    Input(usize),
    /// Every entry the same number, its bits.
    Fill(u64),
    Unary(Unary, NodeId),
    Binary(Binary, NodeId, NodeId),
    Reduce(Reduce, NodeId),
    MatMul(NodeId, NodeId),
    /// `X'*diag(w)*X`.
    Gram(NodeId, Option<NodeId>),
    /// `A + A'`.
    SymmetricSum(NodeId),
    /// `(A + A')*x`.
    SymmetricProduct(NodeId, NodeId),
    Transpose(NodeId),
    /// The same entries, row by row, with other axes.
    Reshape(NodeId),
    /// The square matrix with a column on the diagonal.
    Diagonal(NodeId),
    /// The matrix of pieces of diagonals, in order and apart from one another; what is one whole diagonal is [`Op::Diagonal`].
    Banded(Arc<[Strip]>),
    /// `A + B`, of which `B` is diagonal or banded.
    AddBanded(NodeId, NodeId),
    /// The diagonals of a banded matrix from so many below the main one on: as many columns.
    BandRows(NodeId, usize),
    DiagonalOf(NodeId),
    /// A column from another.
    Shift(NodeId, Shift),
    /// Entries moved to other places of an array that is zero elsewhere.
    Arrange(NodeId, Arc<Layout>),
    /// The entries of one triangle of two axes, and an array from them.
    Pack(NodeId, Triangle),
    Unpack(NodeId, Triangle),
    /// Products of the matrices that arrays of three axes hold, the first axis counting them.
    BatchedProduct {
        a: NodeId,
        a_turned: bool,
        b: NodeId,
        b_turned: bool,
    },
    Kron(NodeId, NodeId),
    /// Column by column a Kronecker product.
    KhatriRao(NodeId, NodeId),
    /// What systems with a square matrix are solved from.
    Factors(NodeId, Solver),
    /// `A⁻¹*B` from the factors of `A`, or `A⁻ᵀ*B`.
    Solve {
        factors: NodeId,
        right: NodeId,
        transposed: bool,
    },
    /// `A⁻¹` or `A⁻ᵀ`, which only what multiplies it by nothing computes.
    Inverse {
        factors: NodeId,
        transposed: bool,
    },
    /// `log|det(A)|` from factors.
    LogDet(NodeId),
    /// The product of all entries of a column.
    EntryProduct(NodeId),
    /// A kernel without a way of its own here.
    Apply {
        kernel: Kernel,
        spec: Option<Arc<str>>,
        args: SmallVec<[NodeId; 2]>,
    },
}

impl Op {
    /// What is read, in order.
    pub(crate) fn reads(&self) -> SmallVec<[NodeId; 2]> {
        match self {
            Op::Input(_) | Op::Fill(_) => SmallVec::new(),
            Op::Unary(_, a)
            | Op::Reduce(_, a)
            | Op::Gram(a, None)
            | Op::SymmetricSum(a)
            | Op::Transpose(a)
            | Op::Reshape(a)
            | Op::Diagonal(a)
            | Op::BandRows(a, _)
            | Op::DiagonalOf(a)
            | Op::Shift(a, _)
            | Op::Arrange(a, _)
            | Op::Pack(a, _)
            | Op::Unpack(a, _)
            | Op::Factors(a, _)
            | Op::Inverse { factors: a, .. }
            | Op::LogDet(a)
            | Op::EntryProduct(a) => SmallVec::from_slice(&[*a]),
            Op::Binary(_, a, b)
            | Op::MatMul(a, b)
            | Op::Gram(a, Some(b))
            | Op::SymmetricProduct(a, b)
            | Op::AddBanded(a, b)
            | Op::Kron(a, b)
            | Op::KhatriRao(a, b)
            | Op::BatchedProduct { a, b, .. }
            | Op::Solve { factors: a, right: b, .. } => SmallVec::from_slice(&[*a, *b]),
            Op::Banded(strips) => strips.iter().map(|strip| strip.entries).collect(),
            Op::Apply { args, .. } => args.clone(),
        }
    }

    /// Whether entries are computed one by one.
    pub(crate) fn is_entrywise(&self) -> bool {
        matches!(self, Op::Unary(..) | Op::Binary(..))
    }
}

/// A computation with its sizes and the expression it was made for.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) op: Op,
    pub(crate) dims: Dims,
    pub(crate) at: ExprId,
}

/// Computations in an order in which each reads earlier ones.
pub(crate) struct Program {
    nodes: Vec<Node>,
    index: FxHashMap<(Op, Dims), NodeId>,
    at: ExprId,
}

impl Program {
    pub(crate) fn new(at: ExprId) -> Program {
        Program { nodes: Vec::new(), index: FxHashMap::default(), at }
    }

    /// Later nodes are made for this expression.
    pub(crate) fn made_for(&mut self, at: ExprId) {
        self.at = at;
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    pub(crate) fn op(&self, id: NodeId) -> &Op {
        &self.nodes[id.index()].op
    }

    pub(crate) fn dims(&self, id: NodeId) -> &Dims {
        &self.nodes[id.index()].dims
    }

    /// The first axis, and all others as one.
    pub(crate) fn size(&self, id: NodeId) -> (usize, usize) {
        let dims = self.dims(id);
        (dims[0], dims[1..].iter().product())
    }

    pub(crate) fn len_of(&self, id: NodeId) -> usize {
        self.dims(id).iter().product()
    }

    pub(crate) fn is_scalar(&self, id: NodeId) -> bool {
        self.dims(id)[..] == [1, 1]
    }

    /// Whether there are two axes, one of them 1.
    pub(crate) fn is_line(&self, id: NodeId) -> bool {
        matches!(self.dims(id)[..], [1, _] | [_, 1])
    }

    pub(crate) fn nth(&self, place: usize) -> NodeId {
        debug_assert!(place < self.nodes.len());
        NodeId(place as u32)
    }

    /// The node as it is, the same one for the same computation.
    pub(crate) fn add_node(&mut self, op: Op, dims: Dims) -> NodeId {
        if let Some(id) = self.index.get(&(op.clone(), dims.clone())) {
            return *id;
        }
        let id = NodeId(self.nodes.len() as u32);
        self.index.insert((op.clone(), dims.clone()), id);
        self.nodes.push(Node { op, dims, at: self.at });
        id
    }

    /// The number that every entry is, where that is known.
    pub(crate) fn filled(&self, id: NodeId) -> Option<f64> {
        match self.op(id) {
            Op::Fill(bits) => Some(f64::from_bits(*bits)),
            _ => None,
        }
    }
}
