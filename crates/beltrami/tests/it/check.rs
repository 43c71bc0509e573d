//! The check refuses wrong derivatives, whatever their size and however fast they vary.

use beltrami::Stop;
use beltrami::engine::core::{ExprId, Graph, Kernel, Number};
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
        Err(failure) => panic!("{expression}: {:?}", failure.diagnostics()),
    }
}

/// Whether the check accepts another expression in the place of the derivative.
fn accepts(of: &Derivation, change: impl Fn(&mut Graph, ExprId) -> ExprId, seed: u64) -> bool {
    let mut graph = of.graph.clone();
    let mut changed = of.derived.clone();
    changed.expr = change(&mut graph, of.derived.expr);
    let comparison = Comparison {
        lower: None,
        graph: &graph,
        root: of.root,
        by: &of.by,
        symmetric: of.symmetric,
        variables: &of.variables,
        indices: &[],
        numbers: &std::collections::BTreeMap::new(),
        near: None,
        seed,
        stop: &Stop::default(),
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

/// A formula that is right where it has a value, and has none for negative `a`.
#[test]
fn a_formula_without_a_value_on_one_side_is_never_accepted() {
    for (expression, exponent) in [("a^2", 2), ("a^4", 6)] {
        let right = derivation(expression, "a");
        for seed in 1..=20 {
            let halved = |graph: &mut Graph, expr: ExprId| {
                let a = graph.find_symbol("a").expect("the variable");
                let map = Kernel::Map(beltrami::engine::core::Map::Sqrt);
                let root = graph.build(map, &[a]).expect("a scalar");
                let power = graph.int(exponent);
                let power = graph.build(Kernel::Power, &[root, power]).expect("scalars");
                let whole = graph.int(exponent / 2);
                let whole = graph.build(Kernel::Power, &[a, whole]).expect("scalars");
                let ratio = graph.build(Kernel::Divide, &[power, whole]).expect("scalars");
                graph.scale(ratio, expr).expect("scalars")
            };
            assert!(!accepts(&right, halved, seed), "{expression}, seed {seed}");
        }
    }
}

/// Points at which only rounding stands between a right formula and the numbers: entries of very different size in a polar
/// factor, and a definite matrix that is singular to working precision.
#[test]
fn a_right_derivative_is_not_held_back_by_rounding() {
    let declared = "A: matrix(n,n) > 0, a: scalar, B: matrix(n,m), C: matrix(n,m) > 0";
    for (expression, by, order, seed) in [
        ("msign(exp(C).^(B.^(-2)))", "B", 1, 7_005_338),
        ("det((A.^(sigmoid(a).^a))'*(A.^(sigmoid(a).^a)) + eye(n))", "A", 2, 7_036_931),
    ] {
        let options = DeriveOptions {
            by: vec![by.into()],
            order: Some(order),
            declarations: declared.into(),
            ..DeriveOptions::default()
        };
        for seed in (1..=30).chain([seed]) {
            let options = DeriveOptions { seed, ..options.clone() };
            let derived = Session::global().derive("<check>", expression, &options);
            let failure = derived.err().map(|failure| failure.diagnostics().to_vec());
            assert!(failure.is_none(), "{expression}, seed {seed}: {failure:?}");
        }
    }
}

/// Derivatives of any size beside the value; jets do not round them with it.
#[test]
fn a_derivative_far_smaller_than_the_value_is_compared_with_itself() {
    for expression in ["5 + 1e-9*a^3", "5 + 1e-13*a^3", "1e3 + 1e-20*exp(a)"] {
        let right = derivation(expression, "a");
        for seed in 1..=5 {
            assert!(accepts(&right, |_, expr| expr, seed), "{expression}, seed {seed}");
            for wrong in [Number::MINUS_ONE, Number::TWO] {
                let scaled = |graph: &mut Graph, expr| {
                    let factor = graph.number(wrong);
                    graph.scale(factor, expr).expect("a scalar first")
                };
                assert!(!accepts(&right, scaled, seed), "{wrong} times {expression}, seed {seed}");
            }
        }
    }
}

/// Derivatives that are 0 but for rounding at all sizes, or at most of them.
#[test]
fn a_wrong_derivative_is_found_where_the_right_one_vanishes() {
    for expression in
        ["norm2(x + y)^2 - norm2(x)^2 - norm2(y)^2 - 2*x'*y + 0*norm2(x)", "det(x*x')"]
    {
        let right = derivation(expression, "x");
        for seed in 1..=5 {
            assert!(accepts(&right, |_, expr| expr, seed), "{expression}, seed {seed}");
            let more = |graph: &mut Graph, expr: ExprId| {
                let x = graph.find_symbol("x").expect("the variable");
                let row = graph.transpose(x).expect("a vector");
                let tiny = graph.number(Number::parse("1e-9").expect("a number"));
                let term = graph.scale(tiny, row).expect("a row");
                graph.add(expr, term).expect("rows")
            };
            assert!(!accepts(&right, more, seed), "{expression}, seed {seed}");
        }
    }
    let right = derivation("det(x*x')", "x");
    for seed in 1..=5 {
        for wrong in [Number::MINUS_ONE, Number::parse("1.00001").expect("a number")] {
            let scaled = |graph: &mut Graph, expr| {
                let factor = graph.number(wrong);
                graph.scale(factor, expr).expect("a scalar first")
            };
            assert!(!accepts(&right, scaled, seed), "{wrong} times det(x*x'), seed {seed}");
        }
    }
}

/// Known derivatives of orders beyond that of jets, which are compared with those of a lower derivative.
#[test]
fn derivatives_of_high_order_are_compared_through_lower_ones() {
    let derived = |expression: &str, by: &[&str], order: usize| {
        let options = DeriveOptions {
            by: by.iter().map(ToString::to_string).collect(),
            order: Some(order),
            ..DeriveOptions::default()
        };
        match Session::global().derive("<check>", expression, &options) {
            Ok(mut all) => all.remove(0),
            Err(failure) => panic!("{expression}: {:?}", failure.diagnostics()),
        }
    };
    assert_eq!(derived("exp(2*a)", &["a"], 12).text(), "4096*exp(2*a)");
    assert_eq!(derived("log(a)", &["a"], 6).text(), "-120/a^6");
    // The sixth derivative of exp(a)*sin(a) is 2^3*exp(a)*sin(a + 6*π/4).
    let text = derived("exp(a)*sin(a)", &["a"], 6).text();
    assert_eq!(text, "-8*exp(a)*cos(a)");
    assert_eq!(derived("a^3*b^2", &["a", "a", "b", "a", "b"], 5).text(), "12");
    let fifth = derived("(y'*x)^5", &["x"], 5);
    assert_eq!(fifth.text(), "120*einsum(\"i,j,k,l,m->ijklm\", y, y, y, y, y)");
}

/// Functions of matrices are accurate relative to the largest entry only: at these points (two of the long random run) the
/// determinant of a matrix with entries of very different size is rounding, and the derivative is right at others.
#[test]
fn rounding_in_functions_of_matrices_is_no_wrong_derivative() {
    let expm = "det(expm(((max(A,B).^3).^2)'*((max(A,B).^3).^2) + eye(m)))";
    let root = "det(sqrtm((sqrt(kron(a,A)).^(((B.*B).^logsumexp(x*y'))^2))'*(sqrt(kron(a,A)).^(((B.*B).^logsumexp(x*y'))^2)) + eye(n)))";
    for (expression, by, declarations, seed) in [
        (expm, "B", "A: matrix(n,m), B: matrix(n,m)", 662_532),
        (root, "a", "a: scalar, A: matrix(n,n), B: matrix(n,n) > 0, x: vector(3)", 650_397),
    ] {
        let options = DeriveOptions {
            by: vec![by.into()],
            declarations: declarations.into(),
            seed,
            ..DeriveOptions::default()
        };
        if let Err(failure) = Session::global().derive("<check>", expression, &options) {
            panic!("{expression}, seed {seed}: {:?}", failure.diagnostics());
        }
    }
}

#[test]
fn a_wrong_derivative_of_high_order_is_refused() {
    let options =
        DeriveOptions { by: vec!["x".into()], order: Some(5), ..DeriveOptions::default() };
    let high = Session::global().derive("<check>", "sum(exp(x))^2", &options).unwrap().remove(0);
    let index = DeriveOptions { order: Some(1), form: beltrami::Form::Index, ..options };
    let low = Session::global().derive("<check>", "sum(exp(x))^2", &index).unwrap().remove(0);
    for (factor, right) in [("1", true), ("1.00001", false), ("-1", false)] {
        let mut graph = high.graph.clone();
        let number = graph.number(Number::parse(factor).unwrap());
        let mut changed = high.derived.clone();
        changed.expr = graph.scale(number, high.derived.expr).unwrap();
        let comparison = Comparison {
            graph: &graph,
            root: high.root,
            by: &high.by,
            lower: Some(beltrami::Lower { graph: &low.graph, derived: &low.derived, order: 1 }),
            symmetric: high.symmetric,
            variables: &high.variables,
            indices: &[],
            numbers: &std::collections::BTreeMap::new(),
            near: None,
            seed: 1,
            stop: &Stop::default(),
        };
        assert_eq!(comparison.run(&changed).is_ok(), right, "{factor}");
    }
}
