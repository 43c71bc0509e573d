//! Sums of raised terms, with what they have in common taken out in front, behind, or as a scalar.

use beltrami_core::{ExprId, Kernel, Number, Shape};

use crate::calculus::Calculus;
use crate::cost::cost;
use crate::error::Result;
use crate::raise::Raised;

/// Sums of more terms than this are only collected, not searched for common factors.
const MAX_FACTORED: usize = 7;

/// Sums tried in one search; the shortest found by then is the answer.
const MAX_FACTORINGS: usize = 300;

impl Calculus<'_> {
    /// The shortest sum of the terms found; zeros of `shape` when there are none.
    pub fn sum(&mut self, terms: Vec<Raised>, shape: &Shape) -> Result<ExprId> {
        let terms = merge(terms);
        self.factorings = 0;
        let mut best = self.factored(&terms, shape)?;
        for other in self.absorbed(&terms)? {
            let other = self.factored(&other, shape)?;
            if cost(self.graph, other) < cost(self.graph, best) {
                best = other;
            }
        }
        Ok(best)
    }

    pub(crate) fn factored(&mut self, terms: &[Raised], shape: &Shape) -> Result<ExprId> {
        self.stop.check()?;
        match terms {
            [] => return Ok(self.graph.zeros(shape)?),
            [only] => return self.term_expr(only),
            _ => {}
        }
        if let Some(gathered) = self.gathered(terms)? {
            return self.factored(&gathered, shape);
        }
        if self.factorings <= MAX_FACTORINGS
            && let Some((common, rest)) = common_scalars(terms)
        {
            self.factorings += 1;
            let inner = self.factored(&rest, shape)?;
            return self.term_expr(&Raised { core: Some(inner), ..common });
        }
        let mut best = self.plain_sum(terms)?;
        self.factorings += 1;
        if terms.len() > MAX_FACTORED || shape.is_scalar() || self.factorings > MAX_FACTORINGS {
            return Ok(best);
        }
        let mut least = cost(self.graph, best);
        if let Some(whole) = self.scalars_together(terms, shape)? {
            let price = cost(self.graph, whole);
            if price < least {
                (best, least) = (whole, price);
            }
        }
        for candidate in self.groupings(terms)? {
            let Some((product, quotient)) = self.take_out(terms, &candidate)? else { continue };
            let mut rest: Vec<Raised> = (0..terms.len())
                .filter(|k| !candidate.group.contains(k))
                .map(|k| terms[k].clone())
                .collect();
            if !rest.is_empty()
                && let Some(whole) = self.complement(&rest, &product, quotient, shape)?
            {
                let price = cost(self.graph, whole);
                if price < least {
                    (best, least) = (whole, price);
                }
            }
            rest.insert(candidate.group[0].min(rest.len()), product);
            let whole = self.factored(&rest, shape)?;
            let price = cost(self.graph, whole);
            if price < least {
                (best, least) = (whole, price);
            }
        }
        Ok(best)
    }

    /// `a*X + b*X` as `(a + b)*X`.
    fn scalars_together(&mut self, terms: &[Raised], shape: &Shape) -> Result<Option<ExprId>> {
        let same = |core: Option<ExprId>| terms.iter().filter(|t| t.core == core).count();
        let Some(core) =
            terms.iter().map(|t| t.core).find(|core| core.is_some() && same(*core) > 1)
        else {
            return Ok(None);
        };
        let (group, mut rest): (Vec<Raised>, Vec<Raised>) =
            terms.iter().cloned().partition(|t| t.core == core);
        let scalars: Vec<Raised> = group.into_iter().map(|t| Raised { core: None, ..t }).collect();
        let (outer, scalars) = common_scalars(&scalars).unwrap_or((plain(), scalars));
        let sum = self.plain_sum(&scalars)?;
        let product = match core {
            Some(core) => self.graph.scale(sum, core)?,
            None => sum,
        };
        rest.push(Raised { core: Some(product), ..outer });
        self.factored(&rest, shape).map(Some)
    }

    /// `X + Q*X` as `(I + Q)*X`, where `X` is what the other terms sum to and `product` is `Q*X`.
    fn complement(
        &mut self,
        rest: &[Raised],
        product: &Raised,
        quotient: (ExprId, ExprId),
        shape: &Shape,
    ) -> Result<Option<ExprId>> {
        let (q, x) = quotient;
        if !self.graph.shape(q).is_square() {
            return Ok(None);
        }
        let whole = self.factored(rest, shape)?;
        let negative = self.graph.neg(whole)?;
        let sign = if whole == x {
            1
        } else if negative == x {
            -1
        } else {
            return Ok(None);
        };
        let n = self.graph.shape(q).rows.clone();
        let eye = self.graph.eye(&n)?;
        let terms = [
            Raised { coef: Number::int(sign), scalars: Vec::new(), core: Some(eye) },
            Raised { core: Some(q), ..product.clone() },
        ];
        let sum = self.plain_sum(&terms)?;
        Ok(Some(self.graph.mul(sum, x)?))
    }

    /// Which terms share which factors at which end.
    fn groupings(&mut self, terms: &[Raised]) -> Result<Vec<Grouping>> {
        let chains: Vec<Vec<ExprId>> =
            terms.iter().map(|t| self.factors_of(t.core)).collect::<Result<_>>()?;
        let mut found: Vec<Grouping> = Vec::new();
        for from_left in [true, false] {
            let ordered: Vec<Vec<ExprId>> =
                chains
                    .iter()
                    .map(|chain| {
                        if from_left {
                            chain.clone()
                        } else {
                            chain.iter().rev().copied().collect()
                        }
                    })
                    .collect();
            for i in 0..terms.len() {
                for j in i + 1..terms.len() {
                    let shared =
                        ordered[i].iter().zip(&ordered[j]).take_while(|(a, b)| a == b).count();
                    for length in (1..=shared).rev().filter(|l| *l == shared || *l == 1) {
                        let end = ordered[i][..length].to_vec();
                        let group: Vec<usize> =
                            (0..terms.len()).filter(|k| ordered[*k].starts_with(&end)).collect();
                        if group.iter().all(|k| ordered[*k].len() == length) {
                            continue;
                        }
                        let rests = ordered
                            .iter()
                            .map(|chain| {
                                let rest = chain.get(length..).unwrap_or_default().to_vec();
                                if from_left { rest } else { rest.into_iter().rev().collect() }
                            })
                            .collect();
                        let ends = if from_left { end } else { end.into_iter().rev().collect() };
                        let grouping = Grouping { group, ends, rests, from_left };
                        if !found.contains(&grouping) {
                            found.push(grouping);
                        }
                    }
                }
            }
            found.extend(self.kron_groupings(terms, from_left)?);
        }
        Ok(found)
    }

    /// `kron(A*C, B*D)` is `kron(A, B)*kron(C, D)`: Kronecker products may share outer factors on one side.
    fn kron_groupings(&mut self, terms: &[Raised], from_left: bool) -> Result<Vec<Grouping>> {
        let mut parts: Vec<(Vec<ExprId>, Vec<ExprId>)> = Vec::new();
        for term in terms {
            let Some([p, q]) = term.core.and_then(|core| self.graph.args_of(core, Kernel::Kron))
            else {
                return Ok(Vec::new());
            };
            let (p, q) = (*p, *q);
            parts.push((self.factors_of(Some(p))?, self.factors_of(Some(q))?));
        }
        let end = |chain: &[ExprId]| {
            if from_left { chain.first().copied() } else { chain.last().copied() }
        };
        let (Some(p), Some(q)) = (end(&parts[0].0), end(&parts[0].1)) else {
            return Ok(Vec::new());
        };
        if parts.iter().any(|(a, b)| end(a) != Some(p) || end(b) != Some(q)) {
            return Ok(Vec::new());
        }
        // A whole factor on both sides would leave identities, which share their factor again.
        if parts.iter().all(|(a, b)| a.len() == 1 && b.len() == 1)
            || self.graph.is_eye(p) && self.graph.is_eye(q)
        {
            return Ok(Vec::new());
        }
        let side = |this: &mut Self, chain: &[ExprId], end: ExprId| -> Result<ExprId> {
            let rest = if from_left { &chain[1..] } else { &chain[..chain.len() - 1] };
            Ok(match this.graph.product_of(rest)? {
                Some(product) => product,
                None => {
                    let shape = this.graph.shape(end);
                    let n = if from_left { shape.cols.clone() } else { shape.rows.clone() };
                    this.graph.eye(&n)?
                }
            })
        };
        let mut rests = Vec::new();
        for (a, b) in &parts {
            let (left, right) = (side(self, a, p)?, side(self, b, q)?);
            rests.push(vec![self.graph.build(Kernel::Kron, &[left, right])?]);
        }
        let ends = vec![self.graph.build(Kernel::Kron, &[p, q])?];
        Ok(vec![Grouping { group: (0..terms.len()).collect(), ends, rests, from_left }])
    }

    /// The group as one product, and for a factor taken out in front also that product as a pair.
    fn take_out(
        &mut self,
        terms: &[Raised],
        grouping: &Grouping,
    ) -> Result<Option<(Raised, (ExprId, ExprId))>> {
        let Some(end) = self.graph.product_of(&grouping.ends)? else { return Ok(None) };
        let shape = self.graph.shape(end).clone();
        let dim = if grouping.from_left { shape.cols } else { shape.rows };
        let mut rests = Vec::new();
        for k in &grouping.group {
            let core = match self.graph.product_of(&grouping.rests[*k])? {
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
        let rests = merge(rests);
        // A number or sign that the group shares stays outside, so that the sums of different groups can be equal.
        let (outer, rests) = common_scalars(&rests).unwrap_or((plain(), rests));
        let inner = self.factored(&rests, &shape)?;
        let core = if grouping.from_left {
            self.graph.mul(end, inner)?
        } else {
            self.graph.mul(inner, end)?
        };
        let pair = if grouping.from_left { (end, inner) } else { (inner, end) };
        Ok(Some((Raised { core: Some(core), ..outer }, pair)))
    }

    /// Terms with scalar inner products written into the chain, `(x'*b)*a` as `a*b'*x`, so that they may share a factor.
    fn absorbed(&mut self, terms: &[Raised]) -> Result<Vec<Vec<Raised>>> {
        if terms.len() < 2 || terms.len() > MAX_FACTORED {
            return Ok(Vec::new());
        }
        let mut options: Vec<Vec<(Vec<ExprId>, Raised)>> = Vec::new();
        for term in terms {
            let Some(core) = term.core.filter(|core| self.graph.shape(*core).is_vector()) else {
                return Ok(Vec::new());
            };
            let own = self.factors_of(Some(core))?;
            let mut forms = vec![(own.clone(), term.clone())];
            for (place, (scalar, pow)) in term.scalars.iter().enumerate() {
                if !pow.is_one() || self.graph.args_of(*scalar, Kernel::MatMul).is_none() {
                    continue;
                }
                let inner = self.graph.chain(*scalar);
                let mut turned = Vec::new();
                for factor in inner.iter().rev() {
                    turned.push(self.graph.transpose(*factor)?);
                }
                for chain in [inner, turned] {
                    let mut rest = term.clone();
                    rest.scalars.remove(place);
                    let whole = [own.clone(), chain].concat();
                    rest.core = self.graph.product_of(&whole)?;
                    forms.push((whole, rest));
                }
            }
            options.push(forms);
        }
        let mut lasts: Vec<ExprId> =
            options[0].iter().filter_map(|(chain, _)| chain.last().copied()).collect();
        lasts.sort();
        lasts.dedup();
        let choose = |last: ExprId| -> Option<Vec<Raised>> {
            let ends = |forms: &Vec<(Vec<ExprId>, Raised)>| {
                forms
                    .iter()
                    .find(|(chain, _)| chain.last() == Some(&last))
                    .map(|(_, term)| term.clone())
            };
            options.iter().map(ends).collect()
        };
        Ok(lasts.into_iter().filter_map(choose).collect())
    }

    /// The matrix factors of a product, transposed products taken apart and powers written out.
    fn factors_of(&mut self, core: Option<ExprId>) -> Result<Vec<ExprId>> {
        let Some(core) = core.filter(|core| !self.graph.shape(*core).is_scalar()) else {
            return Ok(Vec::new());
        };
        let mut factors = Vec::new();
        for factor in self.graph.chain(core) {
            match self.graph.application(factor) {
                Some((Kernel::MatPower, [base, k]))
                    if self
                        .graph
                        .number_of(*k)
                        .and_then(Number::as_int)
                        .is_some_and(|k| (2..=6).contains(&k)) =>
                {
                    let times = self.graph.number_of(*k).and_then(Number::as_int).unwrap_or(1);
                    factors.extend(std::iter::repeat_n(*base, times as usize));
                }
                Some((Kernel::Transpose, [inner]))
                    if self.graph.args_of(*inner, Kernel::MatMul).is_some() =>
                {
                    for part in self.graph.chain(*inner).into_iter().rev() {
                        factors.push(self.graph.transpose(part)?);
                    }
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
                let positive =
                    self.term_expr(&Raised { coef: term.coef.neg(), ..(*term).clone() })?;
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
}

/// Terms that share factors at one end: which, the shared factors, and every term's other factors.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Grouping {
    group: Vec<usize>,
    ends: Vec<ExprId>,
    rests: Vec<Vec<ExprId>>,
    from_left: bool,
}

fn plain() -> Raised {
    Raised { coef: Number::ONE, scalars: Vec::new(), core: None }
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
    let first = terms.first()?;
    let size = |x: Number| if x.is_negative() { x.neg() } else { x };
    let mut coef = Number::ONE;
    if terms.iter().all(|t| size(t.coef) == size(first.coef)) {
        coef = size(first.coef);
    }
    if terms.iter().all(|t| t.coef.is_negative()) {
        coef = coef.neg();
    }
    let mut scalars = Vec::new();
    for (scalar, pow) in &first.scalars {
        let powers: Option<Vec<Number>> = terms
            .iter()
            .map(|t| t.scalars.iter().find(|(s, _)| s == scalar).map(|(_, p)| *p))
            .collect();
        let Some(powers) = powers else { continue };
        if powers.iter().any(|p| p.is_negative() != pow.is_negative()) {
            continue;
        }
        let shared =
            if pow.is_negative() { powers.into_iter().max() } else { powers.into_iter().min() };
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
