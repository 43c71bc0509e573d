//! The works that results rest on, as BibTeX.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Graph, Node};

/// The bibliography of the project.
static BIBLIOGRAPHY: &str = include_str!("../references.bib");

/// The calculus of every derivative.
const CALCULUS: &str = "LaueMitterreiterGiesen2018";

/// A work to cite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Its key.
    pub key: String,
    /// Its BibTeX entry.
    pub bibtex: String,
}

/// Beltrami itself, the calculus, and what the operations of an expression rest on, each once.
pub fn citations(graph: &Graph, root: ExprId) -> Vec<Citation> {
    let entries = entries(BIBLIOGRAPHY);
    let mut keys: Vec<&str> = vec![CALCULUS];
    for id in graph.reachable(root) {
        let Node::Apply(op, _) = graph.node(id) else { continue };
        for key in graph.op(*op).references {
            if !keys.contains(key) {
                keys.push(key);
            }
        }
    }
    let mut found = vec![itself()];
    found.extend(keys.into_iter().filter_map(|key| {
        entries.get(key).map(|bibtex| Citation { key: key.into(), bibtex: (*bibtex).into() })
    }));
    found
}

fn itself() -> Citation {
    let bibtex = format!(
        "@software{{Beltrami,\n  author  = {{{{The Beltrami developers}}}},\n  title   = {{Beltrami: a matrix-calculus compiler}},\n  version \
         = {{{}}},\n  year    = {{2026}}\n}}",
        env!("CARGO_PKG_VERSION"),
    );
    Citation { key: "Beltrami".into(), bibtex }
}

/// Entries by key; an entry starts with `@` at the beginning of a line.
fn entries(text: &str) -> BTreeMap<&str, &str> {
    let starts: Vec<usize> = text
        .match_indices('@')
        .map(|(at, _)| at)
        .filter(|at| *at == 0 || text[..*at].ends_with('\n'))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(start, end)| {
            let entry = text[*start..end].trim_end();
            let key = entry.split_once('{')?.1.split_once(',')?.0;
            Some((key.trim(), entry))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_of_an_operation_is_in_the_bibliography() {
        let entries = entries(BIBLIOGRAPHY);
        let registry = beltrami_ops::registry();
        for id in registry.ids() {
            for key in registry.op(id).references {
                assert!(entries.contains_key(key), "{key} of `{}`", registry.op(id).name);
            }
        }
        assert!(entries.contains_key(CALCULUS));
    }
}
