//! Matrix products: vectors first, diagonal factors by broadcasting, inverses by solving equations.

use beltrami_core::{Dim, ExprId, Facts, Kernel, Number, Shape, Solving};

use super::lower::Lowering;
use super::operation::{ArrayId, Operation, Sign};
use super::shape::rank;
use crate::module::Unsupported;

/// A factor of a product.
enum Factor {
    /// An array.
    Plain(ArrayId, Shape),
    /// The diagonal of a diagonal matrix.
    Diagonal(ArrayId),
    /// The inverse of a matrix.
    Inverse(Solver, Dim),
}

/// A matrix whose inverse is wanted, and what is known about it.
pub(crate) struct Solver {
    matrix: ArrayId,
    facts: Facts,
    transposed: bool,
}

/// A product taken apart: scalars in front and below, a sign, and the matrices.
struct Chain {
    scalars: Vec<ArrayId>,
    divisors: Vec<ArrayId>,
    negative: bool,
    factors: Vec<Factor>,
}

impl Lowering<'_> {
    /// The array of a matrix product.
    pub fn product(&mut self, id: ExprId) -> Result<ArrayId, Unsupported> {
        let chain = self.chain(id)?;
        let segments = segments(chain.factors);
        let mut product: Option<(ArrayId, usize)> = None;
        for segment in segments {
            let (code, rank) = self.segment(segment);
            product = Some(match product {
                None => (code, rank),
                Some((left, left_rank)) if left_rank == 0 || rank == 0 => {
                    (self.program.infix(Sign::Times, left, code), left_rank.max(rank))
                }
                Some((left, _)) => (self.program.apply(Operation::Outer, &[left, code]), 2),
            });
        }
        let (mut code, _) = product.ok_or_else(|| Unsupported::new("a product without factors"))?;
        if let Some(scalar) =
            chain.scalars.into_iter().reduce(|a, b| self.program.infix(Sign::Times, a, b))
        {
            code = self.program.infix(Sign::Times, scalar, code);
        }
        for divisor in chain.divisors {
            code = self.program.infix(Sign::Over, code, divisor);
        }
        Ok(if chain.negative { self.program.apply(Operation::Negative, &[code]) } else { code })
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
        let code = match power {
            -1 => code,
            _ => self.program.apply(Operation::MatrixPower(-power), &[code]),
        };
        Ok(Some(Solver { matrix: code, facts: graph.facts(matrix), transposed }))
    }

    /// An inverse as a matrix, where nothing is left to solve for.
    pub fn inverse(&mut self, solver: &Solver, n: &Dim) -> ArrayId {
        let eye = self.program.apply(Operation::Eye(n.clone()), &[]);
        self.solved(solver, eye, 2, false)
    }

    /// Two matrices with the product `a`, when it has at least two factors and all are plain matrices.
    pub fn halves(&mut self, a: ExprId) -> Result<Option<(ArrayId, ArrayId)>, Unsupported> {
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
            left = self.program.apply(Operation::Product, &[left, right]);
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
                Some((Kernel::MatPower, [a, k])) if self.solves_often(*a, *k).is_some() => {
                    let times = self.solves_often(*a, *k).unwrap_or(1);
                    pending.extend(std::iter::repeat_n(*a, times));
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

    /// The exponent of a power of an inverse that is worth as many solutions of equations.
    fn solves_often(&self, base: ExprId, exponent: ExprId) -> Option<usize> {
        self.graph.args_of(base, Kernel::Inv)?;
        let exponent = self.graph.number_of(exponent).and_then(Number::as_int)?;
        usize::try_from(exponent).ok().filter(|n| (2..=4).contains(n))
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
    fn segment(&mut self, mut factors: Vec<Factor>) -> (ArrayId, usize) {
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
            Some(Factor::Diagonal(v)) => (self.program.apply(Operation::Diagonalised, &[v]), 2),
            Some(Factor::Inverse(solver, n)) => (self.inverse(&solver, &n), 2),
            None => (self.program.number(Number::ONE), 0),
        };
        for factor in factors.into_iter().rev() {
            product = self.times_left(factor, product);
        }
        for factor in right {
            product = self.times_right(product, factor);
        }
        product
    }

    fn times_left(&mut self, factor: Factor, (code, rank): (ArrayId, usize)) -> (ArrayId, usize) {
        match factor {
            Factor::Plain(left, shape) => {
                let axes = if shape.is_row() { rank.saturating_sub(1) } else { rank };
                (self.program.apply(Operation::Product, &[left, code]), axes)
            }
            Factor::Diagonal(v) => {
                let v = if rank == 2 { self.program.apply(Operation::Column, &[v]) } else { v };
                (self.program.infix(Sign::Times, v, code), rank)
            }
            Factor::Inverse(solver, _) => (self.solved(&solver, code, rank, false), rank),
        }
    }

    fn times_right(&mut self, (code, rank): (ArrayId, usize), factor: Factor) -> (ArrayId, usize) {
        match factor {
            Factor::Plain(right, shape) => {
                let axes = if shape.is_vector() { rank.saturating_sub(1) } else { rank };
                (self.program.apply(Operation::Product, &[code, right]), axes)
            }
            Factor::Diagonal(v) => (self.program.infix(Sign::Times, code, v), rank),
            Factor::Inverse(solver, _) if rank == 2 => {
                let transposed = self.program.apply(Operation::Transpose, &[code]);
                let solved = self.solved(&solver, transposed, 2, true);
                (self.program.apply(Operation::Transpose, &[solved]), rank)
            }
            Factor::Inverse(solver, _) => (self.solved(&solver, code, rank, true), rank),
        }
    }

    /// The solution of equations with this matrix, or its transpose, and a right-hand side.
    fn solved(&mut self, solver: &Solver, rhs: ArrayId, rank: usize, transposed: bool) -> ArrayId {
        let Solver { matrix, facts, .. } = *solver;
        let transposed = transposed != solver.transposed;
        match facts.solving() {
            Solving::Division => {
                let diagonal = self.program.apply(Operation::Diagonal, &[matrix]);
                let diagonal = if rank == 2 {
                    self.program.apply(Operation::Column, &[diagonal])
                } else {
                    diagonal
                };
                self.program.infix(Sign::Over, rhs, diagonal)
            }
            Solving::Transposition => {
                let matrix = if transposed {
                    matrix
                } else {
                    self.program.apply(Operation::Transpose, &[matrix])
                };
                self.program.apply(Operation::Product, &[matrix, rhs])
            }
            Solving::Cholesky => {
                let factor = self.program.apply(Operation::Cholesky, &[matrix]);
                self.program.apply(Operation::SolveCholesky, &[factor, rhs])
            }
            solving @ (Solving::Forward | Solving::Backward) => {
                let lower = solving == Solving::Forward;
                let operation = Operation::SolveTriangular { lower, transposed };
                self.program.apply(operation, &[matrix, rhs])
            }
            Solving::Elimination => {
                let flip = transposed && !facts.has(Facts::SYMMETRIC);
                let matrix =
                    if flip { self.program.apply(Operation::Transpose, &[matrix]) } else { matrix };
                self.program.apply(Operation::Solve, &[matrix, rhs])
            }
        }
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
