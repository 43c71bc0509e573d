//! Programs against the evaluator, and intervals against points.

use beltrami_core::{Dim, ExprId, Facts, Graph, Number, Shape};
use beltrami_linalg::Interval;

use super::{Domain, Tape, Unknown};
use crate::{Tensor, evaluate};

/// A small generator: the tests draw the same points on every machine.
struct Draw(u64);

impl Draw {
    fn next(&mut self, low: f64, high: f64) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + (high - low) * (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

struct Written {
    graph: Graph,
    x: ExprId,
    y: ExprId,
}

impl Written {
    fn new() -> Written {
        let mut graph = Graph::new(beltrami_ops::registry());
        let x = graph.symbol("x", Shape::scalar(), Facts::NONE);
        let y = graph.symbol("y", Shape::scalar(), Facts::NONE);
        Written { graph, x, y }
    }

    fn apply(&mut self, name: &str, args: &[ExprId]) -> ExprId {
        let registry = self.graph.registry();
        let found = registry.named(name).iter().find_map(|op| self.graph.apply(*op, args).ok());
        found.unwrap_or_else(|| panic!("`{name}` does not apply"))
    }

    fn tape(&self, roots: &[ExprId]) -> Tape {
        let unknowns = [self.x, self.y].map(|id| Unknown { id, rows: 1, cols: 1 });
        Tape::compile(&self.graph, roots, &unknowns, &|_| None, &|_| None).expect("scalars")
    }
}

/// Expressions that use every instruction, with the name of each.
fn expressions(w: &mut Written) -> Vec<(String, ExprId)> {
    let (x, y) = (w.x, w.y);
    let mut found = Vec::new();
    for name in [
        "sin",
        "cos",
        "tan",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "exp",
        "log",
        "sqrt",
        "abs",
        "sign",
        "relu",
        "leaky_relu",
        "sigmoid",
        "softplus",
        "gelu",
        "erf",
    ] {
        found.push((name.to_owned(), w.apply(name, &[x])));
    }
    for name in ["+", "-", "*", "/", "max", "min"] {
        found.push((format!("x{name}y"), w.apply(name, &[x, y])));
    }
    for exponent in [-3, -2, -1, 0, 1, 2, 3, 4, 7] {
        let n = w.graph.int(exponent);
        found.push((format!("x^{exponent}"), w.apply("^", &[x, n])));
    }
    for (p, q) in [(1, 2), (1, 3), (5, 2), (-1, 2)] {
        let r = w.graph.number(Number::ratio(p, q).expect("no zero"));
        found.push((format!("x^({p}/{q})"), w.apply("^", &[x, r])));
    }
    found
}

#[test]
fn values_are_those_of_the_evaluator() {
    let mut w = Written::new();
    let cases = expressions(&mut w);
    let mut draw = Draw(1);
    for (name, root) in &cases {
        let tape = w.tape(&[*root]);
        let (mut memory, mut out) = (tape.memory::<f64>(), [0.0]);
        for _ in 0..200 {
            let point = [draw.next(-2.0, 2.0), draw.next(-2.0, 2.0)];
            tape.run(&point, &mut memory, &mut out);
            let value = |name: &str| Some(Tensor::scalar(point[usize::from(name == "y")]));
            match evaluate(&w.graph, *root, &|_| None, &value) {
                // Integer powers are products here and `pow` there: a rounding for each product.
                Ok(found) => assert!(
                    (found.at(0, 0) - out[0]).abs() <= 4.0 * f64::EPSILON * out[0].abs(),
                    "{name} at {point:?}: {} and {}",
                    found.at(0, 0),
                    out[0]
                ),
                Err(_) => assert!(!out[0].is_finite(), "{name} at {point:?}: {}", out[0]),
            }
        }
    }
}

#[test]
fn an_interval_holds_the_values_at_its_points() {
    let mut w = Written::new();
    let cases = expressions(&mut w);
    let mut draw = Draw(2);
    for (name, root) in &cases {
        let tape = w.tape(&[*root]);
        let (mut memory, mut out) = (tape.memory::<f64>(), [0.0]);
        let (mut boxes, mut range) = (tape.memory::<Interval>(), [Interval::ZERO]);
        for round in 0..300 {
            let width = 10.0_f64.powi(-(round % 8));
            let corner = [draw.next(-3.0, 3.0), draw.next(-3.0, 3.0)];
            let on = corner.map(|c| Interval { lo: c, hi: c + width });
            tape.run(&on, &mut boxes, &mut range);
            let domain = tape.domain(&boxes);
            for _ in 0..20 {
                let point = on.map(|side| draw.next(side.lo, side.hi).clamp(side.lo, side.hi));
                tape.run(&point, &mut memory, &mut out);
                if out[0].is_finite() {
                    assert!(range[0].contains(out[0]), "{name} on {on:?} at {point:?}");
                    assert_ne!(domain, Domain::Nowhere, "{name} on {on:?}");
                } else {
                    assert!(domain >= Domain::Partial, "{name} on {on:?} at {point:?}");
                }
            }
        }
    }
}

#[test]
fn narrowing_loses_no_solution() {
    let mut w = Written::new();
    let cases = expressions(&mut w);
    let mut draw = Draw(3);
    for (name, root) in &cases {
        let tape = w.tape(&[*root]);
        let (mut memory, mut out) = (tape.memory::<f64>(), [0.0]);
        let mut boxes = tape.memory::<Interval>();
        for _ in 0..500 {
            let corner = [draw.next(-3.0, 3.0), draw.next(-3.0, 3.0)];
            let on = corner.map(|c| Interval { lo: c, hi: c + 1.5 });
            let point = on.map(|side| draw.next(side.lo, side.hi).clamp(side.lo, side.hi));
            tape.run(&point, &mut memory, &mut out);
            if !out[0].is_finite() {
                continue;
            }
            let target = Interval::around(out[0], 8).hull(Interval::point(out[0] + 0.01));
            let mut narrowed = on;
            let kept = tape.narrowed(&mut narrowed, &[target], &mut boxes);
            assert!(kept.is_some(), "{name} on {on:?}: {point:?} was lost");
            let held = narrowed.iter().zip(point).all(|(side, x)| side.contains(x));
            assert!(held, "{name} on {on:?}: {point:?} is not in {narrowed:?}");
        }
    }
}

#[test]
fn narrowing_solves_what_a_person_would() {
    let mut w = Written::new();
    let (x, four) = (w.x, w.graph.int(4));
    let square = {
        let two = w.graph.int(2);
        w.apply("^", &[x, two])
    };
    let f = w.apply("-", &[square, four]);
    let tape = w.tape(&[f]);
    let mut on = [Interval::new(0.0, 10.0), Interval::new(0.0, 1.0)];
    tape.narrowed(&mut on, &[Interval::ZERO], &mut tape.memory()).expect("2 is a solution");
    assert!(on[0].contains(2.0) && on[0].width() < 1e-14, "{:?}", on[0]);
    let mut on = [Interval::new(3.0, 10.0), Interval::new(0.0, 1.0)];
    assert!(tape.narrowed(&mut on, &[Interval::ZERO], &mut tape.memory()).is_none());
}

#[test]
fn jumps_and_poles_are_seen() {
    let mut w = Written::new();
    let (x, one) = (w.x, w.graph.int(1));
    let cases = [
        (w.apply("/", &[one, x]), Domain::Partial),
        (w.apply("sign", &[x]), Domain::Jumps),
        (w.apply("sqrt", &[x]), Domain::Partial),
        (w.apply("log", &[x]), Domain::Partial),
        (w.apply("abs", &[x]), Domain::Continuous),
    ];
    for (root, expected) in cases {
        let tape = w.tape(&[root]);
        let mut memory = tape.memory::<Interval>();
        let mut run = |lo: f64, hi: f64| {
            let mut out = [Interval::ZERO];
            tape.run(&[Interval { lo, hi }, Interval::ONE], &mut memory, &mut out);
            tape.domain(&memory)
        };
        assert_eq!(run(-1.0, 1.0), expected);
        assert_eq!(run(0.5, 1.0), Domain::Continuous);
    }
}

#[test]
fn equal_parts_are_computed_once_and_constants_are_folded() {
    let mut w = Written::new();
    let (x, y) = (w.x, w.y);
    let product = w.apply("*", &[x, y]);
    let other = w.apply("*", &[y, x]);
    let sum = w.apply("+", &[product, other]);
    let (two, three) = (w.graph.int(2), w.graph.int(3));
    let six = w.apply("*", &[two, three]);
    let root = w.apply("*", &[six, sum]);
    let tape = w.tape(&[root]);
    assert_eq!(tape.len(), 3);
    let mut out = [0.0];
    tape.run(&[2.0, 5.0], &mut tape.memory(), &mut out);
    assert_eq!(out, [120.0]);
}

#[test]
fn a_grouped_program_computes_the_same_to_the_last_bit() {
    let mut w = Written::new();
    let roots: Vec<ExprId> = expressions(&mut w).into_iter().map(|(_, root)| root).collect();
    let tape = w.tape(&roots);
    let grouped = tape.clone().grouped();
    assert_eq!((tape.len(), tape.outputs()), (grouped.len(), grouped.outputs()));
    let (mut one, mut other) = (tape.memory::<f64>(), grouped.memory::<f64>());
    let (mut a, mut b) = (vec![0.0; roots.len()], vec![0.0; roots.len()]);
    let mut draw = Draw(5);
    for _ in 0..100 {
        let point = [draw.next(-2.0, 2.0), draw.next(-2.0, 2.0)];
        tape.run(&point, &mut one, &mut a);
        grouped.run(&point, &mut other, &mut b);
        assert!(a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits()), "{point:?}");
    }
}

#[test]
fn matrices_are_taken_apart() {
    let mut graph = Graph::new(beltrami_ops::registry());
    let n = Dim::symbol("n");
    let a = graph.symbol("A", Shape::matrix(n.clone(), n.clone()), Facts::NONE);
    let v = graph.symbol("v", Shape::vector(n), Facts::NONE);
    let mut w = Written { graph, x: v, y: v };
    let product = w.apply("*", &[a, v]);
    let norm = w.apply("norm2", &[product]);
    let inverse = w.apply("inv", &[a]);
    let solved = w.apply("*", &[inverse, v]);
    let matrix = Tensor::from_fn(3, 3, |i, j| (3 * i + j) as f64 + if i == j { 5.0 } else { 0.0 });
    let sizes = |_: &str| Some(3);
    let data = |name: &str| (name == "A").then(|| matrix.clone());
    let unknown = [Unknown { id: v, rows: 3, cols: 1 }];
    let roots = [product, norm, solved];
    let tape = Tape::compile(&w.graph, &roots, &unknown, &sizes, &data).expect("a formula");
    let mut out = [0.0; 7];
    let point = [1.0, -2.0, 0.5];
    tape.run(&point, &mut tape.memory(), &mut out);
    let values = |name: &str| {
        Some(if name == "A" { matrix.clone() } else { Tensor::column(point.to_vec()) })
    };
    let mut expected = Vec::new();
    for root in roots {
        expected.extend(evaluate(&w.graph, root, &sizes, &values).expect("values").into_data());
    }
    for (x, y) in out.iter().zip(expected) {
        // Sums of three products of numbers near 10.
        assert!((x - y).abs() < 1e-13, "{x} and {y}");
    }
}
