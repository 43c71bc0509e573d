//! What is refused at data names a condition that is shown with the derivative.

use beltrami::data::{Given, read};
use beltrami::minimize::MinimizeOptions;
use beltrami::{DeriveOptions, Error, Session, SystemOptions};

/// Declarations, an expression, the variable, and data at which it has no derivative.
const REFUSED: &[(&str, &str, &str, &[&str])] = &[
    ("", "1/a", "a", &["a=0"]),
    ("", "a^-2", "a", &["a=0"]),
    ("", "sqrt(a)", "a", &["a=0"]),
    ("", "sqrt(a)", "a", &["a=-1"]),
    ("", "a^0.5", "a", &["a=0"]),
    ("", "a^b", "a", &["a=-1", "b=0.5"]),
    ("", "log(a)", "a", &["a=0"]),
    ("", "log(a)", "a", &["a=-1"]),
    ("", "log(1 - a^2)", "a", &["a=1"]),
    ("", "1/(a - b)", "a", &["a=1", "b=1"]),
    ("", "cos(a)/a", "a", &["a=0"]),
    ("", "sqrt(a)/b", "a", &["a=1", "b=0"]),
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
    ("", "sum(lowrank(X, 1))", "X", &["X=[0, 0; 0, 0]"]),
    ("", "sum(svdvals(X).^3)", "X", &["X=[1, 0; 0, 1]"]),
    ("", "log1p(a)", "a", &["a=-1"]),
    ("", "cosine(x, y)", "x", &["x=[1, 0]", "y=[0, 0]"]),
    ("x: vector(n)", "softmax(x/norm2(x))", "x", &["x=[0, 0]"]),
    ("A: symmetric(n)", "sum(invroot(A, 2))", "A", &["A=[1, 0; 0, -1]"]),
    ("A: symmetric(n)", "sum(vmax(A))", "A", &["A=[1, 0; 0, 1]"]),
    ("", "sum(topdyad(X))", "X", &["X=[1, 0; 0, 1]"]),
    ("A: symmetric(n)", "lmax(A)", "A", &["A=[1, 0; 0, 1]"]),
];

/// The same where the formula has a value of its own at a kink, and expansions have none.
const KINKS: &[(&str, &str, &str, &[&str])] = &[
    ("", "abs(a)", "a", &["a=0"]),
    ("", "relu(a - b)", "a", &["a=1", "b=1"]),
    ("", "max(a, b)", "a", &["a=1", "b=1"]),
    ("", "a*(a > b)", "a", &["a=1", "b=1"]),
    ("", "where(a <= 1, a, 2 - a)", "a", &["a=1"]),
    ("", "min(a, 0)", "a", &["a=0"]),
    ("x: vector(2)", "norm1(x)", "x", &["x=[0, 1]"]),
];

/// What computes at data, and how it refuses.
type Way = (&'static str, fn(&Row, &[Given]) -> Result<(), Error>);

struct Row {
    expression: &'static str,
    by: &'static str,
    options: DeriveOptions,
}

impl Row {
    /// The other names as data, the variable as the point.
    fn system(&self, given: &[Given]) -> (SystemOptions, Vec<f64>) {
        let (at, data): (Vec<Given>, Vec<Given>) =
            given.iter().cloned().partition(|one| one.name == self.by);
        let at: Vec<f64> = at.into_iter().flat_map(|one| one.array.into_f64()).collect();
        let options = SystemOptions {
            unknowns: vec![self.by.into()],
            declarations: self.options.declarations.clone(),
            data,
            entries: Some(at.len()),
            matrices: true,
            seed: 1,
            ..SystemOptions::default()
        };
        (options, at)
    }
}

const WAYS: &[Way] = &[
    ("eval", |row, given| {
        Session::global().eval("<row>", row.expression, given, &row.options).map(|_| ())
    }),
    ("operator", |row, given| {
        Session::global().operator("<row>", row.expression, given, &row.options).map(|_| ())
    }),
    ("minimize", |row, given| {
        let (start, data) = given.iter().cloned().partition(|one| one.name == row.by);
        let options = MinimizeOptions {
            over: vec![row.by.into()],
            declarations: row.options.declarations.clone(),
            start,
            data,
            seed: 1,
            ..MinimizeOptions::default()
        };
        Session::global().minimize("<row>", row.expression, options, &mut |_| true).map(|_| ())
    }),
    ("jacobian", |row, given| {
        let (options, at) = row.system(given);
        Session::global().linearisation("<row>", row.expression, &options, &at).map(|_| ())
    }),
    ("taylor", |row, given| {
        let (options, at) = row.system(given);
        Session::global().expansion("<row>", row.expression, &options, &at, 2).map(|_| ())
    }),
];

#[test]
fn every_refusal_at_data_names_a_shown_condition() {
    let mut wrong = Vec::new();
    let mut refusals = vec![0; WAYS.len()];
    let rows = REFUSED.iter().map(|row| (row, false)).chain(KINKS.iter().map(|row| (row, true)));
    for ((declarations, expression, by, data), kink) in rows {
        let options = DeriveOptions {
            by: vec![String::from(*by)],
            declarations: String::from(*declarations),
            ..DeriveOptions::default()
        };
        let given: Vec<_> = data.iter().flat_map(|text| read(text).expect("data reads")).collect();
        let derived = Session::global().derive("<refusal>", expression, &options);
        let shown: Vec<String> =
            derived.expect("a derivative")[0].conditions.all().cloned().collect();
        let row = Row { expression, by, options };
        for ((way, run), count) in WAYS.iter().zip(&mut refusals) {
            let failure = match run(&row, &given) {
                Err(failure) => failure,
                // A search may start where there is no derivative, as it leaves from there.
                Ok(()) if *way == "minimize" || kink && matches!(*way, "eval" | "operator") => {
                    continue;
                }
                Ok(()) => {
                    wrong.push(format!("{way}: {expression} at {data:?} has a derivative"));
                    continue;
                }
            };
            let text = &failure.diagnostics()[0].message;
            // A matrix has no expansion, and a vector no minimum.
            if !failure.diagnostics()[0].code.id.starts_with("E05") {
                continue;
            }
            *count += 1;
            if !shown.iter().any(|condition| text.contains(condition.as_str())) {
                wrong.push(format!("{way}: {expression} at {data:?}: {text}\n  shown: {shown:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(refusals.iter().all(|count| *count > 4), "{refusals:?}");
}

/// Equal entries share the weight of a maximum, which is a derivative where they stay equal.
#[test]
fn largest_entries_that_meet_are_named() {
    for (expression, data, kink) in [
        ("norminf(x)", "x=[1, -1]", true),
        ("norminf(x)", "x=[1, -2]", false),
        ("norminf(x)", "x=[0, 0]", true),
        ("norminf([x; x])", "x=[1, -2]", false),
        ("sum(argmax(x).*x)", "x=[3, 3]", true),
        ("sum(argmax(x).*x)", "x=[3, -3]", false),
    ] {
        let options = DeriveOptions {
            by: vec!["x".into()],
            declarations: "x: vector(n)".into(),
            ..DeriveOptions::default()
        };
        let given = read(data).expect("data reads");
        let found = Session::global().eval("<largest>", expression, &given, &options);
        let found = found.unwrap_or_else(|f| panic!("{expression}: {:?}", f.diagnostics()));
        let told = found.warnings.iter().any(|w| w.message.contains("not differentiable at this"));
        assert_eq!(told, kink, "{expression} at {data}: {:?}", found.warnings);
    }
}
