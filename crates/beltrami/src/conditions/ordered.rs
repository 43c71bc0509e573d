//! One spelling for what simplification leaves in several: sums and products that commute, and their transposes.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Graph, Kernel, Map, Node, Number, ShapeError};
use beltrami_print::text;

type Built = Result<ExprId, ShapeError>;

/// The expression with sums and products that commute in an order of their own, and scalars in front of products.
pub(super) fn ordered(graph: &mut Graph, root: ExprId) -> ExprId {
    let mut copies: BTreeMap<ExprId, ExprId> = BTreeMap::new();
    for id in graph.reachable(root) {
        let copy = match graph.node(id).clone() {
            Node::Apply(op, args) => {
                let args: Vec<ExprId> = args.iter().map(|arg| copies[arg]).collect();
                let built = graph.build_op(op, &args).unwrap_or(id);
                one_spelling(graph, built).unwrap_or(built)
            }
            _ => id,
        };
        copies.insert(id, copy);
    }
    copies[&root]
}

/// The expression or its negative, whichever is shorter: of what is not 0 the sign does not matter.
pub(super) fn signed(graph: &mut Graph, id: ExprId) -> ExprId {
    let Some(negative) = graph.neg(id).ok().and_then(|negative| sum(graph, negative)) else {
        return id;
    };
    if key(graph, negative) < key(graph, id) { negative } else { id }
}

fn key(graph: &Graph, id: ExprId) -> (usize, String) {
    let text = text(graph, id);
    (text.chars().count(), text)
}

fn one_spelling(graph: &mut Graph, id: ExprId) -> Option<ExprId> {
    let (kernel, args) = graph.application(id)?;
    let args = args.to_vec();
    match (kernel, &args[..]) {
        (Kernel::Add | Kernel::Sub | Kernel::Neg, _) => sum(graph, id),
        (Kernel::Scale | Kernel::Hadamard | Kernel::Divide | Kernel::EDivide, _) => {
            product(graph, id)
        }
        (Kernel::MatMul, _) => matrix_product(graph, id),
        (Kernel::Transpose, [of]) => {
            let Some((Kernel::Divide, [above, below])) = graph.application(*of) else {
                return None;
            };
            let (above, below) = (*above, *below);
            let turned = graph.transpose(above).ok()?;
            graph.divide(turned, below).ok()
        }
        (Kernel::Trace, [of]) => trace(graph, *of).ok(),
        (Kernel::Sum, [of]) => {
            let Some((Kernel::Hadamard, [a, b])) = graph.application(*of) else { return None };
            let (a, b) = (*a, *b);
            let turned = graph.transpose(a).ok()?;
            let product = graph.mul(turned, b).ok()?;
            match graph.shape(product).is_scalar() {
                true => one_spelling(graph, product),
                false => trace(graph, product).ok(),
            }
        }
        (Kernel::SumColumns | Kernel::SumRows, [of, ..]) if graph.shape(id).is_scalar() => {
            graph.build(Kernel::Sum, &[*of]).ok()
        }
        (Kernel::Det | Kernel::LogDet, [of]) => {
            let Some((Kernel::Inv, [inner])) = graph.application(*of) else { return None };
            let of = graph.build(kernel, &[*inner]).ok()?;
            let one = graph.int(1);
            if kernel == Kernel::Det { graph.divide(one, of).ok() } else { graph.neg(of).ok() }
        }
        (Kernel::Inv, [of]) => {
            let (factor, rest) = match graph.application(*of)? {
                (Kernel::Scale, [factor, rest]) => (*factor, *rest),
                _ => return None,
            };
            let inverse = graph.build(Kernel::Inv, &[rest]).ok()?;
            let divided = graph.divide(inverse, factor).ok()?;
            product(graph, divided)
        }
        (Kernel::Map(Map::Log), [of]) => {
            let inner = match graph.application(*of)? {
                (Kernel::Map(Map::Sqrt), [inner]) => *inner,
                _ => return None,
            };
            let log = graph.build(Kernel::Map(Map::Log), &[inner]).ok()?;
            let half = graph.number(Number::int(2).recip()?);
            graph.scale(half, log).ok()
        }
        _ => None,
    }
}

/// What is subtracted comes last, and numbers after the rest.
fn sum(graph: &mut Graph, id: ExprId) -> Option<ExprId> {
    let mut terms = Vec::new();
    terms_of(graph, id, false, &mut terms);
    terms.sort_by_key(|(negative, term)| {
        (*negative, graph.number_of(*term).is_some(), text(graph, *term))
    });
    let mut sum = None;
    for (negative, term) in terms {
        sum = Some(match (sum, negative) {
            (None, false) => term,
            (None, true) => graph.neg(term).ok()?,
            (Some(sum), false) => graph.add(sum, term).ok()?,
            (Some(sum), true) => graph.sub(sum, term).ok()?,
        });
    }
    sum
}

fn terms_of(graph: &Graph, id: ExprId, negative: bool, terms: &mut Vec<(bool, ExprId)>) {
    match graph.application(id) {
        Some((Kernel::Add, [a, b])) => {
            terms_of(graph, *a, negative, terms);
            terms_of(graph, *b, negative, terms);
        }
        Some((Kernel::Sub, [a, b])) => {
            terms_of(graph, *a, negative, terms);
            terms_of(graph, *b, !negative, terms);
        }
        Some((Kernel::Neg, [inner])) => terms_of(graph, *inner, !negative, terms),
        _ => terms.push((negative, id)),
    }
}

/// The factors of a product entry by entry, each with its whole exponent, and whether it is negative.
#[derive(Default)]
struct Factors {
    powers: Vec<(ExprId, i64)>,
    negative: bool,
}

impl Factors {
    fn add(&mut self, graph: &Graph, id: ExprId, exponent: i64) {
        match graph.application(id) {
            Some((Kernel::Scale | Kernel::Hadamard, [a, b])) => {
                self.add(graph, *a, exponent);
                self.add(graph, *b, exponent);
            }
            Some((Kernel::Divide | Kernel::EDivide, [a, b])) => {
                self.add(graph, *a, exponent);
                self.add(graph, *b, -exponent);
            }
            Some((Kernel::Neg, [inner])) => {
                self.negative ^= exponent % 2 != 0;
                self.add(graph, *inner, exponent);
            }
            Some((Kernel::Power, [base, k])) => {
                let whole = graph.number_of(*k).and_then(Number::as_int);
                match whole.and_then(|k| k.checked_mul(exponent)) {
                    Some(exponent) => self.add(graph, *base, exponent),
                    None => self.count(id, exponent),
                }
            }
            _ => self.count(id, exponent),
        }
    }

    fn count(&mut self, id: ExprId, exponent: i64) {
        match self.powers.iter_mut().find(|(known, _)| *known == id) {
            Some((_, known)) => *known = known.saturating_add(exponent),
            None => self.powers.push((id, exponent)),
        }
    }

    /// Numbers first, then scalars, then arrays; what is divided by last.
    fn product(mut self, graph: &mut Graph) -> Option<ExprId> {
        self.powers.retain(|(_, exponent)| *exponent != 0);
        self.powers.sort_by_key(|(id, _)| {
            (graph.number_of(*id).is_none(), !graph.shape(*id).is_scalar(), text(graph, *id))
        });
        let mut above = None;
        let mut below = None;
        for (id, exponent) in self.powers.into_iter().rev() {
            let part = match exponent.checked_abs()? {
                1 => id,
                size => {
                    let size = graph.int(size);
                    graph.power(id, size).ok()?
                }
            };
            let place = if exponent > 0 { &mut above } else { &mut below };
            *place = Some(match *place {
                Some(rest) if graph.shape(part).is_scalar() => graph.scale(part, rest).ok()?,
                Some(rest) => graph.hadamard(part, rest).ok()?,
                None => part,
            });
        }
        let above = above.unwrap_or_else(|| graph.int(1));
        let quotient = match below {
            Some(below) if graph.shape(below).is_scalar() => graph.divide(above, below).ok()?,
            Some(below) => {
                // A scalar over an array is one of ones over it.
                let above = match graph.shape(above).is_scalar() {
                    true => {
                        let shape = graph.shape(below).clone();
                        let ones = graph.ones(&shape).ok()?;
                        graph.scale(above, ones).ok()?
                    }
                    false => above,
                };
                graph.build(Kernel::EDivide, &[above, below]).ok()?
            }
            None => above,
        };
        if self.negative { graph.neg(quotient).ok() } else { Some(quotient) }
    }
}

fn product(graph: &mut Graph, id: ExprId) -> Option<ExprId> {
    let mut factors = Factors::default();
    factors.add(graph, id, 1);
    let product = factors.product(graph)?;
    (graph.shape(product) == graph.shape(id)).then_some(product)
}

/// Scalars in front, and of a scalar, which is its own transpose, the shorter spelling.
fn matrix_product(graph: &mut Graph, id: ExprId) -> Option<ExprId> {
    let mut scalars = Factors::default();
    let mut chain = Vec::new();
    for factor in graph.chain(id) {
        chain.push(without_scalars(graph, factor, &mut scalars));
    }
    let mut product = chain_of(graph, &chain).ok()?;
    if graph.shape(product).is_scalar() {
        let turned = turned(graph, &chain).ok()?;
        if key(graph, turned) < key(graph, product) {
            product = turned;
        }
    }
    scalars.powers.push((product, 1));
    scalars.product(graph)
}

fn without_scalars(graph: &Graph, id: ExprId, scalars: &mut Factors) -> ExprId {
    match graph.application(id) {
        Some((Kernel::Scale, [factor, rest])) => {
            scalars.add(graph, *factor, 1);
            without_scalars(graph, *rest, scalars)
        }
        Some((Kernel::Divide, [rest, divisor])) => {
            scalars.add(graph, *divisor, -1);
            without_scalars(graph, *rest, scalars)
        }
        Some((Kernel::Neg, [rest])) => {
            scalars.negative = !scalars.negative;
            without_scalars(graph, *rest, scalars)
        }
        _ => id,
    }
}

fn chain_of(graph: &mut Graph, chain: &[ExprId]) -> Built {
    let (first, rest) = chain.split_first().map_or((None, chain), |(a, b)| (Some(*a), b));
    let mut product = first.unwrap_or_else(|| graph.int(1));
    for factor in rest {
        product = graph.mul(product, *factor)?;
    }
    Ok(product)
}

fn turned(graph: &mut Graph, chain: &[ExprId]) -> Built {
    let turned: Result<Vec<ExprId>, _> =
        chain.iter().rev().map(|factor| graph.transpose(*factor)).collect();
    chain_of(graph, &turned?)
}

/// The trace by the shortest of the products that have it.
fn trace(graph: &mut Graph, of: ExprId) -> Built {
    let mut scalars = Factors::default();
    let inner = without_scalars(graph, of, &mut scalars);
    let mut chain = graph.chain(inner);
    let mut best: Option<((usize, String), ExprId)> = None;
    for _ in 0..chain.len() {
        chain.rotate_left(1);
        for product in [chain_of(graph, &chain)?, turned(graph, &chain)?] {
            let trace = match graph.shape(product).is_scalar() {
                true => product,
                false => graph.build(Kernel::Trace, &[product])?,
            };
            let key = key(graph, trace);
            if best.as_ref().is_none_or(|(known, _)| key < *known) {
                best = Some((key, trace));
            }
        }
    }
    let Some((_, trace)) = best else { return graph.build(Kernel::Trace, &[of]) };
    scalars.powers.push((trace, 1));
    match scalars.product(graph) {
        Some(product) => Ok(product),
        None => graph.build(Kernel::Trace, &[of]),
    }
}
