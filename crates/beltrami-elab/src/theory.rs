//! The texts of operation records: differentials, derivatives of matrix functions, and rewrite rules.

use std::sync::Arc;

use beltrami_core::op::Rule;
use beltrami_core::{
    Differential, Entry, Facts, Graph, Kernel, Lazy, LazyRule, OpId, OpSet, Registry, RuleTemplate,
    Sizes, Template, Theory,
};
use beltrami_diag::SourceId;
use beltrami_syntax::{Expr, parse_expression};

use crate::build::{build, closed, finished, messages, settle};
use crate::infer::Infer;
use crate::scope::Scope;
use crate::term::{Operand, TermId};

pub use crate::build::template;

/// The texts of a registry, each read when it is first looked at.
///
/// # Panics
/// Later, when a text is looked at that does not read: a defect of its record that the tests catch.
pub fn read(registry: &'static Registry) -> Theory {
    let mut theory = Theory::default();
    for id in registry.ids() {
        let entry = registry.entry(id);
        let differential = match entry.op.differential {
            Differential::Text(text) => Some(text),
            _ => None,
        };
        let lazy = |text: Option<&'static str>| -> Lazy<Option<Template>> {
            Lazy::new(Box::new(move || {
                text.map(|text| sound(entry, text, template(registry, entry.op, text)))
            }))
        };
        theory.differentials.push(lazy(differential));
        theory.scalar_derivatives.push(lazy(entry.op.scalar_derivative));
        let lazy_rule = |line: Result<Rule, &'static str>| {
            let line = sound(entry, "no rule", line.map_err(|line| vec![line.to_string()]));
            let read = move || sound(entry, line.name, rule(registry, id, line));
            Arc::new(LazyRule::new(needs(registry, &line), read))
        };
        theory.rules.extend(entry.op.rules().map(lazy_rule));
        theory.stable.extend(entry.op.stable_rules().map(lazy_rule));
    }
    theory
}

fn sound<T>(entry: &Entry, what: &str, read: Result<T, Vec<String>>) -> T {
    match read {
        Ok(read) => read,
        Err(errors) => panic!("{}: {what}: {}", entry.file, errors.join("\n")),
    }
}

/// The functions without which the left side of a rule matches nothing; all ones are recognised without their function.
fn needs(registry: &Registry, rule: &Rule) -> OpSet {
    let mut needs = OpSet::default();
    for op in rule.functions().filter_map(|name| registry.named(name).first()) {
        if registry.op(*op).kernel != Kernel::Ones {
            needs.insert(*op);
        }
    }
    needs
}

/// Reads a rewrite rule; names have their default types, sizes are inferred for both sides together.
pub fn rule(
    registry: &'static Registry,
    owner: OpId,
    rule: Rule,
) -> Result<RuleTemplate, Vec<String>> {
    let (lhs, rhs) =
        (parse_expression(rule.lhs, SourceId(0)), parse_expression(rule.rhs, SourceId(0)));
    let errors = [lhs.errors, rhs.errors].concat();
    if !errors.is_empty() {
        return Err(messages(&errors));
    }
    let conditions = conditions(rule.conditions)?;
    let mut infer = Infer::new(registry, SourceId(0));
    let mut scope = Scope::default();
    scope.open_sizes = true;
    scope.add_size_names(&mut infer, &lhs.tree);
    scope.add_size_names(&mut infer, &rhs.tree);
    infer.enter(scope);
    let left = closed(&mut infer, &lhs.tree);
    let right = match left {
        Some(id) => closed_like(&mut infer, &rhs.tree, Operand { id, expr: &lhs.tree }),
        None => closed(&mut infer, &rhs.tree),
    };
    let mut wrong = agree(&mut infer, left, right);
    for (name, params) in &conditions {
        for param in params {
            wrong.extend(assume(&mut infer, name, param).err());
        }
    }
    let settled = settle(&mut infer);
    wrong.extend(messages(&finished(std::mem::take(&mut infer.errors), &settled)));
    let (Some(left), Some(right), true) = (left, right, wrong.is_empty()) else {
        return Err(wrong.into_iter().map(|error| settled.text(&error)).collect());
    };
    let mut variables: Vec<_> = infer.scope.variables.iter().collect();
    variables.sort_by(|a, b| a.name.cmp(&b.name));
    let params: Vec<Arc<str>> =
        variables.iter().map(|variable| Arc::from(variable.name.as_str())).collect();
    let side = |root: TermId| {
        let mut graph = Graph::new(registry);
        for variable in &variables {
            graph.symbol(&variable.name, settled.shape(&variable.shape), variable.facts);
        }
        let built =
            build(&infer, &settled, &mut graph, &[root]).map_err(|errors| messages(&errors))?;
        match built.ids.get(&root) {
            Some(root) => Ok(Template { graph, root: *root, params: params.clone() }),
            None => Err(vec!["a side has no value".to_string()]),
        }
    };
    Ok(RuleTemplate { rule, owner, lhs: side(left)?, rhs: side(right)?, conditions })
}

/// As [`closed`]; a constant of open shape takes that of the other side.
fn closed_like<'a>(infer: &mut Infer<'a>, expr: &'a Expr, other: Operand<'a>) -> Option<TermId> {
    let id = infer.expression(expr)?;
    match infer.constant(id) {
        Some(constant) => infer.value_like(expr, Operand { id, expr }, constant, other),
        None => Some(id),
    }
}

/// Makes the shapes of both sides equal.
fn agree(infer: &mut Infer<'_>, left: Option<TermId>, right: Option<TermId>) -> Vec<String> {
    let (Some(left), Some(right)) = (left, right) else { return Vec::new() };
    let (left, right) = (infer.shape(left), infer.shape(right));
    let (a, b) = (left.axes(), right.axes());
    let same = a.len() == b.len() && a.iter().zip(&b).all(|(x, y)| infer.sizes.same(x, y));
    if same {
        Vec::new()
    } else {
        vec![format!("the sides have different shapes, {left} and {right}")]
    }
}

/// Takes in a condition on a parameter.
fn assume(infer: &mut Infer<'_>, condition: &str, param: &str) -> Result<(), String> {
    let Some(place) = infer.scope.variable(param) else {
        return Err(format!("the condition names `{param}`, which does not occur"));
    };
    let Some(facts) = facts(condition) else { return Ok(()) };
    let shape = infer.scope.variables[place].shape.clone();
    let elementwise = Facts::POSITIVE | Facts::NONNEGATIVE | Facts::SIGNS;
    if facts.without(elementwise) != Facts::NONE || facts == Facts::NONE {
        let square =
            !shape.is_vector() && !shape.is_row() && infer.sizes.same(&shape.rows, &shape.cols);
        if !square {
            return Err(format!("`{param}` cannot be {condition}: it is {shape}"));
        }
    }
    let variable = &mut infer.scope.variables[place];
    variable.facts = variable.facts | facts;
    Ok(())
}

/// The facts that a condition stands for; none for those that are asked of expressions elsewhere.
fn facts(condition: &str) -> Option<Facts> {
    if condition == "square" { Some(Facts::NONE) } else { Facts::named(condition) }
}

/// Names of facts and the parameters they are asked of.
type Conditions = Vec<(String, Vec<Arc<str>>)>;

/// `symmetric(A), commute(A, B)` in parts.
fn conditions(text: &str) -> Result<Conditions, Vec<String>> {
    let mut conditions = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let part = rest.split_once('(').and_then(|(name, after)| {
            let (params, after) = after.split_once(')')?;
            Some((name.trim(), params, after))
        });
        let Some((name, params, after)) = part else {
            return Err(vec![format!("no condition: `{rest}`")]);
        };
        conditions.push((
            name.to_string(),
            params.split(',').map(|param| Arc::from(param.trim())).collect(),
        ));
        rest = after.trim_start().trim_start_matches(',').trim_start();
    }
    Ok(conditions)
}
