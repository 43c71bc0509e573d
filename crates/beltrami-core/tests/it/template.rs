//! Texts of records with arguments in place of their parameters.

use std::sync::Arc;

use beltrami_core::{Facts, Graph, Shape, Template};

use crate::support::{graph, matrix, registry, size};

/// `dA*B + A*dB`.
fn product() -> Template {
    let mut graph = Graph::new(registry());
    let mut symbol = |name: &str, rows, cols| {
        graph.symbol(name, Shape::matrix(size(rows), size(cols)), Facts::NONE)
    };
    let (a, b) = (symbol("A", "m", "k"), symbol("B", "k", "n"));
    let (da, db) = (symbol("dA", "m", "k"), symbol("dB", "k", "n"));
    let (left, right) = (graph.mul(da, b).expect("one"), graph.mul(a, db).expect("one"));
    let root = graph.add(left, right).expect("a sum");
    Template { graph, root, params: vec![Arc::from("A"), Arc::from("B")] }
}

#[test]
fn sizes_come_from_the_arguments() {
    let mut graph = graph();
    let (x, y) = (matrix(&mut graph, "X", "p", "q"), matrix(&mut graph, "Y", "q", "r"));
    let dx = matrix(&mut graph, "dX", "p", "q");
    let dy = matrix(&mut graph, "dY", "q", "r");
    let found = product().instantiate(&mut graph, &[x, y], &[Some(dx), Some(dy)]).expect("a sum");
    assert_eq!(*graph.shape(found), Shape::matrix(size("p"), size("r")));
}

#[test]
fn what_does_not_vary_has_no_summand() {
    let mut graph = graph();
    let (x, y) = (matrix(&mut graph, "X", "p", "q"), matrix(&mut graph, "Y", "q", "r"));
    let dx = matrix(&mut graph, "dX", "p", "q");
    let expected = graph.mul(dx, y).expect("a product");
    let found = product().instantiate(&mut graph, &[x, y], &[Some(dx), None]);
    assert_eq!(found, Ok(expected));
}

#[test]
fn arguments_fit_where_their_sizes_agree() {
    let mut graph = graph();
    let (x, y) = (matrix(&mut graph, "X", "p", "q"), matrix(&mut graph, "Y", "q", "r"));
    assert!(product().fits(&graph, &[x, y]));
    assert!(!product().fits(&graph, &[x, x]));
}
