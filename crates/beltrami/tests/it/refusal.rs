//! What is refused at data names a condition that is shown with the derivative.

use beltrami::data::read;
use beltrami::{DeriveOptions, Session};

/// Declarations, an expression, the variable, and data at which it has no derivative.
const REFUSED: &[(&str, &str, &str, &[&str])] = &[
    ("", "1/a", "a", &["a=0"]),
    ("", "a^-2", "a", &["a=0"]),
    ("", "sqrt(a)", "a", &["a=0"]),
    ("", "sqrt(a)", "a", &["a=-1"]),
    ("", "a^0.5", "a", &["a=0"]),
    ("", "a^b", "a", &["a=-1", "b=0.5"]),
    ("", "log(a)", "a", &["a=0"]),
    ("", "log(a - b)", "a", &["a=1", "b=1"]),
    ("", "arcsin(a)", "a", &["a=1"]),
    ("", "arccos(a)", "a", &["a=2"]),
    ("", "norm2(x)", "x", &["x=[0, 0]"]),
    ("", "x/norm2(x)", "x", &["x=[0, 0]"]),
    ("", "sqrt(x'*x)", "x", &["x=[0, 0]"]),
    ("", "norm2(A*x - y)", "x", &["A=[1, 0; 0, 1]", "x=[1, 2]", "y=[1, 2]"]),
    ("x: vector(n), y: vector(n)", "sum(x./y)", "x", &["x=[1, 1]", "y=[0, 1]"]),
    ("x: vector(n)", "sum(log(x))", "x", &["x=[1, 0]"]),
    ("A: matrix(n,n)", "inv(A)", "A", &["A=[1, 2; 2, 4]"]),
    ("A: matrix(n,n)", "sum(A^-1)", "A", &["A=[1, 2; 2, 4]"]),
    ("A: matrix(n,n)", "logdet(A)", "A", &["A=[1, 2; 2, 4]"]),
    ("A: matrix(n,n)", "1/det(A)", "A", &["A=[1, 2; 2, 4]"]),
    ("A: matrix(n,n)", "log(det(A))", "A", &["A=[0, 1; 1, 0]"]),
    ("A: matrix(n,n)", "sum(logm(A))", "A", &["A=[-1, 0; 0, 1]"]),
    ("A: matrix(n,n)", "sum(sqrtm(A))", "A", &["A=[-1, 0; 0, 1]"]),
    ("", "sum(mclip(X, 0, 1))", "X", &["X=[1, 0; 0, 2]"]),
    ("", "sum(pinv(X))", "X", &["X=[1, 1; 1, 1]"]),
    ("", "normnuc(X)", "X", &["X=[1, 1; 1, 1]"]),
    ("", "normspec(X)", "X", &["X=[1, 0; 0, 1]"]),
    ("", "svdvals(X)", "X", &["X=[1, 0; 0, 1]"]),
    ("", "sum(msign(X))", "X", &["X=[1, 1; 1, 1]"]),
    ("", "sum(lowrank(X, 1))", "X", &["X=[1, 0; 0, 1]"]),
    ("A: symmetric(n)", "lmax(A)", "A", &["A=[1, 0; 0, 1]"]),
];

#[test]
fn every_refusal_at_data_names_a_shown_condition() {
    let mut wrong = Vec::new();
    for (declarations, expression, by, data) in REFUSED {
        let options = DeriveOptions {
            by: vec![String::from(*by)],
            declarations: String::from(*declarations),
            ..DeriveOptions::default()
        };
        let given: Vec<_> = data.iter().flat_map(|text| read(text).expect("data reads")).collect();
        let derived = Session::global().derive("<refusal>", expression, &options);
        let shown: Vec<String> =
            derived.expect("a derivative")[0].conditions.all().cloned().collect();
        match Session::global().eval("<refusal>", expression, &given, &options) {
            Ok(_) => wrong.push(format!("{expression} at {data:?} has a derivative")),
            Err(failure) => {
                let text = &failure.diagnostics()[0].message;
                if !shown.iter().any(|condition| text.contains(condition.as_str())) {
                    wrong.push(format!("{expression} at {data:?}: {text}\n  shown: {shown:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
