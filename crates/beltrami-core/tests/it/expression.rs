//! Expressions: equal ones are one node, trivial parts are left out, shapes that do not fit are refused.

use beltrami_core::{Kernel, Map, Number, Shape, ShapeError};

use crate::support::{graph, matrix, size};

#[test]
fn equal_expressions_are_one_node() {
    let mut graph = graph();
    let (a, b) = (matrix(&mut graph, "A", "m", "k"), matrix(&mut graph, "B", "k", "n"));
    let first = graph.mul(a, b).expect("a product");
    let nodes = graph.len();
    assert_eq!(graph.mul(a, b), Ok(first));
    assert_eq!(graph.len(), nodes);
}

#[test]
fn trivial_parts_are_left_out() {
    let mut graph = graph();
    let a = matrix(&mut graph, "A", "n", "n");
    let shape = Shape::matrix(size("n"), size("n"));
    let (zero, one) = (graph.zeros(&shape).expect("zeros"), graph.number(Number::ONE));
    let eye = graph.eye(&size("n")).expect("an identity");
    assert_eq!(graph.add(a, zero), Ok(a));
    assert_eq!(graph.scale(one, a), Ok(a));
    assert_eq!(graph.mul(eye, a), Ok(a));
    assert_eq!(graph.sub(a, a), Ok(zero));
    let turned = graph.transpose(a).expect("a transpose");
    assert_eq!(graph.transpose(turned), Ok(a));
    let minus = graph.neg(a).expect("a negative");
    assert_eq!(graph.neg(minus), Ok(a));
}

#[test]
fn what_is_written_is_kept_where_it_is_asked_for() {
    let mut graph = graph();
    let a = matrix(&mut graph, "A", "n", "n");
    let zero = graph.zeros(&Shape::matrix(size("n"), size("n"))).expect("zeros");
    let raw = graph.raw(Kernel::Add, &[a, zero]).expect("a sum");
    assert!(raw != a && graph.args_of(raw, Kernel::Add) == Some(&[a, zero][..]));
}

#[test]
fn shapes_that_do_not_fit_are_refused_with_the_places() {
    let mut graph = graph();
    let (a, b) = (matrix(&mut graph, "A", "m", "n"), matrix(&mut graph, "B", "m", "n"));
    assert_eq!(graph.mul(a, b), Err(ShapeError::Inner(0, 1)));
    assert_eq!(graph.build(Kernel::Trace, &[a]), Err(ShapeError::NotSquare(0)));
    let before = graph.len();
    assert!(graph.mul(a, b).is_err());
    assert_eq!(graph.len(), before);
}

#[test]
fn leaves_are_replaced_everywhere() {
    let mut graph = graph();
    let (a, b) = (matrix(&mut graph, "A", "n", "n"), matrix(&mut graph, "B", "n", "n"));
    let sine = graph.build(Kernel::Map(Map::Sin), &[a]).expect("a sine");
    let root = graph.mul(sine, a).expect("a product");
    let other = graph.build(Kernel::Map(Map::Sin), &[b]).expect("a sine");
    let expected = graph.mul(other, b).expect("a product");
    assert_eq!(graph.replace(root, &[(a, b)]), Ok(expected));
    assert!(graph.depends_on(expected, b) && !graph.depends_on(expected, a));
}
