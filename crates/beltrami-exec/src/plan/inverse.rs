//! Systems, inverses and determinants by what is known of their matrix: a diagonal divides, a triangle is substituted, an
//! orthogonal matrix is turned, a definite one is factored by Cholesky, and any other is eliminated.

use beltrami_core::{Facts, Map, Solving};
use beltrami_linalg::dense::Factorisation;
use smallvec::smallvec;

use crate::plan::node::{Binary, NodeId, Op, Program, Solver, Unary};

/// What is known of a matrix that is inverted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) facts: Facts,
    /// Whether its form shows that it is definite, unless it is singular.
    pub(crate) semidefinite: bool,
}

impl Known {
    pub(crate) const NOTHING: Known = Known { facts: Facts::NONE, semidefinite: false };

    pub(crate) fn is_diagonal(self) -> bool {
        self.facts.solving() == Solving::Division
    }

    /// Whether the structure gives the inverse, without a factorisation.
    pub(crate) fn inverts(self) -> bool {
        self.facts.solving().is_direct()
    }

    /// Whether the determinant is the product of the diagonal.
    fn is_triangular(self) -> bool {
        use Solving::{Backward, Division, Forward};
        matches!(self.facts.solving(), Division | Forward | Backward)
    }

    fn factorisation(self) -> Factorisation {
        match self.facts.solving() {
            Solving::Cholesky => Factorisation::Cholesky,
            _ if self.semidefinite => Factorisation::Gram,
            _ => Factorisation::Elimination,
        }
    }
}

impl Program {
    /// The matrix, of which all is zero beside the diagonal, as such.
    pub(crate) fn as_diagonal(&mut self, a: NodeId) -> NodeId {
        if self.is_banded(a) || self.filled(a).is_some() {
            return a;
        }
        let entries = self.diagonal_of(a);
        self.diagonal(entries)
    }

    /// `A⁻¹`, which a product with it solves for.
    pub(crate) fn inverse(&mut self, a: NodeId, known: Known) -> NodeId {
        if self.is_scalar(a) {
            return self.unary(Unary::Recip, a);
        }
        let a = if known.is_diagonal() { self.as_diagonal(a) } else { a };
        if let Op::Diagonal(v) = *self.op(a) {
            let v = self.unary(Unary::Recip, v);
            return self.diagonal(v);
        }
        let solver = match known.facts.solving() {
            Solving::Transposition => return self.transpose(a),
            Solving::Forward => Solver::Lower,
            Solving::Backward => Solver::Upper,
            _ => Solver::Factored(known.factorisation()),
        };
        let factors = self.factors(a, known, solver);
        let dims = self.dims(a).clone();
        self.add_node(Op::Inverse { factors, transposed: false }, dims)
    }

    /// `log|det(A)|`.
    pub(crate) fn log_determinant(&mut self, a: NodeId, known: Known) -> NodeId {
        if self.is_scalar(a) || known.is_triangular() || matches!(self.op(a), Op::Diagonal(_)) {
            let diagonal = self.diagonal_of(a);
            let sizes = self.unary(Unary::Map(Map::Abs), diagonal);
            let logarithms = self.unary(Unary::Map(Map::Log), sizes);
            return self.sum(logarithms);
        }
        if known.facts.solving() == Solving::Transposition {
            return self.constant(0.0);
        }
        let factors = self.factors(a, known, Solver::Factored(known.factorisation()));
        self.add_node(Op::LogDet(factors), smallvec![1, 1])
    }

    /// `det(A)` where it is that of a diagonal; other matrices are left to a single kernel.
    pub(crate) fn determinant(&mut self, a: NodeId, known: Known) -> Option<NodeId> {
        let triangular = known.is_triangular() || matches!(self.op(a), Op::Diagonal(_));
        if self.is_scalar(a) {
            return Some(a);
        }
        triangular.then(|| {
            let diagonal = self.diagonal_of(a);
            self.add_node(Op::EntryProduct(diagonal), smallvec![1, 1])
        })
    }

    /// What systems are solved from; a symmetric matrix and its transpose have the same.
    fn factors(&mut self, a: NodeId, known: Known, solver: Solver) -> NodeId {
        let a = match *self.op(a) {
            Op::Transpose(x) if known.facts.has(Facts::SYMMETRIC) => x,
            _ => a,
        };
        let dims = self.dims(a).clone();
        self.add_node(Op::Factors(a, solver), dims)
    }

    /// `A⁻¹*B` or `A⁻ᵀ*B`.
    pub(crate) fn solve(&mut self, factors: NodeId, b: NodeId, transposed: bool) -> NodeId {
        let dims = self.dims(b).clone();
        if let Op::Binary(Binary::Mul, c, x) = *self.op(b)
            && (self.is_scalar(c) || self.dims(c)[0] == 1)
        {
            let solution = self.solve(factors, x, transposed);
            return self.mul(c, solution);
        }
        let symmetric = |solver: &Solver| match solver {
            Solver::Factored(way) => way.is_symmetric(),
            Solver::Lower | Solver::Upper => false,
        };
        let transposed =
            transposed && !matches!(self.op(factors), Op::Factors(_, solver) if symmetric(solver));
        self.add_node(Op::Solve { factors, right: b, transposed }, dims)
    }
}
