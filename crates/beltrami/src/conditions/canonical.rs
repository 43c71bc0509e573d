//! Conditions as they are shown, the same for all spellings of an expression, and none that follows from the others.

use std::collections::{BTreeMap, BTreeSet};

use beltrami_core::{ExprId, Graph, Kernel, Node};
use beltrami_print::text;

use super::reduction::{away_from_kink, reduced};
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
                let own = Asked::new(graph, asked.at, of, template);
                self.asked.push(Asked { smooth: asked.smooth, chosen: asked.chosen, ..own });
            }
        }
        self.shown()
    }

    /// What is shown of what is asked: everything once, and nothing that follows from the rest.
    pub(super) fn shown(mut self) -> Conditions {
        let all: BTreeSet<String> = self.asked.iter().map(|asked| asked.text.clone()).collect();
        for asked in &mut self.asked {
            // Not negative and not 0 is positive.
            let both = |inner: &str| {
                let zero = format!("{inner} is not 0");
                let entry = format!("no entry of {inner} is 0");
                all.contains(&format!("{inner} >= 0"))
                    && (all.contains(&zero) || all.contains(&entry))
            };
            if let Some(inner) = about_zero(&asked.text).filter(|inner| both(inner)) {
                asked.text = format!("{inner} > 0");
            }
        }
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

/// The expression with sums and products that commute in an order of their own.
fn ordered(graph: &mut Graph, root: ExprId) -> ExprId {
    let mut copies: BTreeMap<ExprId, ExprId> = BTreeMap::new();
    for id in graph.reachable(root) {
        let copy = match graph.node(id).clone() {
            Node::Apply(op, args) => {
                let args: Vec<ExprId> = args.iter().map(|arg| copies[arg]).collect();
                let built = graph.build_op(op, &args).unwrap_or(id);
                sorted(graph, built).unwrap_or(built)
            }
            _ => id,
        };
        copies.insert(id, copy);
    }
    copies[&root]
}

fn sorted(graph: &mut Graph, id: ExprId) -> Option<ExprId> {
    match graph.application(id)? {
        (Kernel::Add | Kernel::Sub | Kernel::Neg, _) => {
            let mut terms = Vec::new();
            flatten_sum(graph, id, false, &mut terms);
            // What is subtracted comes last, and numbers after the rest.
            terms.sort_by_key(|(negative, term)| {
                (*negative, graph.number_of(*term).is_some(), text(graph, *term))
            });
            let mut sum = None;
            for (negative, term) in terms {
                sum = Some(match (sum, negative) {
                    (None, false) => term,
                    (None, true) => graph.neg(term).ok()?,
                    (Some(sum), false) => graph.add(sum, term).ok()?,
                    (Some(sum), true) => graph.sub(sum, term).ok()?,
                });
            }
            sum
        }
        (kernel @ (Kernel::Scale | Kernel::Hadamard), _) => {
            let mut factors = Vec::new();
            flatten_product(graph, kernel, id, &mut factors);
            factors.sort_by_key(|factor| {
                let scalar = graph.shape(*factor).is_scalar();
                (!scalar, graph.number_of(*factor).is_none(), text(graph, *factor))
            });
            let mut product = factors.pop()?;
            while let Some(factor) = factors.pop() {
                product = match kernel {
                    Kernel::Scale => graph.scale(factor, product).ok()?,
                    _ => graph.hadamard(factor, product).ok()?,
                };
            }
            Some(product)
        }
        // A scalar is its own transpose.
        (Kernel::MatMul, _) if graph.shape(id).is_scalar() => {
            let mut turned = None;
            for factor in graph.chain(id) {
                let factor = graph.transpose(factor).ok()?;
                turned = Some(match turned {
                    None => factor,
                    Some(rest) => graph.mul(factor, rest).ok()?,
                });
            }
            let turned = turned?;
            let key = |id: ExprId| {
                let text = text(graph, id);
                (text.chars().count(), text)
            };
            Some(if key(turned) < key(id) { turned } else { id })
        }
        _ => None,
    }
}

fn flatten_sum(graph: &Graph, id: ExprId, negative: bool, terms: &mut Vec<(bool, ExprId)>) {
    match graph.application(id) {
        Some((Kernel::Add, [a, b])) => {
            flatten_sum(graph, *a, negative, terms);
            flatten_sum(graph, *b, negative, terms);
        }
        Some((Kernel::Sub, [a, b])) => {
            flatten_sum(graph, *a, negative, terms);
            flatten_sum(graph, *b, !negative, terms);
        }
        Some((Kernel::Neg, [inner])) => flatten_sum(graph, *inner, !negative, terms),
        _ => terms.push((negative, id)),
    }
}

fn flatten_product(graph: &Graph, kernel: Kernel, id: ExprId, factors: &mut Vec<ExprId>) {
    match graph.application(id) {
        Some((own, [a, b])) if own == kernel => {
            flatten_product(graph, kernel, *a, factors);
            flatten_product(graph, kernel, *b, factors);
        }
        _ => factors.push(id),
    }
}
