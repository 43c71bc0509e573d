//! Refusals at data with the conditions that fail there, whoever computes.

use beltrami_calculus::{Form, Layout, Request, Symmetric, derive};
use beltrami_core::{ExprId, Graph};
use beltrami_diag::Diagnostic;
use beltrami_stop::Stop;

use super::{Conditions, conditions};
use crate::sample::Point;
use crate::session::Session;

impl Session {
    /// A refusal at data with the conditions of these expressions, and of their derivatives by these variables, that fail there.
    pub(crate) fn naming(
        &self,
        diagnostic: Diagnostic,
        graph: &Graph,
        roots: &[ExprId],
        by: &[ExprId],
        point: &Point,
    ) -> Diagnostic {
        let mut own = graph.clone();
        let mut asked = Conditions::default();
        for root in roots {
            asked.extend(self.conditions_by(&mut own, *root, &[]));
            for x in by.iter().filter(|x| graph.depends_on(*root, **x)) {
                asked.extend(self.conditions_by(&mut own, *root, &[*x]));
            }
        }
        asked.named(diagnostic, &own, by, point, true)
    }

    /// The conditions of an expression, and of its derivative by a variable, as `derive` prints them.
    fn conditions_by(&self, graph: &mut Graph, root: ExprId, by: &[ExprId]) -> Conditions {
        let scalars = by.iter().chain([&root]).all(|id| graph.shape(*id).is_scalar());
        let request = Request {
            root,
            by: by.to_vec(),
            layout: Layout::Numerator,
            form: if scalars { Form::Matrix } else { Form::Kron },
            symmetric: Symmetric::Frobenius,
            shorten: true,
            stop: Stop::default(),
        };
        // What has no derivative has the conditions of its value.
        let derivative = match by {
            [] => root,
            _ => {
                derive(graph, &self.rules, &request, &mut |graph, expr| self.simplify(graph, expr))
                    .map_or(root, |derived| derived.expr)
            }
        };
        conditions(graph, root, derivative, by)
            .canonical(graph, &[], &mut |graph, expr| self.simplify(graph, expr))
    }
}

impl Conditions {
    fn extend(&mut self, other: Conditions) {
        self.asked.extend(other.asked);
        self.domain.extend(other.domain);
        self.smooth.extend(other.smooth);
    }

    /// A refusal at data with those of these conditions that fail there, or with all where none is seen to.
    ///
    /// `kinks` says whether what was refused needs derivatives at kinks too, where formulas have a value of their own.
    pub(crate) fn named(
        &self,
        mut diagnostic: Diagnostic,
        graph: &Graph,
        by: &[ExprId],
        point: &Point,
        kinks: bool,
    ) -> Diagnostic {
        let mut named = self.unmet(graph, by, point, false);
        if named.is_empty() && kinks {
            named = self.unmet(graph, by, point, true);
        }
        if named.is_empty() {
            for condition in self.all() {
                if !named.contains(condition) {
                    named.push(condition.clone());
                }
            }
        }
        if !named.is_empty() {
            let named = named.join(", and ");
            diagnostic.message.push_str(&format!("; the formula holds where {named}"));
        }
        diagnostic
    }
}
