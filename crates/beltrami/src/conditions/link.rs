//! Products of matrices in one spelling, and their traces, determinants and norms.

use beltrami_core::{ExprId, Facts, Graph, Kernel, Map, Number};

use super::factor::Factors;
use super::ordered::{key, signed};

/// A factor of a product of matrices.
#[derive(Clone, Copy, PartialEq)]
struct Link {
    of: ExprId,
    transposed: bool,
    inverted: bool,
}

impl Link {
    fn is_inverse_of(self, other: Link) -> bool {
        self.of == other.of
            && self.transposed == other.transposed
            && self.inverted != other.inverted
    }

    /// The transpose; symmetric factors are never said to be transposed.
    fn turned(self, graph: &Graph) -> Link {
        Link { transposed: !self.transposed && !is_symmetric(graph, self.of), ..self }
    }
}

fn is_symmetric(graph: &Graph, id: ExprId) -> bool {
    graph.shape(id).is_scalar() || graph.facts(id).has(Facts::SYMMETRIC)
}

fn turned(graph: &Graph, links: &[Link]) -> Vec<Link> {
    links.iter().rev().map(|link| link.turned(graph)).collect()
}

/// Exponents up to this are written as products first.
const MOST_REPEATED: i64 = 8;

/// Scalars in front, powers for equal factors, and of a scalar, which is its own transpose, the shorter spelling.
pub(super) fn matrix_product(graph: &mut Graph, id: ExprId) -> Option<ExprId> {
    let (mut scalars, links) = links(graph, id);
    if links.is_empty() {
        let side = graph.shape(id).rows.clone();
        let eye = graph.eye(&side).ok()?;
        scalars.count(eye, Number::ONE);
    } else {
        let mut pieces = pieces(graph, &links)?;
        // What stands between a column and a row is a scalar.
        let ends: Vec<Vec<Link>> = match graph.shape(id).is_scalar() {
            true => Vec::new(),
            false if pieces.len() < 3 => std::mem::take(&mut pieces),
            false => {
                let last = pieces.pop()?;
                vec![pieces.remove(0), last]
            }
        };
        for piece in pieces {
            scalar(graph, &piece, &mut scalars)?;
        }
        if !ends.is_empty() {
            let product = chain(graph, &ends.concat())?;
            scalars.count(product, Number::ONE);
        }
    }
    let product = scalars.product(graph)?;
    (graph.shape(product) == graph.shape(id)).then_some(product)
}

/// The trace by the shortest of the products that have it.
pub(super) fn trace(graph: &mut Graph, of: ExprId) -> Option<ExprId> {
    let side = graph.shape(of).rows.clone();
    let (mut scalars, mut links) = links(graph, of);
    while let [first, .., last] = links[..]
        && first.is_inverse_of(last)
    {
        links.pop();
        links.remove(0);
    }
    if links.is_empty() {
        let side = graph.size(&side);
        scalars.add(graph, side, Number::ONE);
        return scalars.product(graph);
    }
    // A product through a column and a row is one of scalars, from the first row on.
    if let Some(start) = links.iter().position(|link| is_row(graph, *link)) {
        links.rotate_left(start);
        for piece in pieces(graph, &links)? {
            scalar(graph, &piece, &mut scalars)?;
        }
        return scalars.product(graph);
    }
    if let Some(sum) = entry_wise(graph, &links) {
        scalars.count(sum, Number::ONE);
        return scalars.product(graph);
    }
    let mut best: Option<((usize, String), ExprId)> = None;
    let square = links.len().is_multiple_of(2);
    for _ in 0..links.len() {
        links.rotate_left(1);
        let half = links.len() / 2;
        // The trace of a matrix by its transpose is a sum of squares.
        if square && turned(graph, &links[..half])[..] == links[half..] {
            let inner = chain(graph, &links[half..])?;
            norm(graph, inner, 2, &mut scalars)?;
            return scalars.product(graph);
        }
        for links in [links.clone(), turned(graph, &links)] {
            let product = chain(graph, &links)?;
            let trace = graph.build(Kernel::Trace, &[product]).ok()?;
            let key = key(graph, trace);
            if best.as_ref().is_none_or(|(known, _)| key < *known) {
                best = Some((key, trace));
            }
        }
    }
    scalars.count(best?.1, Number::ONE);
    scalars.product(graph)
}

/// The trace of a product of two matrices as a sum over entries, where one of them is a product of entries itself.
fn entry_wise(graph: &mut Graph, links: &[Link]) -> Option<ExprId> {
    let &[first, second] = links else { return None };
    let (a, b) = (chain(graph, &[first])?, chain(graph, &turned(graph, &[second]))?);
    let inner = |id: ExprId| graph.args_of(id, Kernel::Transpose).map_or(id, |args| args[0]);
    let by_entries = |id: ExprId| {
        matches!(graph.application(inner(id)), Some((Kernel::Power | Kernel::Hadamard, _)))
    };
    if !by_entries(a) && !by_entries(b) {
        return None;
    }
    let (a, b) = match graph.args_of(a, Kernel::Transpose).is_some() {
        true => (graph.transpose(a).ok()?, graph.transpose(b).ok()?),
        false => (a, b),
    };
    let product = graph.build(Kernel::Hadamard, &[a, b]).ok()?;
    let product = super::ordered::ordered(graph, product);
    graph.build(Kernel::Sum, &[product]).ok()
}

/// A determinant by those of factors, or its logarithm.
pub(super) fn determinant(graph: &mut Graph, kernel: Kernel, of: ExprId) -> Option<ExprId> {
    let side = graph.shape(of).rows.clone();
    let (scalars, links) = links(graph, of);
    let square = |id| graph.shape(id).rows == graph.shape(id).cols;
    let scaled = scalars.negative || !scalars.powers.is_empty();
    if scaled && kernel == Kernel::LogDet || !links.iter().all(|link| square(link.of)) {
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
    super::ordered::sum(graph, total)
}

/// Multiplies by the norm of an array, or its square: scalars stand in front.
pub(super) fn norm(
    graph: &mut Graph,
    of: ExprId,
    exponent: i64,
    factors: &mut Factors,
) -> Option<()> {
    let (scalars, links) = links(graph, of);
    for (id, k) in scalars.sizes(graph)?.powers {
        factors.add(graph, id, k.mul(Number::int(exponent)));
    }
    let norm = match links[..] {
        [] => {
            let side = graph.shape(of).rows.clone();
            let eye = graph.eye(&side).ok()?;
            graph.build(Kernel::Norm2, &[eye]).ok()?
        }
        _ => {
            let mut best: Option<((usize, String), ExprId)> = None;
            for links in [links.clone(), turned(graph, &links)] {
                let product = chain(graph, &links)?;
                // A column is shown and no row, unless the column is written as one that is turned.
                let row = graph.shape(product).rows.is_one() && links.len() > 1;
                let (length, text) = key(graph, product);
                let key = (length + usize::from(row), text);
                if best.as_ref().is_none_or(|(known, _)| key < *known) {
                    best = Some((key, product));
                }
            }
            let inner = signed(graph, best?.1);
            graph.build(Kernel::Norm2, &[inner]).ok()?
        }
    };
    factors.count(norm, Number::int(exponent));
    Some(())
}

/// The factors of a product and the scalars among them; what stands beside its inverse is left out.
fn links(graph: &mut Graph, of: ExprId) -> (Factors, Vec<Link>) {
    let (mut scalars, mut links) = (Factors::default(), Vec::new());
    links_of(graph, Link { of, transposed: false, inverted: false }, &mut links, &mut scalars);
    let mut kept: Vec<Link> = Vec::new();
    for link in links {
        match kept.last() {
            Some(last) if link.is_inverse_of(*last) => {
                kept.pop();
            }
            _ if graph.is_eye(link.of) => {}
            _ => kept.push(link),
        }
    }
    (scalars, kept)
}

fn links_of(graph: &mut Graph, link: Link, links: &mut Vec<Link>, scalars: &mut Factors) {
    let Link { of, transposed, inverted } = link;
    let square = |id: ExprId| graph.shape(id).rows == graph.shape(id).cols;
    let exponent = if inverted { Number::MINUS_ONE } else { Number::ONE };
    let push = |links: &mut Vec<Link>| {
        links.push(Link { transposed: transposed && !is_symmetric(graph, of), ..link });
    };
    let Some((kernel, args)) = graph.application(of) else { return push(links) };
    let args = args.to_vec();
    match (kernel, &args[..]) {
        (Kernel::MatMul, &[a, b]) if !inverted || square(a) && square(b) => {
            let both = if transposed != inverted { [b, a] } else { [a, b] };
            for of in both {
                links_of(graph, Link { of, ..link }, links, scalars);
            }
        }
        (Kernel::Transpose, &[of]) => {
            links_of(graph, Link { of, transposed: !transposed, inverted }, links, scalars);
        }
        (Kernel::Inv, &[of]) if !graph.shape(of).is_scalar() => {
            links_of(graph, Link { of, transposed, inverted: !inverted }, links, scalars);
        }
        (Kernel::MatPower, &[base, k]) => match graph.number_of(k).and_then(Number::as_int) {
            Some(k) if k != 0 && (-MOST_REPEATED..=MOST_REPEATED).contains(&k) => {
                for _ in 0..k.abs() {
                    let inverted = inverted != (k < 0);
                    links_of(graph, Link { of: base, transposed, inverted }, links, scalars);
                }
            }
            _ => push(links),
        },
        (Kernel::Scale, &[factor, rest]) => {
            scalars.add(graph, factor, exponent);
            links_of(graph, Link { of: rest, ..link }, links, scalars);
        }
        (Kernel::Divide, &[rest, divisor]) => {
            scalars.add(graph, divisor, exponent.neg());
            links_of(graph, Link { of: rest, ..link }, links, scalars);
        }
        (Kernel::Neg, &[rest]) => {
            scalars.negative = !scalars.negative;
            links_of(graph, Link { of: rest, ..link }, links, scalars);
        }
        (Kernel::DiagMatrix, &[entries]) => {
            let mut factors = Factors::default();
            factors.add(graph, entries, Number::ONE);
            let (own, arrays): (Vec<_>, Vec<_>) =
                factors.powers.into_iter().partition(|(id, _)| graph.shape(*id).is_scalar());
            let arrays = Factors { powers: arrays, negative: false }.product(graph);
            let diagonal =
                arrays.and_then(|arrays| graph.build(Kernel::DiagMatrix, &[arrays]).ok());
            let Some(of) = diagonal.filter(|_| !own.is_empty() || factors.negative) else {
                links.push(Link { transposed: false, ..link });
                return;
            };
            scalars.negative ^= factors.negative;
            own.into_iter().for_each(|(id, k)| scalars.add(graph, id, k.mul(exponent)));
            links.push(Link { of, transposed: false, inverted });
        }
        _ => push(links),
    }
}

/// Whether a factor has one row.
fn is_row(graph: &Graph, link: Link) -> bool {
    let shape = graph.shape(link.of);
    if link.transposed { shape.cols.is_one() } else { shape.rows.is_one() }
}

/// A product cut where a factor with one column meets one with one row.
fn pieces(graph: &Graph, links: &[Link]) -> Option<Vec<Vec<Link>>> {
    let mut pieces: Vec<Vec<Link>> = vec![Vec::new()];
    for (place, link) in links.iter().enumerate() {
        if place > 0 && is_row(graph, *link) {
            pieces.push(Vec::new());
        }
        pieces.last_mut()?.push(*link);
    }
    Some(pieces)
}

/// Multiplies by a product that is a scalar.
fn scalar(graph: &mut Graph, links: &[Link], factors: &mut Factors) -> Option<()> {
    let half = links.len() / 2;
    if links.len().is_multiple_of(2) && turned(graph, &links[..half])[..] == links[half..] {
        let inner = chain(graph, &links[half..])?;
        return norm(graph, inner, 2, factors);
    }
    let orders = [links.to_vec(), turned(graph, links)];
    let ends_in_entries = |links: &[Link]| {
        let last = links.last().filter(|last| links.len() > 1 && !last.transposed);
        last.is_some_and(|last| is_entrywise(graph, last.of))
    };
    let entries = orders.each_ref().map(|links| ends_in_entries(links));
    // Of two columns this is the sum of products of entries, however they are grouped.
    let written = links.len() != 2 || entries == [false, false];
    let mut spellings = Vec::new();
    for (links, entries) in orders.iter().zip(entries) {
        if written {
            spellings.push(chain(graph, links)?);
        }
        if entries && let [rest @ .., last] = &links[..] {
            let rest = turned(graph, rest);
            let rest = chain(graph, &rest)?;
            let mut product = Factors::default();
            product.add(graph, rest, Number::ONE);
            product.add(graph, last.of, Number::ONE);
            let product = product.product(graph)?;
            spellings.push(graph.build(Kernel::Sum, &[product]).ok()?);
        }
    }
    let best = spellings.into_iter().min_by_key(|id| key(graph, *id))?;
    factors.add(graph, best, Number::ONE);
    Some(())
}

/// Whether a column is made of others entry by entry.
fn is_entrywise(graph: &Graph, id: ExprId) -> bool {
    matches!(
        graph.application(id),
        Some((Kernel::Hadamard | Kernel::EDivide | Kernel::Power | Kernel::Map(Map::Sqrt), _))
    )
}

/// The product of factors, runs of equal ones as powers.
fn chain(graph: &mut Graph, links: &[Link]) -> Option<ExprId> {
    let mut product = None;
    for same in links.chunk_by(|a, b| a == b) {
        let Link { of, transposed, inverted } = same[0];
        let turned = if transposed { graph.transpose(of).ok()? } else { of };
        let once = match (inverted, transposed) {
            (true, true) => {
                // An inverse that is transposed is printed with the transposition last.
                let inverse = graph.build(Kernel::Inv, &[of]).ok()?;
                graph.transpose(inverse).ok()?
            }
            (true, false) => graph.build(Kernel::Inv, &[of]).ok()?,
            (false, _) => turned,
        };
        let factor = match i64::try_from(same.len()).ok()? {
            1 => once,
            count => {
                let count = graph.int(count);
                graph.mat_power(once, count).ok()?
            }
        };
        product = Some(match product {
            Some(product) => graph.mul(product, factor).ok()?,
            None => factor,
        });
    }
    product
}
