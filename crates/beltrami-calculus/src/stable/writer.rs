//! Expressions built of polynomials, sizes and numbers fitted to each other.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Facts, Graph, Kernel, Map, Number, Shape};
use rustc_hash::FxHashMap;

use super::polynomial::{Fraction, Linear, Monomial, Polynomial};

/// What builds an expression of one shape, of numbers and arrays of this shape.
pub(super) struct Writer<'a> {
    pub graph: &'a mut Graph,
    pub shape: Shape,
    /// What stands for the expressions in polynomials.
    pub stable: &'a FxHashMap<ExprId, ExprId>,
}

impl Writer<'_> {
    pub fn number(&mut self, x: Number) -> ExprId {
        self.graph.number(x)
    }

    /// A number as an array of the shape.
    pub fn full(&mut self, x: ExprId) -> Option<ExprId> {
        if self.shape.is_scalar() || !self.graph.shape(x).is_scalar() {
            return Some(x);
        }
        let ones = self.graph.ones(&self.shape).ok()?;
        self.graph.scale(x, ones).ok()
    }

    pub fn times(&mut self, x: ExprId, y: ExprId) -> Option<ExprId> {
        let scalar = |id: ExprId| self.graph.shape(id).is_scalar();
        let one = |id: ExprId| self.graph.number_of(id).is_some_and(Number::is_one);
        match (scalar(x), scalar(y)) {
            _ if one(x) => Some(y),
            _ if one(y) => Some(x),
            (true, _) => self.graph.scale(x, y).ok(),
            (_, true) => self.graph.scale(y, x).ok(),
            _ => self.graph.hadamard(x, y).ok(),
        }
    }

    pub fn over(&mut self, x: ExprId, y: ExprId) -> Option<ExprId> {
        if self.graph.shape(y).is_scalar() {
            return self.graph.divide(x, y).ok();
        }
        let x = self.full(x)?;
        self.graph.build(Kernel::EDivide, &[x, y]).ok()
    }

    pub fn power(&mut self, x: ExprId, n: i64) -> Option<ExprId> {
        let one = self.number(Number::ONE);
        match n {
            0 => Some(one),
            1 => Some(x),
            2.. => {
                let n = self.graph.int(n);
                self.graph.power(x, n).ok()
            }
            _ => {
                let below = self.power(x, -n)?;
                self.over(one, below)
            }
        }
    }

    /// `x*map(of)^n`.
    pub fn times_power(&mut self, x: ExprId, map: Map, of: &Linear, n: i64) -> Option<ExprId> {
        if n == 0 {
            return Some(x);
        }
        let base = self.map(map, of)?;
        let power = self.power(base, n.abs())?;
        if n < 0 { self.over(x, power) } else { self.times(x, power) }
    }

    pub fn scaled(&mut self, x: ExprId, factor: Number) -> Option<ExprId> {
        let factor = self.number(factor);
        self.times(factor, x)
    }

    /// A sum of terms, each added or taken away.
    pub fn sum(&mut self, terms: &[(ExprId, bool)]) -> Option<ExprId> {
        let array = terms.iter().any(|(term, _)| !self.graph.shape(*term).is_scalar());
        let (added, taken): (Vec<_>, Vec<_>) = terms.iter().partition(|(_, added)| *added);
        let mut sum = None;
        for (term, added) in added.into_iter().chain(taken) {
            let term = if array { self.full(term)? } else { term };
            sum = Some(match (sum, added) {
                (None, true) => term,
                (None, false) => self.graph.neg(term).ok()?,
                (Some(sum), true) => self.graph.add(sum, term).ok()?,
                (Some(sum), false) => self.graph.sub(sum, term).ok()?,
            });
        }
        sum
    }

    /// The larger of two, entry by entry.
    pub fn larger(&mut self, x: ExprId, y: ExprId) -> Option<ExprId> {
        let scalar = |id: ExprId| self.graph.shape(id).is_scalar();
        let both = scalar(x) && scalar(y);
        let (x, y) = if both { (x, y) } else { (self.full(x)?, self.full(y)?) };
        self.graph.build(Kernel::Max, &[x, y]).ok()
    }

    /// A combination, an array if one of its parts is.
    pub fn linear(&mut self, linear: &Linear) -> Option<ExprId> {
        let mut terms = Vec::new();
        for (of, coefficient) in &linear.0 {
            let size = self.number(if coefficient.is_negative() {
                coefficient.neg()
            } else {
                *coefficient
            });
            let part = match of.map(|of| self.own(of)) {
                Some(of) => self.times(size, of)?,
                None => size,
            };
            terms.push((part, !coefficient.is_negative()));
        }
        match terms.is_empty() {
            true => Some(self.number(Number::ZERO)),
            false => self.sum(&terms),
        }
    }

    /// Whether all parts of a combination are numbers, or all of them arrays.
    pub fn is_uniform(&self, linear: &Linear) -> bool {
        let mut scalars = linear.0.keys().flatten().map(|of| self.graph.shape(*of).is_scalar());
        let first = scalars.next();
        scalars.all(|scalar| Some(scalar) == first)
    }

    pub fn map(&mut self, map: Map, of: &Linear) -> Option<ExprId> {
        let of = self.linear(of)?;
        self.graph.build(Kernel::Map(map), &[of]).ok()
    }

    /// `x` times a product of powers, numbers first, what has negative powers last.
    pub fn times_monomial(&mut self, mut x: ExprId, monomial: &Monomial) -> Option<ExprId> {
        let scalar =
            |graph: &Graph, of: Option<ExprId>| of.is_none_or(|of| graph.shape(of).is_scalar());
        for numbers in [true, false] {
            let own = monomial.exponent.0.iter();
            let own = own.filter(|(of, _)| scalar(self.graph, **of) == numbers);
            let exponent = Linear(own.map(|(of, c)| (*of, *c)).collect());
            if !exponent.is_zero() {
                x = self.times_power(x, Map::Exp, &exponent, 1)?;
            }
        }
        for above in [true, false] {
            for numbers in [true, false] {
                for (base, n) in &monomial.powers {
                    if (*n > 0) == above && scalar(self.graph, Some(*base)) == numbers {
                        let own = self.own(*base);
                        let power = self.power(own, i64::from(n.abs()))?;
                        x = if above { self.times(x, power)? } else { self.over(x, power)? };
                    }
                }
            }
        }
        Some(x)
    }

    pub fn polynomial(&mut self, polynomial: &Polynomial) -> Option<ExprId> {
        let mut terms = Vec::new();
        for (monomial, x) in &polynomial.0 {
            let size = self.number(if x.is_negative() { x.neg() } else { *x });
            terms.push((self.times_monomial(size, monomial)?, !x.is_negative()));
        }
        match terms.is_empty() {
            true => Some(self.number(Number::ZERO)),
            false => self.sum(&terms),
        }
    }

    pub fn fraction(&mut self, fraction: &Fraction) -> Option<ExprId> {
        let num = self.polynomial(&fraction.num)?;
        let whole = self.over_all(num, &fraction.den)?;
        self.full(whole)
    }

    /// `x` over powers of polynomials.
    pub fn over_all(&mut self, mut x: ExprId, den: &BTreeMap<Polynomial, u32>) -> Option<ExprId> {
        for (factor, n) in den {
            let factor = self.polynomial(factor)?;
            let power = self.power(factor, i64::from(*n))?;
            x = self.over(x, power)?;
        }
        Some(x)
    }

    /// Whether a polynomial is never below zero, `false` where it is never above, `None` where that is not known.
    pub fn sign(&self, polynomial: &Polynomial) -> Option<bool> {
        let mut sign = None;
        for (monomial, x) in &polynomial.0 {
            let known = monomial.powers.iter().all(|(base, n)| n % 2 == 0 || self.bounded(*base));
            let own = known.then_some(!x.is_negative())?;
            if *sign.get_or_insert(own) != own {
                return None;
            }
        }
        sign
    }

    /// Whether no entry is below zero.
    pub fn bounded(&self, id: ExprId) -> bool {
        let facts = self.graph.facts(id);
        facts.has(Facts::POSITIVE) || facts.has(Facts::NONNEGATIVE)
    }

    fn own(&self, id: ExprId) -> ExprId {
        self.stable.get(&id).copied().unwrap_or(id)
    }
}
