//! The check refuses wrong derivatives, whatever their size and however fast they vary.

use beltrami::core::{ExprId, Graph, Number};
use beltrami::{Comparison, Derivation, DeriveOptions, Session};

/// Expressions of every size of derivative: large, small beside 1, fast, flat, and zero but for rounding at some sizes.
const EXPRESSIONS: &[(&str, &str)] = &[
    ("norm2(A*x - y)^2", "x"),
    ("1e12*sum(exp(x))", "x"),
    ("1e-9*a^3", "a"),
    ("sin(100*a)", "a"),
    ("exp(20*a)", "a"),
    ("sum(tanh(5*x))", "x"),
    ("softmax(3*x)", "x"),
    ("logdet(A'*A + B)", "A"),
    ("det(A*X*B)", "X"),
    ("normspec(X)", "X"),
];

fn derivation(expression: &str, by: &str) -> Derivation {
    let options = DeriveOptions {
        by: vec![by.into()],
        declarations: if expression.starts_with("logdet") {
            "B: spd(n)".into()
        } else {
            String::new()
        },
        ..DeriveOptions::default()
    };
    match Session::global().derive("<check>", expression, &options) {
        Ok(mut all) => all.remove(0),
        Err(failure) => panic!("{expression}: {:?}", failure.diagnostics),
    }
}

/// Whether the check accepts another expression in the place of the derivative.
fn accepts(of: &Derivation, change: impl Fn(&mut Graph, ExprId) -> ExprId, seed: u64) -> bool {
    let mut graph = of.graph.clone();
    let mut changed = of.derived.clone();
    changed.expr = change(&mut graph, of.derived.expr);
    let comparison = Comparison {
        graph: &graph,
        root: of.root,
        by: &of.by,
        symmetric: of.symmetric,
        variables: &of.variables,
        indices: &[],
        seed,
    };
    comparison.run(&changed).is_ok()
}

#[test]
fn a_derivative_that_is_wrong_by_a_factor_is_never_accepted() {
    for (expression, by) in EXPRESSIONS {
        let right = derivation(expression, by);
        for seed in 1..=5 {
            assert!(accepts(&right, |_, expr| expr, seed), "{expression}, seed {seed}");
            for wrong in
                [Number::MINUS_ONE, Number::TWO, Number::parse("1.00001").expect("a number")]
            {
                let scaled = |graph: &mut Graph, expr| {
                    let factor = graph.number(wrong);
                    graph.scale(factor, expr).expect("a scalar first")
                };
                assert!(!accepts(&right, scaled, seed), "{wrong} times {expression}, seed {seed}");
            }
        }
    }
}
