//! Sums of raised terms, with what they have in common taken out in front, behind, or as a scalar.

use beltrami_core::{ExprId, Facts, Kernel, Number, Shape};

use crate::cost::cost;
use crate::lower::{Calculus, Result};
use crate::raise::Raised;

/// Sums of more terms than this are only collected, not searched for common factors.
const MAX_FACTORED: usize = 8;

impl Calculus<'_> {
    /// The shortest sum of the terms found; zeros of `shape` when there are none.
    pub fn sum(&mut self, terms: Vec<Raised>, shape: &Shape) -> Result<ExprId> {
        let terms = merge(terms);
        self.factored(&terms, shape)
    }

    fn factored(&mut self, terms: &[Raised], shape: &Shape) -> Result<ExprId> {
        match terms {
            [] => return Ok(self.graph.zeros(shape)?),
            [only] => return self.term_expr(only),
            _ => {}
        }
        if let Some((common, rest)) = common_scalars(terms) {
            let inner = self.factored(&rest, shape)?;
            return self.term_expr(&Raised { core: Some(inner), ..common });
        }
        let mut best = self.plain_sum(terms)?;
        if terms.len() > MAX_FACTORED {
            return Ok(best);
        }
        let mut least = cost(self.graph, best);
        let chains: Vec<Vec<ExprId>> = terms.iter().map(|t| self.factors_of(t.core)).collect::<Result<_>>()?;
        for from_left in [true, false] {
            let ends: Vec<Option<ExprId>> =
                chains.iter().map(|c| if from_left { c.first().copied() } else { c.last().copied() }).collect();
            let mut tried: Vec<ExprId> = Vec::new();
            for end in ends.iter().flatten() {
                let group: Vec<usize> = (0..terms.len()).filter(|k| ends[*k] == Some(*end)).collect();
                if group.len() < 2 || tried.contains(end) {
                    continue;
                }
                tried.push(*end);
                let Some(product) = self.take_out(terms, &chains, &group, *end, from_left)? else { continue };
                let mut rest: Vec<Raised> =
                    (0..terms.len()).filter(|k| !group.contains(k)).map(|k| terms[k].clone()).collect();
                rest.insert(group[0].min(rest.len()), product);
                let whole = self.factored(&rest, shape)?;
                let price = cost(self.graph, whole);
                if price < least {
                    (best, least) = (whole, price);
                }
            }
        }
        Ok(best)
    }

    fn take_out(
        &mut self,
        terms: &[Raised],
        chains: &[Vec<ExprId>],
        group: &[usize],
        end: ExprId,
        from_left: bool,
    ) -> Result<Option<Raised>> {
        let shape = self.graph.shape(end).clone();
        let dim = if from_left { shape.cols } else { shape.rows };
        let mut rests = Vec::new();
        for k in group {
            let chain = &chains[*k];
            let rest = if from_left { &chain[1..] } else { &chain[..chain.len() - 1] };
            let core = match self.graph.product_of(rest)? {
                Some(product) => product,
                None => self.graph.eye(&dim)?,
            };
            rests.push(Raised { core: Some(core), ..terms[*k].clone() });
        }
        let Some(first) = rests.first().and_then(|r| r.core) else { return Ok(None) };
        let shape = self.graph.shape(first).clone();
        if rests.iter().any(|r| r.core.is_some_and(|core| *self.graph.shape(core) != shape)) {
            return Ok(None);
        }
        let inner = self.factored(&merge(rests), &shape)?;
        let core = if from_left { self.graph.mul(end, inner)? } else { self.graph.mul(inner, end)? };
        Ok(Some(Raised { coef: Number::ONE, scalars: Vec::new(), core: Some(core) }))
    }

    /// The matrix factors of a product, transposed products taken apart.
    fn factors_of(&mut self, core: Option<ExprId>) -> Result<Vec<ExprId>> {
        let Some(core) = core else { return Ok(Vec::new()) };
        if self.graph.shape(core).is_scalar() {
            return Ok(Vec::new());
        }
        if let Some([inner]) = self.graph.args_of(core, Kernel::Transpose)
            && self.graph.args_of(*inner, Kernel::MatMul).is_some()
        {
            let inner = *inner;
            let mut factors = Vec::new();
            for factor in self.graph.chain(inner).into_iter().rev() {
                factors.push(self.graph.transpose(factor)?);
            }
            return Ok(factors);
        }
        let mut factors = Vec::new();
        for factor in self.graph.chain(core) {
            match self.graph.args_of(factor, Kernel::MatPower) {
                Some([base, k]) if self.graph.number_of(*k).and_then(Number::as_int).is_some_and(|k| (2..=6).contains(&k)) => {
                    let times = self.graph.number_of(*k).and_then(Number::as_int).unwrap_or(1);
                    factors.extend(std::iter::repeat_n(*base, times as usize));
                }
                _ => factors.push(factor),
            }
        }
        Ok(factors)
    }

    fn plain_sum(&mut self, terms: &[Raised]) -> Result<ExprId> {
        // A reader expects the sum to open without a minus sign.
        let first = terms.iter().position(|t| !t.coef.is_negative()).unwrap_or(0);
        let mut order: Vec<&Raised> = vec![&terms[first]];
        order.extend(terms.iter().enumerate().filter(|(k, _)| *k != first).map(|(_, t)| t));
        let mut sum = self.term_expr(order[0])?;
        for term in &order[1..] {
            sum = if term.coef.is_negative() {
                let positive = self.term_expr(&Raised { coef: term.coef.neg(), ..(*term).clone() })?;
                self.graph.sub(sum, positive)?
            } else {
                let summand = self.term_expr(term)?;
                self.graph.add(sum, summand)?
            };
        }
        Ok(sum)
    }

    /// One term as an expression: number and scalars in front, divisors behind.
    fn term_expr(&mut self, term: &Raised) -> Result<ExprId> {
        let mut front = Vec::new();
        let mut below = Vec::new();
        for (scalar, pow) in &term.scalars {
            if pow.is_negative() {
                below.push(self.entry_power(*scalar, pow.neg())?);
            } else {
                front.push(self.entry_power(*scalar, *pow)?);
            }
        }
        let mut result = term.core;
        if let Some((last, rest)) = front.split_last() {
            let mut product = *last;
            for scalar in rest.iter().rev() {
                product = self.graph.scale(*scalar, product)?;
            }
            result = Some(match result {
                Some(core) => self.graph.scale(product, core)?,
                None => product,
            });
        }
        let number = self.graph.number(term.coef);
        let mut result = match result {
            Some(core) => self.graph.scale(number, core)?,
            None => number,
        };
        if let Some((first, rest)) = below.split_first() {
            let mut divisor = *first;
            for scalar in rest {
                divisor = self.graph.scale(divisor, *scalar)?;
            }
            result = match self.graph.args_of(result, Kernel::Neg) {
                Some([inner]) => {
                    let inner = *inner;
                    let quotient = self.graph.divide(inner, divisor)?;
                    self.graph.neg(quotient)?
                }
                _ => self.graph.divide(result, divisor)?,
            };
        }
        Ok(result)
    }

    /// Whether an expression equals its transpose by what is known.
    pub fn is_symmetric(&self, expr: ExprId) -> bool {
        self.graph.facts(expr).has(Facts::SYMMETRIC)
    }
}

fn merge(terms: Vec<Raised>) -> Vec<Raised> {
    let mut merged: Vec<Raised> = Vec::new();
    for term in terms {
        match merged.iter_mut().find(|m| m.core == term.core && m.scalars == term.scalars) {
            Some(same) => same.coef = same.coef.add(term.coef),
            None => merged.push(term),
        }
    }
    merged.retain(|t| !t.coef.is_zero());
    merged
}

/// The number and the scalar powers that all terms share, and the terms without them; `None` when there are none.
fn common_scalars(terms: &[Raised]) -> Option<(Raised, Vec<Raised>)> {
    let first = &terms[0];
    let size = |x: Number| if x.is_negative() { x.neg() } else { x };
    let negative = terms.iter().all(|t| t.coef.is_negative());
    let mut coef = Number::ONE;
    if terms.iter().all(|t| size(t.coef) == size(first.coef)) {
        coef = size(first.coef);
    }
    if negative {
        coef = coef.neg();
    }
    let mut scalars = Vec::new();
    for (scalar, pow) in &first.scalars {
        let powers: Option<Vec<Number>> =
            terms.iter().map(|t| t.scalars.iter().find(|(s, _)| s == scalar).map(|(_, p)| *p)).collect();
        let Some(powers) = powers else { continue };
        if powers.iter().any(|p| p.is_negative() != pow.is_negative()) {
            continue;
        }
        let shared = if pow.is_negative() { powers.into_iter().max() } else { powers.into_iter().min() };
        scalars.extend(shared.map(|p| (*scalar, p)));
    }
    if coef.is_one() && scalars.is_empty() {
        return None;
    }
    let inverse = coef.recip()?;
    let rest = terms
        .iter()
        .map(|t| {
            let mut own: Vec<(ExprId, Number)> = t.scalars.clone();
            for (scalar, pow) in &scalars {
                if let Some(entry) = own.iter_mut().find(|(s, _)| s == scalar) {
                    entry.1 = entry.1.add(pow.neg());
                }
            }
            own.retain(|(_, p)| !p.is_zero());
            Raised { coef: t.coef.mul(inverse), scalars: own, core: t.core }
        })
        .collect();
    Some((Raised { coef, scalars, core: None }, rest))
}
