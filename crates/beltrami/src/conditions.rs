//! Where a value and its derivative exist, in words, from the records of the operations that occur.
//!
//! A condition is the text of a record and the expressions it is about: from these it is printed, and tested at data.

mod canonical;
mod factor;
mod failing;
mod formula;
mod kink;
mod link;
mod ordered;
mod reduction;
mod said;

use beltrami_core::map::Domain;
use beltrami_core::{ExprId, Facts, Graph, Kernel, Map, Node, Number};
use beltrami_exec::Tensor;

pub(crate) use kink::Kink;
use reduction::{Wanted, implied};
use said::said;
pub(crate) use said::{brief, is_long};

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
    /// What domain and smoothness ask of which expressions, those that follow from others too.
    asked: Vec<Asked>,
}

/// A condition as it is printed, and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    /// The condition with `_` for the last expression that it is about.
    condition: String,
    of: ExprId,
    /// The text of the record.
    template: &'static str,
    /// The application, and its arguments in their order, each the expression that the condition is really about.
    at: ExprId,
    args: Vec<ExprId>,
    text: String,
    /// Whether the derivative depends on it, and not the value.
    smooth: bool,
    /// Whether the formula has a value of its own where it fails, as the page of the operation says.
    chosen: bool,
}

impl Conditions {
    /// All conditions, domain first.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.domain.iter().chain(&self.smooth)
    }

    /// Whether one of the conditions is about a matrix as a whole, such as its rank.
    pub(crate) fn ask_of_matrices(&self) -> bool {
        self.asked.iter().any(|asked| of_entries(&asked.condition).is_none())
    }

    /// Whether one of the conditions on entries does not hold where expressions have these values.
    pub(crate) fn exclude(&self, value: &dyn Fn(ExprId) -> Option<Tensor<f64>>) -> bool {
        self.asked.iter().any(|Asked { condition, of, .. }| {
            let Some(holds) = of_entries(condition) else { return false };
            value(*of).is_some_and(|value| !holds(value.data()))
        })
    }

    fn ask(&mut self, graph: &Graph, at: ExprId, wanted: Vec<Wanted>, smooth: bool) {
        let asked = wanted.into_iter().map(|(of, template)| Asked::new(graph, at, of, template));
        self.asked.extend(asked.map(|asked| Asked { smooth, ..asked }));
    }
}

impl Asked {
    /// A condition on the value of one expression.
    fn new(graph: &Graph, at: ExprId, of: ExprId, template: &'static str) -> Asked {
        let told = match graph.shape(of).is_scalar() {
            true => of_scalar(template),
            false => template.into(),
        };
        Asked {
            condition: template.replace("{A}", "_"),
            of,
            template,
            at,
            args: vec![of],
            text: told.replace("{A}", &said(graph, of)),
            smooth: false,
            chosen: false,
        }
    }
}

/// The conditions of an expression and of this derivative of it by these variables.
pub fn conditions(graph: &Graph, root: ExprId, derivative: ExprId, by: &[ExprId]) -> Conditions {
    let mut found = Conditions::default();
    let parts = graph.reachable(root);
    let continuous = by.len() == 1 && formula::is_continuous(graph, derivative);
    for id in &parts {
        let Node::Apply(op, args) = graph.node(*id) else { continue };
        let record = graph.op(*op);
        if args.iter().all(|arg| graph.facts(*arg).has(Facts::CONSTANT)) {
            continue;
        }
        found.ask(graph, *id, of_exponent(graph, *id), false);
        for template in record.domain {
            if let Some(wanted) = of_record(graph, template, *id) {
                found.ask(graph, *id, wanted, false);
            } else {
                found.asked.extend(filled(graph, template, *id));
            }
        }
        let varies = by.iter().any(|x| graph.depends_on(*id, *x));
        let smoothed = continuous && has_kinks_alone(graph, *id);
        if !varies || smoothed || is_smooth_in_use(graph, &parts, *id, root, by.len()) {
            continue;
        }
        found.ask(graph, *id, of_root(graph, *id, by.len()), true);
        let chosen = !record.branches.is_empty();
        for template in record.smooth {
            // Functions that are smooth at singular matrices have formulas that are not; these ask for themselves.
            if *template == "{A} is invertible" {
                continue;
            }
            let template = match is_summed_spectrum(graph, &parts, *id, root) {
                // The sum of the singular values is smooth where some are equal.
                true => &"{A} has full rank",
                false => template,
            };
            if !chosen && let Some(wanted) = of_record(graph, template, *id) {
                found.ask(graph, *id, wanted, true);
                continue;
            }
            let asked = match reduction::compared_with_zero(graph, *id) {
                // What is compared with 0 is compared with no expression.
                Some(of) if implied(graph, of, "no entry of _ is 0") => None,
                Some(of) => Some(Asked::new(graph, *id, of, "no entry of {A} is 0")),
                None => filled(graph, template, *id),
            };
            let Some(asked) = asked else { continue };
            if chosen {
                let warning = negated(&asked.text, &said(graph, *id), of_scalars(graph, *id));
                if !found.not_smooth.contains(&warning) {
                    found.not_smooth.push(warning);
                }
            }
            found.asked.push(Asked { smooth: true, chosen, ..asked });
        }
        if let Some(Asked { text: entry, .. }) =
            chosen.then(|| filled(graph, record.branches, *id)).flatten()
        {
            let entry = format!("the derivative of `{}` is {entry}", said(graph, *id));
            if !found.branches.contains(&entry) {
                found.branches.push(entry);
            }
        }
    }
    found.with_formula(graph, root, derivative);
    found.shown()
}

/// Whether all that an operation asks of a derivative is to be away from kinks, or from where its formula has no value: it is
/// continuous. Where a slope has poles at the ends of an interval, the record names the interval, and no formula does.
fn has_kinks_alone(graph: &Graph, id: ExprId) -> bool {
    let Node::Apply(op, _) = graph.node(id) else { return false };
    let record = graph.op(*op);
    let interval = match record.kernel {
        Kernel::Map(map) => matches!(map.record().domain, Domain::Between(..)),
        _ => false,
    };
    !record.jumps && !interval
}

/// What a derivative of a power that is no whole one asks: of order `k`, the square root has none at 0 and `a^(k + 1/2)` has.
fn of_root(graph: &Graph, id: ExprId, order: usize) -> Vec<Wanted> {
    match graph.application(id) {
        Some((Kernel::Power, [base, exponent])) => match graph.number_of(*exponent) {
            Some(k) if k.as_int().is_none() && k < Number::int(order as i64) => {
                reduction::positive(graph, *base)
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// What a condition of a record on the signs of one argument comes to.
fn of_record(graph: &Graph, template: &str, id: ExprId) -> Option<Vec<Wanted>> {
    let Node::Apply(op, args) = graph.node(id) else { return None };
    let mut named = graph.op(*op).parameters().into_iter().zip(args);
    let (name, arg) = named.find(|(name, _)| template.contains(&format!("{{{name}}}")))?;
    reduction::reduced(graph, &template.replace(&format!("{{{name}}}"), "_"), *arg)
}

/// What a power asks of its base, which its exponent decides.
fn of_exponent(graph: &Graph, id: ExprId) -> Vec<Wanted> {
    match graph.application(id) {
        Some((Kernel::Power, [base, exponent])) => reduction::of_power(graph, *base, *exponent),
        Some((Kernel::MatPower, [base, exponent]))
            if graph.number_of(*exponent).is_some_and(|k| k.is_negative()) =>
        {
            reduction::invertible(graph, *base)
        }
        _ => Vec::new(),
    }
}

/// A template with the arguments of an application in place of its parameters, and what it asks of the last of them;
/// `None` when it holds anyway.
fn filled(graph: &Graph, template: &'static str, id: ExprId) -> Option<Asked> {
    let Node::Apply(op, args) = graph.node(id) else { return None };
    let mut about = args.to_vec();
    let mut filled = match of_scalars(graph, id) {
        true => of_scalar(template),
        false => template.to_string(),
    };
    let mut asked = None;
    for (place, (name, arg)) in graph.op(*op).parameters().iter().zip(args).enumerate() {
        let hole = format!("{{{name}}}");
        if !filled.contains(&hole) {
            continue;
        }
        let condition = template.replace(&hole, "_");
        // A comparison is about both arguments as they are.
        let alone = !condition.contains('{');
        let arg = if alone { essential(graph, *arg, &condition) } else { *arg };
        if implied(graph, arg, &condition) {
            return None;
        }
        filled = filled.replace(&hole, &said(graph, arg));
        about[place] = arg;
        asked = Some((condition, arg));
    }
    let (shown, exception) = match filled.split_once(" unless ") {
        Some((condition, exception)) => (condition, compared(exception)),
        None => (filled.as_str(), compared(&filled)),
    };
    let text = match exception {
        Some(true) => return None,
        Some(false) => shown.to_owned(),
        None => filled,
    };
    let (condition, of) = asked?;
    Some(Asked { condition, of, template, at: id, args: about, text, smooth: false, chosen: false })
}

/// How a condition is tested on the entries of what it is asked of; `None` for one on a matrix as a whole.
fn of_entries(condition: &str) -> Option<fn(&[f64]) -> bool> {
    Some(match condition {
        "_ > 0" => |entries| entries.iter().all(|x| *x > 0.0),
        "_ >= 0" => |entries| entries.iter().all(|x| *x >= 0.0),
        "no entry of _ is 0" => |entries| entries.iter().all(|x| *x != 0.0),
        "_ is not 0" => |entries| entries.iter().any(|x| *x != 0.0),
        "_ > -1" => |entries| entries.iter().all(|x| *x > -1.0),
        "abs(_) <= 1" => |entries| entries.iter().all(|x| x.abs() <= 1.0),
        "abs(_) < 1" => |entries| entries.iter().all(|x| x.abs() < 1.0),
        "no entry of cos(_) is 0" => |entries| entries.iter().all(|x| x.cos() != 0.0),
        // Entries of two expressions are compared; no formula for such a function fails where they are equal.
        _ if condition.starts_with("no entry of ") || condition == "{a} <= _" => |_| true,
        _ => return None,
    })
}

/// Whether `x <= y` holds, when both are numbers.
fn compared(entry: &str) -> Option<bool> {
    let (low, high) = entry.split_once(" <= ")?;
    Some(low.parse::<f64>().ok()? <= high.parse::<f64>().ok()?)
}

fn of_scalars(graph: &Graph, id: ExprId) -> bool {
    graph.args(id).iter().all(|arg| graph.shape(*arg).is_scalar())
}

/// A condition on entries, said of a scalar.
fn of_scalar(template: &str) -> String {
    let Some(entries) = template.strip_prefix("no entry of ") else { return template.into() };
    match (entries.strip_suffix(" is 0"), entries.split_once(" equals that of ")) {
        (Some(entry), _) => format!("{entry} is not 0"),
        (_, Some((entry, other))) => format!("{entry} is not {other}"),
        _ => template.into(),
    }
}

/// The expression that a condition on another one is really about: a transpose or a negative has full rank where its argument
/// has.
fn essential(graph: &Graph, arg: ExprId, condition: &str) -> ExprId {
    match graph.application(arg) {
        Some((Kernel::Transpose | Kernel::Neg, [inner])) if !condition.contains(['<', '>']) => {
            essential(graph, *inner, condition)
        }
        _ => arg,
    }
}

/// Whether `norm2(A)`, `abs(A)` or `relu(A)` occurs in powers alone that have derivatives of an order where it has none: a
/// power `k` has them up to order `k - 1`, and even powers of the first two have all of them.
fn is_smooth_in_use(
    graph: &Graph,
    parts: &[ExprId],
    id: ExprId,
    root: ExprId,
    order: usize,
) -> bool {
    let even = match graph.application(id) {
        Some((Kernel::Norm2 | Kernel::Map(Map::Abs), _)) => true,
        Some((Kernel::Map(Map::Relu | Map::LeakyRelu), _)) => false,
        _ if reduction::compared_with_zero(graph, id).is_some() => false,
        _ => return false,
    };
    let smooth = |k: i64| k > order as i64 || even && k > 0 && k % 2 == 0;
    let users = |of: ExprId| parts.iter().filter(move |part| graph.args(**part).contains(&of));
    let is_transpose = |user: ExprId| matches!(graph.application(user), Some((Kernel::Transpose, [inner])) if *inner == id);
    let fine = |user: &ExprId| match graph.application(*user) {
        Some((Kernel::Power, [base, exponent])) if *base == id => {
            graph.number_of(*exponent).and_then(|k| k.as_int()).is_some_and(smooth)
        }
        Some((Kernel::Hadamard | Kernel::Scale, [a, b])) => a == b && smooth(2),
        // The inner product with itself; of a matrix, products of different entries have kinks.
        Some((Kernel::MatMul, [a, b])) => {
            (is_transpose(*a) && *b == id || *a == id && is_transpose(*b))
                && graph.shape(*user).is_scalar()
                && smooth(2)
        }
        Some((Kernel::Norm2, _)) => {
            users(*user).all(|outer| {
                matches!(graph.application(*outer), Some((Kernel::Power, [_, exponent]))
                if graph.number_of(*exponent).and_then(|k| k.as_int()) == Some(2))
            }) && *user != root
                && smooth(2)
        }
        _ => false,
    };
    let uses = |of: ExprId| users(of).filter(|user| !is_transpose(**user)).all(fine);
    let turned = users(id).filter(|user| is_transpose(**user));
    id != root && uses(id) && turned.copied().all(|turned| turned != root && uses(turned))
}

/// Whether singular values occur in their sum alone.
fn is_summed_spectrum(graph: &Graph, parts: &[ExprId], id: ExprId, root: ExprId) -> bool {
    let spectrum = matches!(graph.application(id), Some((Kernel::SingularValues, _)));
    let summed = |user: &ExprId| matches!(graph.application(*user), Some((Kernel::Sum, _)));
    spectrum
        && id != root
        && parts.iter().filter(|part| graph.args(**part).contains(&id)).all(summed)
}

/// The warning for a piecewise function: where its derivative does not exist.
fn negated(condition: &str, whole: &str, scalar: bool) -> String {
    let entry = |inner: &str| {
        let simple = inner.chars().all(|c| c.is_alphanumeric() || c == '_');
        if simple { format!("{inner}_i") } else { format!("({inner})_i") }
    };
    let zero = match scalar {
        true => condition.strip_suffix(" is not 0").map(str::to_string),
        false => condition
            .strip_prefix("no entry of ")
            .and_then(|rest| rest.strip_suffix(" is 0"))
            .map(entry),
    };
    match zero {
        Some(inner) => format!("`{whole}` is not differentiable where {inner} = 0"),
        None => format!("`{whole}` is differentiable only where {condition}"),
    }
}
