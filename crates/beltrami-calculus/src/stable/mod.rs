//! Stable forms: what is evaluated instead of an expression whose value as written loses digits or leaves the numbers.
//!
//! Two things are known, and both are applied from the leaves upwards, so that no search is needed and nothing else changes.
//! Rules are texts of the operations, [`beltrami_core::Op::stable`]; each holds wherever its left side has a value.
//! What is computed entry by entry is read as a quotient of polynomials (`reader`), in which exact arithmetic does what rounding
//! would spoil; it is written anew where that removes a cancellation (`exponential`, `algebraic`), and stays as it is otherwise.

mod algebraic;
mod domain;
mod exponential;
mod logarithm;
mod pattern;
mod polynomial;
mod reader;
mod writer;

use std::sync::Arc;

use beltrami_core::{ExprId, Graph, Kernel, LazyRule, Map, Node, Number, Theory};
use rustc_hash::FxHashMap;

use domain::Domain;
use pattern::applied;
use polynomial::Fraction;
use reader::Reader;
use writer::Writer;

/// Rules applied to one expression one after another; each form has few others.
const MOST: usize = 8;
/// Terms of a sum that are brought together.
const MOST_TERMS: usize = 8;

/// The rules towards stable forms.
pub struct StableForms {
    rules: Vec<Arc<LazyRule>>,
}

impl StableForms {
    /// The rules of a theory.
    pub fn new(theory: &Theory) -> StableForms {
        StableForms { rules: theory.stable.clone() }
    }

    /// An expression of the same value that keeps the digits that `root` as written loses; `root` where none is known.
    pub fn of(&self, graph: &mut Graph, root: ExprId) -> ExprId {
        self.forms(false).of(graph, root, 0)
    }

    /// As [`StableForms::of`], but only forms that are smooth where the expression is and have a value nowhere else: what is
    /// differentiated as a program, or enclosed on a box.
    pub fn smooth(&self, graph: &mut Graph, root: ExprId) -> ExprId {
        self.forms(true).of(graph, root, 0)
    }

    fn forms(&self, smooth: bool) -> Forms<'_> {
        let (stable, reader) = (FxHashMap::default(), Reader::default());
        Forms { rules: &self.rules, smooth, stable, reader }
    }
}

/// What is known of the expressions so far.
struct Forms<'a> {
    rules: &'a [Arc<LazyRule>],
    smooth: bool,
    stable: FxHashMap<ExprId, ExprId>,
    reader: Reader,
}

impl Forms<'_> {
    fn of(&mut self, graph: &mut Graph, root: ExprId, depth: usize) -> ExprId {
        for id in graph.reachable(root) {
            if self.stable.contains_key(&id) {
                continue;
            }
            self.reader.take_in(graph, id);
            let form = match graph.node(id).clone() {
                Node::Apply(op, args) => {
                    let inner: Vec<ExprId> = args.iter().map(|arg| self.stable[arg]).collect();
                    let same = inner[..] == args[..];
                    let own = if same { id } else { graph.build_op(op, &inner).unwrap_or(id) };
                    let computed =
                        self.computed(graph, id).filter(|form| self.is_kept(graph, id, *form));
                    self.improved(graph, computed.unwrap_or(own), depth)
                }
                _ => id,
            };
            // A form is its own.
            for part in graph.reachable(form) {
                if part != id && !self.stable.contains_key(&part) {
                    self.reader.take_in(graph, part);
                    self.stable.insert(part, part);
                }
            }
            self.stable.insert(id, form);
        }
        self.stable[&root]
    }

    /// Whether a form has a value where the expression has one, and nowhere else.
    fn is_kept(&mut self, graph: &mut Graph, id: ExprId, form: ExprId) -> bool {
        for part in graph.reachable(form) {
            self.reader.take_in(graph, part);
        }
        Domain { graph, reader: &self.reader, stable: &self.stable }.is_kept(id, form)
    }

    /// The expression after the rules that match it as a whole.
    fn improved(&mut self, graph: &mut Graph, mut id: ExprId, depth: usize) -> ExprId {
        for _ in 0..MOST {
            let allowed = |rule: &&Arc<LazyRule>| !self.smooth || !has_kinks(rule);
            let applied = |rule: &Arc<LazyRule>| applied(rule, graph, id);
            match self.rules.iter().filter(allowed).find_map(applied) {
                Some(better) if depth < MOST => id = self.of(graph, better, depth + 1),
                _ => break,
            }
        }
        id
    }
}

/// A summand.
#[derive(Clone)]
struct Term {
    id: ExprId,
    fraction: Fraction,
    /// Its stable form.
    form: ExprId,
    added: bool,
}

impl Forms<'_> {
    /// A better form of what is computed entry by entry.
    fn computed(&self, graph: &mut Graph, id: ExprId) -> Option<ExprId> {
        match graph.application(id)?.0 {
            Kernel::Add | Kernel::Sub => self.sum(graph, id),
            Kernel::Scale
            | Kernel::Hadamard
            | Kernel::MatMul
            | Kernel::Divide
            | Kernel::EDivide
            | Kernel::Power => self.product(graph, id),
            Kernel::Map(Map::Log | Map::Log1p) => self.logarithm(graph, id),
            _ => None,
        }
    }

    /// A logarithm of what may be about 1, or leave the numbers.
    fn logarithm(&self, graph: &mut Graph, id: ExprId) -> Option<ExprId> {
        let (kernel, args) = graph.application(id)?;
        let (of, plain) = (*args.first()?, kernel == Kernel::Map(Map::Log));
        let sum = matches!(graph.application(of), Some((Kernel::Add | Kernel::Sub, _)));
        let mut fraction = self.reader.fraction(of);
        if !plain {
            fraction = fraction.plus(&Fraction::number(Number::ONE), Number::ONE)?;
        }
        let mut writer = Writer { shape: graph.shape(id).clone(), graph, stable: &self.stable };
        if self.smooth {
            return logarithm::smooth(&mut writer, &fraction).filter(|_| fraction.is_entire());
        }
        logarithm::written(&mut writer, &self.reader, &fraction, sum || !plain)
    }

    /// The difference of two logarithms of about the same.
    fn ratio(&self, writer: &mut Writer, [above, below]: [&Term; 2]) -> Option<ExprId> {
        let of =
            |term: &Term| writer.graph.args_of(term.id, Kernel::Map(Map::Log)).map(|args| args[0]);
        let (x, y) = (self.reader.fraction(of(above)?), self.reader.fraction(of(below)?));
        let quotient = x.times(&y.power(-1)?)?;
        let far = writer.sum(&[(above.form, true), (below.form, false)])?;
        logarithm::difference(writer, &self.reader, &quotient, far)
    }

    /// A sum without what cancels: all terms together, or two of them.
    fn sum(&self, graph: &mut Graph, id: ExprId) -> Option<ExprId> {
        let mut terms = Vec::new();
        self.terms(graph, id, true, &mut terms)?;
        let mut writer = Writer { shape: graph.shape(id).clone(), graph, stable: &self.stable };
        if let Some(form) = self.together(&mut writer, &terms) {
            return Some(form);
        }
        let whole = terms.len();
        let mut place = 0;
        while terms.len() > 2 && place < terms.len() {
            let pair = (place + 1..terms.len()).find_map(|other| {
                let pair = [terms[place].clone(), terms[other].clone()];
                Some((other, self.together(&mut writer, &pair)?))
            });
            match pair {
                Some((other, form)) => {
                    // What is left is no summand of further pairs.
                    terms.remove(other);
                    let fraction = Fraction::itself(form);
                    terms[place] = Term { id: form, fraction, form, added: true };
                }
                None => place += 1,
            }
        }
        if terms.len() == whole {
            return None;
        }
        let parts: Vec<(ExprId, bool)> = terms.iter().map(|term| (term.form, term.added)).collect();
        writer.sum(&parts)
    }

    /// The terms of a sum, those of sums in it too.
    fn terms(&self, graph: &Graph, id: ExprId, added: bool, terms: &mut Vec<Term>) -> Option<()> {
        match graph.application(id) {
            Some((Kernel::Add, [a, b])) => {
                self.terms(graph, *a, added, terms)?;
                self.terms(graph, *b, added, terms)
            }
            Some((Kernel::Sub, [a, b])) => {
                self.terms(graph, *a, added, terms)?;
                self.terms(graph, *b, !added, terms)
            }
            Some((Kernel::Neg, [a])) => self.terms(graph, *a, !added, terms),
            _ => {
                let (fraction, form) = (self.reader.fraction(id), self.stable[&id]);
                terms.push(Term { id, fraction, form, added });
                (terms.len() <= MOST_TERMS).then_some(())
            }
        }
    }

    fn together(&self, writer: &mut Writer, terms: &[Term]) -> Option<ExprId> {
        if let [a, b] = terms
            && a.added != b.added
        {
            let pair = if a.added { [a, b] } else { [b, a] };
            let ratio = |writer: &mut Writer| self.ratio(writer, pair).filter(|_| !self.smooth);
            if let Some(form) = labelled(writer, a, b).or_else(|| ratio(writer)) {
                return Some(form);
            }
        }
        let sign = |added| if added { Number::ONE } else { Number::MINUS_ONE };
        let zero = Fraction::number(Number::ZERO);
        let signed: Option<Vec<Fraction>> =
            terms.iter().map(|term| zero.plus(&term.fraction, sign(term.added))).collect();
        let signed = signed?;
        let sum = signed.iter().try_fold(zero, |sum, term| sum.plus(term, Number::ONE))?;
        if sum.num.is_zero() && !self.smooth {
            let zero = writer.number(Number::ZERO);
            return writer.full(zero);
        }
        match exponential::cancels(&signed, &sum) {
            Some(true) if self.smooth && !sum.is_entire() => None,
            Some(true) => exponential::written(writer, &sum),
            Some(false) => None,
            None if self.smooth => None,
            None if exponential::clears(writer, &signed, &sum) => {
                exponential::shifted(writer, &sum)
            }
            None => algebraic::written(writer, &self.reader, &signed, &sum),
        }
    }

    /// A product in which nothing grows that the whole does not.
    fn product(&self, graph: &mut Graph, id: ExprId) -> Option<ExprId> {
        let mut factors = Vec::new();
        self.factors(graph, id, 1, &mut factors)?;
        let fraction = self.reader.fraction(id);
        if !exponential::compensates(&factors) || self.smooth && !fraction.is_entire() {
            return None;
        }
        if self.stays_small(graph, id) {
            return None;
        }
        let mut writer = Writer { shape: graph.shape(id).clone(), graph, stable: &self.stable };
        exponential::written(&mut writer, &fraction)
            .or_else(|| exponential::shifted(&mut writer, &fraction).filter(|_| !self.smooth))
    }

    /// Whether the only exponentials of a product are in sigmoids and hyperbolic tangents, of which no product overflows.
    fn stays_small(&self, graph: &Graph, id: ExprId) -> bool {
        match graph.application(id) {
            Some((Kernel::Map(Map::Sigmoid | Map::Tanh), _)) => true,
            Some((Kernel::Neg, [a])) => self.stays_small(graph, *a),
            Some((Kernel::Scale | Kernel::Hadamard | Kernel::MatMul, [a, b])) => {
                self.stays_small(graph, *a) && self.stays_small(graph, *b)
            }
            Some((Kernel::Power, [a, n]))
                if graph.number_of(*n).is_some_and(|n| n > Number::ZERO) =>
            {
                self.stays_small(graph, *a)
            }
            _ => self.reader.fraction(id).is_free_of_exponentials(),
        }
    }

    fn factors(
        &self,
        graph: &Graph,
        id: ExprId,
        power: i32,
        factors: &mut Vec<(Fraction, i32)>,
    ) -> Option<()> {
        let scalar = |id: &ExprId| graph.shape(*id).is_scalar();
        match graph.application(id) {
            Some((Kernel::Neg, [a])) => self.factors(graph, *a, power, factors),
            Some((Kernel::Scale | Kernel::Hadamard, [a, b])) => {
                self.factors(graph, *a, power, factors)?;
                self.factors(graph, *b, power, factors)
            }
            Some((Kernel::MatMul, [a, b])) if scalar(a) && scalar(b) => {
                self.factors(graph, *a, power, factors)?;
                self.factors(graph, *b, power, factors)
            }
            Some((Kernel::Divide | Kernel::EDivide, [a, b])) => {
                self.factors(graph, *a, power, factors)?;
                self.factors(graph, *b, -power, factors)
            }
            Some((Kernel::Power, [a, n]))
                if graph.number_of(*n).is_some_and(|n| n.as_int().is_some()) =>
            {
                let n = graph.number_of(*n)?.as_int()?;
                let power = i32::try_from(n).ok()?.checked_mul(power)?;
                self.factors(graph, *a, power, factors)
            }
            _ => {
                factors.push((self.reader.fraction(id), power));
                (factors.len() <= MOST_TERMS).then_some(())
            }
        }
    }
}

/// `±(σ(u) - y)` for data `y`, which for labels 0 and 1 is `-σ(-u)` at 1 and has to keep its digits there.
fn labelled(writer: &mut Writer, a: &Term, b: &Term) -> Option<ExprId> {
    let of = |term: &Term| Some(writer.graph.args_of(term.form, Kernel::Map(Map::Sigmoid))?[0]);
    let (u, s, y) = match (of(a), of(b)) {
        (Some(u), None) => (u, a, b),
        (None, Some(u)) => (u, b, a),
        _ => return None,
    };
    if !is_data(writer.graph, y.id) {
        return None;
    }
    let one = writer.number(Number::ONE);
    let one = writer.full(one)?;
    let rest = writer.graph.sub(one, y.form).ok()?;
    let minus = writer.graph.neg(u).ok()?;
    let other = writer.graph.build(Kernel::Map(Map::Sigmoid), &[minus]).ok()?;
    let (above, below) = (writer.times(rest, s.form)?, writer.times(y.form, other)?);
    writer.sum(&[(above, s.added), (below, y.added)])
}

fn is_data(graph: &Graph, id: ExprId) -> bool {
    match graph.application(id) {
        Some((Kernel::HCat | Kernel::VCat, parts)) => parts.iter().all(|id| is_data(graph, *id)),
        Some((Kernel::Unit, _)) => true,
        Some(_) => false,
        None => true,
    }
}

/// Whether the right side of a rule has a kink that the left side lacks.
fn has_kinks(rule: &LazyRule) -> bool {
    rule.rhs.graph.reachable(rule.rhs.root).into_iter().any(|id| {
        matches!(
            rule.rhs.graph.application(id),
            Some((
                Kernel::Max
                    | Kernel::Min
                    | Kernel::ArgMax
                    | Kernel::Map(Map::Abs | Map::Step | Map::Sign | Map::Relu),
                _
            ))
        )
    })
}
