//! What is known of values: facts from facts, and symmetry from fingerprints.

use beltrami_core::{ExprId, Facts, Graph, Kernel, Map, Shape};

use crate::support::{graph, matrix, size};

fn with(graph: &mut Graph, name: &str, facts: Facts) -> ExprId {
    graph.symbol(name, Shape::matrix(size("n"), size("n")), facts)
}

#[test]
fn products_stay_in_the_types_that_they_do_not_lead_out_of() {
    let mut graph = graph();
    let (l, k) = (with(&mut graph, "L", Facts::LOWER), with(&mut graph, "K", Facts::LOWER));
    let u = with(&mut graph, "U", Facts::UPPER);
    let both = graph.mul(l, k).expect("a product");
    assert!(graph.facts(both).has(Facts::LOWER));
    let mixed = graph.mul(l, u).expect("a product");
    assert!(!graph.facts(mixed).has(Facts::LOWER) && !graph.facts(mixed).has(Facts::UPPER));
    let turned = graph.transpose(l).expect("a transpose");
    assert!(graph.facts(turned).has(Facts::UPPER));
}

#[test]
fn symmetry_is_seen_however_it_is_written() {
    let mut graph = graph();
    let (a, b) = (matrix(&mut graph, "A", "n", "n"), matrix(&mut graph, "B", "n", "n"));
    let (at, bt) = (graph.transpose(a).expect("one"), graph.transpose(b).expect("one"));
    let (left, right) = (graph.mul(at, b).expect("one"), graph.mul(bt, a).expect("one"));
    let sum = graph.add(left, right).expect("a sum");
    assert!(graph.facts(sum).has(Facts::SYMMETRIC));
    let other = graph.add(left, left).expect("a sum");
    assert!(!graph.facts(other).has(Facts::SYMMETRIC));
    assert!(graph.is_transpose_of(left, right));
}

#[test]
fn functions_keep_symmetry_and_odd_ones_keep_skewness() {
    let mut graph = graph();
    let a = matrix(&mut graph, "A", "n", "n");
    let turned = graph.transpose(a).expect("a transpose");
    let skew = graph.sub(a, turned).expect("a difference");
    let back = graph.sub(turned, a).expect("a difference");
    let mut map = |map, of| graph.build(Kernel::Map(map), &[of]).expect("a function");
    let (sine, cosine) = (map(Map::Sin, skew), map(Map::Cos, skew));
    let other = map(Map::Exp, skew);
    let minus = map(Map::Sin, back);
    assert!(graph.is_transpose_of(sine, minus));
    // cos(A - A') is symmetric, exp(A - A') is not.
    assert!(graph.facts(cosine).has(Facts::SYMMETRIC));
    assert!(!graph.facts(other).has(Facts::SYMMETRIC));
}
