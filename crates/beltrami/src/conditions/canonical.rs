//! Conditions as they are shown, the same for all spellings of an expression, and none that follows from the others.

use std::collections::{BTreeMap, BTreeSet};

use beltrami_core::{ExprId, Graph, Kernel, Map, Node};
use beltrami_print::text;

use super::ordered::{halves, ordered, signed, unscaled};
use super::reduction::{away_from_kink, nonzero, reduced, some_nonzero, without_regular};
use super::said::said;
use super::{Asked, Conditions, is_long};

impl Conditions {
    /// These conditions about the shortest expressions that equal those they are about; `lets` are the names that the program
    /// has for parts.
    pub(crate) fn canonical(
        mut self,
        graph: &mut Graph,
        lets: &[(String, ExprId)],
        simplify: &mut dyn FnMut(&mut Graph, ExprId) -> ExprId,
    ) -> Conditions {
        for asked in std::mem::take(&mut self.asked) {
            if is_long(graph, asked.of) {
                self.asked.push(asked);
                continue;
            }
            if asked.template == DIFFERENT
                && let [a, b] = asked.args[..]
                && let Some(found) = different(graph, simplify, a, b)
            {
                let told = |own: Asked| Asked {
                    at: asked.at,
                    smooth: asked.smooth,
                    chosen: asked.chosen,
                    ..own
                };
                self.asked.extend(found.into_iter().map(told));
                continue;
            }
            let alone = asked.template.matches('{').count() == 1;
            if !alone || matches!(graph.node(asked.of), Node::Symbol(_)) {
                self.asked.push(asked);
                continue;
            }
            let mut asked = asked;
            // A tangent asks of a cosine what a quotient asks of its divisor.
            if asked.template == "no entry of cos({A}) is 0"
                && let Ok(cosine) = graph.build(Kernel::Map(Map::Cos), &[asked.of])
            {
                (asked.of, asked.template) = (cosine, "no entry of {A} is 0");
                asked.condition = "no entry of _ is 0".into();
            }
            let of = simplify(graph, asked.of);
            let of = ordered(graph, of);
            let wanted = match asked.chosen {
                true => Some(away_from_kink(graph, of)),
                false => reduced(graph, &asked.condition, of),
            };
            for (of, template) in wanted.unwrap_or_else(|| vec![(of, asked.template)]) {
                let of = match template {
                    "{A} is not 0" | "no entry of {A} is 0" => {
                        let own = apart(graph, of, template);
                        let Asked { at, smooth, chosen, .. } = asked;
                        self.asked.push(Asked { at, smooth, chosen, ..own });
                        continue;
                    }
                    "{A} > 0" | "{A} >= 0" => unscaled(graph, of),
                    _ => of,
                };
                let own = Asked::new(graph, asked.at, of, template);
                self.asked.push(Asked { smooth: asked.smooth, chosen: asked.chosen, ..own });
            }
        }
        self.beside_regular(graph);
        self.joined(graph);
        self.shown().with_names(graph, lets)
    }

    /// A product with a factor that is invertible anyway is 0 where the rest is.
    fn beside_regular(&mut self, graph: &mut Graph) {
        let regular: BTreeSet<ExprId> = (self.asked.iter())
            .filter(|asked| asked.template == "{A} is invertible")
            .map(|asked| asked.of)
            .collect();
        if regular.is_empty() {
            return;
        }
        for asked in std::mem::take(&mut self.asked) {
            if asked.template != "{A} is not 0" || is_long(graph, asked.of) {
                self.asked.push(asked);
                continue;
            }
            let known = |id: ExprId| regular.contains(&id);
            match without_regular(graph, asked.of, &known) {
                Some(rest) if rest == asked.of => self.asked.push(asked),
                Some(rest) => {
                    for (of, template) in some_nonzero(graph, rest) {
                        let of = signed(graph, of);
                        let own = Asked::new(graph, asked.at, of, template);
                        let (smooth, chosen) = (asked.smooth, asked.chosen);
                        self.asked.push(Asked { smooth, chosen, ..own });
                    }
                }
                None => {}
            }
        }
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
                .map(|(of, template)| apart(graph, of, template).text)
                .collect();
            let positive = format!("{} > 0", said(graph, of));
            if template == "{A} > 0" || parts.iter().all(|part| all.contains(part)) {
                for part in parts {
                    let whole = about_zero(&part).map(|inner| format!("{inner} is not 0"));
                    stronger.extend(whole.map(|whole| (whole, positive.clone())));
                    stronger.insert(part, positive.clone());
                }
                stronger.insert(own.clone(), positive);
            }
            if graph.shape(of).is_scalar() {
                continue;
            }
            // The sum of what is not negative is not, and positive where that is not 0.
            let total = graph.build(Kernel::Sum, &[of]).map(|sum| text(graph, sum));
            let some: Vec<String> = some_nonzero(graph, of)
                .into_iter()
                .map(|(of, template)| apart(graph, of, template).text)
                .collect();
            if let Ok(total) = total {
                let signs = match some.iter().all(|part| all.contains(part)) {
                    true => &[">= 0", "> 0", "is not 0"][..],
                    false => &[">= 0"],
                };
                for sign in signs {
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

/// The sine in place of the tangent: it is 0 where that is.
fn numerator(graph: &mut Graph, of: ExprId) -> ExprId {
    match graph.application(of) {
        Some((Kernel::Map(Map::Tan), [inner])) => {
            let inner = *inner;
            graph.build(Kernel::Map(Map::Sin), &[inner]).unwrap_or(of)
        }
        _ => of,
    }
}

/// The condition of a comparison.
const DIFFERENT: &str = "no entry of {A} equals that of {B}";

/// Where two expressions differ: where their difference is not 0, said of its positive and negative terms.
fn different(
    graph: &mut Graph,
    simplify: &mut dyn FnMut(&mut Graph, ExprId) -> ExprId,
    a: ExprId,
    b: ExprId,
) -> Option<Vec<Asked>> {
    let difference = graph.sub(a, b).ok()?;
    let difference = simplify(graph, difference);
    let difference = ordered(graph, difference);
    let wanted = nonzero(graph, difference);
    Some(wanted.into_iter().map(|(of, template)| apart(graph, of, template)).collect())
}

/// That an expression, or no entry of it, is 0: of a difference, that its terms differ.
fn apart(graph: &mut Graph, of: ExprId, template: &'static str) -> Asked {
    let of = numerator(graph, of);
    let of = signed(graph, of);
    let Some((more, less)) = halves(graph, of) else {
        return Asked::new(graph, of, of, template);
    };
    let (a, b) = (text(graph, more), text(graph, less));
    let text = match graph.shape(of).is_scalar() {
        true => format!("{a} is not {b}"),
        false => format!("no entry of {a} equals that of {b}"),
    };
    let own = Asked::new(graph, of, less, DIFFERENT);
    Asked { condition: DIFFERENT.replace("{B}", "_"), args: vec![more, less], text, ..own }
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
