//! Texts of expressions in conditions: those that are too long to be read are said by the names that the program has for parts.

use beltrami_core::{ExprId, Graph, Node};
use beltrami_print::text;

use super::Conditions;

/// Operations of an expression that is written out.
const LONGEST: u64 = 200;

/// Whether an expression is too long to be written out.
pub(crate) fn is_long(graph: &Graph, id: ExprId) -> bool {
    graph.written_size(id).0 > LONGEST
}

/// The text of an expression; of a long one its length.
pub(crate) fn brief(graph: &Graph, id: ExprId) -> String {
    match graph.written_size(id).0 {
        size if size <= LONGEST => text(graph, id),
        size => format!("an expression of {size} operations"),
    }
}

/// The text of an expression; of a long one a mark, which names take the place of.
pub(super) fn said(graph: &Graph, id: ExprId) -> String {
    match is_long(graph, id) {
        false => text(graph, id),
        true => format!("{OPEN}{}{CLOSE}", id.index()),
    }
}

// No text of the language has them.
const OPEN: char = '⟨';
const CLOSE: char = '⟩';

impl Conditions {
    /// These conditions with names of the program in place of marks.
    pub(super) fn with_names(mut self, graph: &mut Graph, lets: &[(String, ExprId)]) -> Conditions {
        let once = |name: &str| lets.iter().filter(|(other, _)| other == name).count() == 1;
        let mut leaves = Vec::new();
        for (name, id) in lets.iter().filter(|(name, _)| once(name)) {
            if matches!(graph.node(*id), Node::Apply(..)) && graph.find_symbol(name).is_none() {
                let (shape, facts) = (graph.shape(*id).clone(), graph.facts(*id));
                leaves.push((*id, graph.symbol(name, shape, facts)));
            }
        }
        let texts = self.asked.iter_mut().map(|asked| &mut asked.text);
        let lists = [&mut self.domain, &mut self.smooth, &mut self.not_smooth, &mut self.branches];
        for text in texts.chain(lists.into_iter().flatten()) {
            while let Some((before, rest)) = text.split_once(OPEN) {
                let Some((place, after)) = rest.split_once(CLOSE) else { break };
                let named = place.parse().ok().map(|place| graph.nth(place));
                let named = named.map(|id| match graph.replace(id, &leaves) {
                    Ok(named) => brief(graph, named),
                    Err(_) => brief(graph, id),
                });
                *text = format!("{before}{}{after}", named.unwrap_or_default());
            }
        }
        self
    }
}
