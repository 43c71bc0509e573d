//! Expressions evaluated on numbers and on jets.

use std::cell::Cell;
use std::sync::OnceLock;

use beltrami_core::{Dim, Entry, Facts, Graph, Kernel, Number, Op, Registry, Shape};
use beltrami_exec::{EvalError, ExecError, Jet, Tensor, evaluate, evaluate_many};

static INV: Op = Op { name: "inv", kernel: Kernel::Inv, ..Op::BASE };
static ADD: Op = Op { name: "+", kernel: Kernel::Add, ..Op::BASE };
static SCALE: Op =
    Op { name: ".", kernel: Kernel::Scale, shape: |_, args| Ok(args[1].shape.clone()), ..Op::BASE };
static EYE: Op = Op {
    name: "eye",
    kernel: Kernel::Eye,
    shape: |_, _| Ok(Shape::matrix(Dim::symbol("n"), Dim::symbol("n"))),
    ..Op::BASE
};
static EINSUM: Op =
    Op { name: "einsum", kernel: Kernel::Einsum, shape: |_, _| Ok(Shape::scalar()), ..Op::BASE };
static ENTRIES: [Entry; 5] = [
    Entry { op: &INV, file: "", source: "" },
    Entry { op: &ADD, file: "", source: "" },
    Entry { op: &SCALE, file: "", source: "" },
    Entry { op: &EYE, file: "", source: "" },
    Entry { op: &EINSUM, file: "", source: "" },
];

fn graph() -> Graph {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    Graph::new(REGISTRY.get_or_init(|| Registry::new(&ENTRIES)))
}

fn op(name: &str) -> beltrami_core::OpId {
    graph().registry().named(name)[0]
}

#[test]
fn shared_parts_are_computed_once_and_roots_share_them() {
    let mut g = graph();
    let n = Dim::symbol("n");
    let a = g.symbol("A", Shape::matrix(n.clone(), n.clone()), Facts::NONE);
    let size = g.size(&n);
    let eye = g.apply(op("eye"), &[size]).unwrap();
    let two = g.number(Number::int(2));
    let twice = g.apply(op("."), &[two, eye]).unwrap();
    let sum = g.apply(op("+"), &[a, twice]).unwrap();
    let inverse = g.apply(op("inv"), &[sum]).unwrap();
    let text = g.text("ii->");
    let trace = g.apply(op("einsum"), &[text, inverse]).unwrap();
    let asked = Cell::new(0);
    let symbols = |name: &str| {
        asked.set(asked.get() + 1);
        (name == "A").then(|| Tensor::from_fn(2, 2, |i, j| if i == j { 2.0 } else { 0.0 }))
    };
    let sizes = |name: &str| (name == "n").then_some(2);
    let values = evaluate_many(&g, &[trace, inverse, trace], &sizes, &symbols).unwrap();
    assert_eq!(values[0], Tensor::scalar(0.5));
    assert_eq!(values[1].at(0, 0), 0.25);
    assert_eq!(values[2], values[0]);
    assert_eq!(asked.get(), 1);
    // d tr((A + 2I)⁻¹)[I] = -tr((A + 2I)⁻²) = -2/16.
    let jets = |name: &str| {
        let eye = Tensor::from_fn(2, 2, |i, j| f64::from(u8::from(i == j)));
        symbols(name).map(|a| Jet::<2>::seed(&a, &[Some(&eye)]).unwrap())
    };
    let jet = evaluate(&g, trace, &sizes, &jets).unwrap();
    assert!((jet.at(0, 0).coefficient(1) + 0.125).abs() < 1e-15);
}

#[test]
fn failures_name_the_subexpression() {
    let mut g = graph();
    let n = Dim::symbol("n");
    let a = g.symbol("A", Shape::matrix(n.clone(), n.clone()), Facts::NONE);
    let inverse = g.apply(op("inv"), &[a]).unwrap();
    let twice = g.apply(op("inv"), &[inverse]).unwrap();
    let size = g.size(&n);
    let text = g.text("ii->");
    let none = |_: &str| None;
    let unbound = |_: &str| None::<Tensor<f64>>;
    assert_eq!(
        evaluate(&g, twice, &none, &unbound),
        Err(EvalError::UnboundSymbol { at: a, name: "A".into() })
    );
    assert_eq!(
        evaluate(&g, size, &none, &unbound),
        Err(EvalError::UnboundSize { at: size, size: n })
    );
    assert_eq!(evaluate(&g, text, &none, &unbound), Err(EvalError::NoValue { at: text }));
    let singular = |_: &str| Some(Tensor::from_fn(2, 2, |_, _| 1.0));
    let error = evaluate(&g, twice, &none, &singular).unwrap_err();
    assert_eq!(error.at(), inverse);
    assert!(matches!(error, EvalError::Kernel { cause: ExecError::Singular { .. }, .. }));
}

#[test]
fn long_chains_do_not_recurse() {
    let mut g = graph();
    let mut sum = g.symbol("x", Shape::scalar(), Facts::NONE);
    let x = sum;
    for _ in 0..50_000 {
        sum = g.apply(op("+"), &[sum, x]).unwrap();
    }
    let value = evaluate(&g, sum, &|_| None, &|_| Some(Tensor::scalar(1.0))).unwrap();
    assert_eq!(value, Tensor::scalar(50_001.0));
}
