//! Points at which derivatives are compared: found in narrow domains, at small sizes, and on both sides of zero.

use std::collections::BTreeMap;

use beltrami::engine::exec::{Tensor, evaluate};
use beltrami::{Derivation, DeriveOptions, Error, Form, Session, Symmetric, data};

fn attempt(
    expression: &str,
    declarations: &str,
    by: &str,
    order: usize,
    form: Form,
) -> Result<Derivation, Error> {
    let options = DeriveOptions {
        by: by.split(',').map(str::to_owned).collect(),
        order: (order > 1).then_some(order),
        declarations: declarations.into(),
        form,
        ..DeriveOptions::default()
    };
    Session::global().derive("<domain>", expression, &options).map(|mut all| all.remove(0))
}

fn derived(expression: &str, declarations: &str, by: &str, order: usize) -> Derivation {
    attempt(expression, declarations, by, order, Form::Matrix)
        .unwrap_or_else(|failure| panic!("{expression}: {:?}", failure.diagnostics()))
}

fn refusal(expression: &str, declarations: &str, by: &str) -> String {
    match attempt(expression, declarations, by, 1, Form::Matrix) {
        Ok(found) => panic!("{expression}: {}", found.text()),
        Err(failure) => failure.diagnostics()[0].code.id.to_owned(),
    }
}

/// The value of a derivative by scalars at given ones.
fn value(of: &Derivation, point: &[(&str, f64)]) -> f64 {
    let symbol = |name: &str| {
        point.iter().find(|(known, _)| *known == name).map(|(_, x)| Tensor::scalar(*x))
    };
    evaluate(&of.graph, of.derived.expr, &|_| None, &symbol)
        .map_or(f64::NAN, |value| value.data()[0])
}

#[test]
fn powers_that_are_not_whole_are_not_split_between_factors_of_any_sign() {
    for (expression, order, second) in [
        // f = cosh(a)^p has f'' = p*cosh^p + p*(p - 1)*sinh^2*cosh^(p - 2).
        ("sqrt(cosh(a))", 2, Some(0.5)),
        ("cosh(a)^(1/3)", 2, Some(1.0 / 3.0)),
        ("(sign(b)/sqrt(cosh(a)))^(-1)", 2, Some(0.5)),
        ("sqrt(cosh(a))", 3, None),
        ("sqrt(cos(a))", 2, None),
        ("a^2/abs(a)^1.5/exp(a)", 1, None),
        ("sqrt(abs(a)*cosh(a))", 2, None),
        ("sinh(a)^3/cosh(a)^2.5", 1, None),
    ] {
        let found = derived(expression, "", "a", order);
        for a in [-1.4_f64, -0.8, -0.1, 0.2, 0.9, 1.5] {
            let own = value(&found, &[("a", a), ("b", 1.0)]);
            assert!(own.is_finite(), "{expression}: {} at {a}", found.text());
            if let Some(p) = second {
                let (c, s) = (a.cosh(), a.sinh());
                let right = p * c.powf(p) + p * (p - 1.0) * s * s * c.powf(p - 2.0);
                // Few operations on numbers near 1.
                assert!((own - right).abs() < 1e-13, "{expression}: {own} at {a}, not {right}");
            }
        }
    }
}

/// Domains that random points of the usual sizes miss.
const NARROW: &[(&str, &str, &str, usize)] = &[
    ("log(a - 3)", "", "a", 1),
    ("log(a + 40)*sqrt(-a - 39)", "", "a", 1),
    ("sqrt(a*b - 4)", "", "a", 1),
    ("log(norm2(x) - 10)", "", "x", 1),
    ("log((a - 2)^1.5)", "", "a", 2),
    ("log(x - 1000)", "", "x", 1),
    ("arccos(cosh(x).*(x - 3))", "", "x", 1),
    ("log(log(arcsin(x)))", "", "x", 1),
    ("sqrt(log(log(x)))", "", "x", 2),
    ("arcsin(norm2(A) - 20)", "", "A", 1),
    ("logm(A - 5*eye(n))", "", "A", 1),
    ("log(lmax(A) - 30)", "A: spd(n)", "A", 1),
    ("log(a - 1.5)*sqrt(2 - a)", "a: scalar in (0, 2)", "a", 1),
    ("log(a - 3)", "a: scalar in (2.99, 3.001)", "a", 1),
    ("log(sum(x) - 50)", "x: vector(n) > 0", "x", 1),
    ("sqrt(tr(S) - 25)", "S: symmetric(n)", "S", 1),
    ("log(det(L) - 100)", "L: lower(n)", "L", 1),
];

#[test]
fn points_are_found_in_domains_that_random_ones_miss() {
    for (expression, declarations, by, order) in NARROW {
        let found = derived(expression, declarations, by, *order);
        assert!(found.checked.points >= 3, "{expression}");
        let again = derived(expression, declarations, by, *order);
        assert_eq!(found.checked, again.checked, "{expression}");
    }
    for operator in ["log(a - 3)", "sqrt(a*b - 4)"] {
        attempt(operator, "", "a", 1, Form::Operator).expect(operator);
    }
    assert_eq!(refusal("log(-a^2)", "", "a"), "E0502");
    assert_eq!(refusal("sqrt(-norm2(x) - 1)", "", "x"), "E0502");
}

#[test]
fn data_show_the_way_to_a_domain_that_the_search_does_not_find() {
    let options = DeriveOptions { by: vec!["a".into()], ..DeriveOptions::default() };
    let far = "log(a - 1e12)*sqrt(1e12 + 3 - a)";
    assert_eq!(refusal(far, "", "a"), "E0502");
    let given = data::read("a=1000000000001").expect("a number");
    let found = Session::global().eval("<domain>", far, &given, &options);
    let found = found.unwrap_or_else(|failure| panic!("{:?}", failure.diagnostics()));
    // The derivative is sqrt(2)/1 - log(1)/(2*sqrt(2)).
    let own = found.derivatives[0].1.entries[0];
    assert!((own - 2.0_f64.sqrt()).abs() < 1e-12, "{own}");
}

#[test]
fn derivatives_that_vanish_by_cancellation_agree() {
    for (expression, declarations, by, order) in [
        ("norm2(x + y)^2 - norm2(x)^2 - norm2(y)^2 - 2*x'*y", "", "x", 1),
        ("det(x*x')", "", "x", 1),
        ("x'*x*(x'*A*x)", "A: skew(n)", "x", 1),
        ("logdet(msign(A))", "A: matrix(n,n)", "A", 1),
        ("logdet(expm(A))", "A: skew(n)", "A", 1),
    ] {
        derived(expression, declarations, by, order);
    }
}

#[test]
fn functions_that_are_constant_among_orthogonal_matrices_have_derivative_zero() {
    for expression in
        ["sum(svdvals(Q))", "sum(log(svdvals(Q)))", "normspec(Q)", "norm2(svdvals(Q) - x)^2"]
    {
        let found = derived(expression, "Q: orthogonal(n)", "Q", 1);
        assert_eq!(found.text(), "zeros(n, n)", "{expression}");
        let options = DeriveOptions {
            by: vec!["Q".into()],
            declarations: "Q: orthogonal(n)".into(),
            symmetric: Symmetric::Ambient,
            ..DeriveOptions::default()
        };
        // As a function of all matrices, none but the sums of functions of all singular values is smooth there.
        if !expression.starts_with("sum(") {
            let failure = Session::global().derive("<domain>", expression, &options).err();
            let failure = failure.unwrap_or_else(|| panic!("{expression}"));
            assert_eq!(failure.diagnostics()[0].code.id, "E0502", "{expression}");
        }
    }
}

/// Declared numbers of rows and columns, and what the derivative is.
const LARGE: &[(&str, &str, &str, &str)] = &[
    ("sum(log(x))", "x: vector(5000) > 0", "x", "(ones(5000)./x)'"),
    (
        "norm2(X*w - y)^2",
        "X: matrix(10000,300), w: vector(300), y: vector(10000)",
        "w",
        "2*(X*w - y)'*X",
    ),
    ("inv(X)", "X: matrix(100,100)", "X", "-kron(inv(X)', inv(X))"),
    ("tr(inv(X + eye(100)))", "X: matrix(100,100)", "X", "-inv(X + eye(100))^2"),
    // Twice, times, and which of two is larger.
    ("y'*A*[x;x]", "A: matrix(20,4000), x: vector(2000), y: vector(20)", "y", "(A*[x; x])'"),
    ("vec(A)'*x", "A: matrix(20,40), x: vector(800)", "A", "unvec(x, 20, 40)'"),
    ("svdvals(X)", "X: matrix(500,30)", "X", "dsvdvals(X)"),
    ("logdet(X*X')", "X: matrix(30,500)", "X", "2*pinv(X)"),
    ("x[7]*x[3]", "x: vector(700)", "x", "(x[3]*unit(7, 700) + x[7]*unit(3, 700))'"),
    ("sum(x)*x[57]", "x: vector(5000)", "x", "(x[57]*ones(5000) + sum(x)*unit(57, 5000))'"),
    (
        "X[57,58]*tr(X)",
        "X: matrix(100,100)",
        "X",
        "tr(X)*unit(58, 100)*unit(57, 100)' + X[57,58]*eye(100)",
    ),
    ("mean(x)", "x: vector(800)", "x", "ones(1, 800)/800"),
    ("x'*A*z", "x: vector(1000), A: matrix(1000,n), z: vector(n)", "x", "(A*z)'"),
];

#[test]
fn large_declared_sizes_are_compared_at_small_ones() {
    for (expression, declarations, by, text) in LARGE {
        let found = derived(expression, declarations, by, 1);
        assert_eq!(found.text(), *text);
        assert!(found.checked.smaller, "{expression}");
        attempt(expression, declarations, by, 1, Form::Operator).expect(expression);
    }
    // A rank stays below the sizes, so that the derivative of the distance is not that of 0.
    for (rank, smaller) in [(3, true), (12, false)] {
        let expression = format!("norm2(A - lowrank(A,{rank}))^2");
        let found = derived(&expression, "A: matrix(14,20)", "A", 1);
        assert_eq!(found.checked.smaller, smaller, "{expression}");
        assert!(found.checked.points <= 6, "{expression}: {:?}", found.checked);
    }
    assert!(!derived("sum(x)", "x: vector(4)", "x", 1).checked.smaller);
}

#[test]
fn sizes_that_cannot_be_small_are_compared_as_they_are_or_refused() {
    // Nothing tells how small sizes make 30*40 and 24*50 equal.
    let sizes = "A: matrix(30,40), B: matrix(24,50)";
    assert!(!derived("vec(A)'*vec(B)", sizes, "A", 1).checked.smaller);
    let sizes = "X: matrix(100,100), B: matrix(50,200)";
    assert_eq!(refusal("vec(X)'*vec(B)*inv(X)", sizes, "X"), "E0504");
}

#[test]
fn values_at_declared_sizes_are_those_at_sizes_from_data() {
    let rows = 12;
    let matrix: Vec<String> =
        (0..rows).map(|i| format!("{},{}", i as f64 * 0.5 - 2.0, (i * i) as f64 * 0.1)).collect();
    let text = format!("X=[{}]", matrix.join(";"));
    let mut given = data::read(&text).expect("a matrix");
    given.extend(data::read("w=[0.3,-0.7]").expect("a vector"));
    let entries = |declarations: &str| {
        let options = DeriveOptions {
            by: vec!["w".into()],
            declarations: declarations.into(),
            ..DeriveOptions::default()
        };
        let found = Session::global().eval("<domain>", "sum(tanh(X*w))", &given, &options);
        let found = found.unwrap_or_else(|failure| panic!("{:?}", failure.diagnostics()));
        found.derivatives[0].1.entries.clone()
    };
    let sizes: BTreeMap<&str, Vec<f64>> =
        ["", "X: matrix(12,2), w: vector(2)"].map(|text| (text, entries(text))).into();
    let both: Vec<&Vec<f64>> = sizes.values().collect();
    assert_eq!(both[0], both[1]);
}
