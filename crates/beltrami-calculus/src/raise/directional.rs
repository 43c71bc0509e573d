//! Arrays of derivatives whose pairs of indices meet matrices: derivatives along these as directions.
//!
//! With all pairs but one closed off, the array is a matrix between the indices of the open one; which pair that is does not
//! matter, because the derivative is its own adjoint, of functions of square matrices up to transposes, and that of singular
//! values has dyads with weights.

use beltrami_core::{ExprId, Kernel, Shape, Spectral};
use smallvec::smallvec;

use crate::calculus::Calculus;
use crate::error::Result;
use crate::index::{Factor, Idx, Leg};

type Scalars = Vec<(ExprId, beltrami_core::Number)>;

/// The entries of a derivative by all directions.
struct Array {
    of: Spectral,
    own: Vec<ExprId>,
    /// The shape of the function's value.
    value: Shape,
    /// Row and column of the value, then of each direction.
    pairs: Vec<[Leg; 2]>,
}

impl Calculus<'_> {
    /// Replaces arrays of derivatives by derivatives along the matrices that they meet.
    pub(super) fn along_directions(
        &mut self,
        mut factors: Vec<Factor>,
        out: &[Idx],
        scalars: &mut Scalars,
    ) -> Result<Vec<Factor>> {
        // One open pair where that is possible, before several stay open.
        'again: for most_open in [1, usize::MAX] {
            loop {
                let mut changed = false;
                for place in 0..factors.len() {
                    if let Some(replaced) =
                        self.closed_off(&factors, place, out, most_open, scalars)?
                    {
                        factors = replaced;
                        changed = true;
                        break;
                    }
                }
                if !changed {
                    continue 'again;
                }
            }
        }
        Ok(factors)
    }

    /// The factors with one array and the matrices at its pairs replaced; `None` where too many pairs are open.
    fn closed_off(
        &mut self,
        factors: &[Factor],
        place: usize,
        out: &[Idx],
        most_open: usize,
        scalars: &mut Scalars,
    ) -> Result<Option<Vec<Factor>>> {
        let Some(array) = self.array_of(&factors[place]) else { return Ok(None) };
        let mut closed: Vec<Option<Vec<usize>>> = Vec::new();
        for pair in 0..array.pairs.len() {
            closed.push(self.hanging(factors, place, &array, pair, out));
        }
        if closed.iter().all(Option::is_none) {
            return Ok(None);
        }
        if closed.iter().all(Option::is_some) {
            closed[0] = None;
        }
        let open: Vec<usize> = (0..closed.len()).filter(|pair| closed[*pair].is_none()).collect();
        if open.len() > most_open {
            return Ok(None);
        }
        let shape = self.graph.shape(array.own[0]).clone();
        let mut gone = vec![place];
        let mut along = Vec::new();
        let mut weights = None;
        let mut found = Scalars::new();
        for (pair, members) in closed.iter().enumerate() {
            let Some(members) = members else { continue };
            let [mut row, mut col] = array.pairs[pair].clone();
            if pair == 0 && array.of.is_square() {
                std::mem::swap(&mut row, &mut col);
            }
            let own: Vec<Factor> = members.iter().map(|member| factors[*member].clone()).collect();
            let wanted = if pair == 0 { &array.value } else { &shape };
            let Some(direction) = self.direction(own, &row, &col, wanted, &mut found)? else {
                return Ok(None);
            };
            if pair == 0 && array.of == Spectral::SingularValues {
                weights = Some(direction);
            } else {
                along.push(direction);
            }
            gone.extend(members);
        }
        let inputs = shape.len();
        for _ in &open[1..] {
            along.push(self.graph.eye(&inputs)?);
        }
        let atom = match weights {
            Some(weights) => {
                let own = [array.own[0], weights];
                if along.is_empty() {
                    self.graph.build(Kernel::SingularDyads, &own)?
                } else {
                    self.graph.derivative(Spectral::SingularDyads, &own, &along)?
                }
            }
            None => self.graph.derivative(array.of, &array.own, &along)?,
        };
        let turned = |pair: usize| pair > 0 && array.of.is_square();
        let [row, col] = array.pairs[open[0]].clone();
        let value = if turned(open[0]) { [col, row] } else { [row, col] };
        let legs = match &open[1..] {
            [] => smallvec![value[0].clone(), value[1].clone()],
            directions => {
                let stacked =
                    |[row, col]: &[Leg; 2]| -> Leg { col.iter().chain(row).copied().collect() };
                let columns = directions.iter().flat_map(|pair| stacked(&array.pairs[*pair]));
                smallvec![stacked(&value), columns.collect()]
            }
        };
        scalars.extend(found);
        let mut rest: Vec<Factor> = (0..factors.len())
            .filter(|other| !gone.contains(other))
            .map(|other| factors[other].clone())
            .collect();
        rest.push(Factor::new(atom, legs));
        Ok(Some(rest))
    }

    /// The matrix between two legs, in the shape of a direction.
    fn direction(
        &mut self,
        factors: Vec<Factor>,
        row: &Leg,
        col: &Leg,
        shape: &Shape,
        scalars: &mut Scalars,
    ) -> Result<Option<ExprId>> {
        let (factors, rows, cols) = self.fuse(factors, row.to_vec(), col.to_vec());
        let raised = self.raise_matrix(&factors, &rows, &cols, scalars)?;
        let direction = match raised {
            Some(direction) => direction,
            None => self.graph.int(1),
        };
        Ok((self.graph.shape(direction) == shape).then_some(direction))
    }

    /// The array of a derivative by all directions that a factor is an entry of, with its indices in pairs.
    fn array_of(&self, factor: &Factor) -> Option<Array> {
        let (Kernel::Derivative(of), args) = self.graph.application(factor.atom)? else {
            return None;
        };
        let (own, along) = args.split_at(of.arguments());
        let shape = self.graph.shape(own[0]);
        let inputs = shape.len();
        let whole = |direction: &ExprId| {
            self.graph.is_eye(*direction) && self.graph.shape(*direction).rows == inputs
        };
        let [rows, columns] = &factor.legs[..] else { return None };
        if !factor.pow.is_one() || shape.is_scalar() || !along.iter().all(whole) {
            return None;
        }
        let mut pairs = Vec::new();
        let mut rest = &rows[..];
        let value = match of {
            Spectral::SingularValues => Shape::vector(self.graph.shape(factor.atom).rows.clone()),
            _ => shape.clone(),
        };
        pairs.push(self.pair(&mut rest, &value)?);
        if !rest.is_empty() {
            return None;
        }
        rest = &columns[..];
        for _ in 0..along.len().max(1) {
            pairs.push(self.pair(&mut rest, shape)?);
        }
        rest.is_empty().then(|| Array { of, own: own.to_vec(), value, pairs })
    }

    /// Takes the indices of a stacked matrix, column and row, from the front.
    fn pair(&self, rest: &mut &[Idx], shape: &Shape) -> Option<[Leg; 2]> {
        let mut take = |dim: &beltrami_core::Dim| -> Option<Leg> {
            let length = (0..=rest.len()).find(|k| self.space.leg_dim(&rest[..*k]) == *dim)?;
            let (leg, after) = rest.split_at(length);
            *rest = after;
            Some(Leg::from_slice(leg))
        };
        let col = take(&shape.cols)?;
        let row = take(&shape.rows)?;
        Some([row, col])
    }

    /// The places of the factors that hang together with a pair and with nothing else; `None` where there is something else.
    fn hanging(
        &self,
        factors: &[Factor],
        place: usize,
        array: &Array,
        pair: usize,
        out: &[Idx],
    ) -> Option<Vec<usize>> {
        let mut reached: Vec<Idx> = array.pairs[pair].iter().flatten().copied().collect();
        let others: Vec<Idx> = (0..array.pairs.len())
            .filter(|other| *other != pair)
            .flat_map(|other| array.pairs[other].iter().flatten().copied())
            .collect();
        let mut members: Vec<usize> = Vec::new();
        loop {
            if reached.iter().any(|idx| out.contains(idx) || others.contains(idx)) {
                return None;
            }
            let next = (0..factors.len()).find(|other| {
                *other != place
                    && !members.contains(other)
                    && factors[*other].indices().any(|idx| reached.contains(&idx))
            });
            let Some(next) = next else { return Some(members) };
            if self.array_of(&factors[next]).is_some() {
                return None;
            }
            members.push(next);
            reached.extend(factors[next].indices());
        }
    }
}
