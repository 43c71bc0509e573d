//! Scalars with like terms collected: sums of products of powers, of names and of what is no sum or product.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Graph, Kernel, Node, Number};
use rustc_hash::FxHashMap;

/// Terms beyond which a sum is left as it is.
const MOST_TERMS: usize = 80;
/// The highest power of a sum that is multiplied out.
const MOST_POWER: i64 = 6;

/// Powers of factors, none of them zero, in the order of their expressions.
type Monomial = Vec<(ExprId, i64)>;

/// A sum of multiples of monomials, none of them zero.
#[derive(Clone, Default)]
struct Sum(BTreeMap<Monomial, Number>);

/// A scalar with like terms collected; sums multiplied out, or kept as factors of products.
///
/// `None` where numbers leave the ratios of integers or terms become too many.
pub(super) fn collected(graph: &mut Graph, root: ExprId, multiplied_out: bool) -> Option<ExprId> {
    let mut reader = Reader { graph, multiplied_out, sums: FxHashMap::default() };
    for id in reader.graph.reachable(root) {
        if reader.graph.shape(id).is_scalar() {
            let sum = reader.read(id)?;
            reader.sums.insert(id, sum);
        }
    }
    let sum = reader.sums.remove(&root)?;
    written(graph, &sum)
}

struct Reader<'a> {
    graph: &'a mut Graph,
    multiplied_out: bool,
    sums: FxHashMap<ExprId, Sum>,
}

impl Reader<'_> {
    fn read(&mut self, id: ExprId) -> Option<Sum> {
        let Node::Apply(op, args) = self.graph.node(id).clone() else {
            return match self.graph.number_of(id) {
                Some(number) => Sum::constant(number),
                None => Some(Sum::atom(id, 1)),
            };
        };
        let parts: Option<Vec<Sum>> = args.iter().map(|arg| self.sums.get(arg).cloned()).collect();
        let Some(parts) = parts else { return Some(Sum::atom(id, 1)) };
        match (self.graph.op(op).kernel, &parts[..]) {
            (Kernel::Add, [a, b]) => a.plus(b, Number::ONE),
            (Kernel::Sub, [a, b]) => a.plus(b, Number::MINUS_ONE),
            (Kernel::Neg, [a]) => Sum::default().plus(a, Number::MINUS_ONE),
            (Kernel::Scale | Kernel::MatMul | Kernel::Hadamard, [a, b]) => self.product(a, b),
            (Kernel::Divide | Kernel::EDivide, [a, b]) => {
                let inverse = self.inverse(b)?;
                self.product(a, &inverse)
            }
            (Kernel::Power | Kernel::EPower | Kernel::MatPower, [a, b]) => {
                match b.as_constant().and_then(Number::as_int) {
                    Some(k) if k.abs() <= MOST_POWER => self.power(a, k),
                    _ => self.opaque(op, &parts),
                }
            }
            (Kernel::Entry | Kernel::Derivative(_), _) => Some(Sum::atom(id, 1)),
            _ => self.opaque(op, &parts),
        }
    }

    /// An operation that is a factor of its own, its arguments collected.
    fn opaque(&mut self, op: beltrami_core::OpId, parts: &[Sum]) -> Option<Sum> {
        let mut args = Vec::new();
        for part in parts {
            args.push(written(self.graph, part)?);
        }
        let built = self.graph.build_op(op, &args).ok()?;
        match self.graph.number_of(built) {
            Some(number) => Sum::constant(number),
            None => Some(Sum::atom(built, 1)),
        }
    }

    fn product(&mut self, a: &Sum, b: &Sum) -> Option<Sum> {
        let keeps = |one: &Sum, other: &Sum| one.0.len() > 1 && other.as_constant().is_none();
        if self.multiplied_out || !keeps(a, b) && !keeps(b, a) {
            return a.times(b);
        }
        let (a, b) = (self.factor(a)?, self.factor(b)?);
        a.times(&b)
    }

    fn power(&mut self, base: &Sum, k: i64) -> Option<Sum> {
        if k < 0 {
            let inverse = self.inverse(base)?;
            return inverse.raised(-k);
        }
        if self.multiplied_out || base.0.len() <= 1 {
            base.raised(k)
        } else {
            self.factor(base)?.raised(k)
        }
    }

    /// The sum as one factor, times the number that all its coefficients share.
    fn factor(&mut self, sum: &Sum) -> Option<Sum> {
        if sum.0.len() <= 1 {
            return Some(sum.clone());
        }
        let (content, rest) = sum.primitive()?;
        let factor = written(self.graph, &rest)?;
        Sum::atom(factor, 1).times(&Sum::constant(content)?)
    }

    fn inverse(&mut self, sum: &Sum) -> Option<Sum> {
        let single = self.factor(sum)?;
        let (monomial, coefficient) = single.0.iter().next()?;
        let turned = monomial.iter().map(|(atom, k)| (*atom, -k)).collect();
        Some(Sum(BTreeMap::from([(turned, coefficient.recip()?)])))
    }
}

impl Sum {
    fn constant(number: Number) -> Option<Sum> {
        match number {
            Number::Rational(0, _) => Some(Sum::default()),
            Number::Rational(..) => Some(Sum(BTreeMap::from([(Monomial::new(), number)]))),
            Number::Float(_) => None,
        }
    }

    fn atom(id: ExprId, power: i64) -> Sum {
        Sum(BTreeMap::from([(vec![(id, power)], Number::ONE)]))
    }

    fn as_constant(&self) -> Option<Number> {
        match self.0.first_key_value() {
            None => Some(Number::ZERO),
            Some((monomial, number)) if self.0.len() == 1 && monomial.is_empty() => Some(*number),
            Some(_) => None,
        }
    }

    fn add_term(&mut self, monomial: Monomial, number: Number) -> Option<()> {
        let old = self.0.remove(&monomial).unwrap_or(Number::ZERO);
        let new = old.add(number);
        if matches!(new, Number::Float(_)) || self.0.len() >= MOST_TERMS {
            return None;
        }
        if !new.is_zero() {
            self.0.insert(monomial, new);
        }
        Some(())
    }

    fn plus(&self, other: &Sum, share: Number) -> Option<Sum> {
        let mut sum = self.clone();
        for (monomial, number) in &other.0 {
            sum.add_term(monomial.clone(), number.mul(share))?;
        }
        Some(sum)
    }

    fn times(&self, other: &Sum) -> Option<Sum> {
        let mut product = Sum::default();
        for (left, a) in &self.0 {
            for (right, b) in &other.0 {
                let mut powers: BTreeMap<ExprId, i64> = left.iter().copied().collect();
                for (atom, k) in right {
                    let power = powers.entry(*atom).or_insert(0);
                    *power = power.checked_add(*k)?;
                }
                let monomial = powers.into_iter().filter(|(_, k)| *k != 0).collect();
                product.add_term(monomial, a.mul(*b))?;
            }
        }
        Some(product)
    }

    fn raised(&self, k: i64) -> Option<Sum> {
        let mut power = Sum::constant(Number::ONE)?;
        for _ in 0..k {
            power = power.times(self)?;
        }
        Some(power)
    }

    /// The greatest number by which all coefficients are integer multiples, with the sign of the term that is written
    /// first, and what is left.
    fn primitive(&self) -> Option<(Number, Sum)> {
        let (mut numerators, mut denominators) = (0_i64, 1_i64);
        for number in self.0.values() {
            let Number::Rational(p, q) = *number else { return None };
            numerators = gcd(numerators, p.checked_abs()?);
            denominators = (denominators / gcd(denominators, q)).checked_mul(q)?;
        }
        let content = Number::ratio(numerators, denominators)?;
        let content =
            if self.0.values().all(|x| x.is_negative()) { content.neg() } else { content };
        let inverse = content.recip()?;
        let rest = self.0.iter().map(|(m, x)| (m.clone(), x.mul(inverse))).collect();
        Some((content, Sum(rest)))
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The text of a sum: high powers first, and a term without a minus in front where there is one.
fn written(graph: &mut Graph, sum: &Sum) -> Option<ExprId> {
    let degree = |monomial: &Monomial| monomial.iter().map(|(_, k)| *k).sum::<i64>();
    let mut terms: Vec<(&Monomial, Number)> = sum.0.iter().map(|(m, x)| (m, *x)).collect();
    terms.sort_by_key(|(monomial, _)| std::cmp::Reverse(degree(monomial)));
    if let Some(place) = terms.iter().position(|(_, number)| !number.is_negative()) {
        let first = terms.remove(place);
        terms.insert(0, first);
    }
    let mut total = graph.int(0);
    for (monomial, number) in terms {
        let is_first = graph.is_zero(total);
        let minus = number.is_negative() && !is_first;
        let number = if minus { number.neg() } else { number };
        let (mut above, mut below) = (graph.int(1), graph.int(1));
        for (atom, k) in monomial {
            let exponent = graph.int(k.abs());
            let power = graph.power(*atom, exponent).ok()?;
            let place = if *k > 0 { &mut above } else { &mut below };
            *place = if graph.is_ones(*place) { power } else { graph.mul(*place, power).ok()? };
        }
        let number = graph.number(number);
        let above = graph.mul(number, above).ok()?;
        let term = if graph.is_ones(below) { above } else { graph.divide(above, below).ok()? };
        total = if minus { graph.sub(total, term).ok()? } else { graph.add(total, term).ok()? };
    }
    Some(total)
}
