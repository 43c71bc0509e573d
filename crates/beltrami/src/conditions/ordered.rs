//! One spelling for what simplification leaves in several: sums and products that commute, and their transposes.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Facts, Graph, Kernel, Map, Node, Number};
use beltrami_print::text;

use super::factor::Factors;
use super::link::{determinant, matrix_product, norm, trace};
use super::reduction::is_never_negative;

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

/// The expression without the size of its number: of what has a sign it does not matter.
pub(super) fn unscaled(graph: &mut Graph, id: ExprId) -> ExprId {
    let id = upright(graph, id);
    let mut factors = Factors::default();
    factors.add(graph, id, Number::ONE);
    factors.negative = factors.number(graph).is_negative();
    let shape = graph.shape(id).clone();
    factors.product(graph).filter(|product| *graph.shape(*product) == shape).unwrap_or(id)
}

pub(super) fn key(graph: &Graph, id: ExprId) -> (usize, String) {
    let text = text(graph, id);
    (text.chars().count(), text)
}

fn one_spelling(graph: &mut Graph, id: ExprId) -> Option<ExprId> {
    let (kernel, args) = graph.application(id)?;
    let args = args.to_vec();
    match (kernel, &args[..]) {
        (Kernel::Add | Kernel::Sub | Kernel::Neg, _) => sum(graph, id),
        (Kernel::Scale | Kernel::Hadamard | Kernel::Divide | Kernel::EDivide, _)
        | (Kernel::Power | Kernel::Map(Map::Sqrt), _) => product(graph, id),
        (Kernel::MatMul | Kernel::MatPower | Kernel::Transpose | Kernel::Inv, _) => {
            matrix_product(graph, id)
        }
        (Kernel::Trace, &[of]) => trace(graph, of),
        (Kernel::Norm2, &[of]) => {
            let mut factors = Factors::default();
            norm(graph, of, 1, &mut factors)?;
            factors.product(graph)
        }
        (Kernel::Sum, &[of]) => total(graph, of),
        (Kernel::Mean, &[of]) => {
            let shape = graph.shape(of).clone();
            let (rows, cols) = (graph.size(&shape.rows), graph.size(&shape.cols));
            let total = total(graph, of).or_else(|| graph.build(Kernel::Sum, &[of]).ok())?;
            let mut factors = Factors::default();
            factors.add(graph, total, Number::ONE);
            factors.add(graph, rows, Number::MINUS_ONE);
            factors.add(graph, cols, Number::MINUS_ONE);
            factors.product(graph)
        }
        (Kernel::SumColumns | Kernel::SumRows, &[of, ..]) if graph.shape(id).is_scalar() => {
            total(graph, of).or_else(|| graph.build(Kernel::Sum, &[of]).ok())
        }
        (Kernel::Map(Map::Relu), &[of]) if is_never_negative(graph, of) => Some(of),
        (Kernel::Det | Kernel::LogDet, &[of]) => determinant(graph, kernel, of),
        (Kernel::Map(Map::Log), &[of]) => logarithm(graph, of),
        (Kernel::Map(Map::Abs), &[of]) => absolute(graph, of),
        (Kernel::Map(Map::Exp), &[of]) => power(graph, of),
        (Kernel::Map(map), &[of]) => turned(graph, map, of),
        (Kernel::Max, &[a, b]) => maximum(graph, a, b),
        _ => None,
    }
}

/// The product of the entries of a matrix with those of a column repeated, or of a row: by a diagonal matrix.
fn scaled(graph: &mut Graph, repeated: ExprId, other: ExprId) -> Option<ExprId> {
    let &[left, right] = graph.args_of(repeated, Kernel::MatMul)? else { return None };
    let thin = graph.shape(left).cols.is_one();
    let product = if thin && graph.is_ones(right) {
        let diagonal = graph.build(Kernel::DiagMatrix, &[left]).ok()?;
        graph.mul(diagonal, other).ok()?
    } else if thin && graph.is_ones(left) {
        let column = graph.transpose(right).ok()?;
        let diagonal = graph.build(Kernel::DiagMatrix, &[column]).ok()?;
        graph.mul(other, diagonal).ok()?
    } else {
        return None;
    };
    matrix_product(graph, product)
}

/// The exponential of a multiple of a logarithm as a power.
fn power(graph: &mut Graph, of: ExprId) -> Option<ExprId> {
    let mut factors = Factors::default();
    factors.add(graph, of, Number::ONE);
    let log = |graph: &Graph, (id, exponent): &(ExprId, Number)| {
        let scalar = graph.shape(*id).is_scalar() && exponent.is_one();
        match graph.application(*id) {
            Some((Kernel::Map(Map::Log), [base])) if scalar => Some(*base),
            _ => None,
        }
    };
    let mut logs = (0..factors.powers.len())
        .filter_map(|place| Some((place, log(graph, &factors.powers[place])?)));
    let (place, base) = logs.next()?;
    factors.powers.remove(place);
    let exponent = factors.product(graph)?;
    let scalar = graph.shape(exponent).is_scalar();
    scalar.then(|| graph.power(base, exponent).ok()).flatten()
}

/// Even functions of an expression or its negative, whichever is shorter, and odd ones with the sign in front.
fn turned(graph: &mut Graph, map: Map, of: ExprId) -> Option<ExprId> {
    let even = matches!(map, Map::Cos | Map::Cosh);
    let odd = matches!(
        map,
        Map::Sin | Map::Tan | Map::Sinh | Map::Tanh | Map::Arcsin | Map::Arctan | Map::Erf
    );
    if !even && !odd {
        return None;
    }
    let negative = match graph.args_of(of, Kernel::Neg) {
        Some(&[inner]) => inner,
        _ => {
            let negative = graph.neg(of).ok()?;
            sum(graph, negative)?
        }
    };
    if key(graph, negative) >= key(graph, of) {
        return None;
    }
    let value = graph.build(Kernel::Map(map), &[negative]).ok()?;
    if even { Some(value) } else { graph.neg(value).ok() }
}

/// The absolute value by those of factors.
fn absolute(graph: &mut Graph, of: ExprId) -> Option<ExprId> {
    let mut factors = Factors::default();
    factors.add(graph, of, Number::ONE);
    let sizes = factors.sizes(graph)?.product(graph)?;
    (graph.shape(sizes) == graph.shape(of)).then_some(sizes)
}

/// The larger of two that are opposite is the absolute value, and what is cut off at 0 has a name.
fn maximum(graph: &mut Graph, a: ExprId, b: ExprId) -> Option<ExprId> {
    for (of, other) in [(a, b), (b, a)] {
        if graph.is_zero(other) && graph.shape(of) == graph.shape(other) {
            if is_never_negative(graph, of) {
                return Some(of);
            }
            return graph.build(Kernel::Map(Map::Relu), &[of]).ok();
        }
    }
    let negative = graph.neg(b).ok()?;
    if sum(graph, negative)? == a {
        return absolute(graph, a);
    }
    None
}

/// The sum of all entries: as a product of matrices where it is one.
fn total(graph: &mut Graph, of: ExprId) -> Option<ExprId> {
    let mut factors = Factors::default();
    factors.add(graph, of, Number::ONE);
    let mut scalars = Factors { negative: factors.negative, ..Factors::default() };
    let mut arrays = Factors::default();
    for (id, exponent) in factors.powers {
        let place = if graph.shape(id).is_scalar() { &mut scalars } else { &mut arrays };
        place.count(id, exponent);
    }
    let chained = |(id, exponent): &(ExprId, Number)| {
        exponent.is_one() && graph.args_of(*id, Kernel::MatMul).is_some()
    };
    let two = Number::int(2);
    let sum = match arrays.powers[..] {
        [] => return None,
        [(one, exponent)] if exponent == two => {
            norm(graph, one, 2, &mut scalars)?;
            return scalars.product(graph);
        }
        [(one, exponent)] if exponent.is_one() => match graph.application(one) {
            Some((Kernel::Map(Map::Abs), [inner])) => {
                let inner = *inner;
                graph.build(Kernel::Norm1, &[inner]).ok()?
            }
            Some((Kernel::SingularValues, [inner])) => {
                let inner = *inner;
                graph.build(Kernel::NormNuc, &[inner]).ok()?
            }
            _ => {
                let turned = graph.transpose(one).ok()?;
                let turned = matrix_product(graph, turned).unwrap_or(turned);
                let of = if key(graph, turned) < key(graph, one) { turned } else { one };
                graph.build(Kernel::Sum, &[of]).ok()?
            }
        },
        [(a, first), (b, second)] if first.is_one() && second.is_one() => {
            inner_product(graph, a, b)?
        }
        _ => match arrays.powers.iter().position(chained) {
            Some(place) => {
                let (chain, _) = arrays.powers.remove(place);
                let rest = arrays.product(graph)?;
                inner_product(graph, rest, chain)?
            }
            None => {
                let product = arrays.product(graph)?;
                graph.build(Kernel::Sum, &[product]).ok()?
            }
        },
    };
    scalars.add(graph, sum, Number::ONE);
    scalars.product(graph)
}

/// The sum of the products of entries.
fn inner_product(graph: &mut Graph, a: ExprId, b: ExprId) -> Option<ExprId> {
    let turned = graph.transpose(a).ok()?;
    let product = graph.mul(turned, b).ok()?;
    if graph.shape(product).is_scalar() {
        return matrix_product(graph, product);
    }
    trace(graph, product)
}

/// The logarithm of a root or a reciprocal by that of what it is taken of, and that of a determinant by its name.
fn logarithm(graph: &mut Graph, of: ExprId) -> Option<ExprId> {
    let inside = match graph.application(of) {
        Some((Kernel::Map(Map::Abs), [inner])) => *inner,
        _ => of,
    };
    // That the determinant is positive is a condition of its own.
    if let Some((Kernel::Det, [inner])) = graph.application(inside) {
        let inner = *inner;
        return determinant(graph, Kernel::LogDet, inner)
            .or_else(|| graph.build(Kernel::LogDet, &[inner]).ok());
    }
    let mut factors = Factors::default();
    factors.add(graph, of, Number::ONE);
    if !factors.number(graph).is_one() {
        return None;
    }
    let [(base, exponent)] = factors.powers[..] else { return halved(graph, factors) };
    if exponent.is_one() {
        return None;
    }
    // The logarithm of an even power is not one of the base, which may be negative.
    let base = match exponent.as_int().is_some_and(|k| k % 2 == 0) {
        true if !graph.facts(base).has(Facts::NONNEGATIVE) => {
            graph.build(Kernel::Map(Map::Abs), &[base]).ok()?
        }
        _ => base,
    };
    let log =
        logarithm(graph, base).or_else(|| graph.build(Kernel::Map(Map::Log), &[base]).ok())?;
    let exponent = graph.number(exponent);
    let log = graph.scale(exponent, log).ok()?;
    product(graph, log)
}

/// The logarithm of a square by that of what is squared.
fn halved(graph: &mut Graph, mut factors: Factors) -> Option<ExprId> {
    let even = |(_, k): &(ExprId, Number)| k.as_int().is_some_and(|k| k % 2 == 0);
    if factors.powers.is_empty() || !factors.powers.iter().all(even) {
        return None;
    }
    for (_, exponent) in &mut factors.powers {
        *exponent = exponent.mul(Number::HALF);
    }
    let size = factors.sizes(graph)?.product(graph)?;
    let log =
        logarithm(graph, size).or_else(|| graph.build(Kernel::Map(Map::Log), &[size]).ok())?;
    let two = graph.int(2);
    let twice = graph.scale(two, log).ok()?;
    product(graph, twice)
}

/// A term of a sum: its coefficient, and the factors of the rest.
struct Term {
    coefficient: Number,
    rest: Factors,
}

/// Equal terms are counted, common factors stand in front, what is subtracted comes last, and numbers after the rest.
pub(super) fn sum(graph: &mut Graph, id: ExprId) -> Option<ExprId> {
    let mut found = Vec::new();
    terms_of(graph, id, false, &mut found);
    let mut terms: Vec<Term> = Vec::new();
    for (negative, term) in found {
        let mut rest = Factors { negative, ..Factors::default() };
        rest.add(graph, term, Number::ONE);
        let coefficient = rest.number(graph);
        rest.sort(graph);
        match terms.iter_mut().find(|known| known.rest.powers == rest.powers) {
            Some(known) => known.coefficient = known.coefficient.add(coefficient),
            None => terms.push(Term { coefficient, rest }),
        }
    }
    terms.retain(|term| !term.coefficient.is_zero());
    let Some(first) = terms.first() else {
        let shape = graph.shape(id).clone();
        return graph.zeros(&shape).ok();
    };
    let mut common = Factors::default();
    let size = |k: Number| if k.is_negative() { k.neg() } else { k };
    let content = size(first.coefficient);
    if terms.len() > 1 {
        let products: Vec<&Factors> = terms.iter().map(|term| &term.rest).collect();
        common.powers = Factors::common(&products);
        for (base, exponent) in common.powers.clone() {
            terms.iter_mut().for_each(|term| term.rest.count(base, exponent.neg()));
        }
    }
    if terms.len() == 1 || terms.iter().all(|term| size(term.coefficient) == content) {
        let turned = terms.iter().all(|term| term.coefficient.is_negative());
        let content = if turned { content.neg() } else { content };
        let inverse = content.recip()?;
        terms.iter_mut().for_each(|term| term.coefficient = term.coefficient.mul(inverse));
        common.negative = content.is_negative();
        if !size(content).is_one() {
            let content = graph.number(size(content));
            common.count(content, Number::ONE);
        }
    }
    let shape = graph.shape(id).clone();
    let mut parts = Vec::new();
    for Term { coefficient, rest } in terms {
        let negative = coefficient.is_negative();
        let is_number = rest.powers.is_empty();
        let mut part = rest.product(graph)?;
        if graph.shape(part).is_scalar() && !shape.is_scalar() {
            let ones = graph.ones(&shape).ok()?;
            part = graph.scale(part, ones).ok()?;
        }
        let coefficient = graph.number(size(coefficient));
        let part = graph.scale(coefficient, part).ok()?;
        parts.push((negative, is_number, text(graph, part), part));
    }
    parts.sort_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
    let mut sum = None;
    for (negative, _, _, part) in parts {
        sum = Some(match (sum, negative) {
            (None, false) => part,
            (None, true) => graph.neg(part).ok()?,
            (Some(sum), false) => graph.add(sum, part).ok()?,
            (Some(sum), true) => graph.sub(sum, part).ok()?,
        });
    }
    common.count(sum?, Number::ONE);
    let whole = common.product(graph)?;
    (*graph.shape(whole) == shape).then_some(whole)
}

/// What is added and what is subtracted, where there are both.
pub(super) fn halves(graph: &mut Graph, id: ExprId) -> Option<(ExprId, ExprId)> {
    let mut terms = Vec::new();
    terms_of(graph, id, false, &mut terms);
    let mut half = |negative: bool| {
        let mut half = terms.iter().filter(|term| term.0 == negative).map(|term| term.1);
        let first = half.next()?;
        half.try_fold(first, |sum, term| graph.add(sum, term).ok())
    };
    Some((half(false)?, half(true)?))
}

/// The negative of a sum, its terms in the order that they have.
pub(super) fn flipped(graph: &mut Graph, id: ExprId) -> Option<ExprId> {
    let mut terms = Vec::new();
    terms_of(graph, id, false, &mut terms);
    terms.sort_by_key(|(negative, _)| !negative);
    let mut terms = terms.into_iter();
    let (true, first) = terms.next()? else { return None };
    terms.try_fold(first, |sum, (negative, term)| match negative {
        true => graph.add(sum, term).ok(),
        false => graph.sub(sum, term).ok(),
    })
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

fn product(graph: &mut Graph, id: ExprId) -> Option<ExprId> {
    let mut factors = Factors::default();
    factors.add(graph, id, Number::ONE);
    let matrix = !graph.shape(id).rows.is_one() && !graph.shape(id).cols.is_one();
    let (arrays, mut scalars): (Vec<_>, Vec<_>) =
        factors.powers.into_iter().partition(|(id, _)| !graph.shape(*id).is_scalar());
    let mut arrays = Factors { powers: arrays, negative: false };
    if matrix && let Some(turned) = arrays.turned(graph) {
        // The product of transposes is the transpose of the product.
        let product = turned.product(graph)?;
        let product = graph.transpose(product).ok()?;
        arrays = Factors { powers: vec![(product, Number::ONE)], negative: false };
    } else if matrix && arrays.powers.len() > 1 {
        for place in 0..arrays.powers.len() {
            let (repeated, exponent) = arrays.powers[place];
            let mut rest = arrays.powers.clone();
            rest.remove(place);
            let rest = Factors { powers: rest, negative: false }.product(graph)?;
            if exponent.is_one()
                && let Some(scaled) = scaled(graph, repeated, rest)
            {
                arrays = Factors::default();
                arrays.add(graph, scaled, Number::ONE);
                break;
            }
        }
    }
    scalars.extend(arrays.powers);
    factors = Factors { powers: scalars, negative: factors.negative ^ arrays.negative };
    let product = factors.product(graph)?;
    (graph.shape(product) == graph.shape(id)).then_some(product)
}
