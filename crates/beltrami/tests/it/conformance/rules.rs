//! Every rewrite rule holds on random arguments that satisfy its conditions.

use std::collections::BTreeMap;

use beltrami::engine::core::{Facts, RuleTemplate, Template};
use beltrami::engine::exec::{Tensor, evaluate};
use beltrami::{Drawn, Sampler, Session, Style, size_names};

use super::points::{POINTS, Values, difference, none_wrong};

/// Both sides are evaluated directly; inverses and matrix functions of random matrices lose a few digits.
const TOLERANCE: f64 = 1e-8;
/// Values beyond this lose digits to conditioning alone.
const LARGEST: f64 = 1e8;
/// A change of the inputs by `NEARBY` changes the left side by less than this at a point of the domain.
const BORDER: f64 = 1e-9;
/// The change, relative.
const NEARBY: f64 = 1e-12;
/// Assignments of sizes tried; 1 is among the sizes, as letters for matrices stand for vectors too.
const ASSIGNMENTS: [[i64; 6]; 9] = [
    [3, 2, 4, 2, 3, 2],
    [2, 3, 2, 4, 3, 3],
    [4, 4, 4, 4, 4, 4],
    [2, 4, 3, 3, 2, 1],
    [2, 2, 2, 2, 2, 2],
    [4, 3, 3, 2, 2, 1],
    [1, 3, 2, 1, 2, 1],
    [3, 1, 1, 2, 1, 2],
    [2, 2, 1, 3, 3, 3],
];
/// Points drawn for each of them.
const ATTEMPTS: usize = 12;

#[test]
fn every_rule_holds_on_random_arguments() {
    let theory = &Session::global().rules.theory;
    assert!(theory.rules.len() > 100 && theory.stable.len() > 20, "rules are missing");
    let rules = theory.rules.iter().chain(&theory.stable);
    let wrong: Vec<String> =
        rules.filter_map(|rule| check(rule).err().map(|why| describe(rule, &why))).collect();
    none_wrong(&wrong);
}

#[test]
fn every_condition_of_a_rule_is_a_fact() {
    let theory = &Session::global().rules.theory;
    for rule in theory.rules.iter().chain(&theory.stable) {
        for (condition, params) in &rule.conditions {
            let known = [
                "symmetric",
                "spd",
                "diagonal",
                "orthogonal",
                "skew",
                "lower",
                "upper",
                "positive",
                "nonnegative",
                "signs",
            ];
            assert!(known.contains(&condition.as_str()), "{}: {condition}", rule.rule.name);
            let facts =
                |name: &str| rule.lhs.graph.find_symbol(name).map(|id| rule.lhs.graph.facts(id));
            assert!(
                params.iter().all(|name| facts(name).is_some_and(|f| f != Facts::NONE)),
                "{}",
                rule.rule.name
            );
        }
    }
}

fn describe(rule: &RuleTemplate, why: &str) -> String {
    format!(
        "{}: {} => {} if {}: {why}",
        rule.rule.name, rule.rule.lhs, rule.rule.rhs, rule.rule.conditions
    )
}

fn check(rule: &RuleTemplate) -> Result<(), String> {
    let mut sampler = Sampler::new(3);
    let mut full = 0;
    let mut last = String::from("no assignment of sizes fits");
    let assignments = assignments(rule);
    for sizes in &assignments {
        let mut found = 0;
        for attempt in 0..ATTEMPTS {
            match at_random(rule, sizes, attempt, &mut sampler) {
                Ok(None) => found += 1,
                Ok(Some(why)) => last = why,
                Err(why) => return Err(why),
            }
            if found == POINTS {
                full += 1;
                break;
            }
        }
    }
    if full >= assignments.len().min(2) {
        Ok(())
    } else {
        Err(format!("too few points found: {last}"))
    }
}

/// Nothing where both sides agree, the reason where the left side does not exist.
fn at_random(
    rule: &RuleTemplate,
    sizes: &BTreeMap<String, i64>,
    attempt: usize,
    sampler: &mut Sampler,
) -> Result<Option<String>, String> {
    let Some(values) = draw(rule, sizes, attempt, sampler) else {
        return Ok(Some("no values of the types".into()));
    };
    let at = |template: &Template, values: &Values| -> Result<Tensor<f64>, String> {
        let symbol = |name: &str| values.get(name).cloned();
        let value = evaluate(&template.graph, template.root, &|n| sizes.get(n).copied(), &symbol);
        value.map_err(|error| error.to_string())
    };
    let side = |template: &Template| at(template, &values);
    let left = match side(&rule.lhs) {
        Ok(left) if left.data().iter().all(|x| x.is_finite() && x.abs() < LARGEST) => left,
        Ok(_) => return Ok(Some("the left side is not of moderate size".into())),
        Err(why) => return Ok(Some(why)),
    };
    let right = side(&rule.rhs)
        .map_err(|why| format!("the right side does not exist: {why}; sizes {sizes:?}"))?;
    let gap = difference(&left, &right);
    if gap <= TOLERANCE {
        return Ok(None);
    }
    // On the border of the domain, as at the inverse of a singular matrix, rounding decides what is found.
    let moved = at(&rule.lhs, &nearby(rule, &values, sampler));
    if moved.map_or(f64::INFINITY, |moved| difference(&left, &moved)) > BORDER {
        Ok(Some("the left side is on the border of its domain".into()))
    } else {
        Err(format!("differs by {gap:.1e} for sizes {sizes:?} at {values:?}"))
    }
}

/// The values of matrices without structure, changed a little.
fn nearby(rule: &RuleTemplate, values: &Values, sampler: &mut Sampler) -> Values {
    let mut values = values.clone();
    for (name, value) in &mut values {
        let graph = &rule.lhs.graph;
        let plain = graph.find_symbol(name).is_some_and(|id| graph.facts(id) == Facts::NONE);
        if plain && !value.is_scalar() {
            *value = value.map(|x| x * (1.0 + NEARBY * sampler.uniform(-1.0, 1.0)));
        }
    }
    values
}

fn draw(
    rule: &RuleTemplate,
    sizes: &BTreeMap<String, i64>,
    attempt: usize,
    sampler: &mut Sampler,
) -> Option<Values> {
    let graph = &rule.lhs.graph;
    let drawn: Vec<Drawn> = rule
        .lhs
        .params
        .iter()
        .filter_map(|name| {
            Some(Drawn { name: name.to_string(), id: graph.find_symbol(name)?, range: None })
        })
        .collect();
    let structured = |v: &Drawn| {
        graph.facts(v.id).has(Facts::SYMMETRIC) || graph.facts(v.id).has(Facts::ORTHOGONAL)
    };
    let one = |v: &Drawn| {
        graph.shape(v.id).axes().iter().all(|d| d.evaluate(&|n| sizes.get(n).copied()) == Some(1))
    };
    // The sampler draws structure for matrices proper.
    if drawn.iter().any(|v| structured(v) && one(v)) {
        return None;
    }
    let style = |_: &str| Style::ALL[attempt % 4];
    let mut values = sampler.values(graph, &drawn, sizes, &style)?;
    for variable in
        drawn.iter().filter(|v| attempt >= ATTEMPTS / 2 && graph.shape(v.id).is_scalar())
    {
        // Exponents of matrices are whole.
        let whole = [2.0, 3.0, 1.0, 4.0, 2.0, -1.0][(attempt + variable.name.len()) % 6];
        values.insert(variable.name.clone(), Tensor::scalar(whole));
    }
    Some(values)
}

fn assignments(rule: &RuleTemplate) -> Vec<BTreeMap<String, i64>> {
    let mut names = Vec::new();
    for template in [&rule.lhs, &rule.rhs] {
        let mut roots = vec![template.root];
        roots.extend(template.graph.symbols().map(|(_, id)| id));
        names.extend(size_names(&template.graph, &roots));
    }
    names.sort();
    names.dedup();
    let mut all: Vec<BTreeMap<String, i64>> = Vec::new();
    for pattern in ASSIGNMENTS {
        let sizes = names
            .iter()
            .enumerate()
            .map(|(place, name)| (name.clone(), pattern[place % 6]))
            .collect();
        if !all.contains(&sizes) {
            all.push(sizes);
        }
    }
    all
}
