//! One spelling for what simplification leaves in several: sums and products that commute, and their transposes.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Facts, Graph, Kernel, Map, Node, Number, ShapeError};
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

/// The expression as a column, of what is asked of every entry; as a row where the column is written as the transpose of one.
pub(super) fn upright(graph: &mut Graph, id: ExprId) -> ExprId {
    let shape = graph.shape(id);
    if !shape.rows.is_one() && !shape.cols.is_one() {
        return id;
    }
    let column = match shape.rows.is_one() && !shape.cols.is_one() {
        true => graph.transpose(id).map(|column| ordered(graph, column)).unwrap_or(id),
        false => id,
    };
    match graph.application(column) {
        Some((Kernel::Transpose, [row])) => *row,
        _ => column,
    }
}

/// The expression or its negative, whichever is shorter: of what is not 0 the sign does not matter.
pub(super) fn signed(graph: &mut Graph, id: ExprId) -> ExprId {
    let id = upright(graph, id);
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
        (Kernel::MatMul | Kernel::MatPower, _) => matrix_product(graph, id),
        (Kernel::Transpose, _) => matrix_product(graph, id),
        (Kernel::Trace, [of]) => trace(graph, *of).ok(),
        (Kernel::Power | Kernel::Map(Map::Sqrt), _) => product(graph, id),
        (Kernel::Sum, [of]) => {
            if let Some(inner) = squared(graph, *of) {
                return norm_squared(graph, inner).ok();
            }
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
        (Kernel::Det | Kernel::LogDet, [of]) => determinant(graph, kernel, *of),
        (Kernel::Inv, _) => matrix_product(graph, id),
        (Kernel::Map(Map::Log), [of]) => logarithm(graph, *of),
        _ => None,
    }
}

/// A determinant by those of factors, or its logarithm.
fn determinant(graph: &mut Graph, kernel: Kernel, of: ExprId) -> Option<ExprId> {
    let side = graph.shape(of).rows.clone();
    let mut scalars = Factors::default();
    let mut links = Vec::new();
    links_of(graph, Link { of, transposed: false, inverted: false }, &mut links, &mut scalars);
    let square = |graph: &Graph, id| graph.shape(id).rows == graph.shape(id).cols;
    let scaled = scalars.negative || !scalars.powers.is_empty();
    if scaled && kernel == Kernel::LogDet || !links.iter().all(|link| square(graph, link.of)) {
        return None;
    }
    if links.is_empty() && !scaled {
        return Some(graph.int(i64::from(kernel == Kernel::Det)));
    }
    let mut factors = Factors::default();
    if scaled {
        let factor = scalars.product(graph)?;
        let side = graph.size(&side);
        let power = graph.power(factor, side).ok()?;
        factors.add(graph, power, Number::ONE);
    }
    for link in &links {
        let part = graph.build(kernel, &[link.of]).ok()?;
        factors.count(part, if link.inverted { Number::MINUS_ONE } else { Number::ONE });
    }
    if kernel == Kernel::Det {
        return factors.product(graph);
    }
    let mut total = graph.int(0);
    for (part, times) in factors.powers {
        let times = graph.number(times);
        let part = graph.scale(times, part).ok()?;
        total = graph.add(total, part).ok()?;
    }
    sum(graph, total)
}

/// The logarithm of a root or a reciprocal by that of what it is taken of.
fn logarithm(graph: &mut Graph, of: ExprId) -> Option<ExprId> {
    let mut factors = Factors::default();
    factors.add(graph, of, Number::ONE);
    let [(base, exponent)] = factors.powers[..] else { return None };
    // The logarithm of an even power is not one of the base, which may be negative.
    let even = exponent.as_int().is_some_and(|k| k % 2 == 0);
    if factors.negative || exponent.is_one() || even && !graph.facts(base).has(Facts::NONNEGATIVE) {
        return None;
    }
    let log = graph.build(Kernel::Map(Map::Log), &[base]).ok()?;
    let exponent = graph.number(exponent);
    graph.scale(exponent, log).ok()
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
    powers: Vec<(ExprId, Number)>,
    negative: bool,
}

impl Factors {
    fn add(&mut self, graph: &Graph, id: ExprId, exponent: Number) {
        match graph.application(id) {
            Some((Kernel::Scale | Kernel::Hadamard, [a, b])) if exponent.as_int().is_some() => {
                self.add(graph, *a, exponent);
                self.add(graph, *b, exponent);
            }
            Some((Kernel::Divide | Kernel::EDivide, [a, b])) if exponent.as_int().is_some() => {
                self.add(graph, *a, exponent);
                self.add(graph, *b, exponent.neg());
            }
            Some((Kernel::Neg, [inner])) if exponent.as_int().is_some() => {
                self.negative ^= exponent.as_int().is_some_and(|k| k % 2 != 0);
                self.add(graph, *inner, exponent);
            }
            Some((Kernel::Power, [base, k])) => match graph.number_of(*k) {
                // A power of a power, where that is one of the base wherever it exists.
                Some(k)
                    if exponent.as_int().is_some()
                        || k.as_int().is_none()
                        || graph.facts(*base).has(Facts::NONNEGATIVE) =>
                {
                    self.add(graph, *base, exponent.mul(k));
                }
                _ => self.count(id, exponent),
            },
            Some((Kernel::Map(Map::Sqrt), [inner])) => {
                self.add(graph, *inner, exponent.mul(Number::HALF));
            }
            _ => self.count(id, exponent),
        }
    }

    fn count(&mut self, id: ExprId, exponent: Number) {
        match self.powers.iter_mut().find(|(known, _)| *known == id) {
            Some((_, known)) => *known = known.add(exponent),
            None => self.powers.push((id, exponent)),
        }
    }

    /// Numbers first, then scalars, then arrays; what is divided by last.
    fn product(mut self, graph: &mut Graph) -> Option<ExprId> {
        self.powers.retain(|(_, exponent)| !exponent.is_zero());
        self.powers.sort_by_key(|(id, _)| {
            (graph.number_of(*id).is_none(), !graph.shape(*id).is_scalar(), text(graph, *id))
        });
        let mut above = None;
        let mut below = None;
        for (id, exponent) in self.powers.into_iter().rev() {
            let above_line = !exponent.is_negative();
            let size = if above_line { exponent } else { exponent.neg() };
            let part = if size.is_one() {
                id
            } else if size == Number::HALF {
                graph.build(Kernel::Map(Map::Sqrt), &[id]).ok()?
            } else {
                let size = graph.number(size);
                graph.power(id, size).ok()?
            };
            let place = if above_line { &mut above } else { &mut below };
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
    factors.add(graph, id, Number::ONE);
    let product = factors.product(graph)?;
    (graph.shape(product) == graph.shape(id)).then_some(product)
}

/// A factor of a product of matrices.
#[derive(Clone, Copy, PartialEq)]
struct Link {
    of: ExprId,
    transposed: bool,
    inverted: bool,
}

/// Exponents up to this are written as products first.
const MOST_REPEATED: i64 = 8;

/// Scalars in front, powers for equal factors, and of a scalar, which is its own transpose, the shorter spelling.
fn matrix_product(graph: &mut Graph, id: ExprId) -> Option<ExprId> {
    let mut scalars = Factors::default();
    let mut links = Vec::new();
    let whole = Link { of: id, transposed: false, inverted: false };
    links_of(graph, whole, &mut links, &mut scalars);
    let mut chain = Vec::new();
    if links.is_empty() {
        let side = graph.shape(id).rows.clone();
        chain.push(graph.eye(&side).ok()?);
    }
    for same in links.chunk_by(|a, b| a == b) {
        let Link { of, transposed, inverted } = same[0];
        let turned = if transposed { graph.transpose(of).ok()? } else { of };
        let once = if inverted { graph.build(Kernel::Inv, &[turned]).ok()? } else { turned };
        // An inverse that is transposed is printed with the transposition last.
        let once = match inverted && transposed && turned != of {
            true => {
                let inverse = graph.build(Kernel::Inv, &[of]).ok()?;
                graph.transpose(inverse).ok()?
            }
            false => once,
        };
        chain.push(match i64::try_from(same.len()).ok()? {
            1 => once,
            count => {
                let count = graph.int(count);
                graph.mat_power(once, count).ok()?
            }
        });
    }
    let mut product = chain_of(graph, &chain).ok()?;
    if graph.shape(product).is_scalar() {
        if let [a, b] = chain[..]
            && graph.is_transpose_of(a, b)
        {
            product = norm_squared(graph, b).ok()?;
        } else {
            let turned = turned(graph, &chain).ok()?;
            if key(graph, turned) < key(graph, product) {
                product = turned;
            }
        }
    }
    scalars.powers.push((product, Number::ONE));
    let product = scalars.product(graph)?;
    (graph.shape(product) == graph.shape(id)).then_some(product)
}

fn links_of(graph: &Graph, link: Link, links: &mut Vec<Link>, scalars: &mut Factors) {
    let Link { of, transposed, inverted } = link;
    let square = |id: ExprId| graph.shape(id).rows == graph.shape(id).cols;
    let exponent = if inverted { Number::MINUS_ONE } else { Number::ONE };
    match graph.application(of) {
        Some((Kernel::MatMul, [a, b])) if !inverted || square(*a) && square(*b) => {
            let both = if transposed != inverted { [*b, *a] } else { [*a, *b] };
            for of in both {
                links_of(graph, Link { of, ..link }, links, scalars);
            }
        }
        Some((Kernel::Transpose, [inner])) => {
            links_of(graph, Link { of: *inner, transposed: !transposed, inverted }, links, scalars);
        }
        Some((Kernel::Inv, [inner])) => {
            links_of(graph, Link { of: *inner, transposed, inverted: !inverted }, links, scalars);
        }
        Some((Kernel::MatPower, [inner, k])) => {
            match graph.number_of(*k).and_then(Number::as_int) {
                Some(k) if k != 0 && (-MOST_REPEATED..=MOST_REPEATED).contains(&k) => {
                    for _ in 0..k.abs() {
                        let inverted = inverted != (k < 0);
                        links_of(graph, Link { of: *inner, transposed, inverted }, links, scalars);
                    }
                }
                _ => links.push(link),
            }
        }
        Some((Kernel::Scale, [factor, rest])) => {
            scalars.add(graph, *factor, exponent);
            links_of(graph, Link { of: *rest, ..link }, links, scalars);
        }
        Some((Kernel::Divide, [rest, divisor])) => {
            scalars.add(graph, *divisor, exponent.neg());
            links_of(graph, Link { of: *rest, ..link }, links, scalars);
        }
        Some((Kernel::Neg, [rest])) => {
            scalars.negative = !scalars.negative;
            links_of(graph, Link { of: *rest, ..link }, links, scalars);
        }
        _ => {
            let symmetric = graph.shape(of).is_scalar() || graph.facts(of).has(Facts::SYMMETRIC);
            links.push(Link { transposed: transposed && !symmetric, ..link });
        }
    }
}

/// The array whose entries are squared.
fn squared(graph: &Graph, id: ExprId) -> Option<ExprId> {
    match graph.application(id)? {
        (Kernel::Power, [base, k]) => (graph.number_of(*k)?.as_int() == Some(2)
            && !graph.shape(id).is_scalar())
        .then_some(*base),
        _ => None,
    }
}

fn norm_squared(graph: &mut Graph, of: ExprId) -> Built {
    let norm = graph.build(Kernel::Norm2, &[of])?;
    let two = graph.int(2);
    graph.power(norm, two)
}

fn without_scalars(graph: &Graph, id: ExprId, scalars: &mut Factors) -> ExprId {
    match graph.application(id) {
        Some((Kernel::Scale, [factor, rest])) => {
            scalars.add(graph, *factor, Number::ONE);
            without_scalars(graph, *rest, scalars)
        }
        Some((Kernel::Divide, [rest, divisor])) => {
            scalars.add(graph, *divisor, Number::MINUS_ONE);
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
    scalars.powers.push((trace, Number::ONE));
    match scalars.product(graph) {
        Some(product) => Ok(product),
        None => graph.build(Kernel::Trace, &[of]),
    }
}
