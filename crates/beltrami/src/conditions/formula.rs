//! Conditions that come with a formula: what it divides by, and powers and logarithms that have no value everywhere.

use std::collections::BTreeSet;

use beltrami_core::{ExprId, Graph, Kernel, Map, Node};

use super::Conditions;
use super::reduction::{Wanted, invertible, nonzero, of_power, positive};
use super::said::said;

impl Conditions {
    /// These conditions of an expression and those of the formula of its derivative: rules bring in divisions and powers that
    /// the expression does not have.
    pub(super) fn with_formula(&mut self, graph: &Graph, root: ExprId, derivative: ExprId) {
        let parts: BTreeSet<ExprId> = graph.reachable(root).into_iter().collect();
        let own = |id: &ExprId| !parts.contains(id) && !self.covers(graph, *id);
        let brought: Vec<ExprId> = graph.reachable(derivative).into_iter().filter(own).collect();
        for id in brought {
            let wanted = of_application(graph, id).into_iter();
            let wanted = wanted.filter(|(of, _)| !self.bounds(graph, *of)).collect();
            self.ask(graph, id, wanted, true);
        }
    }

    /// Whether an inverse is of a matrix that a function of singular values or eigenvalues brought in with its derivative: such a
    /// matrix is singular only where the record of that function says so already.
    fn covers(&self, graph: &Graph, id: ExprId) -> bool {
        let Some((Kernel::Inv, [of])) = graph.application(id) else { return false };
        let spectrum = |at: ExprId| graph.args(at).first().copied().filter(|_| spectral(graph, at));
        let asked: BTreeSet<ExprId> =
            self.asked.iter().filter_map(|asked| spectrum(asked.at)).collect();
        graph.reachable(*of).iter().filter_map(|part| spectrum(*part)).any(|of| asked.contains(&of))
    }

    /// Whether `1 - x^2` is not 0 since `abs(x) < 1` is among the conditions, or `1 + x` since `x > -1` is.
    fn bounds(&self, graph: &Graph, id: ExprId) -> bool {
        let (bound, one) = match graph.application(id) {
            Some((Kernel::Add, [one, x] | [x, one])) if graph.is_ones(*one) => {
                (format!("{} > -1", said(graph, *x)), *one)
            }
            Some((Kernel::Sub, [one, square])) => match graph.application(*square) {
                Some((Kernel::Power, [x, _])) => (format!("abs({}) < 1", said(graph, *x)), *one),
                _ => return false,
            },
            _ => return false,
        };
        graph.is_ones(one) && self.asked.iter().any(|asked| asked.text == bound)
    }
}

fn spectral(graph: &Graph, id: ExprId) -> bool {
    matches!(
        graph.application(id),
        Some((
            Kernel::MatrixSign
                | Kernel::TopDyad
                | Kernel::NormSpec
                | Kernel::NormNuc
                | Kernel::LambdaMax
                | Kernel::VectorMax
                | Kernel::SingularValues
                | Kernel::SingularClip
                | Kernel::LowRank,
            _
        ))
    )
}

/// What an application asks of its arguments by numbers among them, and not by its record alone.
fn of_application(graph: &Graph, id: ExprId) -> Vec<Wanted> {
    match graph.application(id) {
        Some((Kernel::Divide | Kernel::EDivide, [_, divisor])) => nonzero(graph, *divisor),
        Some((Kernel::Power, [base, exponent])) => of_power(graph, *base, *exponent),
        Some((Kernel::Map(Map::Log), [of])) => positive(graph, *of),
        Some((Kernel::Inv, [of])) => invertible(graph, *of),
        Some((Kernel::MatPower, [of, k]))
            if graph.number_of(*k).is_some_and(|k| k.is_negative()) =>
        {
            invertible(graph, *of)
        }
        _ => Vec::new(),
    }
}

/// Whether a formula is continuous wherever it has a value, so that a derivative that it gives beside a kink is that at it.
pub(super) fn is_continuous(graph: &Graph, derivative: ExprId) -> bool {
    let mut pending = vec![derivative];
    let mut seen = BTreeSet::new();
    while let Some(id) = pending.pop() {
        if !seen.insert(id) {
            continue;
        }
        let Node::Apply(op, _) = graph.node(id) else { continue };
        if graph.op(*op).jumps {
            return false;
        }
        let Some((kernel, args)) = graph.application(id) else { continue };
        if !matches!(kernel, Kernel::Scale | Kernel::Hadamard) {
            pending.extend(args);
            continue;
        }
        let mut factors = Vec::new();
        factors_of(graph, id, &mut factors);
        // A jump is hidden by a factor that is 0 there.
        let hidden = |factor: ExprId| {
            Jump::of(graph, factor)
                .filter(|jump| factors.iter().any(|other| jump.hides_in(graph, *other)))
        };
        for factor in &factors {
            match hidden(*factor) {
                Some(Jump::Zero(of)) => pending.push(of),
                Some(Jump::Equal(a, b)) => pending.extend([a, b]),
                None => pending.push(*factor),
            }
        }
    }
    true
}

/// The factors of a product entry by entry.
fn factors_of(graph: &Graph, id: ExprId, factors: &mut Vec<ExprId>) {
    match graph.application(id) {
        Some((Kernel::Scale | Kernel::Hadamard | Kernel::Neg, args)) => {
            args.iter().for_each(|arg| factors_of(graph, *arg, factors));
        }
        _ => factors.push(id),
    }
}

/// Where a factor jumps.
#[derive(Clone, Copy)]
enum Jump {
    /// A step or a sign: where this is 0.
    Zero(ExprId),
    /// A comparison: where these are equal.
    Equal(ExprId, ExprId),
}

impl Jump {
    fn of(graph: &Graph, id: ExprId) -> Option<Jump> {
        match graph.application(id)? {
            (Kernel::Map(Map::Sign | Map::Step), [of]) => Some(Jump::Zero(*of)),
            (Kernel::Above, [a, b]) => Some(Jump::Equal(*a, *b)),
            _ => None,
        }
    }

    /// Whether an expression is continuous and 0 wherever the jump is.
    fn hides_in(self, graph: &Graph, id: ExprId) -> bool {
        let opposite = |a: ExprId, b: ExprId| graph.args_of(a, Kernel::Neg) == Some(&[b][..]);
        if let Jump::Zero(other) = self
            && (id == other || opposite(id, other) || opposite(other, id))
        {
            return true;
        }
        if self.is_compared(graph, id) {
            return true;
        }
        match graph.application(id) {
            Some((Kernel::Map(Map::Abs | Map::Relu | Map::LeakyRelu) | Kernel::Neg, [of])) => {
                self.hides_in(graph, *of)
            }
            Some((Kernel::Power, [base, k])) => {
                graph.number_of(*k).is_some_and(|k| !k.is_negative() && !k.is_zero())
                    && self.hides_in(graph, *base)
            }
            Some((Kernel::Sub, [x, y])) => self.joins(graph, *x) && self.joins(graph, *y),
            _ => false,
        }
    }

    /// Whether an expression is 0 where the sides of a comparison with 0 are equal.
    fn is_compared(self, graph: &Graph, id: ExprId) -> bool {
        let Jump::Equal(a, b) = self else { return false };
        (graph.is_zero(a) || graph.is_zero(b)) && self.joins(graph, id)
    }

    /// Whether an expression equals both sides of a comparison where these are equal: it is one of them, or the larger or the
    /// smaller one.
    fn joins(self, graph: &Graph, id: ExprId) -> bool {
        let Jump::Equal(a, b) = self else { return false };
        let extreme = matches!(
            graph.application(id),
            Some((Kernel::Max | Kernel::Min, [x, y])) if (*x, *y) == (a, b) || (*y, *x) == (a, b)
        );
        id == a || id == b || extreme
    }
}
