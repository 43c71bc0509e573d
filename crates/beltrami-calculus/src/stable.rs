//! Stable forms: what is evaluated instead of an expression whose value as written loses digits or leaves the numbers.
//!
//! The rules are texts of the operations, [`beltrami_core::Op::stable`]; each holds wherever its left side has a value and is
//! applied from the leaves upwards, so that no search is needed and nothing else of the expression changes.

use std::sync::Arc;

use beltrami_core::{Dim, ExprId, Graph, Kernel, LazyRule, Node, Theory};
use rustc_hash::FxHashMap;

use crate::simplify::right_side;

/// Rules applied to one expression one after another; each form has few others.
const MOST: usize = 8;

/// The rules towards stable forms.
pub struct StableForms {
    rules: Vec<Arc<LazyRule>>,
}

impl StableForms {
    /// The rules of a theory.
    pub fn new(theory: &Theory) -> StableForms {
        StableForms { rules: theory.stable.clone() }
    }

    /// An expression of the same value that keeps the digits that `root` as written loses; `root` where none is known.
    pub fn of(&self, graph: &mut Graph, root: ExprId) -> ExprId {
        let mut stable: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for id in graph.reachable(root) {
            let form = match graph.node(id).clone() {
                Node::Apply(op, args) => {
                    let inner: Vec<ExprId> = args.iter().map(|arg| stable[arg]).collect();
                    let same = inner[..] == args[..];
                    let own = if same { id } else { graph.build_op(op, &inner).unwrap_or(id) };
                    self.improved(graph, own)
                }
                _ => id,
            };
            stable.insert(id, form);
        }
        stable[&root]
    }

    /// The expression after the rules that match it as a whole.
    fn improved(&self, graph: &mut Graph, mut id: ExprId) -> ExprId {
        for _ in 0..MOST {
            match self.rules.iter().find_map(|rule| applied(rule, graph, id)) {
                Some(better) => id = better,
                None => break,
            }
        }
        id
    }
}

fn applied(rule: &LazyRule, graph: &mut Graph, id: ExprId) -> Option<ExprId> {
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
