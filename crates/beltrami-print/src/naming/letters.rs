//! Letters that are free.

use std::collections::BTreeSet;

use beltrami_core::{ExprId, Graph, Node, Notation, Shape};

use super::is_matrix;

/// Capitals for matrices, beginning with those that stand for products, inverses and projections in most texts.
const MATRICES: &str = "P Q R S T U V W M N B C D F G H L X Y Z A";
/// Letters of vectors, residuals first.
const VECTORS: &str = "r p q u v w z x y h s t g";
/// Letters of scalars.
const SCALARS: &str = "s c d a b t g f h r p q u v w z";

/// The names that are taken.
pub(super) struct Letters<'a> {
    graph: &'a Graph,
    taken: BTreeSet<String>,
}

impl<'a> Letters<'a> {
    /// Everything that has a meaning in an expression is taken.
    pub(super) fn new(graph: &'a Graph, expr: ExprId) -> Letters<'a> {
        let mut taken: BTreeSet<String> =
            graph.symbols().map(|(name, _)| name.to_string()).collect();
        let sizes = graph.symbols().map(|(_, id)| id).chain(graph.reachable(expr));
        for id in sizes {
            let axes = graph.shape(id).axes();
            taken.extend(axes.iter().flat_map(|axis| axis.symbols()).map(|name| name.to_string()));
            if let Node::Size(dim) = graph.node(id) {
                taken.extend(dim.symbols().iter().map(|name| name.to_string()));
            }
        }
        Letters { graph, taken }
    }

    /// Takes a name.
    pub(super) fn take(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// A free name for a value of this shape, which is taken from now on.
    pub(super) fn next(&mut self, shape: &Shape) -> String {
        let letters = if is_matrix(shape) {
            MATRICES
        } else if shape.is_scalar() {
            SCALARS
        } else {
            VECTORS
        };
        let plain = letters.split(' ').map(str::to_owned);
        let first = letters.split(' ').next().unwrap_or("t");
        let numbered = (1..).map(|k| format!("{first}{k}"));
        let free = plain.chain(numbered).find(|name| self.is_free(name)).unwrap_or_default();
        self.take(&free);
        free
    }

    /// Whether a name has no meaning yet, that of a function included.
    fn is_free(&self, name: &str) -> bool {
        let registry = self.graph.registry();
        let function =
            || registry.named(name).iter().any(|op| registry.op(*op).notation == Notation::Call);
        !self.taken.contains(name) && !function()
    }
}
