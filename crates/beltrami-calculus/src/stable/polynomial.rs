//! Polynomials and their quotients in expressions and exponentials, with exact rational coefficients.
//!
//! Powers may be negative and exponents of exponentials are linear combinations, so that a quotient by a single product is a
//! polynomial too.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Number};

/// Terms of a polynomial; more are no form of what a person wrote.
const MOST_TERMS: usize = 60;

/// A linear combination of expressions with rational coefficients, `None` standing for 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Linear(pub BTreeMap<Option<ExprId>, Number>);

impl Linear {
    pub fn term(of: Option<ExprId>) -> Linear {
        Linear(BTreeMap::from([(of, Number::ONE)]))
    }

    /// `self + factor*other`.
    pub fn plus(&self, other: &Linear, factor: Number) -> Linear {
        let mut sum = self.0.clone();
        for (of, coefficient) in &other.0 {
            let own = sum.remove(of).unwrap_or(Number::ZERO).add(factor.mul(*coefficient));
            if !own.is_zero() {
                sum.insert(*of, own);
            }
        }
        Linear(sum)
    }

    pub fn minus(&self, other: &Linear) -> Linear {
        self.plus(other, Number::MINUS_ONE)
    }

    pub fn times(&self, factor: Number) -> Linear {
        Linear::default().plus(self, factor)
    }

    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// The number by which another has to be multiplied to give this.
    pub fn ratio(&self, other: &Linear) -> Option<Number> {
        let Some((of, coefficient)) = other.0.first_key_value() else {
            return self.is_zero().then_some(Number::ZERO);
        };
        let own = self.0.get(of).copied().unwrap_or(Number::ZERO);
        let ratio = own.mul(coefficient.recip()?);
        self.plus(other, ratio.neg()).is_zero().then_some(ratio)
    }

    /// Whether it stands before another in an order that adding the same to both leaves.
    fn precedes(&self, other: &Linear) -> bool {
        other.minus(self).0.first_key_value().is_some_and(|(_, first)| !first.is_negative())
    }

    /// The first of several in that order.
    pub fn least<'a>(several: impl Iterator<Item = &'a Linear>) -> Linear {
        let least = several.reduce(|a, b| if b.precedes(a) { b } else { a });
        least.cloned().unwrap_or_default()
    }
}

/// A product of powers of expressions and an exponential.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Monomial {
    pub exponent: Linear,
    pub powers: BTreeMap<ExprId, i32>,
}

impl Monomial {
    /// `self*other^n`.
    pub fn times(&self, other: &Monomial, n: i32) -> Monomial {
        let mut product = self.clone();
        product.exponent = self.exponent.plus(&other.exponent, Number::int(i64::from(n)));
        for (base, power) in &other.powers {
            let own = product.powers.remove(base).unwrap_or(0) + n * power;
            if own != 0 {
                product.powers.insert(*base, own);
            }
        }
        product
    }

    pub fn power(&self, base: ExprId) -> i32 {
        self.powers.get(&base).copied().unwrap_or(0)
    }
}

/// A sum of monomials with coefficients that are not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Polynomial(pub BTreeMap<Monomial, Number>);

impl Polynomial {
    pub fn number(x: Number) -> Polynomial {
        Polynomial::term(Monomial::default(), x)
    }

    pub fn term(monomial: Monomial, coefficient: Number) -> Polynomial {
        let mut terms = BTreeMap::from([(monomial, coefficient)]);
        terms.retain(|_, x| !x.is_zero());
        Polynomial(terms)
    }

    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// The number that it is.
    pub fn number_of(&self) -> Option<Number> {
        let mut terms = self.0.iter();
        match (terms.next(), terms.next()) {
            (None, _) => Some(Number::ZERO),
            (Some((monomial, x)), None) if *monomial == Monomial::default() => Some(*x),
            _ => None,
        }
    }

    /// `self + factor*other`; `None` where it is too long or no longer exact.
    pub fn plus(&self, other: &Polynomial, factor: Number) -> Option<Polynomial> {
        let mut sum = self.clone();
        for (monomial, coefficient) in &other.0 {
            sum.take_in(monomial.clone(), factor.mul(*coefficient))?;
        }
        sum.bounded()
    }

    pub fn times(&self, other: &Polynomial) -> Option<Polynomial> {
        let mut product = Polynomial::default();
        for (m, x) in &self.0 {
            for (n, y) in &other.0 {
                product.take_in(m.times(n, 1), x.mul(*y))?;
            }
        }
        product.bounded()
    }

    pub fn power(&self, n: u32) -> Option<Polynomial> {
        (0..n).try_fold(Polynomial::number(Number::ONE), |power, _| power.times(self))
    }

    /// `self/monomial`.
    pub fn over(&self, monomial: &Monomial) -> Polynomial {
        Polynomial(self.0.iter().map(|(m, x)| (m.times(monomial, -1), *x)).collect())
    }

    /// The largest monomial, by powers, that divides every term.
    pub fn content(&self) -> Monomial {
        let exponent = Linear::least(self.0.keys().map(|m| &m.exponent));
        let bases = self.0.keys().flat_map(|m| m.powers.keys());
        let powers = bases.filter_map(|base| {
            let least = self.0.keys().map(|m| m.power(*base)).min()?;
            (least != 0).then_some((*base, least))
        });
        let powers = powers.collect();
        Monomial { exponent, powers }
    }

    fn take_in(&mut self, monomial: Monomial, x: Number) -> Option<()> {
        let sum = self.0.remove(&monomial).unwrap_or(Number::ZERO).add(x);
        if matches!(sum, Number::Float(_)) {
            return None;
        }
        if !sum.is_zero() {
            self.0.insert(monomial, sum);
        }
        Some(())
    }

    fn bounded(self) -> Option<Polynomial> {
        (self.0.len() <= MOST_TERMS).then_some(self)
    }
}

/// A polynomial over a product of powers of others, of which none is a single term.
#[derive(Clone, Debug)]
pub(super) struct Fraction {
    pub num: Polynomial,
    pub den: BTreeMap<Polynomial, u32>,
}

impl Fraction {
    pub fn of(num: Polynomial) -> Fraction {
        Fraction { num, den: BTreeMap::new() }
    }

    /// An expression of which nothing is known.
    pub fn itself(id: ExprId) -> Fraction {
        let monomial = Monomial { powers: BTreeMap::from([(id, 1)]), ..Monomial::default() };
        Fraction::of(Polynomial::term(monomial, Number::ONE))
    }

    pub fn number(x: Number) -> Fraction {
        Fraction::of(Polynomial::number(x))
    }

    pub fn plus(&self, other: &Fraction, factor: Number) -> Option<Fraction> {
        let den = common([self, other].into_iter());
        let num = self.over(&den)?.plus(&other.over(&den)?, factor)?;
        Some(Fraction { num, den })
    }

    pub fn times(&self, other: &Fraction) -> Option<Fraction> {
        let mut den = self.den.clone();
        for (factor, power) in &other.den {
            *den.entry(factor.clone()).or_insert(0) += power;
        }
        Some(Fraction { num: self.num.times(&other.num)?, den })
    }

    pub fn power(&self, n: i32) -> Option<Fraction> {
        let base = if n < 0 { self.inverse()? } else { self.clone() };
        let num = base.num.power(n.unsigned_abs())?;
        let den = base.den.into_iter().map(|(factor, power)| (factor, power * n.unsigned_abs()));
        Some(Fraction { num, den: den.filter(|(_, power)| *power > 0).collect() })
    }

    /// `None` for zero too.
    fn inverse(&self) -> Option<Fraction> {
        let content = self.num.content();
        let primitive = self.num.over(&content);
        let lead = *primitive.0.values().next()?;
        let mut num = Polynomial::term(Monomial::default().times(&content, -1), lead.recip()?);
        for (factor, power) in &self.den {
            num = num.times(&factor.power(*power)?)?;
        }
        let factor = Polynomial::default().plus(&primitive, lead.recip()?)?;
        let single = factor.0.len() == 1;
        let den = if single { BTreeMap::new() } else { BTreeMap::from([(factor, 1)]) };
        Some(Fraction { num, den })
    }

    /// Whether it has a value wherever its parts have, and vanishes nowhere by division.
    pub fn is_entire(&self) -> bool {
        let positive =
            |den: &Polynomial| den.0.iter().all(|(m, x)| m.powers.is_empty() && !x.is_negative());
        let whole = self.num.0.keys().all(|m| m.powers.values().all(|n| *n >= 0));
        whole && self.den.keys().all(positive)
    }

    /// Whether no exponential occurs in it.
    pub fn is_free_of_exponentials(&self) -> bool {
        let plain = |part: &Polynomial| part.0.keys().all(|m| m.exponent.is_zero());
        plain(&self.num) && self.den.keys().all(plain)
    }

    /// The numerator over a multiple of the denominator.
    pub fn over(&self, den: &BTreeMap<Polynomial, u32>) -> Option<Polynomial> {
        den.iter().try_fold(self.num.clone(), |num, (factor, power)| {
            let own = self.den.get(factor).copied().unwrap_or(0);
            num.times(&factor.power(power.saturating_sub(own))?)
        })
    }
}

/// The least common denominator.
pub(super) fn common<'a>(
    fractions: impl Iterator<Item = &'a Fraction>,
) -> BTreeMap<Polynomial, u32> {
    let mut den: BTreeMap<Polynomial, u32> = BTreeMap::new();
    for (factor, power) in fractions.flat_map(|fraction| &fraction.den) {
        let own = den.entry(factor.clone()).or_insert(0);
        *own = (*own).max(*power);
    }
    den
}
