//! Lowering: from expressions to index notation, and the differential of a term.
//!
//! Operations with an index form are replaced by it; the others stay as entries of themselves. The differential of an entry
//! is expanded with the text of its operation's record until only entries of `dX` are left, which are then renamed to the
//! new output axes: their coefficient is the derivative.

use beltrami_core::{Dim, ExprId, Facts, Graph, Kernel, Lower, Map, Node, Number, OpId, Spectral};
use smallvec::{SmallVec, smallvec};

use crate::binding::Binding;
use crate::calculus::Calculus;
use crate::error::{CalculusError, Excess, Result};
use crate::index::{Factor, Leg, Term};
use crate::spec::Spec;

/// More terms than this are refused; a person reads a dozen.
const MAX_TERMS: usize = 2000;

/// Factors of a term above which equal ones are merged before the term is taken apart further.
const MANY: usize = 64;

/// Factors of all terms together, of which no shorter text is looked for: more than anyone reads.
pub(crate) const MAX_FACTORS: usize = 12_000;

impl Calculus<'_> {
    /// A leg of a new index for an axis of this size; empty for an axis of size 1.
    pub fn fresh_leg(&mut self, dim: &Dim) -> Leg {
        if dim.is_one() { Leg::new() } else { smallvec![self.space.fresh(dim)] }
    }

    /// The expression itself as a term with one output leg an axis.
    pub fn term_of(&mut self, root: ExprId) -> Term {
        let axes = self.graph.shape(root).axes();
        let legs: SmallVec<[Leg; 2]> = axes.iter().map(|dim| self.fresh_leg(dim)).collect();
        let out = legs.to_vec();
        Term { coef: Number::ONE, factors: vec![Factor::new(root, legs)], sums: Vec::new(), out }
    }

    /// The derivative of terms by a symbol, which adds the symbol's two axes to the outputs.
    pub fn differentiate(&mut self, terms: &[Term], symbol: ExprId) -> Result<Vec<Term>> {
        let shape = self.graph.shape(symbol).clone();
        let mut result = Vec::new();
        for term in terms {
            let row = self.fresh_leg(&shape.rows);
            let col = self.fresh_leg(&shape.cols);
            self.wrt = Some((symbol, [row.clone(), col.clone()]));
            for place in 0..term.factors.len() {
                let factor = &term.factors[place];
                if !self.graph.depends_on(factor.atom, symbol) {
                    continue;
                }
                let mut varied = term.clone();
                varied.out.push(row.clone());
                varied.out.push(col.clone());
                varied.coef = varied.coef.mul(factor.pow);
                let mut differential = factor.clone();
                differential.varied = true;
                differential.pow = Number::ONE;
                if factor.pow.is_one() {
                    varied.factors.remove(place);
                } else {
                    varied.factors[place].pow = factor.pow.add(Number::MINUS_ONE);
                }
                varied.factors.push(differential);
                result.extend(self.expand(varied)?);
            }
        }
        self.wrt = None;
        Ok(result)
    }

    /// Replaces operations by their index forms until none is left that should be.
    pub fn expand(&mut self, term: Term) -> Result<Vec<Term>> {
        let mut pending = vec![term];
        let mut done = Vec::new();
        let (mut factors, mut many) = (0, MANY);
        while let Some(mut term) = pending.pop() {
            self.stop.check()?;
            if done.len() + pending.len() > MAX_TERMS {
                return Err(CalculusError::TooLarge(Excess::Terms(MAX_TERMS)));
            }
            if term.factors.len() > many {
                // Products of what is itself a product are powers of a few factors.
                self.merge_factors(&mut term);
                many = 2 * MANY.max(term.factors.len());
            }
            if term.factors.len() > Graph::LONGEST_CHAIN {
                return Err(CalculusError::TooLarge(Excess::Factors(Graph::LONGEST_CHAIN)));
            }
            if factors + term.factors.len() > 2 * MAX_FACTORS {
                return Err(CalculusError::TooLarge(Excess::Factors(2 * MAX_FACTORS)));
            }
            match (0..term.factors.len()).find(|place| self.should_expand(&term.factors[*place])) {
                Some(place) => pending.extend(self.expand_factor(term, place)?.into_iter().rev()),
                None => {
                    factors += term.factors.len();
                    done.push(term);
                }
            }
        }
        Ok(done)
    }

    fn should_expand(&mut self, factor: &Factor) -> bool {
        if factor.varied || self.contains_hole(factor.atom) {
            return true;
        }
        if !self.graph.shape(factor.atom).is_matrix() {
            return false;
        }
        let Node::Apply(op, args) = self.graph.node(factor.atom) else {
            return matches!(self.graph.node(factor.atom), Node::Number(_)) && self.folds(factor);
        };
        let op = self.graph.op(*op);
        let plain = factor.pow.is_one();
        let integer = factor.pow.as_int().is_some();
        let grouped = factor.legs.iter().any(|leg| leg.len() > 1);
        let summed =
            matches!(op.kernel, Kernel::MatMul | Kernel::Trace | Kernel::Sum | Kernel::Einsum);
        if summed && !self.open_scalars && factor.indices().next().is_none() {
            return false;
        }
        match (op.kernel, op.lower) {
            (Kernel::Zeros, _) => true,
            (Kernel::Eye, _) => plain && self.is_delta(factor),
            (Kernel::MatPower, _) => plain && self.repeated(args).is_some(),
            (Kernel::Inv, _) => plain && self.expand_sums && self.inverts_factors(args[0]),
            (Kernel::Map(Map::Sqrt), _) => integer,
            (Kernel::Neg, _) => integer,
            (
                Kernel::Kron
                | Kernel::KhatriRao
                | Kernel::Vec
                | Kernel::Unvec
                | Kernel::Commutation,
                _,
            ) => plain && grouped,
            (Kernel::Transpose | Kernel::Scale | Kernel::Hadamard | Kernel::Ones, _) => integer,
            (_, Lower::Quotient(_)) => integer,
            (_, Lower::Product(_)) => plain,
            (_, Lower::Sum(_)) => plain && self.expand_sums,
            (_, Lower::Power) => {
                let exponent = args.get(1).and_then(|p| self.graph.number_of(*p));
                exponent.is_some() && (integer || self.graph.facts(args[0]).has(Facts::POSITIVE))
            }
            (_, Lower::Einsum) => {
                plain && self.graph.shape(factor.atom).is_matrix() && factor.legs.len() == 2
            }
            (_, Lower::Opaque) => false,
        }
    }

    /// The exponent of a matrix power that is written out: small and positive.
    fn repeated(&self, args: &[ExprId]) -> Option<usize> {
        let exponent = self.graph.number_of(args[1]).and_then(Number::as_int)?;
        (2..=64).contains(&exponent).then_some(exponent as usize)
    }

    /// Whether an inverse is one of a product of square matrices, of a transpose or of an inverse.
    fn inverts_factors(&self, inner: ExprId) -> bool {
        let chain = self.graph.chain(inner);
        let single = matches!(
            self.graph.application(inner),
            Some((Kernel::Inv | Kernel::Transpose | Kernel::Scale, _))
        );
        single || chain.len() > 1 && chain.iter().all(|part| self.graph.shape(*part).is_square())
    }

    /// Multiplies by the product of matrices (`true` marks a transposed one) with these outer legs.
    fn push_chain(&mut self, mut term: Term, chain: &[(ExprId, bool)], legs: &[Leg]) -> Term {
        let mut at = legs[0].clone();
        for (place, (part, transposed)) in chain.iter().enumerate() {
            let shape = self.graph.shape(*part).clone();
            let next = if place + 1 == chain.len() {
                legs[1].clone()
            } else {
                let fresh = self.fresh_leg(if *transposed { &shape.rows } else { &shape.cols });
                term.sums.extend(fresh.iter().copied());
                fresh
            };
            let own =
                if *transposed { smallvec![next.clone(), at] } else { smallvec![at, next.clone()] };
            term.factors.push(Factor::new(*part, own));
            at = next;
        }
        term
    }

    fn folds(&self, factor: &Factor) -> bool {
        let number = self.graph.number_of(factor.atom);
        number.is_some_and(|x| factor.pow.as_int().is_some_and(|k| x.powi(k).is_some()))
    }

    fn expand_factor(&mut self, mut term: Term, place: usize) -> Result<Vec<Term>> {
        let factor = term.factors.remove(place);
        if factor.varied {
            return self.expand_varied(term, &factor);
        }
        match self.graph.node(factor.atom).clone() {
            Node::Number(x) => {
                let power = factor.pow.as_int().and_then(|k| x.powi(k)).unwrap_or(Number::ZERO);
                term.coef = term.coef.mul(power);
                Ok(if term.coef.is_zero() { Vec::new() } else { vec![term] })
            }
            Node::Symbol(_) => {
                let atom = self.hole_of(factor.atom).unwrap_or(factor.atom);
                term.factors.push(Factor { atom, varied: true, ..factor });
                Ok(vec![term])
            }
            Node::Apply(op, args) => self.expand_application(term, &factor, op, &args),
            Node::Size(_) | Node::Text(_) => {
                term.factors.push(factor);
                Ok(vec![term])
            }
        }
    }

    fn expand_application(
        &mut self,
        mut term: Term,
        factor: &Factor,
        op: OpId,
        args: &[ExprId],
    ) -> Result<Vec<Term>> {
        let record = self.graph.op(op);
        match record.kernel {
            Kernel::SingularDyads => {
                return self.opened(term, factor, Spectral::SingularDyads, args);
            }
            // Without a direction it is the map itself, on all of them.
            Kernel::Derivative(of) if args.len() == of.arguments() => {
                let inputs = self.graph.shape(args[0]).len();
                let all = [args, &[self.graph.eye(&inputs)?]].concat();
                return self.opened(term, factor, of, &all);
            }
            Kernel::Derivative(of) => return self.opened(term, factor, of, args),
            _ => {}
        }
        if let (Kernel::Map(Map::Sqrt), [a]) = (record.kernel, args)
            && !self.contains_hole(*a)
        {
            let pow = factor.pow.mul(Number::HALF);
            term.factors.push(Factor::new(*a, factor.legs.clone()).powered(pow));
            return Ok(vec![term]);
        }
        match record.lower {
            _ if record.kernel == Kernel::Zeros => Ok(Vec::new()),
            _ if record.kernel == Kernel::MatPower && factor.legs.len() == 2 => {
                let times = self.repeated(args).unwrap_or(1);
                let chain = vec![(args[0], false); times];
                Ok(vec![self.push_chain(term, &chain, &factor.legs)])
            }
            _ if record.kernel == Kernel::Inv && factor.legs.len() == 2 => {
                if let Some([scalar, inner]) = self.graph.args_of(args[0], Kernel::Scale) {
                    let (scalar, inner) = (*scalar, *inner);
                    let inverse = self.graph.build(Kernel::Inv, &[inner])?;
                    let divisor = Factor::new(scalar, smallvec![Leg::new(), Leg::new()]);
                    term.factors.push(divisor.powered(Number::MINUS_ONE));
                    term.factors.push(Factor::new(inverse, factor.legs.clone()));
                    return Ok(vec![term]);
                }
                let mut chain = Vec::new();
                for part in self.graph.chain(args[0]).into_iter().rev() {
                    chain.push(match self.graph.application(part) {
                        Some((Kernel::Inv, [inner])) => (*inner, false),
                        Some((Kernel::Transpose, [inner])) => {
                            let inner = *inner;
                            (self.graph.build(Kernel::Inv, &[inner])?, true)
                        }
                        _ => (self.graph.build(Kernel::Inv, &[part])?, false),
                    });
                }
                Ok(vec![self.push_chain(term, &chain, &factor.legs)])
            }
            Lower::Product(text) => self.expand_product(term, factor, &Spec::of(text), args, false),
            Lower::Quotient(text) => self.expand_product(term, factor, &Spec::of(text), args, true),
            Lower::Einsum => {
                let text = self.graph.arg(args[0]).text().unwrap_or_default().to_string();
                self.expand_product(term, factor, &Spec::parse(&text), &args[1..], false)
            }
            Lower::Sum(coefs) => {
                let mut terms = Vec::new();
                for (coef, arg) in coefs.iter().zip(args) {
                    let mut summand = term.clone();
                    // Only a negation comes here with a power other than one, and then an integer one.
                    let sign = Number::int(*coef)
                        .powi(factor.pow.as_int().unwrap_or(1))
                        .unwrap_or(Number::ONE);
                    summand.coef = summand.coef.mul(sign);
                    summand.factors.push(Factor { atom: *arg, ..factor.clone() });
                    terms.push(summand);
                }
                Ok(terms)
            }
            Lower::Power => {
                let exponent = self.graph.number_of(args[1]).unwrap_or(Number::ONE);
                let atom = args[0];
                term.factors.push(Factor { atom, pow: exponent.mul(factor.pow), ..factor.clone() });
                Ok(vec![term])
            }
            Lower::Opaque => Err(CalculusError::NotAvailable(factor.atom)),
        }
    }

    fn expand_product(
        &mut self,
        mut term: Term,
        factor: &Factor,
        spec: &Spec,
        args: &[ExprId],
        quotient: bool,
    ) -> Result<Vec<Term>> {
        let inputs = self.bind_product(&mut term, &factor.legs, factor.atom, spec, args);
        for (place, (arg, legs)) in inputs.into_iter().enumerate() {
            let divisor = quotient && place + 1 == args.len();
            let pow = if divisor { factor.pow.neg() } else { factor.pow };
            term.factors.push(Factor::new(arg, legs).powered(pow));
        }
        Ok(vec![term])
    }

    /// Gives every letter of the spec its indices, equates the output with `legs`, and returns each operand with its legs.
    fn bind_product(
        &mut self,
        term: &mut Term,
        legs: &[Leg],
        whole: ExprId,
        spec: &Spec,
        args: &[ExprId],
    ) -> Vec<(ExprId, SmallVec<[Leg; 2]>)> {
        let sizes = self.letter_sizes(whole, spec, args);
        let mut bound = Binding::default();
        // The output first, so that its letters take over the indices that are asked for.
        let places = self.axis_places(whole, spec.output.len());
        for (axis, place) in spec.output.iter().zip(&places) {
            let asked = bound.current(&legs[*place]);
            if let [letter] = axis[..] {
                match bound.leg(letter) {
                    None => bound.letters.push((letter, asked)),
                    Some(leg) => self.unify(term, &leg, &asked, &mut bound),
                }
            }
        }
        for input in &spec.inputs {
            for letter in input.iter().flatten() {
                if bound.leg(*letter).is_none() {
                    let leg = self.letter_leg(*letter, &sizes);
                    let grouped_output =
                        spec.output.iter().any(|axis| axis.len() > 1 && axis.contains(letter));
                    if !grouped_output {
                        term.sums.extend(leg.iter().copied());
                    }
                    bound.letters.push((*letter, leg));
                }
            }
        }
        for (axis, place) in spec.output.iter().zip(&places) {
            if axis.len() > 1 {
                for letter in axis {
                    if bound.leg(*letter).is_none() {
                        let leg = self.letter_leg(*letter, &sizes);
                        bound.letters.push((*letter, leg));
                    }
                }
                let group: Leg =
                    axis.iter().flat_map(|letter| bound.leg(*letter).unwrap_or_default()).collect();
                let asked = bound.current(&legs[*place]);
                self.unify(term, &asked, &group, &mut bound);
            }
        }
        let mut operands = Vec::new();
        for (input, arg) in spec.inputs.iter().zip(args) {
            let places = self.axis_places(*arg, input.len());
            let mut own: SmallVec<[Leg; 2]> =
                smallvec![Leg::new(); self.graph.shape(*arg).axes().len()];
            for (axis, place) in input.iter().zip(places) {
                own[place] =
                    axis.iter().flat_map(|letter| bound.leg(*letter).unwrap_or_default()).collect();
            }
            operands.push((*arg, own));
        }
        operands
    }

    fn letter_leg(&mut self, letter: char, sizes: &[(char, Dim)]) -> Leg {
        let dim =
            sizes.iter().find(|(l, _)| *l == letter).map_or_else(Dim::one, |(_, dim)| dim.clone());
        self.fresh_leg(&dim)
    }

    /// The sizes of the letters: from ungrouped axes of operands and output, then from size arguments in order.
    fn letter_sizes(&self, whole: ExprId, spec: &Spec, args: &[ExprId]) -> Vec<(char, Dim)> {
        let mut sizes: Vec<(char, Dim)> = Vec::new();
        let sides = spec.inputs.iter().zip(args.iter().copied()).chain([(&spec.output, whole)]);
        let mut groups: Vec<(Vec<char>, Dim)> = Vec::new();
        for (axes, expr) in sides {
            let dims = self.graph.shape(expr).axes();
            for (axis, place) in axes.iter().zip(self.axis_places(expr, axes.len())) {
                match axis[..] {
                    [letter] if !sizes.iter().any(|(l, _)| *l == letter) => {
                        sizes.push((letter, dims[place].clone()))
                    }
                    _ => groups.push((axis.clone(), dims[place].clone())),
                }
            }
        }
        let mut literal = args.iter().filter_map(|arg| self.graph.arg(*arg).size().cloned());
        for (axis, _) in groups.iter().filter(|(axis, _)| axis.len() > 1) {
            for letter in axis {
                if !sizes.iter().any(|(l, _)| l == letter)
                    && let Some(dim) = literal.next()
                {
                    sizes.push((*letter, dim));
                }
            }
        }
        sizes
    }

    /// Which of an expression's axes the axes of a spec stand for: a single one means the axis that is not 1.
    fn axis_places(&self, expr: ExprId, count: usize) -> Vec<usize> {
        match count {
            1 if self.graph.shape(expr).rows.is_one() && !self.graph.shape(expr).cols.is_one() => {
                vec![1]
            }
            _ => (0..count).collect(),
        }
    }

    fn expand_varied(&mut self, mut term: Term, factor: &Factor) -> Result<Vec<Term>> {
        let Some((symbol, legs)) = self.wrt.clone() else {
            return Err(CalculusError::NotAvailable(factor.atom));
        };
        if factor.atom == symbol {
            let mut bound = Binding::default();
            for (own, asked) in factor.legs.iter().zip(&legs) {
                // A substitution for the first leg may already have touched the second.
                let (own, asked) = (bound.current(own), bound.current(asked));
                self.unify(&mut term, &own, &asked, &mut bound);
            }
            return Ok(vec![term]);
        }
        let Node::Apply(op, args) = self.graph.node(factor.atom).clone() else {
            return Ok(Vec::new());
        };
        let varies: Vec<bool> =
            args.iter().map(|arg| self.graph.depends_on(*arg, symbol)).collect();
        if !varies.contains(&true) {
            return Ok(Vec::new());
        }
        if self.keeps(factor.atom) {
            return Ok(vec![self.with_kept(term, factor, symbol)?]);
        }
        if let Some(terms) = self.scaled_tensor(&term, factor, symbol) {
            return Ok(terms);
        }
        let record = self.graph.op(op);
        let linear =
            |place: usize, this: &mut Self, text: &Spec, operands: &[ExprId], quotient: bool| {
                let mut term = term.clone();
                let inputs =
                    this.bind_product(&mut term, &factor.legs, factor.atom, text, operands);
                // A product of an entry by itself varies in both places alike, and is one term and not two.
                let alike = inputs.iter().filter(|input| !quotient && **input == inputs[place]);
                match alike.count() {
                    2.. if inputs[..place].contains(&inputs[place]) => return None,
                    times => term.coef = term.coef.mul(Number::int(times.max(1) as i64)),
                }
                for (k, (arg, legs)) in inputs.into_iter().enumerate() {
                    let divisor = quotient && k + 1 == operands.len();
                    let mut own = Factor::new(arg, legs);
                    if k == place {
                        own.varied = true;
                        if divisor {
                            term.coef = term.coef.neg();
                            term.factors.push(Factor {
                                varied: false,
                                pow: Number::int(-2),
                                ..own.clone()
                            });
                        }
                    } else if divisor {
                        own.pow = Number::MINUS_ONE;
                    }
                    term.factors.push(own);
                }
                Some(term)
            };
        let places = (0..args.len()).filter(|k| varies[*k]);
        match record.lower {
            Lower::Product(text) | Lower::Quotient(text) => {
                let quotient = matches!(record.lower, Lower::Quotient(_));
                let spec = Spec::of(text);
                Ok(places.filter_map(|k| linear(k, self, &spec, &args, quotient)).collect())
            }
            Lower::Einsum => {
                let text = self.graph.arg(args[0]).text().unwrap_or_default().to_string();
                let spec = Spec::parse(&text);
                Ok(places.filter_map(|k| linear(k - 1, self, &spec, &args[1..], false)).collect())
            }
            Lower::Sum(coefs) => Ok(places
                .map(|k| {
                    let mut term = term.clone();
                    term.coef = term.coef.mul(Number::int(coefs[k]));
                    term.factors.push(Factor { atom: args[k], ..factor.clone() });
                    term
                })
                .collect()),
            Lower::Power if !varies[1] && self.graph.number_of(args[1]).is_some() => {
                let exponent = self.graph.number_of(args[1]).unwrap_or(Number::ONE);
                let less = exponent.add(Number::MINUS_ONE);
                term.coef = term.coef.mul(exponent);
                let base = Factor { atom: args[0], ..factor.clone() };
                if !less.is_zero() {
                    term.factors.push(Factor { varied: false, pow: less, ..base.clone() });
                }
                term.factors.push(base);
                Ok(if term.coef.is_zero() { Vec::new() } else { vec![term] })
            }
            Lower::Power | Lower::Opaque => {
                let differential = self.differential(factor.atom, op, &args, &varies)?;
                term.factors.push(Factor::new(differential, factor.legs.clone()));
                Ok(vec![term])
            }
        }
    }
}
