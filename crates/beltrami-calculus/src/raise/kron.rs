//! Raising to a matrix with grouped axes: Kronecker products of components, commutation matrices, Khatri–Rao products.

use beltrami_core::{Dim, ExprId, Kernel, Number, Shape};

use crate::calculus::Calculus;
use crate::cost::cost;
use crate::error::Result;
use crate::index::{Factor, Idx};

type Scalars = Vec<(ExprId, Number)>;

/// An output index and the factors that hang on it.
type Piece = (Idx, Vec<Factor>);

/// Factors connected through indices, and the output indices among them in output order.
struct Component {
    factors: Vec<Factor>,
    rows: Vec<Idx>,
    cols: Vec<Idx>,
}

impl Calculus<'_> {
    /// The network with these (slow first) row and column indices; `None` when no such form is found.
    pub(super) fn raise_kron(
        &mut self,
        factors: &[Factor],
        rows: &[Idx],
        cols: &[Idx],
        scalars: &mut Scalars,
    ) -> Result<Option<ExprId>> {
        let (components, closed) = split(factors, rows, cols);
        let mut found = Vec::new();
        if !closed.is_empty() && self.raise_network(&closed, None, None, &mut found)?.is_none() {
            return Ok(None);
        }
        let mut parts = Vec::new();
        for component in &components {
            let Some(part) = self.raise_component(component, &mut found)? else { return Ok(None) };
            parts.push(part);
        }
        let mut best: Option<(u64, ExprId)> = None;
        for order in permutations(components.len()) {
            let new_rows: Vec<Idx> =
                order.iter().flat_map(|k| components[*k].rows.clone()).collect();
            let new_cols: Vec<Idx> =
                order.iter().flat_map(|k| components[*k].cols.clone()).collect();
            let (Some(left), Some(right)) =
                (self.permutation(&new_rows, rows)?, self.permutation(cols, &new_cols)?)
            else {
                continue;
            };
            let ordered: Vec<ExprId> = order.iter().map(|k| parts[*k]).collect();
            let mut whole = self.kron_of(&ordered)?;
            for matrix in left.into_iter().rev() {
                whole = self.graph.mul(matrix, whole)?;
            }
            for matrix in right {
                whole = self.graph.mul(whole, matrix)?;
            }
            let swaps_rows = new_rows != rows;
            let price = 2 * cost(self.graph, whole) + u64::from(swaps_rows != self.swap_rows);
            if best.is_none_or(|(least, _)| price < least) {
                best = Some((price, whole));
            }
        }
        scalars.extend(found);
        Ok(best.map(|(_, whole)| whole))
    }

    fn kron_of(&mut self, parts: &[ExprId]) -> Result<ExprId> {
        let mut parts = parts.to_vec();
        // A column beside a row is their outer product, which reads better than two Kronecker factors.
        let mut place = 0;
        while place + 1 < parts.len() {
            let (a, b) = (self.graph.shape(parts[place]), self.graph.shape(parts[place + 1]));
            if a.is_vector() && b.is_row() || a.is_row() && b.is_vector() {
                let outer = self.kron(parts[place], parts[place + 1])?;
                parts.splice(place..place + 2, [outer]);
            }
            place += 1;
        }
        let Some(mut whole) = parts.pop() else { return Ok(self.graph.int(1)) };
        while let Some(left) = parts.pop() {
            whole = self.kron(left, whole)?;
        }
        Ok(whole)
    }

    fn kron(&mut self, a: ExprId, b: ExprId) -> Result<ExprId> {
        let (left, right) = (self.graph.shape(a).clone(), self.graph.shape(b).clone());
        if self.graph.is_eye(a) && self.graph.is_eye(b) {
            return Ok(self.graph.eye(&left.rows.times(&right.rows))?);
        }
        if self.graph.is_ones(a) && self.graph.is_ones(b) {
            return Ok(self.graph.ones(&Shape::matrix(
                left.rows.times(&right.rows),
                left.cols.times(&right.cols),
            ))?);
        }
        // The Kronecker product of a column and a row is the outer product.
        if left.is_vector() && right.is_row() {
            return Ok(self.graph.mul(a, b)?);
        }
        if left.is_row() && right.is_vector() {
            return Ok(self.graph.mul(b, a)?);
        }
        if left.is_scalar() || right.is_scalar() {
            return Ok(self.graph.mul(a, b)?);
        }
        Ok(self.graph.build(Kernel::Kron, &[a, b])?)
    }

    fn raise_component(
        &mut self,
        part: &Component,
        scalars: &mut Scalars,
    ) -> Result<Option<ExprId>> {
        let (rows, cols) = (&part.rows, &part.cols);
        match (&rows[..], &cols[..]) {
            ([], [_]) | ([_], []) | ([_], [_]) => {
                let raised = self.raise_network(
                    &part.factors,
                    rows.first().copied(),
                    cols.first().copied(),
                    scalars,
                )?;
                Ok(raised.flatten())
            }
            ([slow, fast], []) if slow != fast => {
                self.stacked(&part.factors, *fast, *slow, scalars)
            }
            ([], [slow, fast]) if slow != fast => {
                let stacked = self.stacked(&part.factors, *fast, *slow, scalars)?;
                Ok(match stacked {
                    Some(stacked) => Some(self.graph.transpose(stacked)?),
                    None => None,
                })
            }
            ([a, b], [c, d]) if a == c && b == d && a != b => {
                let Some(stacked) = self.stacked(&part.factors, *b, *a, scalars)? else {
                    return Ok(None);
                };
                Ok(Some(self.graph.build(Kernel::DiagMatrix, &[stacked])?))
            }
            _ => match self.khatri_rao(part, scalars)? {
                Some(product) => Ok(Some(product)),
                None => self.sandwich(part, scalars),
            },
        }
    }

    fn stacked(
        &mut self,
        factors: &[Factor],
        row: Idx,
        col: Idx,
        scalars: &mut Scalars,
    ) -> Result<Option<ExprId>> {
        let Some(Some(matrix)) = self.raise_network(factors, Some(row), Some(col), scalars)? else {
            return Ok(None);
        };
        Ok(Some(self.graph.build(Kernel::Vec, &[matrix])?))
    }

    /// A component that falls apart when one index is held fixed: `kr(A, B)*diag(v)*kr(C, D)'`.
    fn khatri_rao(&mut self, part: &Component, scalars: &mut Scalars) -> Result<Option<ExprId>> {
        let mut pivots: Vec<Idx> = part.rows.iter().chain(&part.cols).copied().collect();
        pivots.extend(part.factors.iter().flat_map(Factor::indices));
        let mut tried = Vec::new();
        for pivot in pivots {
            if tried.contains(&pivot) {
                continue;
            }
            tried.push(pivot);
            let Some((weights, pieces)) = self.pieces(part, pivot) else { continue };
            let mut found = Vec::new();
            let mut sides: [Vec<ExprId>; 2] = [Vec::new(), Vec::new()];
            let mut complete = true;
            for (side, list) in [&part.rows, &part.cols].into_iter().enumerate() {
                for idx in list {
                    let raised = if *idx == pivot {
                        let dim = self.space.dim(pivot).clone();
                        Some(Some(self.graph.eye(&dim)?))
                    } else {
                        let piece = pieces
                            .iter()
                            .find(|(i, _)| i == idx)
                            .map(|(_, f)| f.clone())
                            .unwrap_or_default();
                        self.raise_network(&piece, Some(*idx), Some(pivot), &mut found)?
                    };
                    match raised {
                        Some(Some(matrix)) => sides[side].push(matrix),
                        _ => complete = false,
                    }
                }
            }
            let weights = match weights.is_empty() {
                true => None,
                false => self.raise_network(&weights, Some(pivot), None, &mut found)?.flatten(),
            };
            if !complete {
                continue;
            }
            let [left, right] = sides;
            let left = self.khatri_rao_of(&left)?;
            let right = self.khatri_rao_of(&right)?;
            let diagonal = match weights {
                Some(v) => Some(self.graph.build(Kernel::DiagMatrix, &[v])?),
                None => None,
            };
            let whole = match (left, right) {
                (Some(left), Some(right)) => {
                    let right = self.graph.transpose(right)?;
                    let left = match diagonal {
                        Some(d) => self.graph.mul(left, d)?,
                        None => left,
                    };
                    self.graph.mul(left, right)?
                }
                (Some(one), None) | (None, Some(one)) => {
                    let column = match weights {
                        Some(v) => v,
                        None => {
                            let dim = self.space.dim(pivot).clone();
                            self.graph.ones(&Shape::vector(dim))?
                        }
                    };
                    let column = self.graph.mul(one, column)?;
                    if part.rows.is_empty() { self.graph.transpose(column)? } else { column }
                }
                (None, None) => continue,
            };
            scalars.extend(found);
            return Ok(Some(whole));
        }
        Ok(None)
    }

    fn khatri_rao_of(&mut self, parts: &[ExprId]) -> Result<Option<ExprId>> {
        let mut parts = parts.to_vec();
        let Some(mut whole) = parts.pop() else { return Ok(None) };
        while let Some(left) = parts.pop() {
            whole = self.graph.build(Kernel::KhatriRao, &[left, whole])?;
        }
        Ok(Some(whole))
    }

    /// The factors at the pivot alone, and for each other output index the factors that hang on it when the pivot is held
    /// fixed; `None` when two output indices stay connected.
    fn pieces(&self, part: &Component, pivot: Idx) -> Option<(Vec<Factor>, Vec<Piece>)> {
        let outputs: Vec<Idx> =
            part.rows.iter().chain(&part.cols).copied().filter(|i| *i != pivot).collect();
        for (place, idx) in outputs.iter().enumerate() {
            if outputs[place + 1..].contains(idx) {
                return None;
            }
        }
        let mut weights = Vec::new();
        let mut pieces: Vec<(Idx, Vec<Factor>)> =
            outputs.iter().map(|idx| (*idx, Vec::new())).collect();
        for group in connected(&part.factors, &[pivot]) {
            let mut touching =
                outputs.iter().filter(|idx| group.iter().any(|f| f.indices().any(|i| i == **idx)));
            match (touching.next(), touching.next()) {
                (None, _) => weights.extend(group),
                (Some(idx), None) => pieces.iter_mut().find(|(i, _)| i == idx)?.1.extend(group),
                _ => return None,
            }
        }
        Some((weights, pieces))
    }

    /// `kron(I, A)*diag(vec(W))*kron(I, B')`: one index runs through rows and columns, another is summed between.
    fn sandwich(&mut self, part: &Component, scalars: &mut Scalars) -> Result<Option<ExprId>> {
        let ([r0, r1], [c0, c1]) = (&part.rows[..], &part.cols[..]) else { return Ok(None) };
        let through = if r0 == c0 {
            0
        } else if r1 == c1 {
            1
        } else {
            return Ok(None);
        };
        let (shared, a, c) = (part.rows[through], part.rows[1 - through], part.cols[1 - through]);
        let summed: Vec<Idx> = part
            .factors
            .iter()
            .flat_map(Factor::indices)
            .filter(|i| ![shared, a, c].contains(i))
            .collect();
        for pivot in summed {
            let mut found = Vec::new();
            let mut groups: [Vec<Factor>; 3] = Default::default();
            let mut possible = true;
            for group in connected(&part.factors, &[pivot, shared]) {
                let touches = |idx: Idx| group.iter().any(|f| f.indices().any(|i| i == idx));
                let place = match (touches(a), touches(shared), touches(c)) {
                    (true, false, false) => 0,
                    (false, _, false) => 1,
                    (false, false, true) => 2,
                    _ => {
                        possible = false;
                        continue;
                    }
                };
                groups[place].extend(group);
            }
            if !possible {
                continue;
            }
            let [left, middle, right] = groups;
            let left = self.raise_network(&left, Some(a), Some(pivot), &mut found)?.flatten();
            let right = self.raise_network(&right, Some(pivot), Some(c), &mut found)?.flatten();
            let (slow, fast) = if through == 0 { (shared, pivot) } else { (pivot, shared) };
            let weights = self.stacked(&middle, fast, slow, &mut found)?;
            let (Some(left), Some(right), Some(weights)) = (left, right, weights) else { continue };
            let dim = self.space.dim(shared).clone();
            let eye = self.graph.eye(&dim)?;
            let widen = |this: &mut Self, matrix| {
                if through == 0 { this.kron(eye, matrix) } else { this.kron(matrix, eye) }
            };
            let (left, right) = (widen(self, left)?, widen(self, right)?);
            let diagonal = self.graph.build(Kernel::DiagMatrix, &[weights])?;
            let whole = self.graph.mul(left, diagonal)?;
            scalars.extend(found);
            return Ok(Some(self.graph.mul(whole, right)?));
        }
        Ok(None)
    }

    /// Matrices, to be multiplied in order, that take a vector indexed by `from` to one indexed by `to` (slow first).
    ///
    /// `None` when the lists are not permutations of each other.
    fn permutation(&mut self, from: &[Idx], to: &[Idx]) -> Result<Option<Vec<ExprId>>> {
        let mut at = from.to_vec();
        let mut steps = Vec::new();
        if at.len() != to.len() {
            return Ok(None);
        }
        while let Some(first) = (0..to.len()).find(|p| at[*p] != to[*p]) {
            // Bring the longest stretch that fits here to the front of what is not yet in place.
            let Some(start) = (first + 1..at.len()).find(|p| at[*p] == to[first]) else {
                return Ok(None);
            };
            let length =
                (0..at.len() - start).take_while(|k| at[start + k] == to[first + k]).count();
            let size =
                |this: &Self, list: &[Idx]| Dim::product(list.iter().map(|i| this.space.dim(*i)));
            let (before, slow) = (size(self, &at[..first]), size(self, &at[first..start]));
            let (fast, after) =
                (size(self, &at[start..start + length]), size(self, &at[start + length..]));
            let (m, n) = (self.graph.size(&fast), self.graph.size(&slow));
            let swap = self.graph.build(Kernel::Commutation, &[m, n])?;
            let (before, after) = (self.graph.eye(&before)?, self.graph.eye(&after)?);
            let inner =
                if self.graph.shape(after).is_scalar() { swap } else { self.kron(swap, after)? };
            steps.push(if self.graph.shape(before).is_scalar() {
                inner
            } else {
                self.kron(before, inner)?
            });
            at[first..start + length].rotate_right(length);
        }
        steps.reverse();
        Ok(Some(steps))
    }
}

/// Groups of factors connected through indices other than `cut`.
fn connected(factors: &[Factor], cut: &[Idx]) -> Vec<Vec<Factor>> {
    let mut groups: Vec<(Vec<Idx>, Vec<Factor>)> = Vec::new();
    for factor in factors {
        let own: Vec<Idx> = factor.indices().filter(|i| !cut.contains(i)).collect();
        let (touching, mut rest): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|(indices, _)| indices.iter().any(|i| own.contains(i)));
        let mut merged = (own, vec![factor.clone()]);
        for (indices, mut members) in touching.into_iter().rev() {
            merged.0.extend(indices);
            members.append(&mut merged.1);
            merged.1 = members;
        }
        rest.push(merged);
        groups = rest;
    }
    groups.into_iter().map(|(_, members)| members).collect()
}

/// Components with output indices, and the factors that have none.
fn split(factors: &[Factor], rows: &[Idx], cols: &[Idx]) -> (Vec<Component>, Vec<Factor>) {
    let mut components: Vec<Component> = Vec::new();
    let mut closed = Vec::new();
    for group in connected(factors, &[]) {
        let pick = |list: &[Idx]| -> Vec<Idx> {
            list.iter()
                .copied()
                .filter(|idx| group.iter().any(|f| f.indices().any(|i| i == *idx)))
                .collect()
        };
        let (own_rows, own_cols) = (pick(rows), pick(cols));
        if own_rows.is_empty() && own_cols.is_empty() {
            closed.extend(group);
        } else {
            components.push(Component { factors: group, rows: own_rows, cols: own_cols });
        }
    }
    let mut bare: Vec<Idx> = Vec::new();
    for idx in rows.iter().chain(cols) {
        let used = components.iter().any(|c| c.rows.contains(idx) || c.cols.contains(idx));
        if !used && !bare.contains(idx) {
            bare.push(*idx);
        }
    }
    for idx in bare {
        let pick =
            |list: &[Idx]| -> Vec<Idx> { list.iter().copied().filter(|i| *i == idx).collect() };
        components.push(Component { factors: Vec::new(), rows: pick(rows), cols: pick(cols) });
    }
    (components, closed)
}

/// All orders of `0..n`, the given one first.
fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    // More than five components would be unreadable in any order.
    if n > 5 {
        return vec![(0..n).collect()];
    }
    let mut all = Vec::new();
    for rest in permutations(n - 1) {
        for place in 0..n {
            let mut order = rest.clone();
            order.insert(n - 1 - place, n - 1);
            all.push(order);
        }
    }
    all.sort();
    all
}
