//! Logarithms of quotients of polynomials.
//!
//! Of those in one exponential $E = e^u$: a power of $s = E/(1+E)$ or $t = 1/(1+E)$ is a softplus, and a polynomial
//! $\sum p_i s^i t^{d-i}$ with $p_0 = 1$ is $1 + \sum (p_i - \binom{d}{i}) s^i t^{d-i}$.
//! Where the whole is 0 or infinite at $u = 0$, this cancels there, and a form for small $u$ is taken instead.
//! Both are computed, and each where it is not taken at the nearest place at which it is finite.

use beltrami_core::{ExprId, Kernel, Map, Number};

use super::algebraic;
use super::exponential::{self, Base, Parts};
use super::polynomial::{Fraction, Linear, Monomial, Polynomial};
use super::reader::Reader;
use super::writer::Writer;

/// How far coefficients may be from those of a power of `s + t`, as factors: as much is lost of `log1p`.
const MOST_APART: f64 = 64.0;
/// Exponentials in a sum.
const MOST_EXPONENTIALS: usize = 6;

/// The logarithm of a quotient.
pub(super) fn written(
    writer: &mut Writer,
    reader: &Reader,
    of: &Fraction,
    sum: bool,
) -> Option<ExprId> {
    if let Some(base) = Base::of(&[&of.num], &of.den) {
        return of_base(writer, of, &base);
    }
    if let Some(form) = of_exponentials(writer, of) {
        return Some(form);
    }
    let beyond = beyond_one(writer, reader, of)?;
    if sum {
        return writer.graph.build(Kernel::Map(Map::Log1p), &[beyond]).ok();
    }
    let quotient = writer.fraction(of)?;
    let far = writer.graph.build(Kernel::Map(Map::Log), &[quotient]).ok()?;
    near_one(writer, beyond, far)
}

/// `log(x) - log(y)` for `far`, from the quotient of `x` and `y`.
pub(super) fn difference(
    writer: &mut Writer,
    reader: &Reader,
    quotient: &Fraction,
    far: ExprId,
) -> Option<ExprId> {
    let beyond = beyond_one(writer, reader, quotient)?;
    near_one(writer, beyond, far)
}

/// What is left of a quotient when 1 is taken away, where that cancels.
fn beyond_one(writer: &mut Writer, reader: &Reader, of: &Fraction) -> Option<ExprId> {
    let one = Fraction::number(Number::MINUS_ONE);
    let beyond = of.plus(&one, Number::ONE)?;
    algebraic::written(writer, reader, &[of.clone(), one], &beyond)
}

/// `log(1 + beyond)` where `beyond` is less than a half in size, and `far` elsewhere.
fn near_one(writer: &mut Writer, beyond: ExprId, far: ExprId) -> Option<ExprId> {
    let half = writer.number(Number::HALF);
    let half = writer.full(half)?;
    let size = writer.graph.build(Kernel::Map(Map::Abs), &[beyond]).ok()?;
    let least = writer.graph.neg(half).ok()?;
    let beyond = writer.graph.build(Kernel::Max, &[beyond, least]).ok()?;
    let near = writer.graph.build(Kernel::Map(Map::Log1p), &[beyond]).ok()?;
    either(writer, size, half, [near, far])
}

/// One of two finite values: the first where `size` is at most the bound.
fn either(
    writer: &mut Writer,
    size: ExprId,
    bound: ExprId,
    [near, far]: [ExprId; 2],
) -> Option<ExprId> {
    let beyond = writer.graph.sub(size, bound).ok()?;
    let is_far = writer.graph.build(Kernel::Map(Map::Step), &[beyond]).ok()?;
    let one = writer.number(Number::ONE);
    let one = if writer.graph.shape(is_far).is_scalar() { one } else { writer.full(one)? };
    let is_near = writer.graph.sub(one, is_far).ok()?;
    let (near, far) = (writer.times(is_near, near)?, writer.times(is_far, far)?);
    let sum = writer.sum(&[(near, true), (far, true)])?;
    writer.full(sum)
}

/// The logarithm of a quotient in one exponential, without cases.
pub(super) fn smooth(writer: &mut Writer, of: &Fraction) -> Option<ExprId> {
    let base = Base::of(&[&of.num], &of.den)?;
    let parts = base.parts(of).filter(|parts| parts.minus == 0)?;
    let (constant, factors) = constants(&parts)?;
    if !writer.is_uniform(&base.exponent) {
        return None;
    }
    simple(writer, &base, &parts, &factors, constant)
}

fn simple(
    writer: &mut Writer,
    base: &Base,
    parts: &Parts,
    factors: &Factors,
    constant: Number,
) -> Option<ExprId> {
    let far = far(writer, parts, factors, &base.exponent, constant)?;
    let common = writer.linear(&base.origin)?;
    let sum =
        if base.origin.is_zero() { far } else { writer.sum(&[(far, true), (common, true)])? };
    writer.full(sum)
}

/// The logarithm of a quotient in one exponential.
fn of_base(writer: &mut Writer, of: &Fraction, base: &Base) -> Option<ExprId> {
    if !writer.is_uniform(&base.exponent) {
        return None;
    }
    let parts = base.parts(of)?;
    let Some((constant, factors)) = constants(&parts) else {
        // `1 - E` is positive for `u < 0`.
        let mirrored = base.mirrored();
        return constants(&mirrored.parts(of)?).and_then(|_| of_base(writer, of, &mirrored));
    };
    let u = &base.exponent;
    // The value of the quotient at `u = 0`, but for its zeros.
    let at = |rest: &[Number]| rest.iter().fold(Number::ZERO, |sum, x| sum.add(*x));
    let mut middle = constant.mul(Number::HALF.powi(parts.s + parts.t)?);
    for (rest, n) in &factors {
        let halves = Number::HALF.powi(rest.len() as i64 - 1)?;
        middle = middle.mul(at(rest).mul(halves).powi(*n)?);
    }
    let is_simple =
        parts.minus == 0 && (!middle.is_one() || factors.is_empty() && parts.is_power());
    if is_simple {
        return simple(writer, base, &parts, &factors, constant);
    }
    if !base.origin.is_zero() {
        return None;
    }
    let own = writer.linear(u)?;
    let one = writer.number(Number::ONE);
    let one = if writer.graph.shape(own).is_scalar() { one } else { writer.full(one)? };
    let minus = writer.graph.neg(one).ok()?;
    let below = writer.graph.build(Kernel::Min, &[own, one]).ok()?;
    let bounded = Linear::term(Some(writer.graph.build(Kernel::Max, &[below, minus]).ok()?));
    let there = base.moved(of, &bounded)?;
    let near = if parts.minus == 0 {
        let one = Fraction::number(Number::MINUS_ONE);
        let beyond = exponential::written(writer, &there.plus(&one, Number::ONE)?)?;
        writer.graph.build(Kernel::Map(Map::Log1p), &[beyond]).ok()?
    } else {
        let quotient = exponential::written(writer, &there)?;
        writer.graph.build(Kernel::Map(Map::Log), &[quotient]).ok()?
    };
    let far = far(writer, &parts, &factors, u, constant)?;
    let size = writer.graph.build(Kernel::Map(Map::Abs), &[own]).ok()?;
    either(writer, size, one, [near, far])
}

/// Polynomials in `s` and `t` with first coefficient 1, and their powers.
type Factors = Vec<(Vec<Number>, i64)>;

/// The product of the first coefficients, and what is left.
fn constants(parts: &Parts) -> Option<(Number, Factors)> {
    let mut constant = Number::ONE;
    let mut factors = Factors::new();
    for (rest, n) in parts.rests() {
        let numbers: Option<Vec<Number>> = rest.iter().map(Polynomial::number_of).collect();
        let numbers = numbers?;
        let first = *numbers.first()?;
        constant = constant.mul(first.powi(n)?);
        let scale = first.recip()?;
        let scaled: Vec<Number> = numbers.into_iter().map(|x| x.mul(scale)).collect();
        let degree = scaled.len() - 1;
        if degree > 0 {
            let apart = (0..=degree).map(|i| scaled[i].to_f64() / binomial(degree, i).to_f64());
            if !apart.into_iter().all(|x| (1.0 / MOST_APART..=MOST_APART).contains(&x) || x == 0.0)
                || scaled.iter().any(|x| x.is_negative())
                || scaled[degree].is_zero()
            {
                return None;
            }
            factors.push((scaled, n));
        }
    }
    (!constant.is_negative() && !constant.is_zero()).then_some((constant, factors))
}

fn binomial(n: usize, k: usize) -> Number {
    (0..k as i64).fold(Number::ONE, |product, i| {
        let ratio = Number::ratio(n as i64 - i, i + 1).unwrap_or(Number::ONE);
        product.mul(ratio)
    })
}

/// The logarithm in a form for large `u`, right for all `u` that are no zeros.
fn far(
    writer: &mut Writer,
    parts: &Parts,
    factors: &Factors,
    u: &Linear,
    constant: Number,
) -> Option<ExprId> {
    let minus = u.times(Number::MINUS_ONE);
    let mut terms = Vec::new();
    let scaled = |writer: &mut Writer, term: ExprId, n: i64| {
        Some((writer.scaled(term, Number::int(n.abs()))?, n > 0))
    };
    let (n, s, t) = parts.powers();
    if n != 0 {
        terms.push((writer.linear(&u.times(Number::int(n)))?, true));
    }
    for (power, of) in [(s, &minus), (t, u)] {
        if power != 0 {
            let softplus = writer.map(Map::Softplus, of)?;
            terms.push(scaled(writer, softplus, -power)?);
        }
    }
    if parts.minus != 0 {
        // `log(tanh(u/2)) = log(1 - 2t)` for `u > 0`.
        let own = writer.linear(u)?;
        let mut size = writer.graph.build(Kernel::Map(Map::Abs), &[own]).ok()?;
        let one = writer.number(Number::ONE);
        let one = if writer.graph.shape(own).is_scalar() { one } else { writer.full(one)? };
        // It is finite also where it is not taken.
        size = writer.graph.build(Kernel::Max, &[size, one]).ok()?;
        let below = writer.map(Map::Sigmoid, &Linear::term(Some(size)).times(Number::MINUS_ONE))?;
        let beyond = writer.scaled(below, Number::int(-2))?;
        let log = writer.graph.build(Kernel::Map(Map::Log1p), &[beyond]).ok()?;
        terms.push(scaled(writer, log, parts.minus)?);
    }
    for (factor, n) in factors {
        let degree = factor.len() - 1;
        let beyond = (0..=degree).map(|i| factor[i].add(binomial(degree, i).neg()));
        let beyond: Vec<Polynomial> = beyond.map(Polynomial::number).collect();
        let beyond = exponential::homogeneous(writer, u, &beyond)?;
        let log = writer.graph.build(Kernel::Map(Map::Log1p), &[beyond]).ok()?;
        terms.push(scaled(writer, log, *n)?);
    }
    if !constant.is_one() {
        let constant = writer.number(constant);
        terms.push((writer.graph.build(Kernel::Map(Map::Log), &[constant]).ok()?, true));
    }
    if terms.is_empty() { Some(writer.number(Number::ZERO)) } else { writer.sum(&terms) }
}

/// The logarithm of sums of several exponentials with positive coefficients.
fn of_exponentials(writer: &mut Writer, of: &Fraction) -> Option<ExprId> {
    let several = |sum: &Polynomial| sum.0.keys().any(|m| m.exponent.0.keys().any(Option::is_some));
    if !several(&of.num) && !of.den.keys().any(several) {
        return None;
    }
    let mut terms = vec![(of_sum(writer, &of.num)?, true)];
    for (den, n) in &of.den {
        let log = of_sum(writer, den)?;
        terms.push((writer.scaled(log, Number::int(i64::from(*n)))?, false));
    }
    let sum = writer.sum(&terms)?;
    writer.full(sum)
}

fn of_sum(writer: &mut Writer, sum: &Polynomial) -> Option<ExprId> {
    let positive = |(m, x): (&Monomial, &Number)| m.powers.is_empty() && !x.is_negative();
    if sum.0.len() > MOST_EXPONENTIALS || !sum.0.iter().all(positive) {
        return None;
    }
    let mut whole: Option<ExprId> = None;
    for (monomial, x) in &sum.0 {
        let mut log = writer.linear(&monomial.exponent)?;
        if !x.is_one() {
            let x = writer.number(*x);
            let constant = writer.graph.build(Kernel::Map(Map::Log), &[x]).ok()?;
            log = writer.sum(&[(log, true), (constant, true)])?;
        }
        let log = writer.full(log)?;
        whole = Some(match whole {
            None => log,
            Some(other) => {
                let larger = writer.graph.build(Kernel::Max, &[other, log]).ok()?;
                let apart = writer.graph.sub(other, log).ok()?;
                let apart = writer.graph.build(Kernel::Map(Map::Abs), &[apart]).ok()?;
                let minus = writer.graph.neg(apart).ok()?;
                let ratio = writer.graph.build(Kernel::Map(Map::Exp), &[minus]).ok()?;
                let rest = writer.graph.build(Kernel::Map(Map::Log1p), &[ratio]).ok()?;
                writer.sum(&[(larger, true), (rest, true)])?
            }
        });
    }
    whole
}
