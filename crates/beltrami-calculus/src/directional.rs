//! Derivatives along directions in index notation: the array of the derivative, with a pair of indices for the value and
//! one for each direction, times the entries of the directions.

use beltrami_core::{ExprId, Kernel, Spectral};
use smallvec::smallvec;

use crate::calculus::Calculus;
use crate::error::Result;
use crate::index::{Factor, Leg, Term};
use crate::raise::Raised;

impl Calculus<'_> {
    /// The array of the derivative of this order, a matrix: stacked values by stacked directions, the first slow.
    fn derivative_array(&mut self, of: Spectral, own: &[ExprId], order: usize) -> Result<ExprId> {
        let inputs = self.graph.shape(own[0]).len();
        let eye = self.graph.eye(&inputs)?;
        Ok(self.graph.derivative(of, own, &vec![eye; order])?)
    }

    /// The term with an application taken apart into the array of the derivative and its directions.
    pub(crate) fn opened(
        &mut self,
        mut term: Term,
        factor: &Factor,
        of: Spectral,
        args: &[ExprId],
    ) -> Result<Vec<Term>> {
        let (own, along) = args.split_at(of.arguments());
        let shape = self.graph.shape(own[0]).clone();
        let inputs = shape.len();
        let several: Vec<bool> =
            along.iter().map(|direction| *self.graph.shape(*direction) != shape).collect();
        let count = several.iter().filter(|several| **several).count();
        let mut asked = factor.legs.clone();
        let mut choices: Vec<Leg> = Vec::new();
        if count > 1 {
            // The columns of the value are all choices of columns of directions, an index for each.
            for (direction, _) in along.iter().zip(&several).filter(|(_, several)| **several) {
                let cols = self.graph.shape(*direction).cols.clone();
                choices.push(self.fresh_leg(&cols));
            }
            let group: Leg = choices.iter().flatten().copied().collect();
            let mut bound = Default::default();
            self.unify(&mut term, &asked[1], &group, &mut bound);
            choices = choices.iter().map(|leg| bound.current(leg)).collect();
            asked = asked.iter().map(|leg| bound.current(leg)).collect();
        } else if count == 1 {
            choices.push(asked[1].clone());
        }
        let mut columns = Leg::new();
        let mut choices = choices.into_iter();
        for (direction, several) in along.iter().zip(several) {
            let legs = if !several {
                let (row, col) = (self.fresh_leg(&shape.rows), self.fresh_leg(&shape.cols));
                columns.extend(col.iter().chain(&row).copied());
                smallvec![row, col]
            } else {
                let choice = choices.next().unwrap_or_default();
                if self.graph.is_eye(*direction) {
                    columns.extend(choice);
                    continue;
                }
                let stacked = self.fresh_leg(&inputs);
                columns.extend(stacked.iter().copied());
                smallvec![stacked, choice]
            };
            let new = legs_of(&legs, several);
            term.sums.extend(new);
            term.factors.push(Factor::new(*direction, legs));
        }
        let mut rows: Leg = if count > 0 {
            asked[0].clone()
        } else {
            asked[1].iter().chain(&asked[0]).copied().collect()
        };
        let array = match (of, own) {
            // The weighted sum of the derivatives of singular values, by the entries of the value too.
            (Spectral::SingularDyads, [a, weights]) => {
                let choice = self.fresh_leg(&self.graph.shape(*weights).rows.clone());
                term.sums.extend(choice.iter().copied());
                term.factors.push(Factor::new(*weights, smallvec![choice.clone(), Leg::new()]));
                columns = rows.into_iter().chain(columns).collect();
                rows = choice;
                self.derivative_array(Spectral::SingularValues, &[*a], along.len() + 1)?
            }
            _ => self.derivative_array(of, own, along.len())?,
        };
        term.factors.push(Factor::new(array, smallvec![rows, columns]));
        Ok(vec![term])
    }
}

impl Calculus<'_> {
    /// The terms with derivatives that differ in one direction alone as one along the sum or difference; `None` without any.
    pub(crate) fn gathered(&mut self, terms: &[Raised]) -> Result<Option<Vec<Raised>>> {
        let mut terms = terms.to_vec();
        let mut changed = false;
        'again: loop {
            for first in 0..terms.len() {
                for second in first + 1..terms.len() {
                    if let Some(sum) = self.along_sum(&terms[first], &terms[second])? {
                        terms[first].core = Some(sum);
                        terms.remove(second);
                        changed = true;
                        continue 'again;
                    }
                }
            }
            return Ok(changed.then_some(terms));
        }
    }

    /// The derivative along the sum of the directions in which two terms differ, without the first one's scalars.
    fn along_sum(&mut self, one: &Raised, other: &Raised) -> Result<Option<ExprId>> {
        let is_sum = one.coef == other.coef;
        if one.scalars != other.scalars || !is_sum && one.coef != other.coef.neg() {
            return Ok(None);
        }
        let (Some(first), Some(second)) = (one.core, other.core) else { return Ok(None) };
        let (Some((turned, of, mut args)), Some(found)) =
            (self.directional(first), self.directional(second))
        else {
            return Ok(None);
        };
        let own = of.arguments();
        if (found.0, found.1, found.2.len()) != (turned, of, args.len())
            || args[..own] != found.2[..own]
        {
            return Ok(None);
        }
        // The order of directions does not matter: those that both have are taken away.
        let mut others = found.2[own..].to_vec();
        let mut along = args.split_off(own);
        along.retain(|direction| match others.iter().position(|other| other == direction) {
            Some(place) => {
                others.remove(place);
                false
            }
            None => true,
        });
        let (&[e], &[f]) = (&along[..], &others[..]) else { return Ok(None) };
        let sum = if is_sum { self.graph.add(e, f)? } else { self.graph.sub(e, f)? };
        let mut shared = found.2[own..].to_vec();
        if let Some(place) = shared.iter().position(|direction| *direction == f) {
            shared[place] = sum;
        }
        let value = self.graph.derivative(of, &args, &shared)?;
        Ok(Some(if turned { self.graph.transpose(value)? } else { value }))
    }

    /// An application of a derivative along single matrices, perhaps transposed.
    fn directional(&self, core: ExprId) -> Option<(bool, Spectral, Vec<ExprId>)> {
        let (turned, inner) = match self.graph.args_of(core, Kernel::Transpose) {
            Some([inner]) => (true, *inner),
            _ => (false, core),
        };
        let (Kernel::Derivative(of), args) = self.graph.application(inner)? else { return None };
        let along = &args[of.arguments()..];
        let shape = self.graph.shape(args[0]);
        let single = !along.is_empty() && along.iter().all(|e| self.graph.shape(*e) == shape);
        single.then(|| (turned, of, args.to_vec()))
    }
}

/// The indices of a direction that are summed over: all, or those of the stacked entries.
fn legs_of(legs: &[Leg], several: bool) -> Vec<crate::index::Idx> {
    let summed = if several { &legs[..1] } else { legs };
    summed.iter().flatten().copied().collect()
}
