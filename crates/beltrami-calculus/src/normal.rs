//! Normal form of terms: like factors merged, closed parts collected into scalars, like terms added.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Facts, Kernel, Node, Number};
use smallvec::smallvec;

use crate::calculus::Calculus;
use crate::error::Result;
use crate::index::{Factor, Idx, Key, Leg, Term};

impl Calculus<'_> {
    /// Terms in normal form, like ones added, in order of first appearance.
    pub fn normalise(&mut self, terms: Vec<Term>) -> Result<Vec<Term>> {
        let mut sums: BTreeMap<Key, usize> = BTreeMap::new();
        let mut result: Vec<Term> = Vec::new();
        let mut pending: Vec<Term> = terms.into_iter().rev().collect();
        while let Some(term) = pending.pop() {
            self.stop.check()?;
            let Some(term) = self.normal_term(term)? else { continue };
            // Collecting may have brought up an operation with an index form again.
            let mut expanded = self.expand(term.clone())?;
            if expanded.len() != 1 || expanded[0] != term {
                expanded.reverse();
                pending.extend(expanded);
                continue;
            }
            let key = term.key();
            match sums.get(&key) {
                Some(place) => result[*place].coef = result[*place].coef.add(term.coef),
                None => {
                    sums.insert(key, result.len());
                    result.push(term);
                }
            }
        }
        result.retain(|term| !term.coef.is_zero());
        Ok(result)
    }

    fn normal_term(&mut self, mut term: Term) -> Result<Option<Term>> {
        if term.coef.is_zero() {
            return Ok(None);
        }
        self.count_idle_sums(&mut term);
        self.merge_factors(&mut term);
        self.contract_frechet(&mut term)?;
        self.cancel_inverses(&mut term);
        self.collect_scalars(&mut term)?;
        self.merge_factors(&mut term);
        crate::recognise::recognise(self, &mut term)?;
        self.normal_scalars(&mut term)?;
        self.merge_factors(&mut term);
        Ok(Some(term).filter(|term| !term.coef.is_zero()))
    }

    /// Replaces scalars by their normal forms, so that equal ones become one and cancel.
    fn normal_scalars(&mut self, term: &mut Term) -> Result<()> {
        let mut result = Vec::new();
        for factor in std::mem::take(&mut term.factors) {
            if factor.indices().next().is_some() {
                result.push(factor);
                continue;
            }
            let (coef, scalars) = self.scalar_form(factor.atom)?;
            let power = factor.pow.as_int().and_then(|k| coef.powi(k));
            match power {
                Some(coef) => {
                    term.coef = term.coef.mul(coef);
                    for (atom, pow) in scalars {
                        result.push(Factor { atom, pow: pow.mul(factor.pow), ..factor.clone() });
                    }
                }
                // A root of a product is not the product of roots of unknown sign.
                None if coef.is_one() && scalars.len() == 1 && scalars[0].1.is_one() => {
                    result.push(Factor { atom: scalars[0].0, ..factor });
                }
                None => result.push(factor),
            }
        }
        term.factors = result;
        Ok(())
    }

    /// A scalar as a number times powers of scalars that are not taken apart further.
    fn scalar_form(&mut self, scalar: ExprId) -> Result<(Number, Vec<(ExprId, Number)>)> {
        if let Some(form) = self.scalar_forms.get(&scalar) {
            return Ok(form.clone());
        }
        let own = (Number::ONE, vec![(scalar, Number::ONE)]);
        self.scalar_forms.insert(scalar, own.clone());
        if !matches!(
            self.graph.application(scalar),
            Some((Kernel::MatMul | Kernel::Trace | Kernel::Sum, _))
        ) {
            return Ok(own);
        }
        let factor = Factor::new(scalar, smallvec![Leg::new(), Leg::new()]);
        let term =
            Term { coef: Number::ONE, factors: vec![factor], sums: Vec::new(), out: Vec::new() };
        let before = (self.open_scalars, self.expand_sums);
        (self.open_scalars, self.expand_sums) = (true, false);
        let expanded = self.expand(term);
        (self.open_scalars, self.expand_sums) = before;
        let mut expanded = expanded?;
        if expanded.len() != 1 {
            return Ok(own);
        }
        let mut term = expanded.remove(0);
        self.count_idle_sums(&mut term);
        self.merge_factors(&mut term);
        self.cancel_inverses(&mut term);
        self.collect_scalars(&mut term)?;
        self.merge_factors(&mut term);
        if term.factors.iter().any(|f| f.indices().next().is_some()) {
            return Ok(own);
        }
        let form = (term.coef, term.factors.iter().map(|f| (f.atom, f.pow)).collect::<Vec<_>>());
        for (atom, _) in &form.1 {
            self.scalar_forms.entry(*atom).or_insert((Number::ONE, vec![(*atom, Number::ONE)]));
        }
        self.scalar_forms.insert(scalar, form.clone());
        Ok(form)
    }

    /// A sum over an index that nothing depends on is a multiplication by its size.
    fn count_idle_sums(&mut self, term: &mut Term) {
        let idle: Vec<Idx> = term
            .sums
            .iter()
            .copied()
            .filter(|i| term.occurrences(*i) == 0 && !term.is_free(*i))
            .collect();
        for idx in idle {
            term.sums.retain(|i| *i != idx);
            let dim = self.space.dim(idx).clone();
            let size = self.graph.size(&dim);
            match self.graph.number_of(size) {
                Some(n) => term.coef = term.coef.mul(n),
                None => term.factors.push(Factor::new(size, smallvec![Leg::new(), Leg::new()])),
            }
        }
    }

    /// Adds the powers of factors that are the same entry.
    pub(crate) fn merge_factors(&mut self, term: &mut Term) {
        let mut merged: Vec<Factor> = Vec::new();
        for mut factor in term.factors.drain(..) {
            if factor.legs.len() == 2
                && self.graph.facts(factor.atom).has(Facts::SYMMETRIC)
                && factor.legs[1] < factor.legs[0]
            {
                factor.legs.swap(0, 1);
            }
            let same = |m: &&mut Factor| {
                m.atom == factor.atom && m.legs == factor.legs && !m.varied && !factor.varied
            };
            // Entries of arrays with more axes have no powers.
            let same = merged.iter_mut().find(same).filter(|_| factor.legs.len() <= 2);
            match same {
                Some(same) => same.pow = same.pow.add(factor.pow),
                None => merged.push(factor),
            }
        }
        merged.retain(|f| !f.pow.is_zero());
        for factor in &mut merged {
            // The square of an entry that is 1 or -1 is 1.
            if self.graph.facts(factor.atom).has(Facts::SIGNS)
                && let Some(k) = factor.pow.as_int()
            {
                factor.pow = Number::int(k.rem_euclid(2));
            }
        }
        merged.retain(|f| !f.pow.is_zero());
        term.factors = merged;
        // A factor that went may have been the last one with a summed index.
        self.count_idle_sums(term);
    }

    /// `tr(M*L(A,E))` with `M` a function of `A` is `tr(M*f'(A)*E)` for the Fréchet derivative `L` of `f` at `A`.
    fn contract_frechet(&mut self, term: &mut Term) -> Result<()> {
        for place in 0..term.factors.len() {
            let factor = term.factors[place].clone();
            let Some((Kernel::Derivative(of), &[argument])) = self.graph.application(factor.atom)
            else {
                continue;
            };
            if !of.is_primary() {
                continue;
            }
            let [first, second] = &factor.legs[..] else { continue };
            let ([a, b], [c, d]) = (&first[..], &second[..]) else { continue };
            let closed = |x: &Idx, y: &Idx| !term.is_free(*x) && !term.is_free(*y);
            // A symmetric argument makes the map self-adjoint, and the legs may stand in either order.
            let turned = self.graph.facts(factor.atom).has(Facts::SYMMETRIC);
            let (j, i, l, k) = if closed(a, b) {
                (*a, *b, *c, *d)
            } else if turned && closed(c, d) {
                (*c, *d, *a, *b)
            } else {
                continue;
            };
            if !factor.pow.is_one() {
                continue;
            }
            let others: Vec<usize> = (0..term.factors.len())
                .filter(|p| *p != place && term.factors[*p].indices().any(|x| x == i || x == j))
                .collect();
            // The factors that lead from j to i, in order.
            let Some((path, on_path)) = self.path(term, &others, j, i) else { continue };
            if !path.iter().all(|(expr, _)| self.is_function_of(*expr, argument)) {
                continue;
            }
            let op = self.graph.registry().with_kernel(of.kernel());
            let derivative = op.and_then(|op| self.rules.theory.scalar_derivative(op));
            let Some(derivative) = derivative else { continue };
            let derivative = derivative.instantiate(self.graph, &[argument], &[None])?;
            // M runs from j to i; M*f'(A) then takes the place at [l, k].
            let mut gone: Vec<usize> = on_path;
            gone.push(place);
            gone.sort_unstable();
            for p in gone.into_iter().rev() {
                term.factors.remove(p);
            }
            term.sums.retain(|idx| *idx != i && *idx != j && !path.iter().any(|(_, at)| at == idx));
            let mut at = l;
            for (expr, _) in &path {
                let dim = self.space.dim(k).clone();
                let next = self.space.fresh(&dim);
                term.sums.push(next);
                term.factors.push(Factor::new(*expr, smallvec![smallvec![at], smallvec![next]]));
                at = next;
            }
            term.factors.push(Factor::new(derivative, smallvec![smallvec![at], smallvec![k]]));
            return Ok(());
        }
        Ok(())
    }

    /// The matrices that form a path from index `from` to `to`, each with the index it starts at, and their
    /// places; all of `places` must be on it.
    fn path(
        &self,
        term: &Term,
        places: &[usize],
        from: Idx,
        to: Idx,
    ) -> Option<(Path, Vec<usize>)> {
        let mut at = from;
        let mut path = Vec::new();
        let mut used: Vec<usize> = Vec::new();
        while at != to {
            let uses = term.occurrences(at);
            let place = (0..term.factors.len()).find(|p| {
                let f = &term.factors[*p];
                !used.contains(p)
                    && f.legs.len() == 2
                    && f.legs.iter().all(|leg| leg.len() == 1)
                    && f.indices().any(|i| i == at)
            })?;
            let factor = &term.factors[place];
            if uses != 2 || !factor.pow.is_one() || term.is_free(at) {
                return None;
            }
            let symmetric = self.graph.facts(factor.atom).has(Facts::SYMMETRIC);
            let (row, col) = (factor.legs[0][0], factor.legs[1][0]);
            let next = if row == at {
                col
            } else if symmetric {
                row
            } else {
                return None;
            };
            used.push(place);
            path.push((factor.atom, at));
            at = next;
        }
        places.iter().all(|p| used.contains(p)).then_some((path, used))
    }

    /// Whether an expression is built from `argument` alone by operations that commute with it.
    fn is_function_of(&self, expr: ExprId, argument: ExprId) -> bool {
        if expr == argument || self.graph.is_eye(expr) {
            return true;
        }
        match self.graph.application(expr) {
            Some((
                Kernel::Inv
                | Kernel::Expm
                | Kernel::Logm
                | Kernel::Sqrtm
                | Kernel::Root
                | Kernel::InverseRoot
                | Kernel::Cosm
                | Kernel::Sinm
                | Kernel::MatPower
                | Kernel::Neg,
                args,
            )) => self.is_function_of(args[0], argument),
            Some((Kernel::Scale, [s, a])) => {
                self.graph.shape(*s).is_scalar() && self.is_function_of(*a, argument)
            }
            Some((Kernel::Add | Kernel::Sub | Kernel::MatMul, [a, b])) => {
                self.is_function_of(*a, argument) && self.is_function_of(*b, argument)
            }
            _ => false,
        }
    }

    /// `inv(A)[i,k]*A[k,j]` summed over `k` alone is `δ[i,j]`.
    fn cancel_inverses(&mut self, term: &mut Term) {
        'again: loop {
            for place in 0..term.factors.len() {
                let Some([inner]) = self.graph.args_of(term.factors[place].atom, Kernel::Inv)
                else {
                    continue;
                };
                let inner = *inner;
                for other in 0..term.factors.len() {
                    let (f, g) = (&term.factors[place], &term.factors[other]);
                    let single = |f: &Factor| {
                        f.legs.len() == 2
                            && f.legs.iter().all(|leg| leg.len() == 1)
                            && f.pow.is_one()
                    };
                    if g.atom != inner || !single(f) || !single(g) {
                        continue;
                    }
                    let symmetric = self.graph.facts(inner).has(Facts::SYMMETRIC);
                    let joins = [(0, 1, false), (1, 0, false), (0, 0, true), (1, 1, true)];
                    let join = joins.into_iter().find(|(a, b, needs_symmetry)| {
                        let k = f.legs[*a][0];
                        k == g.legs[*b][0]
                            && (!needs_symmetry || symmetric)
                            && !term.is_free(k)
                            && term.occurrences(k) == 2
                    });
                    let Some((a, b, _)) = join else { continue };
                    let k = f.legs[a][0];
                    let (left, right) = (f.legs[1 - a].clone(), g.legs[1 - b].clone());
                    let (first, second) = (place.min(other), place.max(other));
                    term.factors.remove(second);
                    term.factors.remove(first);
                    term.sums.retain(|i| *i != k);
                    self.unify(term, &left, &right, &mut Default::default());
                    self.count_idle_sums(term);
                    self.merge_factors(term);
                    continue 'again;
                }
            }
            return;
        }
    }

    /// Replaces each part of the term without output indices by the scalar it is.
    fn collect_scalars(&mut self, term: &mut Term) -> Result<()> {
        let mut open: Vec<Idx> = term.out.iter().flatten().copied().collect();
        loop {
            let more: Vec<Idx> = term
                .factors
                .iter()
                .filter(|f| f.indices().any(|i| open.contains(&i)))
                .flat_map(|f| f.indices().collect::<Vec<_>>())
                .filter(|i| !open.contains(i))
                .collect();
            if more.is_empty() {
                break;
            }
            open.extend(more);
        }
        let closed =
            |f: &Factor| f.indices().next().is_some() && !f.indices().any(|i| open.contains(&i));
        let parts: Vec<Factor> = term.factors.iter().filter(|f| closed(f)).cloned().collect();
        if parts.is_empty() {
            return Ok(());
        }
        term.factors.retain(|f| !closed(f));
        let gone: Vec<Idx> = parts.iter().flat_map(|f| f.indices().collect::<Vec<_>>()).collect();
        term.sums.retain(|i| !gone.contains(i));
        for group in groups(&parts) {
            for (scalar, pow) in self.closed_scalar(&group)? {
                match self.graph.node(scalar) {
                    Node::Number(x) if pow.as_int().and_then(|k| x.powi(k)).is_some() => {
                        let value = pow.as_int().and_then(|k| x.powi(k)).unwrap_or(Number::ONE);
                        term.coef = term.coef.mul(value);
                    }
                    _ => term
                        .factors
                        .push(Factor::new(scalar, smallvec![Leg::new(), Leg::new()]).powered(pow)),
                }
            }
        }
        Ok(())
    }

    fn closed_scalar(&mut self, parts: &[Factor]) -> Result<Vec<(ExprId, Number)>> {
        if let [only] = parts
            && only.pow == Number::TWO
            && only.legs.iter().all(|leg| leg.len() <= 1)
            && distinct(only)
        {
            let norm = self.graph.build(Kernel::Norm2, &[only.atom])?;
            return Ok(vec![(norm, Number::TWO)]);
        }
        if let [only] = parts
            && only.legs.iter().all(|leg| leg.len() <= 1)
            && distinct(only)
        {
            let powered = if only.pow.is_negative() {
                let shape = self.graph.shape(only.atom).clone();
                let ones = self.graph.ones(&shape)?;
                let below = self.entry_power(only.atom, only.pow.neg())?;
                self.graph.build(Kernel::EDivide, &[ones, below])?
            } else {
                self.entry_power(only.atom, only.pow)?
            };
            return Ok(vec![(self.graph.build(Kernel::Sum, &[powered])?, Number::ONE)]);
        }
        let term =
            Term { coef: Number::ONE, factors: parts.to_vec(), sums: Vec::new(), out: Vec::new() };
        let raised = self
            .raise(&term, &crate::raise::Target::Matrix { rows: Vec::new(), cols: Vec::new() })?;
        let mut scalars = raised.scalars;
        scalars.extend(raised.core.map(|core| (core, Number::ONE)));
        Ok(scalars)
    }
}

/// Matrices in a row, each with the index it starts at.
type Path = Vec<(ExprId, Idx)>;

fn distinct(factor: &Factor) -> bool {
    let indices: Vec<Idx> = factor.indices().collect();
    indices.len() < 2 || indices[0] != indices[1]
}

fn groups(factors: &[Factor]) -> Vec<Vec<Factor>> {
    let mut rest: Vec<Factor> = factors.to_vec();
    let mut groups = Vec::new();
    while let Some(first) = (!rest.is_empty()).then(|| rest.remove(0)) {
        let mut group = vec![first];
        while let Some(next) = rest
            .iter()
            .position(|f| f.indices().any(|i| group.iter().any(|g| g.indices().any(|j| i == j))))
        {
            group.push(rest.remove(next));
        }
        groups.push(group);
    }
    groups
}
