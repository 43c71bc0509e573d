//! Rules whose left side is a product of entries find their factors in any order, among others, at one place.

use beltrami_calculus::Calculus;
use beltrami_core::{ExprId, Kernel, Map};

use crate::support::{Names, hyperbolic, names, rulebook};

/// The factors of the normal form of one term.
fn factors(of: &mut Names, root: ExprId) -> Vec<ExprId> {
    let rules = rulebook(vec![hyperbolic()]);
    let mut calculus = Calculus::new(&mut of.graph, &rules);
    let term = calculus.term_of(root);
    let terms = calculus.expand(term).and_then(|terms| calculus.normalise(terms)).expect("terms");
    let [term] = &terms[..] else { panic!("{terms:?}") };
    let mut atoms: Vec<ExprId> = term.factors.iter().map(|f| f.atom).collect();
    atoms.sort();
    atoms
}

#[test]
fn a_rule_applies_whatever_stands_between_its_factors() {
    let mut of = names();
    let (x, y) = (of.x, of.y);
    let (cosh, tanh, sinh) = (of.map(Map::Cosh, x), of.map(Map::Tanh, x), of.map(Map::Sinh, x));
    let inner = of.build(Kernel::Hadamard, &[tanh, y]);
    let whole = of.build(Kernel::Hadamard, &[inner, cosh]);
    assert_eq!(factors(&mut of, whole), [y, sinh]);
}

#[test]
fn a_rule_applies_to_one_argument_and_one_place_alone() {
    let mut of = names();
    let (x, y) = (of.x, of.y);
    let (cosh, tanh) = (of.map(Map::Cosh, x), of.map(Map::Tanh, y));
    let other = of.build(Kernel::Hadamard, &[cosh, tanh]);
    assert_eq!(factors(&mut of, other), [cosh, tanh]);
    let tanh = of.map(Map::Tanh, x);
    let row = of.graph.transpose(tanh).expect("a row");
    let outer = of.mul(cosh, row);
    assert_eq!(factors(&mut of, outer), [cosh, tanh]);
}
