//! Texts that read back: a printed size must be known to be one.

use std::collections::BTreeSet;
use std::sync::Arc;

use beltrami_core::{Dim, ExprId, Graph, Kernel, Node, Shape};
use beltrami_elab::{Elaborated, Role, role};

use crate::derivation::written;

/// The names that a reader of a text knows to be sizes: those in the types of variables, and declared ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownSizes(BTreeSet<Arc<str>>);

impl KnownSizes {
    pub(crate) fn of(program: &Elaborated) -> KnownSizes {
        let axes = program.variables.iter().flat_map(|v| program.graph.shape(v.id).axes());
        let named = axes.flat_map(|dim| dim.symbols());
        KnownSizes(named.chain(program.sizes.iter().map(|name| Arc::from(&**name))).collect())
    }

    /// The expression as text.
    ///
    /// A size `m` that only a constant of the original expression has, such as `ones(m)`, would read back as a column; it is
    /// written as the number of ones.
    pub(crate) fn text(&self, graph: &Graph, root: ExprId) -> String {
        let mut numbers: Vec<(ExprId, Dim)> = Vec::new();
        let mut known = self.0.clone();
        let mut meet = |graph: &Graph, id: ExprId, role: Role| {
            if let Node::Size(dim) = graph.node(id) {
                match role {
                    Role::Value => numbers.push((id, dim.clone())),
                    // A name that stands here is a size everywhere.
                    Role::Size | Role::Index => known.extend(dim.symbols()),
                }
            }
        };
        meet(graph, root, Role::Value);
        for id in graph.reachable(root) {
            if let Node::Apply(op, args) = graph.node(id) {
                let kernel = graph.op(*op).kernel;
                for (place, arg) in args.iter().enumerate() {
                    meet(graph, *arg, role(kernel, place));
                }
            }
        }
        numbers.retain(|(_, dim)| dim.symbols().iter().any(|name| !known.contains(name)));
        if numbers.is_empty() {
            return written(graph, root);
        }
        let mut graph = graph.clone();
        let counts: Result<Vec<_>, _> = numbers
            .into_iter()
            .map(|(id, dim)| {
                let ones = graph.ones(&Shape::vector(dim))?;
                Ok((id, graph.build(Kernel::Sum, &[ones])?))
            })
            .collect();
        let spelled = counts.and_then(|counts| graph.replace(root, &counts));
        written(&graph, spelled.unwrap_or(root))
    }
}
