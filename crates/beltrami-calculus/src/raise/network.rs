//! Raising a network of matrices and vectors that contracts, step by step, to one matrix, vector or scalar.
//!
//! Every index that is summed and touches at most two matrices is contracted; parallel matrices are multiplied entry by entry.

use beltrami_core::{ExprId, Kernel, Number, Shape};

use super::Chain;
use crate::calculus::Calculus;
use crate::error::Result;
use crate::index::{Factor, Idx};

/// Expressions and the powers of their entries.
type Powers = Vec<(ExprId, Number)>;

struct Edge {
    chain: Chain,
    row: Idx,
    col: Idx,
}

struct Network {
    edges: Vec<Edge>,
    /// Columns attached to an index.
    vectors: Vec<(Idx, ExprId)>,
    free: [Option<Idx>; 2],
}

impl Network {
    fn degree(&self, idx: Idx) -> usize {
        self.edges.iter().map(|e| usize::from(e.row == idx) + usize::from(e.col == idx)).sum()
    }

    fn is_free(&self, idx: Idx) -> bool {
        self.free.contains(&Some(idx))
    }

    fn take_vectors(&mut self, idx: Idx) -> Vec<ExprId> {
        let taken = self.vectors.iter().filter(|(i, _)| *i == idx).map(|(_, v)| *v).collect();
        self.vectors.retain(|(i, _)| *i != idx);
        taken
    }

    /// The indices in order of first mention.
    fn indices(&self) -> Vec<Idx> {
        let mut seen = Vec::new();
        for idx in self
            .edges
            .iter()
            .flat_map(|e| [e.row, e.col])
            .chain(self.vectors.iter().map(|(i, _)| *i))
        {
            if !seen.contains(&idx) {
                seen.push(idx);
            }
        }
        seen
    }
}

impl Calculus<'_> {
    /// The network as an expression with the given row and column index.
    ///
    /// The outer `None` means that it does not contract to one; the inner one that nothing is left beside `scalars`.
    pub(super) fn raise_network(
        &mut self,
        factors: &[Factor],
        row: Option<Idx>,
        col: Option<Idx>,
        scalars: &mut Vec<(ExprId, Number)>,
    ) -> Result<Option<Option<ExprId>>> {
        let mut net = self.network(factors, [row, col])?;
        let mut found: Vec<(ExprId, Number)> = Vec::new();
        while self.contract_loop(&mut net, &mut found)?
            || self.contract_product(&mut net)?
            || self.contract_parallel(&mut net)?
            || self.contract_end(&mut net)?
            || self.contract_vectors(&mut net, &mut found)?
        {}
        if net.indices().into_iter().any(|idx| !net.is_free(idx)) {
            return Ok(None);
        }
        let core = self.assemble(&mut net)?;
        scalars.extend(found);
        Ok(Some(core))
    }

    fn network(&mut self, factors: &[Factor], free: [Option<Idx>; 2]) -> Result<Network> {
        let mut net = Network { edges: Vec::new(), vectors: Vec::new(), free };
        let mut groups: Vec<(Vec<Idx>, Powers)> = Vec::new();
        for factor in factors {
            let mut place: Vec<Idx> = factor.indices().collect();
            let mut atom = factor.atom;
            if place.len() == 2 && groups.iter().any(|(p, _)| p[..] == [place[1], place[0]]) {
                place.reverse();
                atom = self.graph.transpose(atom)?;
            } else if place.len() == 1 && factor.legs[0].is_empty() {
                atom = self.graph.transpose(atom)?;
            }
            match groups.iter_mut().find(|(p, _)| *p == place) {
                Some((_, members)) => members.push((atom, factor.pow)),
                None => groups.push((place, vec![(atom, factor.pow)])),
            }
        }
        for (place, members) in groups {
            match place[..] {
                [idx] => {
                    for column in self.numerators(&members)? {
                        net.vectors.push((idx, column));
                    }
                }
                [row, col] => {
                    let alone = |i: Idx| {
                        !free.contains(&Some(i))
                            && !factors.iter().any(|f| {
                                f.indices().any(|j| j == i)
                                    && !(f.indices().count() == 2
                                        && f.indices().all(|j| place.contains(&j)))
                            })
                    };
                    let plain = members.iter().all(|(_, pow)| pow.is_one());
                    if plain && members.len() == 2 && (alone(row) || alone(col)) {
                        for (atom, _) in members {
                            net.edges.push(Edge { chain: Chain::of(atom), row, col });
                        }
                    } else {
                        let parts = self.numerators(&members)?;
                        let expr = self.hadamard_all(&parts)?;
                        net.edges.push(Edge { chain: Chain::of(expr), row, col });
                    }
                }
                _ => {}
            }
        }
        Ok(net)
    }

    /// Powers of columns (or matrices) of one shape as a list of expressions, the divisors folded into the last.
    fn numerators(&mut self, members: &[(ExprId, Number)]) -> Result<Vec<ExprId>> {
        let mut above = Vec::new();
        let mut below = Vec::new();
        for (atom, pow) in members {
            let list = if pow.is_negative() { &mut below } else { &mut above };
            let pow = if pow.is_negative() { pow.neg() } else { *pow };
            list.push(self.entry_power(*atom, pow)?);
        }
        if !below.is_empty() {
            let shape = self.graph.shape(members[0].0).clone();
            let last = match above.pop() {
                Some(last) => last,
                None => self.graph.ones(&shape)?,
            };
            let divisor = self.hadamard_all(&below)?;
            above.push(self.graph.build(Kernel::EDivide, &[last, divisor])?);
        }
        Ok(above)
    }

    /// An expression to a positive power, entry by entry.
    pub(crate) fn entry_power(&mut self, atom: ExprId, pow: Number) -> Result<ExprId> {
        if pow == Number::HALF {
            return Ok(self.graph.build(Kernel::Map(beltrami_core::Map::Sqrt), &[atom])?);
        }
        let exponent = self.graph.number(pow);
        Ok(self.graph.power(atom, exponent)?)
    }

    pub(super) fn hadamard_all(&mut self, parts: &[ExprId]) -> Result<ExprId> {
        let mut product = parts[0];
        for part in &parts[1..] {
            product = match self.graph.args_of(*part, Kernel::EDivide) {
                Some([above, below]) => {
                    let (above, below) = (*above, *below);
                    let above = self.graph.hadamard(product, above)?;
                    self.graph.build(Kernel::EDivide, &[above, below])?
                }
                _ => self.graph.hadamard(product, *part)?,
            };
        }
        Ok(product)
    }

    /// A matrix with both indices the same: its trace, or its diagonal as a vector.
    fn contract_loop(
        &mut self,
        net: &mut Network,
        scalars: &mut Vec<(ExprId, Number)>,
    ) -> Result<bool> {
        let Some(place) = net.edges.iter().position(|e| e.row == e.col) else { return Ok(false) };
        let idx = net.edges[place].row;
        if net.is_free(idx)
            && net.free[0] == net.free[1]
            && net.degree(idx) == 2
            && !net.vectors.iter().any(|(i, _)| *i == idx)
        {
            return Ok(false);
        }
        let edge = net.edges.remove(place);
        let alone = !net.is_free(idx)
            && net.degree(idx) == 0
            && !net.vectors.iter().any(|(i, _)| *i == idx);
        if alone {
            let trace = self.trace_of(&edge.chain)?;
            scalars.extend(trace.map(|trace| (trace, Number::ONE)));
            return Ok(true);
        }
        let Some(product) = self.product(&edge.chain)? else { return Ok(true) };
        let product = self.untransposed(product);
        let diagonal = self.graph.build(Kernel::DiagVector, &[product])?;
        net.vectors.push((idx, diagonal));
        Ok(true)
    }

    /// The transpose, of a product as a whole or factor by factor, whichever is shorter.
    pub(crate) fn transposed(&mut self, expr: ExprId) -> Result<ExprId> {
        let whole = self.graph.transpose(expr)?;
        if self.graph.args_of(expr, Kernel::MatMul).is_none() {
            return Ok(whole);
        }
        let mut factors = Vec::new();
        for factor in self.graph.chain(expr).into_iter().rev() {
            factors.push(self.graph.transpose(factor)?);
        }
        let product = self.graph.product_of(&factors)?.unwrap_or(whole);
        let shorter = crate::cost::cost(self.graph, product) < crate::cost::cost(self.graph, whole);
        Ok(if shorter { product } else { whole })
    }

    fn untransposed(&self, expr: ExprId) -> ExprId {
        self.graph.args_of(expr, Kernel::Transpose).map_or(expr, |args| args[0])
    }

    /// The trace of a product, in whichever cyclic rotation it is shortest; `None` for an empty product.
    fn trace_of(&mut self, chain: &Chain) -> Result<Option<ExprId>> {
        let mut best: Option<(u64, ExprId)> = None;
        for turn in 0..chain.0.len().max(1) {
            let mut rotated = chain.clone();
            rotated.0.rotate_left(turn);
            let Some(product) = self.product(&rotated)? else { return Ok(None) };
            let product = self.untransposed(product);
            let price = crate::cost::cost(self.graph, product);
            if best.is_none_or(|(least, _)| price < least) {
                best = Some((price, product));
            }
        }
        let Some((_, product)) = best else { return Ok(None) };
        Ok(Some(self.graph.build(Kernel::Trace, &[product])?))
    }

    /// An index between exactly two matrices: their product, with a vector there between as a diagonal.
    fn contract_product(&mut self, net: &mut Network) -> Result<bool> {
        for idx in net.indices() {
            if net.is_free(idx) || net.degree(idx) != 2 {
                continue;
            }
            let places: Vec<usize> = (0..net.edges.len())
                .filter(|p| net.edges[*p].row == idx || net.edges[*p].col == idx)
                .collect();
            let [first, second] = places[..] else { continue };
            // With a vector at either end of the pair, contracting from that end reads better.
            let mut right = net.edges.remove(second);
            let mut left = net.edges.remove(first);
            if left.row == idx && right.col == idx {
                std::mem::swap(&mut left, &mut right);
            }
            if left.row == idx {
                left = Edge { chain: left.chain.transposed(), row: left.col, col: left.row };
            }
            if right.col == idx {
                right = Edge { chain: right.chain.transposed(), row: right.col, col: right.row };
            }
            let vectors = net.take_vectors(idx);
            let mut chain = left.chain;
            if !vectors.is_empty() {
                let weights = self.hadamard_all(&vectors)?;
                let diagonal = self.graph.build(Kernel::DiagMatrix, &[weights])?;
                chain = chain.then(Chain::of(diagonal));
            }
            net.edges.push(Edge { chain: chain.then(right.chain), row: left.row, col: right.col });
            return Ok(true);
        }
        Ok(false)
    }

    /// Two matrices on the same two indices: their entry-wise product.
    fn contract_parallel(&mut self, net: &mut Network) -> Result<bool> {
        for first in 0..net.edges.len() {
            for second in first + 1..net.edges.len() {
                let (a, b) = (&net.edges[first], &net.edges[second]);
                let same = a.row == b.row && a.col == b.col;
                let crossed = a.row == b.col && a.col == b.row;
                if a.row == a.col || !(same || crossed) {
                    continue;
                }
                let second = net.edges.remove(second);
                let chain = if same { second.chain } else { second.chain.transposed() };
                let (Some(a), Some(b)) =
                    (self.product(&net.edges[first].chain.clone())?, self.product(&chain)?)
                else {
                    continue;
                };
                let product = self.hadamard_all(&[a, b])?;
                net.edges[first].chain = Chain::of(product);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// An index at the end of one matrix: the matrix times the vector there, or times ones.
    fn contract_end(&mut self, net: &mut Network) -> Result<bool> {
        let ends: Vec<Idx> =
            net.indices().into_iter().filter(|i| !net.is_free(*i) && net.degree(*i) == 1).collect();
        let weight = |net: &Network, idx: Idx| {
            let Some(edge) = net.edges.iter().find(|e| e.row == idx || e.col == idx) else {
                return 9;
            };
            // Applying from the right without transposing first; a vector before ones.
            let flags = edge.chain.0.iter().filter(|(_, flag)| *flag != (edge.row == idx)).count();
            usize::from(!net.vectors.iter().any(|(i, _)| *i == idx)) * 4 + usize::from(flags > 0)
        };
        let Some(idx) = ends.into_iter().min_by_key(|i| weight(net, *i)) else { return Ok(false) };
        let Some(place) = net.edges.iter().position(|e| e.row == idx || e.col == idx) else {
            return Ok(false);
        };
        let edge = net.edges.remove(place);
        let (chain, other) = if edge.col == idx {
            (edge.chain, edge.row)
        } else {
            (edge.chain.transposed(), edge.col)
        };
        let vectors = net.take_vectors(idx);
        let column = if vectors.is_empty() {
            let dim = self.space.dim(idx).clone();
            self.graph.ones(&Shape::vector(dim))?
        } else {
            self.hadamard_all(&vectors)?
        };
        let image = self.apply_chain(&chain, column)?;
        net.vectors.push((other, image));
        Ok(true)
    }

    /// An index with vectors alone: their inner product, or the sum of one.
    fn contract_vectors(
        &mut self,
        net: &mut Network,
        scalars: &mut Vec<(ExprId, Number)>,
    ) -> Result<bool> {
        let idx =
            net.vectors.iter().map(|(i, _)| *i).find(|i| !net.is_free(*i) && net.degree(*i) == 0);
        let Some(idx) = idx else { return Ok(false) };
        let mut vectors = net.take_vectors(idx);
        let last = vectors.pop();
        let (Some(last), rest) = (last, vectors) else { return Ok(false) };
        if rest.is_empty() {
            if let Some([base, two]) = self.graph.args_of(last, Kernel::Power)
                && self.graph.number_of(*two) == Some(Number::TWO)
            {
                let base = *base;
                let norm = self.graph.build(Kernel::Norm2, &[base])?;
                scalars.push((norm, Number::TWO));
            } else {
                let sum = self.graph.build(Kernel::Sum, &[last])?;
                scalars.push((sum, Number::ONE));
            }
            return Ok(true);
        }
        let left = self.hadamard_all(&rest)?;
        if left == last {
            let norm = self.graph.build(Kernel::Norm2, &[left])?;
            scalars.push((norm, Number::TWO));
            return Ok(true);
        }
        let row = self.graph.transpose(left)?;
        let inner = self.graph.mul(row, last)?;
        scalars.push((inner, Number::ONE));
        Ok(true)
    }

    /// What is left between the free indices.
    fn assemble(&mut self, net: &mut Network) -> Result<Option<ExprId>> {
        match net.free {
            [None, None] => Ok(None),
            [Some(row), None] => self.column(net, row).map(Some),
            [None, Some(col)] => {
                let column = self.column(net, col)?;
                Ok(Some(self.transposed(column)?))
            }
            [Some(row), Some(col)] if row == col => {
                if let Some(edge) = net.edges.pop() {
                    if let Some(product) = self.diagonal_product(&edge.chain)? {
                        return Ok(Some(product));
                    }
                    let product = self.product(&edge.chain)?;
                    let dim = self.space.dim(row).clone();
                    let eye = self.graph.eye(&dim)?;
                    return Ok(Some(match product {
                        Some(product) => {
                            let product = self.untransposed(product);
                            self.graph.hadamard(product, eye)?
                        }
                        None => eye,
                    }));
                }
                let vectors = net.take_vectors(row);
                if vectors.is_empty() {
                    let dim = self.space.dim(row).clone();
                    return Ok(Some(self.graph.eye(&dim)?));
                }
                let weights = self.hadamard_all(&vectors)?;
                Ok(Some(self.graph.build(Kernel::DiagMatrix, &[weights])?))
            }
            [Some(row), Some(col)] => self.between(net, row, col).map(Some),
        }
    }

    /// `(D*A).*I` is `D.*A` for a diagonal `D`, and `D.*I` is `D`.
    fn diagonal_product(&mut self, chain: &Chain) -> Result<Option<ExprId>> {
        let diagonal =
            |this: &Self, expr: ExprId| this.graph.facts(expr).has(beltrami_core::Facts::DIAGONAL);
        match chain.0[..] {
            [(only, _)] if diagonal(self, only) => Ok(Some(only)),
            [(d, _), (a, _)] | [(a, _), (d, _)] if diagonal(self, d) => {
                Ok(Some(self.graph.hadamard(d, a)?))
            }
            _ => Ok(None),
        }
    }

    fn column(&mut self, net: &mut Network, idx: Idx) -> Result<ExprId> {
        let vectors = net.take_vectors(idx);
        if vectors.is_empty() {
            let dim = self.space.dim(idx).clone();
            return Ok(self.graph.ones(&Shape::vector(dim))?);
        }
        self.hadamard_all(&vectors)
    }

    fn between(&mut self, net: &mut Network, row: Idx, col: Idx) -> Result<ExprId> {
        let (left, right) = (net.take_vectors(row), net.take_vectors(col));
        let Some(edge) = net.edges.pop() else {
            if left.is_empty() && right.is_empty() {
                let shape = Shape::matrix(self.space.dim(row).clone(), self.space.dim(col).clone());
                return Ok(self.graph.ones(&shape)?);
            }
            let outer = |this: &mut Self, vectors: &[ExprId], idx: Idx| {
                if vectors.is_empty() {
                    let dim = this.space.dim(idx).clone();
                    return Ok(this.graph.ones(&Shape::vector(dim))?);
                }
                this.hadamard_all(vectors)
            };
            let column = outer(self, &left, row)?;
            let column_right = outer(self, &right, col)?;
            let row_right = self.transposed(column_right)?;
            return Ok(self.graph.mul(column, row_right)?);
        };
        let chain = if edge.row == row { edge.chain } else { edge.chain.transposed() };
        if !left.is_empty() && !right.is_empty() {
            let Some(middle) = self.product(&chain)? else {
                // Between the identity both weigh the same diagonal.
                let weights = self.hadamard_all(&[left, right].concat())?;
                return Ok(self.graph.build(Kernel::DiagMatrix, &[weights])?);
            };
            let (left, right) = (self.hadamard_all(&left)?, self.hadamard_all(&right)?);
            let right = self.graph.transpose(right)?;
            let outer = self.graph.mul(left, right)?;
            return Ok(self.graph.hadamard(middle, outer)?);
        }
        let mut whole = Chain::default();
        if !left.is_empty() {
            let weights = self.hadamard_all(&left)?;
            whole = Chain::of(self.graph.build(Kernel::DiagMatrix, &[weights])?);
        }
        whole = whole.then(chain);
        if !right.is_empty() {
            let weights = self.hadamard_all(&right)?;
            whole = whole.then(Chain::of(self.graph.build(Kernel::DiagMatrix, &[weights])?));
        }
        match self.product(&whole)? {
            Some(product) => Ok(product),
            None => {
                let dim = self.space.dim(row).clone();
                Ok(self.graph.eye(&dim)?)
            }
        }
    }
}
