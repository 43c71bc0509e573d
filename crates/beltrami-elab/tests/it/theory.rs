//! The texts of all operation records can be read.

use std::sync::LazyLock;

use beltrami_core::{Node, OpSet, Template};
use beltrami_elab::theory;

#[test]
fn every_text_of_every_record_is_read() {
    let registry = beltrami_ops::registry();
    let theory = theory::read(registry);
    for place in registry.ids().map(|id| usize::from(id.0)) {
        LazyLock::force(&theory.differentials[place]);
        LazyLock::force(&theory.scalar_derivatives[place]);
    }
    for rule in &theory.rules {
        assert_eq!(rule.lhs.params, rule.rhs.params);
        let shape = |side: &Template| side.graph.shape(side.root).clone();
        assert_eq!(shape(&rule.lhs), shape(&rule.rhs), "{}", rule.rule.name);
        for param in &rule.lhs.params {
            let shape = |side: &Template| {
                side.graph.find_symbol(param).map(|id| side.graph.shape(id).clone())
            };
            assert_eq!(shape(&rule.lhs), shape(&rule.rhs), "{}", rule.rule.name);
        }
    }
}

#[test]
fn every_rule_has_on_its_left_side_what_it_needs() {
    let registry = beltrami_ops::registry();
    for rule in &theory::read(registry).rules {
        let graph = &rule.lhs.graph;
        let mut found = OpSet::default();
        for id in graph.reachable(rule.lhs.root) {
            if let Node::Apply(op, _) = graph.node(id) {
                found.insert(registry.first_of_name(*op));
            }
        }
        assert!(rule.needs.within(&found), "{}: {}", rule.rule.name, rule.rule.lhs);
    }
}

#[test]
fn wrong_texts_are_refused_with_a_reason() {
    let registry = beltrami_ops::registry();
    let op = registry.op(registry.named("tr")[0]);
    let wrong = theory::template(registry, op, "tr(dB)").unwrap_err();
    assert_eq!(wrong, ["`dB` is neither a parameter nor the differential of one"]);
    assert!(theory::template(registry, op, "tr(dA").is_err());
    let good = theory::template(registry, op, "tr(dA)*n").unwrap();
    assert!(good.graph.shape(good.root).is_scalar());
    let rule = |lhs, rhs, conditions| {
        let rule = beltrami_core::op::Rule { name: "test", lhs, rhs, conditions };
        theory::rule(registry, registry.named("tr")[0], rule).map(|rule| rule.conditions.len())
    };
    assert_eq!(rule("tr(A*B)", "tr(B*A)", "square(A), positive(B)"), Ok(2));
    assert_eq!(rule("A'", "A*A", ""), rule("A'", "A*A", ""));
    assert!(rule("tr(A)", "A + eye", "").is_err());
    assert!(rule("tr(A)", "sum(A)", "square(x)").is_err());
    assert!(rule("tr(A)", "sum(A)", "square A").is_err());
    assert_eq!(rule("A*inv(A)", "eye", ""), Ok(0));
}
