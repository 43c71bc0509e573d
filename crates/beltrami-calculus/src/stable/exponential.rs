//! Quotients of polynomials in one exponential, in forms that neither cancel nor overflow.
//!
//! With $E = e^u$, $s = E/(1+E)$ and $t = 1/(1+E)$, $E^k = s^k t^{-k}$, $E + 1 = 1/t$, $E - 1 = \tanh(u/2)/t$, and a polynomial of
//! degree $d$ is a homogeneous one in $s$ and $t$ over $t^d$: everything is bounded but what truly grows, and what vanishes at
//! $u = 0$ or at infinity is a factor.

use std::collections::{BTreeMap, BTreeSet};

use beltrami_core::{ExprId, Map, Number};

use super::polynomial::{Fraction, Linear, Monomial, Polynomial, common};
use super::writer::Writer;

/// The highest power of the exponential.
const MOST_DEGREE: i64 = 16;
/// Exponentials of which the largest is chosen.
const MOST_EXPONENTIALS: usize = 6;

/// A polynomial in the exponential, coefficients by powers.
type Univariate = BTreeMap<i64, Polynomial>;

/// An exponential of which all exponents are multiples, up to a common one.
pub(super) struct Base {
    /// Its exponent.
    pub exponent: Linear,
    /// The exponent that stands for the power 0.
    pub origin: Linear,
}

impl Base {
    /// The one base of all exponents in some numerators and denominators; `None` where there is none or are several.
    pub fn of(nums: &[&Polynomial], dens: &BTreeMap<Polynomial, u32>) -> Option<Base> {
        let origin = Linear::least(nums.iter().flat_map(|num| num.0.keys().map(|m| &m.exponent)));
        let mut direction: Option<Linear> = None;
        let mut ratios = vec![];
        let zero = Linear::default();
        let offsets = nums.iter().flat_map(|num| num.0.keys().map(|m| (m, &origin)));
        let own = dens.keys().flat_map(|den| den.0.keys().map(|m| (m, &zero)));
        for (monomial, from) in offsets.chain(own) {
            let step = monomial.exponent.minus(from);
            if !step.is_zero() {
                ratios.push(step.ratio(direction.get_or_insert_with(|| step.clone()))?);
            }
        }
        let direction = direction?;
        // A common exponent that fits is none of its own.
        let common = origin.ratio(&direction);
        let unit = ratios.iter().chain(&common).copied().reduce(greatest_common)?;
        let exponent = direction.times(unit);
        let origin = if common.is_some() { zero } else { origin };
        Some(Base { exponent, origin })
    }

    /// The same with `1/E` for `E`.
    pub fn mirrored(&self) -> Base {
        let exponent = self.exponent.times(Number::MINUS_ONE);
        Base { exponent, origin: self.origin.clone() }
    }

    fn univariate(&self, polynomial: &Polynomial, origin: &Linear) -> Option<Univariate> {
        let mut powers = Univariate::new();
        for (monomial, x) in &polynomial.0 {
            let power = monomial.exponent.minus(origin).ratio(&self.exponent)?.as_int()?;
            let plain = Monomial { powers: monomial.powers.clone(), ..Monomial::default() };
            let own = powers.entry(power).or_default();
            *own = own.plus(&Polynomial::term(plain, *x), Number::ONE)?;
        }
        powers.retain(|_, coefficient| !coefficient.is_zero());
        let (first, last) = (*powers.first_key_value()?.0, *powers.last_key_value()?.0);
        (last - first <= MOST_DEGREE && first.abs() <= MOST_DEGREE).then_some(powers)
    }
}

fn greatest_common(a: Number, b: Number) -> Number {
    let (mut a, mut b) = (a, b);
    // Euclid's algorithm on rationals, whose remainders have a bounded denominator.
    while !b.is_zero() {
        let Some(quotient) = b.recip().map(|r| a.mul(r)) else { break };
        let rest = a.add(b.mul(Number::int(quotient.floor())).neg());
        (a, b) = (b, rest);
    }
    if a.is_negative() { a.neg() } else { a }
}

/// A polynomial in factors: powers of `E`, `E - 1` and `E + 1`, and the rest, coefficients from the lowest power.
struct Factored {
    zero: i64,
    minus: i64,
    plus: i64,
    rest: Vec<Polynomial>,
}

impl Factored {
    fn of(polynomial: &Univariate) -> Option<Factored> {
        let (zero, last) = (*polynomial.first_key_value()?.0, *polynomial.last_key_value()?.0);
        let of = |power: i64| polynomial.get(&power).cloned().unwrap_or_default();
        let mut rest: Vec<Polynomial> = (zero..=last).map(of).collect();
        let mut count = |root: Number| {
            let mut times = 0;
            while let Some(quotient) = divided(&rest, root) {
                (rest, times) = (quotient, times + 1);
            }
            times
        };
        let (minus, plus) = (count(Number::ONE), count(Number::MINUS_ONE));
        Some(Factored { zero, minus, plus, rest })
    }

    fn degree(&self) -> i64 {
        self.rest.len() as i64 - 1
    }
}

/// A polynomial over `E - root`, if that leaves nothing.
fn divided(polynomial: &[Polynomial], root: Number) -> Option<Vec<Polynomial>> {
    let (last, rest) = polynomial.split_last().filter(|(_, rest)| !rest.is_empty())?;
    let mut quotient = vec![last.clone()];
    for coefficient in rest.iter().rev() {
        let next = coefficient.plus(quotient.last()?, root)?;
        quotient.push(next);
    }
    let remainder = quotient.pop()?;
    quotient.reverse();
    remainder.is_zero().then_some(quotient)
}

/// The direction of the exponent at whose zero a polynomial in one exponential vanishes, and what is left without these zeros.
pub(super) fn at_origin(polynomial: &Polynomial) -> Option<(Linear, Polynomial)> {
    let base = Base::of(&[polynomial], &BTreeMap::new())?;
    let factored = Factored::of(&base.univariate(polynomial, &base.origin)?)?;
    let scale = base.exponent.0.first_key_value()?.1.recip()?;
    let mut rest = Polynomial::default();
    for (power, coefficient) in (0..).zip(&factored.rest) {
        let exponent = base.exponent.times(Number::int(power));
        let power = Monomial { exponent, ..Monomial::default() };
        let one = Polynomial::term(power, Number::ONE);
        rest = rest.plus(&one.times(coefficient)?, Number::ONE)?;
    }
    (factored.minus > 0).then(|| (base.exponent.times(scale), rest))
}

/// Whether a sum is smaller than its terms at `u = 0`, or grows less than they do where `u` does.
pub(super) fn cancels(terms: &[Fraction], sum: &Fraction) -> Option<bool> {
    let den = common(terms.iter());
    let nums: Option<Vec<Polynomial>> = terms.iter().map(|term| term.over(&den)).collect();
    let nums = nums?;
    let base = Base::of(&nums.iter().collect::<Vec<_>>(), &den)?;
    let orders = |polynomial: &Polynomial| {
        let powers = base.univariate(polynomial, &base.origin)?;
        let factored = Factored::of(&powers)?;
        Some((factored.zero, *powers.last_key_value()?.0, factored.minus))
    };
    let own = orders(&sum.over(&den)?)?;
    let of_terms: Option<Vec<(i64, i64, i64)>> = nums.iter().map(orders).collect();
    let of_terms = of_terms?;
    Some(of_terms.iter().any(|term| term.0 < own.0 || term.1 > own.1 || term.2 < own.2))
}

/// Whether factors, each with its power, grow or vanish where their product does less, or divide by what grows.
pub(super) fn compensates(factors: &[(Fraction, i32)]) -> bool {
    let exponentials = |(factor, power): &(Fraction, i32)| {
        let has = |polynomial: &Polynomial| polynomial.0.keys().any(|m| !m.exponent.is_zero());
        (has(&factor.num) || factor.den.keys().any(has)) && (*power < 0 || !factor.den.is_empty())
    };
    // Several exponentials may have one quotient.
    growth(factors).unwrap_or_else(|| factors.iter().any(exponentials))
}

fn growth(factors: &[(Fraction, i32)]) -> Option<bool> {
    let den = common(factors.iter().map(|(factor, _)| factor));
    let nums: Vec<&Polynomial> = factors.iter().map(|(factor, _)| &factor.num).collect();
    let base = Base::of(&nums, &den).filter(|base| base.origin.is_zero())?;
    let mut ends = [Vec::new(), Vec::new()];
    for (factor, power) in factors {
        let powers = base.univariate(&factor.num, &base.origin)?;
        let (mut first, mut last) = (*powers.first_key_value()?.0, *powers.last_key_value()?.0);
        for (polynomial, n) in &factor.den {
            let powers = base.univariate(polynomial, &Linear::default())?;
            first -= i64::from(*n) * powers.first_key_value()?.0;
            last -= i64::from(*n) * powers.last_key_value()?.0;
        }
        for (end, growth) in ends.iter_mut().zip([-first, last]) {
            end.push((growth, i64::from(*power)));
        }
    }
    Some(ends.iter().any(|end| {
        let total: i64 = end.iter().map(|(growth, power)| growth * power).sum();
        let apart: i64 = end.iter().map(|(growth, power)| (growth * power).abs()).sum();
        apart > total.abs() || end.iter().any(|(growth, power)| *growth > 0 && *power < 0)
    }))
}

/// A quotient in factors: `s^s t^t tanh(u/2)^minus` and the rest over other polynomials, which are homogeneous in `s` and `t`.
pub(super) struct Parts {
    pub s: i64,
    pub t: i64,
    pub minus: i64,
    num: Vec<Polynomial>,
    dens: Vec<(Vec<Polynomial>, i64)>,
}

impl Parts {
    /// The polynomials with their powers.
    pub fn rests(&self) -> impl Iterator<Item = (&[Polynomial], i64)> {
        let dens = self.dens.iter().map(|(den, n)| (&den[..], -n));
        std::iter::once((&self.num[..], 1)).chain(dens)
    }

    /// The powers of `E`, `s` and `t`: opposite ones of `s` and `t` are an exponential.
    pub fn powers(&self) -> (i64, i64, i64) {
        let (s, t) = (self.s, self.t);
        let n = if s < 0 { s.max(-t).min(0) } else { s.min(-t).max(0) };
        (n, s - n, t + n)
    }

    /// Whether there is nothing but a power of `E`.
    pub fn is_power(&self) -> bool {
        self.s == -self.t && self.minus == 0
    }
}

impl Base {
    pub fn parts(&self, fraction: &Fraction) -> Option<Parts> {
        let num = Factored::of(&self.univariate(&fraction.num, &self.origin)?)?;
        let (mut s, mut minus, mut plus) = (num.zero, num.minus, num.plus);
        let mut degree = num.degree();
        let mut dens = Vec::new();
        for (polynomial, n) in &fraction.den {
            let n = i64::from(*n);
            let den = Factored::of(&self.univariate(polynomial, &Linear::default())?)?;
            (s, minus, plus) = (s - n * den.zero, minus - n * den.minus, plus - n * den.plus);
            degree -= n * den.degree();
            dens.push((den.rest, n));
        }
        Some(Parts { s, t: -s - minus - plus - degree, minus, num: num.rest, dens })
    }

    /// The quotient with another exponent in place of its own.
    pub fn moved(&self, fraction: &Fraction, to: &Linear) -> Option<Fraction> {
        let moved = |polynomial: &Polynomial| {
            let own = self.univariate(polynomial, &Linear::default())?;
            let terms = own.iter().flat_map(|(power, coefficient)| {
                coefficient.0.iter().map(|(m, x)| {
                    let exponent = to.times(Number::int(*power));
                    (Monomial { exponent, powers: m.powers.clone() }, *x)
                })
            });
            Some(Polynomial(terms.collect()))
        };
        let mut den = BTreeMap::new();
        for (polynomial, n) in &fraction.den {
            den.insert(moved(polynomial)?, *n);
        }
        Some(Fraction { num: moved(&fraction.num)?, den })
    }
}

/// The form of a quotient in one exponential.
pub(super) fn written(writer: &mut Writer, fraction: &Fraction) -> Option<ExprId> {
    let Some(base) = Base::of(&[&fraction.num], &fraction.den) else {
        let single = fraction.den.is_empty() && fraction.num.0.len() == 1;
        let single = single && is_uniform(writer, &fraction.num);
        return if single { writer.fraction(fraction) } else { None };
    };
    if !writer.is_uniform(&base.exponent) {
        return None;
    }
    let parts = base.parts(fraction)?;
    let (n, mut s, mut t) = parts.powers();
    let mut minus = parts.minus;
    let (u, half) = (&base.exponent, base.exponent.times(Number::HALF));
    let mut product = writer.number(Number::ONE);
    product =
        writer.times_power(product, Map::Exp, &base.origin, i64::from(!base.origin.is_zero()))?;
    let power = u.times(Number::int(n));
    product = writer.times_power(product, Map::Exp, &power, i64::from(n != 0))?;
    // `tanh(u/2)/(st)` is `2 sinh(u)`, and `1/(st)` is `4 cosh(u/2)²`: what grows at both ends, with what vanishes at the origin.
    let sines = (-s).min(-t).min(minus).max(0);
    product = writer.times_power(product, Map::Sinh, u, sines)?;
    let mut factor = Number::TWO.powi(sines)?;
    (s, t, minus) = (s + sines, t + sines, minus - sines);
    let cosines = (-s).min(-t).max(0);
    product = writer.times_power(product, Map::Cosh, &half, 2 * cosines)?;
    factor = factor.mul(Number::int(4).powi(cosines)?);
    (s, t) = (s + cosines, t + cosines);
    // What grows at one end.
    for (at, sign) in [(&mut t, Number::ONE), (&mut s, Number::MINUS_ONE)] {
        let u = u.times(sign);
        let differences = (-*at).min(minus).max(0);
        product = writer.times_power(product, Map::Expm1, &u, differences)?;
        factor = factor.mul(sign.powi(differences)?);
        (*at, minus) = (*at + differences, minus - differences);
        if *at < 0 {
            let one = writer.number(Number::ONE);
            let exponential = writer.map(Map::Exp, &u)?;
            let sum = writer.sum(&[(one, true), (exponential, true)])?;
            let power = writer.power(sum, -*at)?;
            product = writer.times(product, power)?;
            *at = 0;
        }
    }
    product = writer.times_power(product, Map::Sigmoid, u, s)?;
    product = writer.times_power(product, Map::Sigmoid, &u.times(Number::MINUS_ONE), t)?;
    product = writer.times_power(product, Map::Tanh, &half, minus)?;
    match number(&parts.num) {
        Some(x) => factor = factor.mul(x),
        None => {
            let rest = homogeneous(writer, u, &parts.num)?;
            product = writer.times(rest, product)?;
        }
    }
    for (rest, n) in &parts.dens {
        if let Some(x) = number(rest) {
            factor = factor.mul(x.powi(-n)?);
            continue;
        }
        let den = homogeneous(writer, u, rest)?;
        let power = writer.power(den, *n)?;
        product = writer.over(product, power)?;
    }
    product = writer.scaled(product, factor)?;
    writer.full(product)
}

/// The number that a polynomial is.
fn number(polynomial: &[Polynomial]) -> Option<Number> {
    match polynomial {
        [coefficient] => coefficient.number_of(),
        _ => None,
    }
}

/// `Σ cᵢ sⁱ tᵈ⁻ⁱ`.
pub(super) fn homogeneous(
    writer: &mut Writer,
    u: &Linear,
    coefficients: &[Polynomial],
) -> Option<ExprId> {
    let degree = coefficients.len() as i64 - 1;
    let mut terms = Vec::new();
    for (power, coefficient) in (0..).zip(coefficients).filter(|(_, x)| !x.is_zero()) {
        let single = coefficient.0.len() == 1;
        let negative = single && coefficient.0.values().all(|x| x.is_negative());
        let sign = if negative { Number::MINUS_ONE } else { Number::ONE };
        let own = Polynomial::default().plus(coefficient, sign)?;
        let mut term = writer.polynomial(&own)?;
        term = writer.times_power(term, Map::Sigmoid, u, power)?;
        let minus = u.times(Number::MINUS_ONE);
        term = writer.times_power(term, Map::Sigmoid, &minus, degree - power)?;
        terms.push((term, !negative));
    }
    writer.sum(&terms)
}

/// Whether a sum of several exponentials has terms of one sign, where those it came from had not.
pub(super) fn clears(writer: &Writer, terms: &[Fraction], sum: &Fraction) -> bool {
    let signs: Vec<Option<bool>> = terms.iter().map(|term| writer.sign(&term.num)).collect();
    let own = writer.sign(&sum.num);
    several(sum) && own.is_some() && signs.iter().any(|sign| *sign != own)
}

/// Whether a denominator has several exponentials.
fn several(fraction: &Fraction) -> bool {
    let exponential = |m: &&Monomial| m.exponent.0.keys().any(Option::is_some);
    let count = |den: &Polynomial| den.0.keys().filter(exponential).count();
    fraction.den.keys().any(|den| count(den) > 0 && den.0.len() <= MOST_EXPONENTIALS)
}

/// A quotient in which the largest exponential of every denominator is 1.
pub(super) fn shifted(writer: &mut Writer, fraction: &Fraction) -> Option<ExprId> {
    if !several(fraction) {
        return None;
    }
    let (mut num, mut den) = (fraction.num.clone(), BTreeMap::new());
    for (polynomial, n) in &fraction.den {
        let exponents: BTreeSet<&Linear> = polynomial.0.keys().map(|m| &m.exponent).collect();
        let mut largest: Option<ExprId> = None;
        for exponent in exponents {
            if !writer.is_uniform(exponent) {
                return None;
            }
            let own = writer.linear(exponent)?;
            largest = Some(match largest {
                None => own,
                Some(other) => writer.larger(other, own)?,
            });
        }
        let shift = Monomial { exponent: Linear::term(Some(largest?)), ..Monomial::default() };
        den.insert(polynomial.over(&shift), *n);
        num = (0..*n).fold(num, |num, _| num.over(&shift));
    }
    if !is_uniform(writer, &num) {
        return None;
    }
    writer.fraction(&Fraction { num, den })
}

/// Whether no exponential of a number, which may overflow, is multiplied by one of an array, which may undo that.
fn is_uniform(writer: &Writer, polynomial: &Polynomial) -> bool {
    polynomial.0.keys().all(|m| writer.is_uniform(&m.exponent))
}
