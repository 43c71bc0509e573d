//! Conditions that come with a formula: what it divides by, and powers and logarithms that have no value everywhere.

use std::collections::BTreeSet;

use beltrami_core::{ExprId, Graph, Kernel, Map, Spectral};
use beltrami_print::text;

use super::Conditions;
use super::reduction::{Wanted, invertible, nonzero, of_power, positive};

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
        let places = self.asked.iter().map(|asked| asked.at);
        let places: BTreeSet<ExprId> = places.filter(|at| spectral(graph, *at)).collect();
        graph.reachable(*of).iter().any(|part| places.contains(part))
    }

    /// Whether `1 - x^2` is not 0 since `abs(x) < 1` is among the conditions.
    fn bounds(&self, graph: &Graph, id: ExprId) -> bool {
        let Some((Kernel::Sub, [one, square])) = graph.application(id) else { return false };
        let Some((Kernel::Power, [base, _])) = graph.application(*square) else { return false };
        let bound = format!("abs({}) < 1", text(graph, *base));
        graph.is_ones(*one) && self.asked.iter().any(|asked| asked.text == bound)
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
    graph.reachable(derivative).into_iter().all(|id| {
        let jumps = matches!(
            graph.application(id),
            Some((
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
                    | Kernel::Derivative(
                        Spectral::MatrixSign | Spectral::SingularClip | Spectral::LowRank
                    )
                    | Kernel::SingularValuesDerivative
                    | Kernel::Defined,
                _
            ))
        );
        !jumps
    })
}
