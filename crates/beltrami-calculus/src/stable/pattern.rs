//! Rules that match an expression as a whole.

use std::sync::Arc;

use beltrami_core::{Dim, ExprId, Graph, Kernel, LazyRule, Node};

use crate::simplify::right_side;

/// What a rule makes of an expression.
pub(super) fn applied(rule: &LazyRule, graph: &mut Graph, id: ExprId) -> Option<ExprId> {
    // Most rules end here.
    if graph.application(id)?.0 != rule.lhs.graph.application(rule.lhs.root)?.0 {
        return None;
    }
    let mut found = Match { pattern: &rule.lhs.graph, names: Vec::new(), sizes: Vec::new() };
    if !found.matches(graph, rule.lhs.root, id) {
        return None;
    }
    let named =
        |name: &Arc<str>| found.names.iter().find(|(own, _)| own == name).map(|(_, id)| *id);
    let args: Option<Vec<ExprId>> = rule.lhs.params.iter().map(named).collect();
    right_side(rule, graph, id, &args?, &found.sizes)
}

/// What the names and sizes of a pattern stand for.
struct Match<'a> {
    pattern: &'a Graph,
    names: Vec<(Arc<str>, ExprId)>,
    sizes: Vec<(Dim, Dim)>,
}

impl Match<'_> {
    fn matches(&mut self, graph: &Graph, at: ExprId, id: ExprId) -> bool {
        match (self.pattern.node(at), graph.node(id)) {
            (Node::Symbol(name), _) => match self.names.iter().find(|(own, _)| own == name) {
                Some((_, before)) => *before == id,
                None => {
                    self.names.push((name.clone(), id));
                    true
                }
            },
            (Node::Size(dim), _) => match graph.arg(id).size() {
                Some(size) => {
                    self.sizes.push((dim.clone(), size.clone()));
                    true
                }
                None => false,
            },
            (Node::Number(x), _) => graph.number_of(id) == Some(*x),
            (Node::Text(own), Node::Text(other)) => own == other,
            // Scalars have signs of their own for some kernels, as `^` beside `.^`.
            (Node::Apply(own, pattern), Node::Apply(op, args))
                if self.pattern.op(*own).kernel == graph.op(*op).kernel =>
            {
                // A column of ones is `ones(m)`, which a rule about `ones(m, n)` means too.
                let column = matches!(graph.op(*op).kernel, Kernel::Ones | Kernel::Zeros)
                    && args.len() + 1 == pattern.len();
                if column && let Node::Size(dim) = self.pattern.node(pattern[1]) {
                    self.sizes.push((dim.clone(), Dim::constant(1)));
                }
                (column || args.len() == pattern.len())
                    && pattern.iter().zip(args).all(|(at, id)| self.matches(graph, *at, *id))
            }
            _ => false,
        }
    }
}
