//! Where a value and its derivative exist, in words, from the records of the operations that occur.

use beltrami_core::{ExprId, Facts, Graph, Node};
use beltrami_print::text;

/// Conditions in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// Where the value exists.
    pub domain: Vec<String>,
    /// Where, in addition, the derivative exists.
    pub smooth: Vec<String>,
    /// Places without a derivative, for piecewise functions.
    pub not_smooth: Vec<String>,
    /// Branches of piecewise derivatives.
    pub branches: Vec<String>,
}

impl Conditions {
    /// All conditions, domain first.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.domain.iter().chain(&self.smooth)
    }
}

/// The conditions of an expression and its derivative by these variables.
pub fn conditions(graph: &Graph, root: ExprId, by: &[ExprId]) -> Conditions {
    let mut found = Conditions::default();
    for id in graph.reachable(root) {
        let Node::Apply(op, args) = graph.node(id) else { continue };
        let record = graph.op(*op);
        if args.iter().all(|arg| graph.facts(*arg).has(Facts::CONSTANT)) {
            continue;
        }
        let varies = by.iter().any(|x| graph.depends_on(id, *x));
        let fill = |template: &str| -> Option<String> {
            let mut filled = template.to_string();
            for (name, arg) in record.parameters().iter().zip(args) {
                let hole = format!("{{{name}}}");
                if !filled.contains(&hole) {
                    continue;
                }
                if implied(graph, *arg, &template.replace(&hole, "_")) {
                    return None;
                }
                filled = filled.replace(&hole, &text(graph, *arg));
            }
            Some(filled)
        };
        let add = |list: &mut Vec<String>, entry: String| {
            if !list.contains(&entry) {
                list.push(entry);
            }
        };
        for template in record.domain {
            if let Some(entry) = fill(template) {
                add(&mut found.domain, entry);
            }
        }
        if !varies {
            continue;
        }
        for template in record.smooth {
            let Some(entry) = fill(template) else { continue };
            if !record.branches.is_empty() {
                add(&mut found.not_smooth, negated(&entry, &text(graph, id)));
            }
            add(&mut found.smooth, entry);
        }
        if !record.branches.is_empty()
            && let Some(entry) = fill(record.branches)
        {
            add(&mut found.branches, format!("the derivative of `{}` is {entry}", text(graph, id)));
        }
    }
    found
}

/// Whether a condition on an expression follows from what is known about it, `_` standing for the expression.
fn implied(graph: &Graph, arg: ExprId, condition: &str) -> bool {
    let facts = graph.facts(arg);
    match condition {
        "_ > 0" => facts.has(Facts::POSITIVE),
        "_ >= 0" => facts.has(Facts::NONNEGATIVE),
        "_ is not 0" | "no entry of _ is 0" => {
            facts.has(Facts::POSITIVE)
                || facts.has(Facts::SIGNS)
                || graph.number_of(arg).is_some_and(|x| !x.is_zero())
        }
        "_ is invertible" | "_ has full rank" => {
            facts.has(Facts::SPD) || facts.has(Facts::ORTHOGONAL)
        }
        _ => false,
    }
}

/// The warning for a piecewise function: where its derivative does not exist.
fn negated(condition: &str, whole: &str) -> String {
    let entry = |inner: &str| {
        let simple = inner.chars().all(|c| c.is_alphanumeric() || c == '_');
        if simple { format!("{inner}_i") } else { format!("({inner})_i") }
    };
    match condition.strip_prefix("no entry of ").and_then(|rest| rest.strip_suffix(" is 0")) {
        Some(inner) => format!("`{whole}` is not differentiable where {} = 0", entry(inner)),
        None => format!("`{whole}` is differentiable only where {condition}"),
    }
}
