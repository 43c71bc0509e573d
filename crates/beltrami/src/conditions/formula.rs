//! Conditions that come with a formula: what it divides by, and powers and logarithms that have no value everywhere.

use std::collections::BTreeSet;

use beltrami_core::{ExprId, Facts, Graph, Kernel, Map};
use beltrami_print::text;

use super::{Asked, Conditions, follows, implied};

impl Conditions {
    /// These conditions of an expression and those of the formula of its derivative: rules bring in divisions and powers that
    /// the expression does not have.
    pub(crate) fn with_formula(
        mut self,
        graph: &Graph,
        root: ExprId,
        derivative: ExprId,
    ) -> Conditions {
        let parts: BTreeSet<ExprId> = graph.reachable(root).into_iter().collect();
        for id in graph.reachable(derivative).into_iter().filter(|id| !parts.contains(id)) {
            let wanted = of_application(graph, id).into_iter();
            let wanted = wanted.filter(|(of, _)| !self.bounds(graph, *of)).collect();
            self.ask(graph, id, wanted, true);
        }
        self.tidied()
    }

    /// Without what follows from the rest.
    pub(super) fn tidied(mut self) -> Conditions {
        // Not negative and not 0 is positive.
        let nonzero = |of: &str| [format!("{of} is not 0"), format!("no entry of {of} is 0")];
        let known = self.clone();
        for entry in known.domain.iter().filter_map(|entry| entry.strip_suffix(" >= 0")) {
            if let Some(place) = self.smooth.iter().position(|own| nonzero(entry).contains(own)) {
                self.smooth[place] = format!("{entry} > 0");
            } else if let Some(place) =
                self.domain.iter().position(|own| nonzero(entry).contains(own))
            {
                self.domain[place] = format!("{entry} > 0");
            }
        }
        let known = self.clone();
        self.domain.retain(|entry| !follows(entry, &known));
        self.smooth.retain(|entry| !follows(entry, &known));
        let mut told = BTreeSet::new();
        self.domain.retain(|entry| told.insert(entry.clone()));
        self.smooth.retain(|entry| told.insert(entry.clone()));
        self
    }

    /// Whether `1 - x^2` is not 0 since `abs(x) < 1` is among the conditions.
    fn bounds(&self, graph: &Graph, id: ExprId) -> bool {
        let Some((Kernel::Sub, [one, square])) = graph.application(id) else { return false };
        let Some((Kernel::Power, [base, _])) = graph.application(*square) else { return false };
        graph.is_ones(*one) && self.knows(&format!("abs({}) < 1", text(graph, *base)))
    }
}

/// A condition on one expression, for which `{A}` stands.
pub(super) type Wanted = (ExprId, &'static str);

pub(super) fn asked(at: ExprId, of: ExprId, template: &'static str, entry: &str) -> Asked {
    Asked {
        condition: template.replace("{A}", "_"),
        of,
        template,
        at,
        args: vec![of],
        text: entry.to_owned(),
        smooth: false,
        chosen: false,
    }
}

/// What an application asks of its arguments by numbers among them, and not by its record alone.
pub(super) fn of_application(graph: &Graph, id: ExprId) -> Vec<Wanted> {
    match graph.application(id) {
        Some((Kernel::Divide | Kernel::EDivide, [_, divisor])) => nonzero(graph, *divisor),
        Some((Kernel::Power, [base, exponent])) => of_power(graph, *base, *exponent),
        Some((Kernel::Map(Map::Log), [of])) => positive(graph, *of),
        _ => Vec::new(),
    }
}

/// Where a power exists: whole powers everywhere or away from 0, others of what is not negative.
pub(super) fn of_power(graph: &Graph, base: ExprId, exponent: ExprId) -> Vec<Wanted> {
    let Some(number) = graph.number_of(exponent) else { return positive(graph, base) };
    match (number.as_int(), number.is_negative()) {
        (Some(_), false) => Vec::new(),
        (Some(_), true) => nonzero(graph, base),
        (None, true) => positive(graph, base),
        (None, false) => nonnegative(graph, base),
    }
}

/// What a condition on an argument comes to, where it is one on the signs of its entries.
pub(super) fn reduced(graph: &Graph, condition: &str, of: ExprId) -> Option<Vec<Wanted>> {
    Some(match condition {
        "_ > 0" => positive(graph, of),
        "_ >= 0" => nonnegative(graph, of),
        "no entry of _ is 0" => nonzero(graph, of),
        "_ is not 0" if graph.shape(of).is_scalar() => nonzero(graph, of),
        "_ is invertible" if graph.shape(of).is_scalar() => nonzero(graph, of),
        _ => return None,
    })
}

fn is_never_negative(graph: &Graph, id: ExprId) -> bool {
    implied(graph, id, "_ >= 0")
        || square_sum(graph, id).is_some()
        || matches!(graph.application(id), Some((Kernel::Power, [_, exponent]))
            if graph.number_of(*exponent).and_then(|k| k.as_int()).is_some_and(|k| k % 2 == 0))
}

fn nonnegative(graph: &Graph, id: ExprId) -> Vec<Wanted> {
    match is_never_negative(graph, id) {
        true => Vec::new(),
        false => vec![(id, "{A} >= 0")],
    }
}

fn positive(graph: &Graph, id: ExprId) -> Vec<Wanted> {
    if implied(graph, id, "_ > 0") {
        return Vec::new();
    }
    // What is never negative is positive where it is not 0.
    if is_never_negative(graph, id) {
        return nonzero(graph, id);
    }
    match graph.application(id) {
        Some((Kernel::Map(Map::Sqrt), [inner])) => positive(graph, *inner),
        Some((Kernel::Divide | Kernel::EDivide, [above, below]))
            if implied(graph, *above, "_ > 0")
                || graph.number_of(*above).is_some_and(|k| !k.is_negative() && !k.is_zero()) =>
        {
            positive(graph, *below)
        }
        _ => vec![(id, "{A} > 0")],
    }
}

/// What must not be 0 for an expression to have no entry that is.
pub(super) fn nonzero(graph: &Graph, id: ExprId) -> Vec<Wanted> {
    let scalar = graph.shape(id).is_scalar();
    let condition = if scalar { "_ is not 0" } else { "no entry of _ is 0" };
    let constant = graph.facts(id).has(Facts::CONSTANT);
    if constant || implied(graph, id, condition) || implied(graph, id, "_ > 0") {
        return Vec::new();
    }
    match graph.application(id) {
        Some((Kernel::Neg | Kernel::Transpose | Kernel::Map(Map::Sqrt | Map::Abs), [inner])) => {
            nonzero(graph, *inner)
        }
        Some((Kernel::Scale | Kernel::Hadamard, [a, b])) => {
            let mut both = nonzero(graph, *a);
            both.extend(nonzero(graph, *b));
            both
        }
        Some((Kernel::Divide | Kernel::EDivide | Kernel::Power, [first, _])) => {
            nonzero(graph, *first)
        }
        _ => match square_sum(graph, id) {
            Some(of) if graph.shape(of).is_scalar() => nonzero(graph, of),
            Some(of) => vec![(of, "{A} is not 0")],
            None if scalar => vec![(id, "{A} is not 0")],
            None => vec![(id, "no entry of {A} is 0")],
        },
    }
}

/// The array that is 0 as a whole where a scalar is: of a norm or a sum of squares.
pub(super) fn square_sum(graph: &Graph, id: ExprId) -> Option<ExprId> {
    let strip = |id: ExprId| {
        let mut id = id;
        while let Some((Kernel::Neg | Kernel::Transpose, [inner])) = graph.application(id) {
            id = *inner;
        }
        id
    };
    match graph.application(id)? {
        (
            Kernel::Norm1 | Kernel::Norm2 | Kernel::NormInf | Kernel::NormNuc | Kernel::NormSpec,
            [inner],
        ) => Some(strip(*inner)),
        (Kernel::MatMul, [a, b]) if graph.shape(id).is_scalar() && strip(*a) == strip(*b) => {
            Some(strip(*b))
        }
        (Kernel::Sum, [inner]) => match graph.application(*inner)? {
            (Kernel::Power, [base, exponent]) => {
                let even =
                    graph.number_of(*exponent)?.as_int().is_some_and(|k| k > 0 && k % 2 == 0);
                even.then(|| strip(*base))
            }
            (Kernel::Hadamard, [a, b]) if a == b => Some(strip(*a)),
            (Kernel::Map(Map::Abs), [inner]) => Some(strip(*inner)),
            _ => None,
        },
        _ => None,
    }
}
