//! Rules on expressions: the shortest expression found that is equal.

use beltrami_calculus::{Bounds, cost};
use beltrami_core::{Kernel, Map};

use crate::support::{hyperbolic, names, rule, rulebook};

#[test]
fn a_rule_is_applied_below_other_operations() {
    let mut of = names();
    let (a, x) = (of.a, of.x);
    let (cosh, tanh, sinh) = (of.map(Map::Cosh, x), of.map(Map::Tanh, x), of.map(Map::Sinh, x));
    let product = of.build(Kernel::Hadamard, &[cosh, tanh]);
    let (whole, expected) = (of.mul(a, product), of.mul(a, sinh));
    let rules = rulebook(vec![hyperbolic()]);
    let found = rules.simplifier.simplify(&mut of.graph, whole, Bounds::default());
    assert_eq!(found, expected);
    assert!(cost(&of.graph, found) < cost(&of.graph, whole));
}

#[test]
fn a_rule_that_makes_longer_changes_nothing() {
    let mut of = names();
    let x = of.x;
    let sinh = of.map(Map::Sinh, x);
    let longer = rule(
        "sinh-longer",
        &[Kernel::Map(Map::Sinh)],
        &["A"],
        |g, x, _| g.build(Kernel::Map(Map::Sinh), &[x[0]]),
        |g, x, _| {
            let cosh = g.build(Kernel::Map(Map::Cosh), &[x[0]])?;
            let tanh = g.build(Kernel::Map(Map::Tanh), &[x[0]])?;
            g.hadamard(cosh, tanh)
        },
    );
    let rules = rulebook(vec![longer]);
    assert_eq!(rules.simplifier.simplify(&mut of.graph, sinh, Bounds::default()), sinh);
}

#[test]
fn two_rules_meet_in_an_expression_that_neither_has() {
    let mut of = names();
    let (a, x) = (of.a, of.x);
    // cosh(a).*tanh(a) - sinh(a) is zero by the first rule and the subtraction of equals.
    let (cosh, tanh, sinh) = (of.map(Map::Cosh, x), of.map(Map::Tanh, x), of.map(Map::Sinh, x));
    let product = of.build(Kernel::Hadamard, &[cosh, tanh]);
    let difference = of.build(Kernel::Sub, &[product, sinh]);
    let whole = of.mul(a, difference);
    let rules = rulebook(vec![hyperbolic()]);
    let found = rules.simplifier.simplify(&mut of.graph, whole, Bounds::default());
    assert!(of.graph.is_zero(found), "{found:?}");
}
