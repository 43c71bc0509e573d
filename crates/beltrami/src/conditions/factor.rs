//! Products entry by entry in one spelling.

use beltrami_core::{ExprId, Facts, Graph, Kernel, Map, Number};
use beltrami_print::text;

use super::ordered::{flipped, key};

/// The factors of a product entry by entry, each with its whole exponent, and whether it is negative.
#[derive(Default)]
pub(super) struct Factors {
    pub(super) powers: Vec<(ExprId, Number)>,
    pub(super) negative: bool,
}

impl Factors {
    pub(super) fn add(&mut self, graph: &mut Graph, id: ExprId, exponent: Number) {
        let whole = exponent.as_int();
        let Some((kernel, args)) = graph.application(id) else { return self.count(id, exponent) };
        let args = args.to_vec();
        match (kernel, &args[..]) {
            (Kernel::Scale | Kernel::Hadamard, &[a, b]) if whole.is_some() => {
                self.add(graph, a, exponent);
                self.add(graph, b, exponent);
            }
            (Kernel::Divide | Kernel::EDivide, &[a, b]) if whole.is_some() => {
                self.add(graph, a, exponent);
                self.add(graph, b, exponent.neg());
            }
            (Kernel::Neg, &[inner]) if whole.is_some() => {
                self.negative ^= whole.is_some_and(|k| k % 2 != 0);
                self.add(graph, inner, exponent);
            }
            (Kernel::Map(Map::Abs), &[inner]) if whole.is_some_and(|k| k % 2 == 0) => {
                self.add(graph, inner, exponent);
            }
            (Kernel::Power, &[base, k]) => match graph.number_of(k) {
                // A power of a power, where that is one of the base wherever it exists.
                Some(k)
                    if whole.is_some()
                        || k.as_int().is_none()
                        || graph.facts(base).has(Facts::NONNEGATIVE) =>
                {
                    self.add(graph, base, exponent.mul(k));
                }
                // The root of a square is the absolute value.
                Some(k) if k.as_int().is_some_and(|k| k % 2 == 0) => {
                    match graph.build(Kernel::Map(Map::Abs), &[base]) {
                        Ok(size) => self.add(graph, size, exponent.mul(k)),
                        Err(_) => self.count(id, exponent),
                    }
                }
                _ => self.count(id, exponent),
            },
            (Kernel::Map(Map::Sqrt), &[inner]) => {
                self.add(graph, inner, exponent.mul(Number::HALF));
            }
            _ => self.count(id, exponent),
        }
    }

    /// In the order in which they are compared.
    pub(super) fn sort(&mut self, graph: &Graph) {
        self.powers.retain(|(_, exponent)| !exponent.is_zero());
        self.powers.sort_by_cached_key(|(id, _)| {
            (graph.number_of(*id).is_none(), !graph.shape(*id).is_scalar(), text(graph, *id))
        });
    }

    /// The factors that all products have, or divide by.
    pub(super) fn common(products: &[&Factors]) -> Vec<(ExprId, Number)> {
        let exponent = |product: &Factors, id: ExprId| {
            let known = product.powers.iter().find(|(known, _)| *known == id);
            known.map_or(Number::ZERO, |(_, exponent)| *exponent)
        };
        let mut common: Vec<(ExprId, Number)> = Vec::new();
        for (id, _) in products.iter().flat_map(|product| &product.powers) {
            let least = products.iter().map(|product| exponent(product, *id));
            let least = least.reduce(|a, b| if b < a { b } else { a }).unwrap_or(Number::ZERO);
            if !least.is_zero() && common.iter().all(|(known, _)| known != id) {
                common.push((*id, least));
            }
        }
        common
    }

    /// The absolute values of the factors.
    pub(super) fn sizes(self, graph: &mut Graph) -> Option<Factors> {
        let mut sizes = Factors::default();
        for (id, exponent) in self.powers {
            let even = exponent.as_int().is_none_or(|k| k % 2 == 0);
            let id = match graph.number_of(id) {
                Some(number) if number.is_negative() => graph.number(number.neg()),
                None if !even && !graph.facts(id).has(Facts::NONNEGATIVE) => {
                    graph.build(Kernel::Map(Map::Abs), &[id]).ok()?
                }
                _ => id,
            };
            sizes.count(id, exponent);
        }
        Some(sizes)
    }

    /// The transposes of the factors, where all are transposes.
    pub(super) fn turned(&self, graph: &Graph) -> Option<Factors> {
        let inner = |(id, exponent): &(ExprId, Number)| match graph.application(*id) {
            Some((Kernel::Transpose, [inner])) => Some((*inner, *exponent)),
            _ => None,
        };
        let powers: Vec<_> = self.powers.iter().map(inner).collect::<Option<_>>()?;
        (!powers.is_empty()).then_some(Factors { powers, negative: false })
    }

    /// Sums among several factors or their negatives, whichever are shorter.
    fn signed(&mut self, graph: &mut Graph) {
        if let [(_, exponent)] = self.powers[..]
            && exponent.is_one()
        {
            return;
        }
        for place in 0..self.powers.len() {
            let (id, exponent) = self.powers[place];
            let Some(whole) = exponent.as_int() else { continue };
            let Some(negative) = flipped(graph, id) else { continue };
            if key(graph, negative) < key(graph, id) {
                self.powers[place].0 = negative;
                self.negative ^= whole % 2 != 0;
            }
        }
    }

    /// The number among the factors, which is taken out.
    pub(super) fn number(&mut self, graph: &Graph) -> Number {
        let mut number = if self.negative { Number::MINUS_ONE } else { Number::ONE };
        self.negative = false;
        self.powers.retain(|(id, exponent)| {
            let known = graph.number_of(*id).zip(exponent.as_int());
            match known.and_then(|(id, exponent)| id.powi(exponent)) {
                Some(power) => {
                    number = number.mul(power);
                    false
                }
                None => true,
            }
        });
        number
    }

    pub(super) fn count(&mut self, id: ExprId, exponent: Number) {
        match self.powers.iter_mut().find(|(known, _)| *known == id) {
            Some((_, known)) => *known = known.add(exponent),
            None => self.powers.push((id, exponent)),
        }
    }

    /// Numbers first, then scalars, then arrays; what is divided by last.
    pub(super) fn product(mut self, graph: &mut Graph) -> Option<ExprId> {
        self.sort(graph);
        self.signed(graph);
        if let [(id, exponent)] = self.powers[..]
            && exponent.is_one()
            && self.negative
            && let Some(negative) = flipped(graph, id)
        {
            return Some(negative);
        }
        self.sort(graph);
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
                match graph.args_of(id, Kernel::Power) {
                    // A power with a letter for an exponent.
                    Some(&[base, k]) if graph.shape(k).is_scalar() => {
                        let k = graph.scale(size, k).ok()?;
                        graph.power(base, k).ok()?
                    }
                    _ => graph.power(id, size).ok()?,
                }
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
