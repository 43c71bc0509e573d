//! Sums of quotients and square roots over one denominator, where that takes away what cancels.
//!
//! A form is taken if its terms are nowhere larger than those of the sum as it was, and far smaller somewhere: the terms of a sum
//! are what its rounding errors are relative to.

use std::collections::{BTreeMap, BTreeSet};

use beltrami_core::{ExprId, Kernel, Map, Number};

use super::polynomial::{Fraction, Monomial, Polynomial, common};
use super::reader::Reader;
use super::writer::Writer;

/// Names by whose values forms are compared.
const MOST_BASES: usize = 3;
/// Sizes of these values.
const SIZES: [f64; 3] = [1.1e-5, 0.7, 1.3e5];
/// How many times larger the terms of a form may be than before: a few roundings more are no loss.
const LOSS: f64 = 32.0;
/// How many times smaller they have to become somewhere.
const GAIN: f64 = 1e-3;

/// A sum in factors, `content*rest`.
struct Form {
    content: Monomial,
    rest: Polynomial,
    /// Where there is one, `rest` is another sum, and this is how the sum follows from it.
    conjugate: Option<Conjugate>,
}

/// `a + b√r`, of which `content*rest` is `a² - b²r`.
struct Conjugate {
    outer: Monomial,
    root: ExprId,
    a: Polynomial,
    b: Polynomial,
    /// 1 where `b` is not negative, and -1.
    sign: Number,
    /// Whether `a` has the other sign; where that is not known, `a + b√r = (b²r - a²)/(b√r + |a|) + 2 max(a, 0)` for `b > 0`.
    opposite: bool,
}

/// The form of a sum, if there is a better one than its own.
pub(super) fn written(
    writer: &mut Writer,
    reader: &Reader,
    terms: &[Fraction],
    sum: &Fraction,
) -> Option<ExprId> {
    let den = common(terms.iter());
    let nums: Option<Vec<Polynomial>> = terms.iter().map(|term| term.over(&den)).collect();
    let nums = nums?;
    let before: usize = nums.iter().map(|num| num.0.len()).sum();
    let form = factored(reader, &sum.over(&den)?)?;
    let bases = nums.iter().flat_map(|num| num.0.keys().flat_map(|m| m.powers.keys()));
    let roots: BTreeSet<ExprId> =
        bases.copied().filter(|base| reader.roots.contains_key(base)).collect();
    if form.rest.0.len() >= before && roots.is_empty() {
        return None;
    }
    let points = points(writer, reader, &nums, &den)?;
    let is_better = |form: &Form| form.is_better(&points, &nums);
    let form = if form.rest.0.len() < before && is_better(&form) {
        form
    } else {
        // Odd powers of roots are left as they are, so that the signs of their factors show.
        let content = sum.over(&den)?.content();
        let own = Form { rest: sum.over(&den)?.over(&content), content, conjugate: None };
        let of = |form: &Form, root: &ExprId| conjugated(writer, reader, form, *root);
        let of = |root: &ExprId| of(&own, root).or_else(|| of(&form, root)).filter(&is_better);
        roots.iter().find_map(of)?
    };
    build(writer, &form, &den)
}

fn factored(reader: &Reader, sum: &Polynomial) -> Option<Form> {
    let (mut content, mut rest) = (Monomial::default(), sum.clone());
    loop {
        let own = rest.content();
        content = content.times(&own, 1);
        rest = reader.reduced(rest.over(&own))?;
        if rest.content() == Monomial::default() {
            return Some(Form { content, rest, conjugate: None });
        }
    }
}

/// The form in which `a² - b²r` has no root any more.
fn conjugated(writer: &Writer, reader: &Reader, form: &Form, root: ExprId) -> Option<Form> {
    let (with, without): (BTreeMap<_, _>, BTreeMap<_, _>) =
        form.rest.0.iter().map(|(m, x)| (m.clone(), *x)).partition(|(m, _)| m.power(root) % 2 == 1);
    let (a, b) = (Polynomial(without), Polynomial(with).over(&power(root)));
    let positive = writer.sign(&b)?;
    let opposite = match writer.sign(&a) {
        Some(own) if own == positive => return None,
        own => own.is_some(),
    };
    if b.is_zero() {
        return None;
    }
    let square = b.times(&b)?.times(&reader.roots[&root])?;
    let difference = a.times(&a)?.plus(&square, Number::MINUS_ONE)?;
    let sign = if positive { Number::ONE } else { Number::MINUS_ONE };
    let outer = form.content.clone();
    let conjugate = Some(Conjugate { outer, root, a, b, sign, opposite });
    Some(Form { conjugate, ..factored(reader, &difference)? })
}

fn power(base: ExprId) -> Monomial {
    Monomial { powers: BTreeMap::from([(base, 1)]), ..Monomial::default() }
}

fn build(writer: &mut Writer, form: &Form, den: &BTreeMap<Polynomial, u32>) -> Option<ExprId> {
    if form.rest.is_zero() {
        let zero = writer.number(Number::ZERO);
        return writer.full(zero);
    }
    let mut value = writer.polynomial(&form.rest)?;
    value = writer.times_monomial(value, &form.content)?;
    if let Some(conjugate) = &form.conjugate {
        value = conjugate.build(writer, value)?;
        value = writer.times_monomial(value, &conjugate.outer)?;
    }
    value = writer.over_all(value, den)?;
    writer.full(value)
}

impl Conjugate {
    /// `a + b√r` from `a² - b²r`.
    fn build(&self, writer: &mut Writer, difference: ExprId) -> Option<ExprId> {
        let of = |polynomial: &Polynomial, sign| Polynomial::default().plus(polynomial, sign);
        let b = writer.polynomial(&of(&self.b, self.sign)?)?;
        let root = writer.times_monomial(b, &power(self.root))?;
        let above = writer.scaled(difference, self.sign.neg())?;
        if self.opposite {
            let a = writer.polynomial(&of(&self.a, self.sign.neg())?)?;
            let below = writer.sum(&[(root, true), (a, true)])?;
            return writer.over(above, below);
        }
        let a = writer.polynomial(&of(&self.a, self.sign)?)?;
        let size = writer.graph.build(Kernel::Map(Map::Abs), &[a]).ok()?;
        let below = writer.sum(&[(root, true), (size, true)])?;
        let value = writer.over(above, below)?;
        let beyond = writer.graph.build(Kernel::Map(Map::Relu), &[a]).ok()?;
        let beyond = writer.scaled(beyond, Number::TWO)?;
        writer.sum(&[(value, true), (beyond, self.sign == Number::ONE)])
    }
}

/// Values of names.
type Point = BTreeMap<ExprId, f64>;

impl Form {
    fn is_better(&self, points: &[Point], nums: &[Polynomial]) -> bool {
        let mut gains = false;
        for point in points {
            let before: f64 = nums.iter().map(|num| value(num, point).abs()).sum();
            let after = self.size(point);
            if !before.is_finite() || !after.is_finite() || before == 0.0 {
                continue;
            }
            if after > LOSS * before {
                return false;
            }
            gains |= after < GAIN * before;
        }
        gains
    }

    /// The size of the terms.
    fn size(&self, point: &Point) -> f64 {
        let terms = |polynomial: &Polynomial| -> f64 {
            polynomial.0.iter().map(|(m, x)| (x.to_f64() * product(m, point)).abs()).sum()
        };
        let own = product(&self.content, point).abs() * terms(&self.rest);
        let Some(Conjugate { outer, root, a, b, sign, opposite }) = &self.conjugate else {
            return own;
        };
        let whole = value(a, point);
        let below =
            value(b, point).abs() * point.get(root).copied().unwrap_or(f64::NAN) + whole.abs();
        let beyond = if *opposite { 0.0 } else { (2.0 * sign.to_f64() * whole).max(0.0) };
        product(outer, point).abs() * (own / below + beyond)
    }
}

fn product(monomial: &Monomial, point: &Point) -> f64 {
    let constant: f64 = monomial.exponent.0.values().map(|x| x.to_f64()).sum();
    let of = |(base, n): (&ExprId, &i32)| point.get(base).copied().unwrap_or(f64::NAN).powi(*n);
    constant.exp() * monomial.powers.iter().map(of).product::<f64>()
}

fn value(polynomial: &Polynomial, point: &Point) -> f64 {
    polynomial.0.iter().map(|(m, x)| x.to_f64() * product(m, point)).sum()
}

/// Points of every order of magnitude and sign that names may have, and those at which a polynomial of one name is about zero.
fn points(
    writer: &Writer,
    reader: &Reader,
    nums: &[Polynomial],
    den: &BTreeMap<Polynomial, u32>,
) -> Option<Vec<Point>> {
    let mut polynomials: Vec<&Polynomial> = nums.iter().chain(den.keys()).collect();
    let mut bases: BTreeSet<ExprId> = BTreeSet::new();
    let mut roots: BTreeSet<ExprId> = BTreeSet::new();
    let mut place = 0;
    while let Some(polynomial) = polynomials.get(place) {
        for monomial in polynomial.0.keys() {
            // Other exponentials are no numbers here.
            if monomial.exponent.0.keys().any(Option::is_some) {
                return None;
            }
            for base in monomial.powers.keys() {
                match reader.roots.get(base) {
                    Some(of) if roots.insert(*base) => polynomials.push(of),
                    Some(_) => {}
                    None => {
                        bases.insert(*base);
                    }
                }
            }
        }
        place += 1;
    }
    if bases.is_empty() || bases.len() > MOST_BASES {
        return None;
    }
    let mut points = vec![Point::new()];
    for base in &bases {
        let mut sizes: Vec<f64> = SIZES.to_vec();
        sizes.extend(polynomials.iter().filter_map(|polynomial| zero_of(polynomial, *base)));
        let signs: &[f64] = if writer.bounded(*base) { &[1.0] } else { &[1.0, -1.0] };
        let values = signs.iter().flat_map(|sign| sizes.iter().map(move |size| sign * size));
        let values: Vec<f64> = values.collect();
        let extended = |point: &Point| {
            let with = |x: &f64| {
                let mut point = point.clone();
                point.insert(*base, *x);
                point
            };
            values.iter().map(with).collect::<Vec<_>>()
        };
        points = points.iter().flat_map(extended).collect();
    }
    // Roots of what contains roots come after these: expressions are numbered so.
    for point in &mut points {
        for root in &roots {
            let own = value(&reader.roots[root], point).sqrt();
            point.insert(*root, own);
        }
    }
    Some(points)
}

/// The size at which first and last term of a polynomial in one name are equal.
fn zero_of(polynomial: &Polynomial, base: ExprId) -> Option<f64> {
    let alone = |m: &&Monomial| m.powers.keys().all(|own| *own == base);
    let terms = polynomial.0.iter().filter(|(m, _)| alone(m));
    let mut terms: Vec<(i32, f64)> = terms.map(|(m, x)| (m.power(base), x.to_f64())).collect();
    terms.sort_by_key(|(n, _)| *n);
    let ((m, x), (n, y)) = (*terms.first()?, *terms.last()?);
    (m < n).then(|| (x / y).abs().powf(1.0 / f64::from(n - m)))
}
