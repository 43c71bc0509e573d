//! Conditions do not depend on how a function is spelled.

use std::collections::BTreeSet;

use beltrami::{DeriveOptions, Session};

/// Declarations, the variable, and spellings of one function.
const FUNCTIONS: &[(&str, &str, &[&str])] = &[
    ("", "a", &["1/a", "a^-1", "a^(-1)", "inv(a)"]),
    ("", "a", &["1/a^2", "a^-2", "(1/a)^2"]),
    ("", "a", &["sqrt(a)", "a^0.5", "a^(1/2)"]),
    ("", "a", &["1/sqrt(a)", "a^-0.5", "sqrt(a)^-1"]),
    ("", "a", &["a^b", "exp(b*log(a))"]),
    ("", "a", &["log(1/a)", "-log(a)"]),
    ("", "x", &["sum(ones(n)./x)", "sum(x.^-1)"]),
    ("", "x", &["sum(sqrt(x))", "sum(x.^0.5)"]),
    ("", "x", &["norm2(x)", "sqrt(x'*x)", "(x'*x)^0.5", "sqrt(sum(x.^2))", "sqrt(norm2(x)^2)"]),
    ("", "x", &["1/norm2(x)", "1/sqrt(x'*x)", "norm2(x)^-1", "(x'*x)^-0.5"]),
    ("", "x", &["x/norm2(x)", "x/sqrt(x'*x)"]),
    ("", "x", &["norm2(x)^2", "x'*x", "sum(x.^2)"]),
    ("", "x", &["norm2(x)^3", "(x'*x)^1.5"]),
    ("", "x", &["norm2(A*x - y)", "sqrt((A*x - y)'*(A*x - y))"]),
    (
        "",
        "x",
        &["relu(x)'*relu(x)", "sum(relu(x).^2)", "norm2(relu(x))^2", "sum(relu(x).*relu(x))"],
    ),
    ("", "x", &["sum(abs(x).^2)", "sum(x.*x)"]),
    ("A: matrix(n,n)", "A", &["inv(A)", "A^-1"]),
    ("A: matrix(n,n)", "A", &["tr(inv(A))", "tr(A^-1)", "tr(inv(A'))"]),
    ("A: spd(n)", "A", &["log(det(A))", "logdet(A)"]),
    ("", "X", &["sum(svdvals(X))", "normnuc(X)"]),
    ("", "a", &["max(0, a)^2", "relu(a)^2", "relu(a)*relu(a)"]),
    ("", "a", &["(max(a,b)-b)^2", "(a-min(a,b))^2", "relu(a-b)^2"]),
    ("", "a", &["(max(a,b)-b)*(max(a,c)-c)", "relu(a-b)*relu(a-c)"]),
    ("", "a", &["log(tan(a))/2", "log(sqrt(sin(a)/cos(a)))"]),
    ("x: vector(n)", "x", &["log(sum(x)/n)", "log(mean(x))"]),
    ("", "a", &["1/log(a^-2)", "-0.5/log(abs(a))"]),
    ("B: matrix(n,n)", "a", &["a/log(det(B'))", "a/(2*log(sqrt(det(B))))"]),
    ("", "a", &["a*log(cosine(x,y))", "-a*log(1/(x'*y/norm2(x)/norm2(y)))"]),
    ("x: vector(n)", "a", &["a*norm2(x.^0.5)^3", "a*(sqrt(x)'*sqrt(x))^1.5"]),
    ("A: matrix(n,n)", "A", &["log(sum(x.*(A*y).*x))", "log((x.*x)'*A*y)"]),
    ("x: vector(n) > 0", "x", &["sum(x.^0.5)", "sum(sqrt(x))", "sum(exp(log(x)/2))"]),
    ("a: scalar > 0", "a", &["1/a", "a^-1", "sqrt(a)^-2"]),
];

fn found(declarations: &str, expression: &str, by: &str) -> BTreeSet<String> {
    let options = DeriveOptions {
        by: vec![by.into()],
        declarations: declarations.into(),
        ..DeriveOptions::default()
    };
    match Session::global().derive("<spelling>", expression, &options) {
        Ok(all) => {
            let listed: Vec<&String> = all[0].conditions.all().collect();
            let set: BTreeSet<String> = listed.iter().map(|c| (*c).clone()).collect();
            assert_eq!(set.len(), listed.len(), "{expression} has a condition twice: {listed:?}");
            set
        }
        Err(failure) => panic!("{expression}: {:?}", failure.diagnostics()),
    }
}

#[test]
fn equal_functions_have_equal_conditions() {
    let mut wrong = Vec::new();
    for (declarations, by, spellings) in FUNCTIONS {
        let first = found(declarations, spellings[0], by);
        for other in &spellings[1..] {
            let own = found(declarations, other, by);
            if own != first {
                wrong.push(format!("{}: {first:?}\n  {other}: {own:?}", spellings[0]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a formula asks, and nothing that it does not.
#[test]
fn conditions_are_those_of_the_formula() {
    for (declarations, expression, by, conditions) in [
        ("A: matrix(3,3)", "det(a*A)", "a", &[][..]),
        ("A: matrix(n,n)", "det(a*A)", "a", &[]),
        ("X: matrix(3,3)", "det(X)", "X", &[]),
        ("A: matrix(n,n)", "inv(a*A) + inv(A)/a", "a", &["A is invertible", "a is not 0"]),
        ("A: matrix(n,n)", "1/det(A*A)", "A", &["A is invertible"]),
        ("", "norm2(x)^2*norm2(x)", "x", &[]),
        ("", "relu(a)^-1", "a", &["a > 0"]),
        ("", "log(det(inv(A)))", "A", &["det(A) > 0"]),
        ("", "a^3", "a", &[]),
        ("", "a^1.5", "a", &["a >= 0"]),
        ("", "norm2(x)^3", "x", &[]),
        ("", "relu(x)'*relu(x)", "x", &[]),
        ("", "norm2(x)", "x", &["x is not 0"]),
        ("", "arcsin(a)", "a", &["abs(a) < 1"]),
        ("", "sum(svdvals(X).^2)", "X", &[]),
        ("", "relu(a)*a", "a", &[]),
        ("", "log1p(a)", "a", &["a > -1"]),
        ("", "tan(a)", "a", &["cos(a) is not 0"]),
        ("", "log(tan(a))", "a", &["cos(a) is not 0", "tan(a) > 0"]),
        ("", "max(a, -a)", "a", &["a is not 0"]),
        ("", "max(2*b, 2*a)", "a", &["a is not b"]),
        ("", "1/(1/a + 1/b)", "a", &["a is not 0", "b is not 0", "a + b is not 0"]),
        ("A: spd(n)", "sum(invroot(A, 2))", "A", &[]),
        ("A: matrix(n,n)", "norm2(inv(A)*x)", "x", &["A is invertible", "x is not 0"]),
        ("", "softmax(x)", "x", &[]),
        ("", "log(1 + exp(a))", "a", &[]),
        ("", "sigmoid(a)/(1 + a^2)", "a", &[]),
        ("x: vector(n)", "1/(a*(y'*x)) + 1/(x'*y)", "x", &["a is not 0", "x'*y is not 0"]),
        ("", "sum(x./(y.*z))", "x", &["no entry of y is 0", "no entry of z is 0"]),
    ] {
        let wanted: BTreeSet<String> = conditions.iter().map(|c| String::from(*c)).collect();
        assert_eq!(found(declarations, expression, by), wanted, "{expression}");
    }
}

/// A polynomial has a polynomial for a derivative.
#[test]
fn the_determinant_of_a_multiple_is_a_power_of_the_factor() {
    for (declarations, derivative) in
        [("A: matrix(3,3)", "3*c^2*det(A)"), ("A: matrix(n,n)", "n*det(A)*c^(n - 1)")]
    {
        let options = DeriveOptions {
            by: vec!["c".into()],
            declarations: declarations.into(),
            ..DeriveOptions::default()
        };
        let all = Session::global().derive("<spelling>", "det(c*A)", &options);
        assert_eq!(all.expect("a derivative")[0].text(), derivative);
    }
}

/// What a program says in a few lines has conditions of a few lines.
#[test]
fn conditions_of_long_programs_are_short() {
    for (step, last) in [
        ("inv(B{})*B{} + A", 60),
        // Written out, each line is twice as long as the one before.
        ("inv(B{})*A*B{} + A", 14),
    ] {
        let mut program = "B0 = inv(A)*A".to_string();
        for k in 1..last {
            let value = step.replace("{}", &(k - 1).to_string());
            program.push_str(&format!("\nB{k} = {value}"));
        }
        program.push_str(&format!("\ntr(B{})", last - 1));
        let conditions = found("A: matrix(n,n)", &program, "A");
        let length: usize = conditions.iter().map(String::len).sum();
        // A condition a line, none longer than the line itself or what is written out.
        assert!(length < 1000 * last, "{length} bytes for {step}: {conditions:?}");
        assert!(conditions.iter().all(|one| !one.contains('\u{27e8}')), "{conditions:?}");
    }
}
