//! Long expressions as programs of the surface language, in which what occurs more than once has a name.

use std::collections::BTreeSet;

use beltrami_core::{ExprId, Graph, Node};

use super::text_with;

/// An expression as definitions and a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// `t1 = …; t2 = …; …`, which reads as the expression.
    pub text: String,
    /// The number of operations in it.
    pub operations: u64,
}

/// Operations inside each other after which a name is given in any case, far below what the parser reads.
const DEEPEST: usize = 100;

/// The program of an expression: every part that is used more than once and has more than one operation is written once.
pub fn program(graph: &Graph, root: ExprId) -> Program {
    let order = graph.reachable(root);
    let mut uses = vec![0_usize; root.index() + 1];
    for arg in order.iter().flat_map(|id| graph.args(*id)) {
        uses[arg.index()] += 1;
    }
    let mut fresh = fresh_names(graph, &order);
    let mut names: Vec<Option<String>> = vec![None; root.index() + 1];
    // Operations written, and how many of them are inside each other.
    let mut sizes = vec![(0_u64, 0_usize); root.index() + 1];
    let mut operations = 0;
    for id in &order {
        let Node::Apply(_, args) = graph.node(*id) else { continue };
        let parts = args.iter().map(|arg| sizes[arg.index()]);
        let (written, depth) =
            parts.fold((1, 1), |(all, depth), (size, inner)| (all + size, depth.max(inner + 1)));
        let named = *id != root && (uses[id.index()] > 1 && written > 1 || depth >= DEEPEST);
        if named {
            names[id.index()] = fresh.next();
        }
        if named || *id == root {
            operations += written;
        } else {
            sizes[id.index()] = (written, depth);
        }
    }
    let written = |id: ExprId| {
        text_with(graph, id, &|part| if part == id { None } else { names[part.index()].clone() })
    };
    let definitions = order.iter().filter_map(|id| {
        let name = names[id.index()].as_ref()?;
        Some(format!("{name} = {}; ", written(*id)))
    });
    let text = definitions.chain([written(root)]).collect();
    Program { text, operations }
}

/// `t1`, `t2`, …, without what has a meaning already.
fn fresh_names(graph: &Graph, order: &[ExprId]) -> impl Iterator<Item = String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for id in order {
        if let Node::Symbol(name) = graph.node(*id) {
            taken.insert(name.to_string());
        }
        for axis in graph.shape(*id).axes() {
            taken.extend(axis.symbols().iter().map(ToString::to_string));
        }
    }
    (1..).map(|k| format!("t{k}")).filter(move |name| !taken.contains(name))
}
