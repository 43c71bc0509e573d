//! Raising: from index notation back to matrix notation.

mod chain;
mod directional;
mod einsum;
mod kron;
mod network;

use beltrami_core::{ExprId, Kernel, Number, Shape};

use crate::calculus::Calculus;
use crate::error::Result;
use crate::index::{Factor, Idx, Leg, Term};

pub(crate) use chain::Chain;

/// How the output axes of a term are laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A value with at most two axes: the output legs that make up its rows, and those of its columns, slow first.
    Matrix {
        /// Places of output legs that index the rows.
        rows: Vec<usize>,
        /// Places of output legs that index the columns.
        cols: Vec<usize>,
    },
    /// A tensor with one axis for each of these output legs.
    Tensor(Vec<usize>),
}

/// A raised term: number × powers of scalars × expression.
#[derive(Clone, Debug)]
pub struct Raised {
    /// The number in front.
    pub coef: Number,
    /// Scalar factors and their powers, sorted.
    pub scalars: Vec<(ExprId, Number)>,
    /// The rest; `None` when the target is a scalar and nothing is left.
    pub core: Option<ExprId>,
}

impl Calculus<'_> {
    /// A normal term in matrix (or einsum) notation.
    pub fn raise(&mut self, term: &Term, target: &Target) -> Result<Raised> {
        let (scalars, factors): (Vec<Factor>, Vec<Factor>) =
            term.factors.iter().cloned().partition(|f| f.legs.iter().all(|leg| leg.is_empty()));
        let mut scalars: Vec<(ExprId, Number)> =
            scalars.into_iter().map(|f| (f.atom, f.pow)).collect();
        let collect = |places: &[usize]| -> Vec<Idx> {
            places.iter().flat_map(|p| term.out[*p].to_vec()).collect()
        };
        let out: Vec<Idx> = term.out.iter().flatten().copied().collect();
        let factors = self.along_directions(factors, &out, &mut scalars)?;
        let core = match target {
            Target::Matrix { rows, cols } => {
                let (rows, cols) = (collect(rows), collect(cols));
                let (factors, rows, cols) = self.fuse(factors, rows, cols);
                self.raise_matrix(&factors, &rows, &cols, &mut scalars)?
            }
            Target::Tensor(places) => {
                let out: Vec<Leg> = places.iter().map(|p| term.out[*p].clone()).collect();
                Some(self.raise_einsum(&factors, &out)?)
            }
        };
        scalars.sort();
        let mut merged: Vec<(ExprId, Number)> = Vec::new();
        for (scalar, pow) in scalars {
            match merged.last_mut() {
                Some((last, sum)) if *last == scalar => *sum = sum.add(pow),
                _ => merged.push((scalar, pow)),
            }
        }
        merged.retain(|(_, pow)| !pow.is_zero());
        Ok(Raised { coef: term.coef, scalars: merged, core })
    }

    fn raise_matrix(
        &mut self,
        factors: &[Factor],
        rows: &[Idx],
        cols: &[Idx],
        scalars: &mut Vec<(ExprId, Number)>,
    ) -> Result<Option<ExprId>> {
        if rows.is_empty() && cols.is_empty() && factors.is_empty() {
            return Ok(None);
        }
        if let ([row], [col]) = (rows, cols)
            && let Some(raised) = self.raise_stacked(factors, *row, *col, scalars)?
        {
            return Ok(Some(raised));
        }
        if let Some(plain) = self.unstack(factors) {
            if rows.len() <= 1 && cols.len() <= 1 {
                if let Some(raised) = self.raise_network(
                    &plain,
                    rows.first().copied(),
                    cols.first().copied(),
                    scalars,
                )? {
                    return Ok(raised);
                }
            } else if let Some(raised) = self.raise_kron(&plain, rows, cols, scalars)? {
                return Ok(Some(raised));
            }
        }
        if let [only] = factors
            && let Some(commuted) = self.raise_commuted(only, rows, cols)?
        {
            return Ok(Some(commuted));
        }
        let out = [rows, cols].concat();
        if let Some(stacked) = self.stack(factors, &out, scalars)? {
            let (fused, rows, cols) = self.fuse(stacked, rows.to_vec(), cols.to_vec());
            if fused.iter().all(|f| f.legs.iter().all(|leg| leg.len() <= 1)) {
                return self.raise_matrix(&fused, &rows, &cols, scalars);
            }
        }
        let out = [Leg::from_slice(rows), Leg::from_slice(cols)];
        // An empty group is an axis of size 1, which einsum leaves out: a lone column group needs a transposition.
        if rows.is_empty() && !cols.is_empty() {
            let column = self.raise_einsum(factors, &[Leg::from_slice(cols)])?;
            return Ok(Some(self.graph.transpose(column)?));
        }
        let axes = if cols.is_empty() { &out[..1] } else { &out[..] };
        Ok(Some(self.raise_einsum(factors, axes)?))
    }

    /// A matrix of which one grouped axis is read in the other order: a commutation matrix times it.
    fn raise_commuted(
        &mut self,
        factor: &Factor,
        rows: &[Idx],
        cols: &[Idx],
    ) -> Result<Option<ExprId>> {
        let [own_rows, own_cols] = &factor.legs[..] else { return Ok(None) };
        let is_turned = |own: &Leg, wanted: &[Idx]| matches!(own[..], [a, b] if wanted == [b, a]);
        let front = is_turned(own_rows, rows) && cols == &own_cols[..];
        let behind = is_turned(own_cols, cols) && rows == &own_rows[..];
        // An index that stands twice is a δ.
        let mut all = [rows, cols].concat();
        all.sort_unstable();
        let distinct = all.windows(2).all(|pair| pair[0] != pair[1]);
        if !factor.pow.is_one() || !distinct || !(front || behind) {
            return Ok(None);
        }
        let own = if front { own_rows } else { own_cols };
        let (slow, fast) = (self.space.dim(own[0]).clone(), self.space.dim(own[1]).clone());
        let (slow, fast) = (self.graph.size(&slow), self.graph.size(&fast));
        // K(m, n)*vec(A) is vec(A') for A of m rows, which are the fast index.
        Ok(Some(if front {
            let commutation = self.graph.build(Kernel::Commutation, &[fast, slow])?;
            self.graph.mul(commutation, factor.atom)?
        } else {
            let commutation = self.graph.build(Kernel::Commutation, &[slow, fast])?;
            self.graph.mul(factor.atom, commutation)?
        }))
    }

    /// A matrix whose row and column only ever occur side by side, as one axis: the matrix of a stacked column.
    fn raise_stacked(
        &mut self,
        factors: &[Factor],
        row: Idx,
        col: Idx,
        scalars: &mut Vec<(ExprId, Number)>,
    ) -> Result<Option<ExprId>> {
        for (slow, fast, turned) in [(col, row, false), (row, col, true)] {
            let (fused, axis, _) = self.fuse(factors.to_vec(), vec![slow, fast], Vec::new());
            if axis.len() != 1 {
                continue;
            }
            let Some(column) = self.raise_matrix(&fused, &axis, &[], scalars)? else { continue };
            let (m, n) = (self.space.dim(fast).clone(), self.space.dim(slow).clone());
            let matrix = self.unvec(column, &m, &n)?;
            return Ok(Some(if turned { self.graph.transpose(matrix)? } else { matrix }));
        }
        Ok(None)
    }

    /// Replaces indices that only ever occur side by side by one index of the product size.
    fn fuse(
        &mut self,
        mut factors: Vec<Factor>,
        mut rows: Vec<Idx>,
        mut cols: Vec<Idx>,
    ) -> (Vec<Factor>, Vec<Idx>, Vec<Idx>) {
        loop {
            let mut pairs: Vec<(Idx, Idx)> = Vec::new();
            for leg in factors.iter().flat_map(|f| f.legs.iter()) {
                pairs.extend(leg.windows(2).map(|w| (w[0], w[1])));
            }
            let together = |list: &[Idx], a: Idx, b: Idx| -> bool {
                (0..list.len()).all(|p| {
                    (list[p] != a || list.get(p + 1) == Some(&b))
                        && (list[p] != b || p > 0 && list[p - 1] == a)
                })
            };
            let pair = pairs.into_iter().find(|(a, b)| {
                a != b
                    && together(&rows, *a, *b)
                    && together(&cols, *a, *b)
                    && factors.iter().flat_map(|f| f.legs.iter()).all(|leg| together(leg, *a, *b))
            });
            let Some((a, b)) = pair else { return (factors, rows, cols) };
            let dim = self.space.dim(a).times(self.space.dim(b));
            let whole = self.space.fresh(&dim);
            let join = |list: &[Idx]| -> Vec<Idx> {
                list.iter().filter(|i| **i != b).map(|i| if *i == a { whole } else { *i }).collect()
            };
            for leg in factors.iter_mut().flat_map(|f| f.legs.iter_mut()) {
                *leg = join(leg).into_iter().collect();
            }
            (rows, cols) = (join(&rows), join(&cols));
        }
    }

    /// Vectors over a grouped axis of two indices become matrices; `None` when a grouped axis is left.
    fn unstack(&mut self, factors: &[Factor]) -> Option<Vec<Factor>> {
        let mut plain = Vec::new();
        for factor in factors {
            let longest = factor.legs.iter().map(|leg| leg.len()).max().unwrap_or(0);
            if longest <= 1 && factor.legs.len() <= 2 {
                plain.push(factor.clone());
                continue;
            }
            let full: Vec<&Leg> = factor.legs.iter().filter(|leg| !leg.is_empty()).collect();
            let [group] = full[..] else { return None };
            let [slow, fast] = group[..] else { return None };
            let is_row = factor.legs[0].is_empty();
            let column = if is_row { self.graph.transpose(factor.atom).ok()? } else { factor.atom };
            let (m, n) = (self.space.dim(fast).clone(), self.space.dim(slow).clone());
            let atom = self.unvec(column, &m, &n).ok()?;
            let legs = [Leg::from_slice(&[fast]), Leg::from_slice(&[slow])].into_iter().collect();
            plain.push(Factor { atom, legs, ..factor.clone() });
        }
        Some(plain)
    }

    /// Networks between the two indices of a grouped axis become stacked matrices over it; `None` when there are none.
    fn stack(
        &mut self,
        factors: &[Factor],
        out: &[Idx],
        scalars: &mut Vec<(ExprId, Number)>,
    ) -> Result<Option<Vec<Factor>>> {
        let grouped = |f: &Factor| f.legs.iter().any(|leg| leg.len() > 1);
        let groups: Vec<(Idx, Idx)> = factors
            .iter()
            .flat_map(|f| f.legs.iter())
            .filter_map(|leg| if let [slow, fast] = leg[..] { Some((slow, fast)) } else { None })
            .collect();
        let mut rest = factors.to_vec();
        let mut found = false;
        for (slow, fast) in groups {
            let (inside, outside) = between(&rest, slow, fast);
            let held: Vec<Idx> =
                outside.iter().flat_map(indices).chain(out.iter().copied()).collect();
            let own = |i: &Idx| *i == slow || *i == fast || !held.contains(i);
            if inside.is_empty()
                || inside.iter().any(grouped)
                || !inside.iter().flat_map(indices).all(|i| own(&i))
            {
                continue;
            }
            let Some(Some(matrix)) =
                self.raise_network(&inside, Some(fast), Some(slow), scalars)?
            else {
                continue;
            };
            let atom = self.graph.build(Kernel::Vec, &[matrix])?;
            let legs = [Leg::from_slice(&[slow, fast]), Leg::new()].into_iter().collect();
            rest = [outside, vec![Factor::new(atom, legs)]].concat();
            found = true;
        }
        Ok(found.then_some(rest))
    }

    fn unvec(
        &mut self,
        column: ExprId,
        m: &beltrami_core::Dim,
        n: &beltrami_core::Dim,
    ) -> Result<ExprId> {
        if let Some([inner]) = self.graph.args_of(column, Kernel::Vec)
            && *self.graph.shape(*inner) == Shape::matrix(m.clone(), n.clone())
        {
            return Ok(*inner);
        }
        let (rows, cols) = (self.graph.size(m), self.graph.size(n));
        Ok(self.graph.build(Kernel::Unvec, &[column, rows, cols])?)
    }
}

fn indices(factor: &Factor) -> Vec<Idx> {
    factor.legs.iter().flatten().copied().collect()
}

/// The factors that hang together with two indices without passing through them or a grouped axis, and the others.
fn between(factors: &[Factor], slow: Idx, fast: Idx) -> (Vec<Factor>, Vec<Factor>) {
    let grouped = |f: &Factor| f.legs.iter().any(|leg| leg.len() > 1);
    let mut reached = vec![slow, fast];
    let mut inside = vec![false; factors.len()];
    loop {
        let next = (0..factors.len()).find(|place| {
            let factor = &factors[*place];
            !inside[*place]
                && !grouped(factor)
                && indices(factor).iter().any(|i| reached.contains(i))
        });
        let Some(next) = next else { break };
        inside[next] = true;
        reached.extend(indices(&factors[next]));
    }
    let part = |wanted: bool| {
        factors.iter().zip(&inside).filter(|(_, i)| **i == wanted).map(|(f, _)| f.clone()).collect()
    };
    (part(true), part(false))
}
