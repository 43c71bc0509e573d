//! Matrix products: vectors first, diagonal factors by broadcasting, inverses by solving equations.

use beltrami_core::{Dim, ExprId, Facts, Kernel, Number, Shape};

use super::code::{CodeId, Level};
use super::lower::Lowering;
use super::size::rank;
use crate::module::Unsupported;

/// A factor of a product.
enum Factor {
    /// An array.
    Plain(CodeId, Shape),
    /// The diagonal of a diagonal matrix.
    Diagonal(CodeId),
    /// The inverse of a matrix.
    Inverse(Solver, Dim),
}

/// A matrix whose inverse is wanted, and what is known about it.
pub(super) struct Solver {
    matrix: CodeId,
    facts: Facts,
    transposed: bool,
}

/// A product taken apart: scalars in front and below, a sign, and the matrices.
struct Chain {
    scalars: Vec<CodeId>,
    divisors: Vec<CodeId>,
    negative: bool,
    factors: Vec<Factor>,
}

impl Lowering<'_> {
    /// The code of a matrix product.
    pub fn product(&mut self, id: ExprId) -> Result<CodeId, Unsupported> {
        let chain = self.chain(id)?;
        let segments = segments(chain.factors);
        let mut product: Option<(CodeId, usize)> = None;
        for segment in segments {
            let (code, rank) = self.segment(segment);
            product = Some(match product {
                None => (code, rank),
                Some((left, left_rank)) if left_rank == 0 || rank == 0 => {
                    (self.codes.infix("*", left, code), left_rank.max(rank))
                }
                Some((left, _)) => (self.codes.call("np.outer(#1, #2)", &[left, code]), 2),
            });
        }
        let (mut code, _) = product.ok_or_else(|| Unsupported::new("a product without factors"))?;
        if let Some(scalar) = chain.scalars.into_iter().reduce(|a, b| self.codes.infix("*", a, b)) {
            code = self.codes.infix("*", scalar, code);
        }
        for divisor in chain.divisors {
            code = self.codes.infix("/", code, divisor);
        }
        Ok(if chain.negative { self.codes.negative(code) } else { code })
    }

    /// What to solve instead of multiplying with this expression, when it is an inverse.
    pub fn solver(&mut self, id: ExprId) -> Result<Option<Solver>, Unsupported> {
        let graph = self.graph;
        let (inverse, transposed) = match graph.args_of(id, Kernel::Transpose) {
            Some([inner]) => (*inner, true),
            _ => (id, false),
        };
        let (matrix, power) = match graph.application(inverse) {
            Some((Kernel::Inv, [a])) => (*a, -1),
            Some((Kernel::MatPower, [a, k])) => {
                match graph.number_of(*k).and_then(Number::as_int) {
                    Some(power) if power < 0 => (*a, power),
                    _ => return Ok(None),
                }
            }
            _ => return Ok(None),
        };
        if rank(graph.shape(matrix)) != 2 {
            return Ok(None);
        }
        let code = self.value(matrix)?;
        let template = format!("np.linalg.matrix_power(#1, {})", power.unsigned_abs());
        let code = if power == -1 { code } else { self.codes.call(template, &[code]) };
        Ok(Some(Solver { matrix: code, facts: graph.facts(matrix), transposed }))
    }

    /// An inverse as a matrix, where nothing is left to solve for.
    pub fn inverse(&mut self, solver: &Solver, n: &Dim) -> CodeId {
        let eye = self.codes.call(format!("np.eye({})", self.size(n)), &[]);
        self.solved(solver, eye, 2, false)
    }

    /// Two matrices with the product `a`, when it has at least two factors and all are plain matrices.
    pub fn halves(&mut self, a: ExprId) -> Result<Option<(CodeId, CodeId)>, Unsupported> {
        if self.graph.args_of(a, Kernel::MatMul).is_none() || self.is_shared(a) {
            return Ok(None);
        }
        let chain = self.chain(a)?;
        let plain = chain
            .factors
            .iter()
            .all(|factor| matches!(factor, Factor::Plain(_, shape) if rank(shape) == 2));
        let scaled = chain.negative || !chain.scalars.is_empty() || !chain.divisors.is_empty();
        if !plain || scaled || chain.factors.len() < 2 {
            return Ok(None);
        }
        let mut codes = chain.factors.into_iter().filter_map(|factor| match factor {
            Factor::Plain(code, _) => Some(code),
            _ => None,
        });
        let (Some(mut left), Some(mut right)) = (codes.next(), codes.next()) else {
            return Ok(None);
        };
        for next in codes {
            left = self.codes.infix("@", left, right);
            right = next;
        }
        Ok(Some((left, right)))
    }

    /// Takes a product apart; products that others use too stay whole.
    fn chain(&mut self, id: ExprId) -> Result<Chain, Unsupported> {
        let graph = self.graph;
        let mut chain = Chain {
            scalars: Vec::new(),
            divisors: Vec::new(),
            negative: false,
            factors: Vec::new(),
        };
        let mut pending = vec![id];
        while let Some(next) = pending.pop() {
            match graph.application(next) {
                Some((Kernel::MatMul, [a, b])) if next == id || !self.is_shared(next) => {
                    pending.extend([*b, *a])
                }
                Some((Kernel::Neg, [a])) if !graph.shape(*a).is_scalar() => {
                    chain.negative = !chain.negative;
                    pending.push(*a);
                }
                Some((Kernel::Scale, [s, a])) if !graph.shape(*a).is_scalar() => {
                    chain.scalars.push(self.value(*s)?);
                    pending.push(*a);
                }
                Some((Kernel::Divide, [a, s])) if !graph.shape(*a).is_scalar() => {
                    chain.divisors.push(self.value(*s)?);
                    pending.push(*a);
                }
                _ if graph.shape(next).is_scalar() => chain.scalars.push(self.value(next)?),
                _ => chain.factors.push(self.factor(next)?),
            }
        }
        Ok(chain)
    }

    fn factor(&mut self, id: ExprId) -> Result<Factor, Unsupported> {
        if let Some(solver) = self.solver(id)? {
            return Ok(Factor::Inverse(solver, self.graph.shape(id).rows.clone()));
        }
        if let Some([v]) = self.graph.args_of(id, Kernel::DiagMatrix)
            && rank(self.graph.shape(*v)) == 1
        {
            return Ok(Factor::Diagonal(self.value(*v)?));
        }
        Ok(Factor::Plain(self.value(id)?, self.graph.shape(id).clone()))
    }

    /// The product of factors with no vector inside: from the right when it ends with a vector, else from the left.
    fn segment(&mut self, mut factors: Vec<Factor>) -> (CodeId, usize) {
        let is_vector =
            |factor: &Factor| matches!(factor, Factor::Plain(_, shape) if rank(shape) == 1);
        let is_plain = |factor: &Factor| matches!(factor, Factor::Plain(..));
        let start = if factors.last().is_some_and(is_vector) {
            factors.len() - 1
        } else if factors.first().is_some_and(is_vector) {
            0
        } else {
            factors.iter().position(is_plain).unwrap_or(factors.len().saturating_sub(1))
        };
        let right = factors.split_off((start + 1).min(factors.len()));
        let mut product = match factors.pop() {
            Some(Factor::Plain(code, shape)) => (code, rank(&shape)),
            Some(Factor::Diagonal(v)) => (self.codes.call("np.diag(#1)", &[v]), 2),
            Some(Factor::Inverse(solver, n)) => (self.inverse(&solver, &n), 2),
            None => (self.codes.leaf("1.0", Level::Atom), 0),
        };
        for factor in factors.into_iter().rev() {
            product = self.times_left(factor, product);
        }
        for factor in right {
            product = self.times_right(product, factor);
        }
        product
    }

    fn times_left(&mut self, factor: Factor, (code, rank): (CodeId, usize)) -> (CodeId, usize) {
        match factor {
            Factor::Plain(left, shape) => {
                let axes = if shape.is_row() { rank.saturating_sub(1) } else { rank };
                (self.codes.infix("@", left, code), axes)
            }
            Factor::Diagonal(v) => {
                let v = if rank == 2 { self.codes.call("#1[:, None]", &[v]) } else { v };
                (self.codes.infix("*", v, code), rank)
            }
            Factor::Inverse(solver, _) => (self.solved(&solver, code, rank, false), rank),
        }
    }

    fn times_right(&mut self, (code, rank): (CodeId, usize), factor: Factor) -> (CodeId, usize) {
        match factor {
            Factor::Plain(right, shape) => {
                let axes = if shape.is_vector() { rank.saturating_sub(1) } else { rank };
                (self.codes.infix("@", code, right), axes)
            }
            Factor::Diagonal(v) => (self.codes.infix("*", code, v), rank),
            Factor::Inverse(solver, _) if rank == 2 => {
                let transposed = self.codes.transposed(code);
                let solved = self.solved(&solver, transposed, 2, true);
                (self.codes.transposed(solved), rank)
            }
            Factor::Inverse(solver, _) => (self.solved(&solver, code, rank, true), rank),
        }
    }

    /// The solution of equations with this matrix, or its transpose, and a right-hand side.
    fn solved(&mut self, solver: &Solver, rhs: CodeId, rank: usize, transposed: bool) -> CodeId {
        let Solver { matrix, facts, .. } = *solver;
        let transposed = transposed != solver.transposed;
        if facts.has(Facts::DIAGONAL) {
            let diagonal = self.codes.call("np.diag(#1)", &[matrix]);
            let diagonal =
                if rank == 2 { self.codes.call("#1[:, None]", &[diagonal]) } else { diagonal };
            return self.codes.infix("/", rhs, diagonal);
        }
        if facts.has(Facts::ORTHOGONAL) {
            let matrix = if transposed { matrix } else { self.codes.transposed(matrix) };
            return self.codes.infix("@", matrix, rhs);
        }
        if facts.has(Facts::SPD) {
            let factor = self.codes.call("scipy.linalg.cho_factor(#1)", &[matrix]);
            return self.codes.call("scipy.linalg.cho_solve(#1, #2)", &[factor, rhs]);
        }
        if facts.has(Facts::LOWER) || facts.has(Facts::UPPER) {
            let lower = if facts.has(Facts::LOWER) { ", lower=True" } else { "" };
            let trans = if transposed { ", trans=\"T\"" } else { "" };
            return self.codes.call(
                format!("scipy.linalg.solve_triangular(#1, #2{lower}{trans})"),
                &[matrix, rhs],
            );
        }
        let flip = transposed && !facts.has(Facts::SYMMETRIC);
        let matrix = if flip { self.codes.transposed(matrix) } else { matrix };
        self.codes.call("np.linalg.solve(#1, #2)", &[matrix, rhs])
    }
}

/// Splits a product where a vector meets a row, so that outer products come last.
fn segments(factors: Vec<Factor>) -> Vec<Vec<Factor>> {
    let mut segments: Vec<Vec<Factor>> = vec![Vec::new()];
    for factor in factors {
        let ends = matches!(&factor, Factor::Plain(_, shape) if shape.is_vector());
        if let Some(segment) = segments.last_mut() {
            segment.push(factor);
        }
        if ends {
            segments.push(Vec::new());
        }
    }
    segments.retain(|segment| !segment.is_empty());
    segments
}
