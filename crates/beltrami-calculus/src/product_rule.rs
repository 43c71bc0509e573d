//! Rules whose left side is a product of entries, applied in index form, where no grouping can hide them.

use std::sync::{Arc, OnceLock};

use beltrami_core::{
    ExprId, Facts, Graph, Kernel, LazyRule, Lower, Node, Number, OpId, OpSet, RuleTemplate,
    Template, Theory,
};

use crate::index::Term;

/// A factor of a left side: an expression in the rule's parameters, whether it is a scalar, and its power.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    atom: ExprId,
    scalar: bool,
    pow: Number,
}

/// The rules of a theory that apply in index form.
#[derive(Debug)]
pub struct ProductRules(Vec<Candidate>);

#[derive(Debug)]
struct Candidate {
    rule: Arc<LazyRule>,
    /// The factors of the left side, if it is a product; found when they are first looked for.
    wanted: OnceLock<Option<Vec<Wanted>>>,
}

/// The operations that occur in a graph so far.
#[derive(Default)]
pub(crate) struct Met {
    operations: OpSet,
    /// How many expressions were looked at.
    seen: usize,
}

impl Met {
    /// All of them, each as the first of its name.
    pub(crate) fn all(&mut self, graph: &Graph) -> OpSet {
        for place in self.seen..graph.len() {
            if let Node::Apply(op, _) = graph.node(graph.nth(place)) {
                self.operations.insert(graph.registry().first_of_name(*op));
            }
        }
        self.seen = graph.len();
        self.operations
    }
}

impl ProductRules {
    /// The rules of a theory.
    pub fn new(theory: &Theory) -> ProductRules {
        let candidate =
            |rule: &Arc<LazyRule>| Candidate { rule: rule.clone(), wanted: OnceLock::new() };
        ProductRules(theory.rules.iter().map(candidate).collect())
    }

    /// The rules whose left side is a product of at least two entries, one of them of a function, and that need no other
    /// operations than these.
    pub(crate) fn among(&self, present: OpSet) -> impl Iterator<Item = (&RuleTemplate, &[Wanted])> {
        let near = self.0.iter().filter(move |candidate| candidate.rule.needs.within(&present));
        near.filter_map(|Candidate { rule, wanted }| {
            let wanted = wanted.get_or_init(|| product(&rule.lhs)).as_ref()?;
            Some((&***rule, wanted.as_slice()))
        })
    }
}

/// How often a rule applies to these factors: a whole number of times, because the power of a product is the product of
/// powers for whole exponents alone, unless every factor is positive.
pub(crate) fn times(graph: &Graph, term: &Term, used: &[(usize, Number)]) -> Number {
    let ratios = used.iter().map(|(place, pow)| quotient(term.factors[*place].pow, *pow));
    let times = ratios.min().unwrap_or(Number::ONE);
    let positive = |place: usize| graph.facts(term.factors[place].atom).has(Facts::POSITIVE);
    if used.iter().all(|(place, _)| positive(*place)) { times } else { Number::int(times.floor()) }
}

fn quotient(a: Number, b: Number) -> Number {
    b.recip().map_or(Number::ZERO, |b| a.mul(b))
}

/// The left side as a product of at least two entries or a reciprocal, at least one of them of a function.
fn product(lhs: &Template) -> Option<Vec<Wanted>> {
    if !tells_sizes(lhs) {
        return None;
    }
    let mut wanted = Vec::new();
    collect(&lhs.graph, lhs.root, Number::ONE, &mut wanted)?;
    // A single entry must at least be divided by: `1/(1 + exp(-a)) => sigmoid(a)`.
    let proper = wanted.len() >= 2 || wanted.iter().any(|w| w.pow.is_negative());
    wanted.sort_by_key(|w| !matches!(lhs.graph.node(w.atom), Node::Apply(..)));
    // A parameter on its own matches anything and names nothing.
    let named = wanted.iter().any(|w| matches!(lhs.graph.node(w.atom), Node::Apply(..)));
    (proper && named).then_some(wanted)
}

/// Whether the shapes of the parameters tell every size in the text; those of `unvec(x, m, n)` no shape tells.
fn tells_sizes(lhs: &Template) -> bool {
    let params: Vec<ExprId> =
        lhs.params.iter().filter_map(|name| lhs.graph.find_symbol(name)).collect();
    let told = |name: &str| {
        let mut axes = params.iter().flat_map(|param| lhs.graph.shape(*param).axes());
        axes.any(|axis| axis.as_symbol() == Some(name))
    };
    lhs.graph.reachable(lhs.root).into_iter().all(|id| match lhs.graph.node(id) {
        Node::Size(dim) => dim.symbols().iter().all(|name| told(name)),
        _ => true,
    })
}

fn collect(graph: &Graph, expr: ExprId, pow: Number, into: &mut Vec<Wanted>) -> Option<()> {
    let (op, args): (OpId, &[ExprId]) = match graph.node(expr) {
        Node::Number(x) => return x.is_one().then_some(()),
        Node::Apply(op, args) => (*op, args),
        _ => {
            into.push(Wanted { atom: expr, scalar: graph.shape(expr).is_scalar(), pow });
            return Some(());
        }
    };
    match (graph.op(op).kernel, graph.op(op).lower) {
        (Kernel::Hadamard | Kernel::Scale, _) => {
            collect(graph, args[0], pow, into)?;
            collect(graph, args[1], pow, into)
        }
        (_, Lower::Quotient(_)) => {
            collect(graph, args[0], pow, into)?;
            collect(graph, args[1], pow.neg(), into)
        }
        (Kernel::Power, _) => collect(graph, args[0], pow.mul(graph.number_of(args[1])?), into),
        (Kernel::Ones, _) => Some(()),
        (
            Kernel::MatMul
            | Kernel::Transpose
            | Kernel::Trace
            | Kernel::Kron
            | Kernel::Add
            | Kernel::Sub
            | Kernel::Neg,
            _,
        ) if pow.is_one() => None,
        _ => {
            into.push(Wanted { atom: expr, scalar: graph.shape(expr).is_scalar(), pow });
            Some(())
        }
    }
}

/// The factors that are used, with the power of each, and what parameters stand for.
type Match = (Vec<(usize, Number)>, Vec<Option<ExprId>>);

pub(crate) fn find(graph: &Graph, term: &Term, lhs: &Template, wanted: &[Wanted]) -> Option<Match> {
    let mut used = Vec::new();
    let mut bound = vec![None; lhs.params.len()];
    search(graph, term, lhs, wanted, &mut used, &mut bound).then_some((used, bound))
}

fn search(
    graph: &Graph,
    term: &Term,
    lhs: &Template,
    wanted: &[Wanted],
    used: &mut Vec<(usize, Number)>,
    bound: &mut Vec<Option<ExprId>>,
) -> bool {
    // Parameters standing alone are matched last, when they are bound already.
    let Some((next, rest)) = wanted.split_first() else { return true };
    for (place, factor) in term.factors.iter().enumerate() {
        let scalar = factor.indices().next().is_none();
        let same_place = used
            .iter()
            .map(|(p, _)| &term.factors[*p])
            .find(|f| f.indices().next().is_some())
            .is_none_or(|f| scalar || f.legs == factor.legs);
        let ratio = quotient(factor.pow, next.pow);
        if used.iter().any(|(p, _)| *p == place)
            || next.scalar != scalar
            || !same_place
            || ratio < Number::ONE
        {
            continue;
        }
        let before = bound.clone();
        if matches(graph, factor.atom, lhs, next.atom, bound) {
            used.push((place, next.pow));
            if search(graph, term, lhs, rest, used, bound) {
                return true;
            }
            used.pop();
        }
        *bound = before;
    }
    false
}

/// Whether an expression is an instance of a pattern, sizes left aside: equal operations on instances have fitting sizes.
fn matches(
    graph: &Graph,
    expr: ExprId,
    lhs: &Template,
    pattern: ExprId,
    bound: &mut [Option<ExprId>],
) -> bool {
    match lhs.graph.node(pattern) {
        Node::Symbol(name) => {
            let Some(place) = lhs.params.iter().position(|p| p == name) else { return false };
            let fits = !lhs.graph.shape(pattern).is_scalar() || graph.shape(expr).is_scalar();
            match bound[place] {
                Some(before) => before == expr,
                None => {
                    bound[place] = fits.then_some(expr);
                    fits
                }
            }
        }
        Node::Number(x) => graph.number_of(expr) == Some(*x),
        Node::Apply(op, args) if lhs.graph.op(*op).kernel == Kernel::Ones => {
            let _ = args;
            graph.is_ones(expr)
        }
        Node::Apply(op, args) => {
            let Node::Apply(other, inner) = graph.node(expr) else { return false };
            let kernel = graph.op(*other).kernel;
            if other != op || args.len() != inner.len() {
                return false;
            }
            let before = bound.to_vec();
            if args.iter().zip(inner).all(|(p, e)| matches(graph, *e, lhs, *p, bound)) {
                return true;
            }
            bound.copy_from_slice(&before);
            matches!(kernel, Kernel::Add | Kernel::Hadamard)
                && args
                    .iter()
                    .zip(inner.iter().rev())
                    .all(|(p, e)| matches(graph, *e, lhs, *p, bound))
        }
        Node::Size(_) | Node::Text(_) => true,
    }
}

/// Whether the conditions of a rule hold for what its parameters are bound to.
pub(crate) fn holds(
    graph: &Graph,
    conditions: &[(String, Vec<Arc<str>>)],
    lhs: &Template,
    bound: &[Option<ExprId>],
) -> bool {
    conditions.iter().all(|(fact, params)| {
        params.iter().all(|param| {
            let place = lhs.params.iter().position(|p| p == param);
            let facts = Facts::named(fact);
            place
                .and_then(|p| bound[p])
                .zip(facts)
                .is_some_and(|(expr, facts)| graph.facts(expr).has(facts))
        })
    })
}
