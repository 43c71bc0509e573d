//! Conditions that come with a formula: what it divides by, and powers and logarithms that have no value everywhere.

use std::collections::BTreeSet;

use beltrami_core::{ExprId, Graph, Kernel, Map, Spectral};

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
        let Some((kernel, args)) = graph.application(id) else { continue };
        if jumps(kernel) {
            return false;
        }
        if !matches!(kernel, Kernel::Scale | Kernel::Hadamard) {
            pending.extend(args);
            continue;
        }
        let mut factors = Vec::new();
        factors_of(graph, id, &mut factors);
        // A jump is hidden by a factor that is 0 there.
        let hidden = |factor: &ExprId| {
            jump_at_zero(graph, *factor)
                .filter(|at| factors.iter().any(|other| vanishes_with(graph, *other, *at)))
        };
        pending.extend(factors.iter().map(|factor| hidden(factor).unwrap_or(*factor)));
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

/// What a step or a sign is taken of.
fn jump_at_zero(graph: &Graph, id: ExprId) -> Option<ExprId> {
    match graph.application(id)? {
        (Kernel::Map(Map::Sign | Map::Step), [of]) => Some(*of),
        _ => None,
    }
}

/// Whether an expression is continuous and 0 wherever another one is.
fn vanishes_with(graph: &Graph, id: ExprId, other: ExprId) -> bool {
    let opposite = |a: ExprId, b: ExprId| graph.args_of(a, Kernel::Neg) == Some(&[b][..]);
    id == other
        || opposite(id, other)
        || opposite(other, id)
        || match graph.application(id) {
            Some((Kernel::Map(Map::Abs | Map::Relu | Map::LeakyRelu), [of])) => {
                vanishes_with(graph, *of, other)
            }
            Some((Kernel::Power, [base, k])) => {
                graph.number_of(*k).is_some_and(|k| !k.is_negative() && !k.is_zero())
                    && vanishes_with(graph, *base, other)
            }
            _ => false,
        }
}

/// Whether an operation has jumps where it has values.
fn jumps(kernel: Kernel) -> bool {
    matches!(
        kernel,
        Kernel::Map(Map::Sign | Map::Step)
            | Kernel::Above
            | Kernel::ArgMax
            | Kernel::DetSign
            | Kernel::Pinv
            | Kernel::VectorMax
            | Kernel::MatrixSign
            | Kernel::TopDyad
            | Kernel::SingularClip
            | Kernel::LowRank
            | Kernel::Derivative(Spectral::MatrixSign | Spectral::SingularClip | Spectral::LowRank)
            | Kernel::SingularValuesDerivative
            | Kernel::Defined
    )
}
