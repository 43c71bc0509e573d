//! Conditions as they are shown, the same for all spellings of an expression, and none that follows from the others.

use std::collections::{BTreeMap, BTreeSet};

use beltrami_core::{ExprId, Graph, Kernel, Node};
use beltrami_print::text;

use super::ordered::{ordered, signed, upright};
use super::reduction::{away_from_kink, nonzero, reduced, some_nonzero};
use super::{Asked, Conditions};

impl Conditions {
    /// These conditions about the shortest expressions that equal those they are about.
    pub(crate) fn canonical(
        mut self,
        graph: &mut Graph,
        simplify: &mut dyn FnMut(&mut Graph, ExprId) -> ExprId,
    ) -> Conditions {
        for asked in std::mem::take(&mut self.asked) {
            let alone = asked.template.matches('{').count() == 1;
            if !alone || matches!(graph.node(asked.of), Node::Symbol(_)) {
                self.asked.push(asked);
                continue;
            }
            let of = simplify(graph, asked.of);
            let of = ordered(graph, of);
            let wanted = match asked.chosen {
                true => Some(away_from_kink(graph, of)),
                false => reduced(graph, &asked.condition, of),
            };
            for (of, template) in wanted.unwrap_or_else(|| vec![(of, asked.template)]) {
                let of = match template {
                    "{A} is not 0" | "no entry of {A} is 0" => signed(graph, of),
                    "{A} > 0" | "{A} >= 0" => upright(graph, of),
                    _ => of,
                };
                let own = Asked::new(graph, asked.at, of, template);
                self.asked.push(Asked { smooth: asked.smooth, chosen: asked.chosen, ..own });
            }
        }
        self.joined(graph);
        self.shown()
    }

    /// What is not negative and not 0 is positive, in one condition.
    fn joined(&mut self, graph: &mut Graph) {
        let all: BTreeSet<String> = self.asked.iter().map(|asked| asked.text.clone()).collect();
        let mut stronger: BTreeMap<String, String> = BTreeMap::new();
        for asked in self.asked.clone() {
            let Asked { of, template, text: ref own, .. } = asked;
            if !matches!(template, "{A} >= 0" | "{A} > 0") {
                continue;
            }
            let parts: Vec<String> = nonzero(graph, of)
                .into_iter()
                .map(|(of, template)| {
                    let of = signed(graph, of);
                    Asked::new(graph, of, of, template).text
                })
                .collect();
            let positive = format!("{} > 0", text(graph, of));
            if template == "{A} > 0" || parts.iter().all(|part| all.contains(part)) {
                stronger.extend(parts.into_iter().map(|part| (part, positive.clone())));
                stronger.insert(own.clone(), positive);
            }
            if graph.shape(of).is_scalar() {
                continue;
            }
            // The sum of what is not negative is positive where that is not 0.
            let total = graph.build(Kernel::Sum, &[of]).map(|sum| text(graph, sum));
            let some: Vec<String> = some_nonzero(graph, of)
                .into_iter()
                .map(|(of, template)| {
                    let of = signed(graph, of);
                    Asked::new(graph, of, of, template).text
                })
                .collect();
            if let (Ok(total), true) = (total, some.iter().all(|part| all.contains(part))) {
                for sign in [">= 0", "> 0", "is not 0"] {
                    self.asked.retain(|asked| asked.text != format!("{total} {sign}"));
                }
            }
        }
        for asked in &mut self.asked {
            if let Some(text) = stronger.get(&asked.text) {
                asked.text.clone_from(text);
            }
        }
    }

    /// What is shown of what is asked: everything once, and nothing that follows from the rest.
    pub(super) fn shown(mut self) -> Conditions {
        let all: BTreeSet<String> = self.asked.iter().map(|asked| asked.text.clone()).collect();
        let twice = self.asked.len() + 1;
        for asked in &mut self.asked {
            // Each step is to a stronger one.
            for _ in 0..twice {
                match stronger(&asked.text).into_iter().find(|text| all.contains(text)) {
                    Some(text) => asked.text = text,
                    None => break,
                }
            }
        }
        let mut told = BTreeSet::new();
        let list = |told: &mut BTreeSet<String>, smooth: bool| {
            let own = self.asked.iter().filter(|asked| asked.smooth == smooth);
            own.filter(|asked| told.insert(asked.text.clone()))
                .map(|asked| asked.text.clone())
                .collect()
        };
        self.domain = list(&mut told, false);
        self.smooth = list(&mut told, true);
        self
    }
}

/// What is not 0 or not negative.
fn about_zero(text: &str) -> Option<&str> {
    let entry = text.strip_prefix("no entry of ").and_then(|text| text.strip_suffix(" is 0"));
    entry.or(text.strip_suffix(" is not 0")).or(text.strip_suffix(" >= 0"))
}

/// Conditions from which one follows.
fn stronger(text: &str) -> Vec<String> {
    if let Some(inner) = text.strip_suffix(" is invertible") {
        return vec![format!("det({inner}) > 0"), format!("{inner} is positive definite")];
    }
    let ranked = text.strip_suffix(" has full rank").or_else(|| {
        text.strip_prefix("the rank of ").and_then(|text| text.strip_suffix(" is constant"))
    });
    if let Some(inner) = ranked {
        return vec![
            format!("{inner} is invertible"),
            format!("the singular values of {inner} are distinct and not 0"),
            format!("{inner} has full rank"),
        ]
        .into_iter()
        .filter(|stronger| stronger != text)
        .collect();
    }
    if let Some(inner) = text.strip_suffix(" <= 1") {
        return vec![format!("{inner} < 1")];
    }
    let Some(inner) = about_zero(text) else { return Vec::new() };
    let mut stronger = vec![format!("{inner} > 0")];
    if text.ends_with(" is not 0") {
        stronger.push(format!("no entry of {inner} is 0"));
        stronger.push(format!("{inner} is invertible"));
        stronger.push(format!("{inner} has full rank"));
    }
    stronger
}
