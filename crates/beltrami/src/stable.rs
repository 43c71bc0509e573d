//! What is evaluated in place of expressions: forms that keep the digits that they lose as they are written.

use beltrami_core::{ExprId, Graph};

use crate::session::Session;

/// Expressions in stable forms, for values alone.
pub(crate) fn stable(graph: &Graph, roots: &[ExprId]) -> (Graph, Vec<ExprId>) {
    let mut own = graph.clone();
    let forms = &Session::global().rules.stable;
    let stable = roots.iter().map(|root| forms.of(&mut own, *root)).collect();
    (own, stable)
}

/// Expressions in stable forms that are differentiated as programs or enclosed on boxes; `None` where they are as written.
pub(crate) fn smooth(graph: &Graph, roots: &[ExprId]) -> Option<(Graph, Vec<ExprId>)> {
    let mut own = graph.clone();
    let forms = &Session::global().rules.stable;
    let smooth: Vec<ExprId> = roots.iter().map(|root| forms.smooth(&mut own, *root)).collect();
    (smooth[..] != *roots).then_some((own, smooth))
}
