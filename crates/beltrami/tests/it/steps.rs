//! Derivations: every line of every derivation has the value of the line above it, and some of them read as they should.

use crate::replay::at_random_points;
use crate::table::{Row, further_rows, rows};
#[allow(dead_code, reason = "what a table expects as a derivative is for other tests")]
use beltrami::steps::render;
use beltrami::{DeriveOptions, Form, Layout, Session, Symmetric};

/// Rows without a derivation, each with the reason.
const UNAVAILABLE: [(&str, &str); 0] = [];

#[test]
fn every_line_of_every_derivation_has_the_value_of_the_one_above() {
    all_replay(rows());
}

#[test]
fn every_line_of_every_further_derivation_has_the_value_of_the_one_above() {
    all_replay(further_rows());
}

fn all_replay(rows: Vec<Row>) {
    let mut wrong = Vec::new();
    let (mut derivations, mut lines) = (0, 0);
    for row in rows.into_iter().filter(|row| !row.is_negative()) {
        let unavailable = UNAVAILABLE.iter().find(|(id, _)| *id == row.id);
        match (replayed(&row.expression, &row.options()), unavailable) {
            (Ok(_), Some(_)) => {
                wrong.push(format!("{}: listed as unavailable, and it is not", row.id))
            }
            (Ok(count), None) => {
                derivations += 1;
                lines += count;
            }
            (Err(_), Some(_)) => {}
            (Err(reason), None) => wrong.push(format!(
                "{}  {}  by {}\n    {reason}",
                row.id,
                row.expression,
                row.by.join(",")
            )),
        }
    }
    eprintln!("{derivations} derivations, {lines} lines");
    assert!(wrong.is_empty(), "{} rows fail:\n{}", wrong.len(), wrong.join("\n"));
}

/// Forms, orders and structures that the tables have little of: expression, variables, declarations, order.
const MORE: [(&str, &str, &str, usize); 24] = [
    ("x'*A*x", "x", "", 2),
    ("norm2(A*x - y)^3", "x", "", 2),
    ("logdet(X)", "X", "X: matrix(n,n)", 2),
    ("sum(log(x))", "x", "x: vector(n) > 0", 3),
    ("sum(sin(A*x))", "A,x", "", 2),
    ("tr(X'*A*X*B)", "X", "X: matrix(m,n), A: matrix(m,m), B: matrix(n,n)", 1),
    ("logdet(X) + tr(A*X)", "X", "X: symmetric(n), A: matrix(n,n)", 1),
    ("tr(A*X*X)", "X", "X: skew(n), A: matrix(n,n)", 1),
    ("tr(A*X)^2", "X", "X: orthogonal(n), A: matrix(n,n)", 1),
    ("norm2(X*a0)^2", "X", "X: lower(n), a0: vector(n)", 1),
    ("norm2(X*a0)^2", "X", "X: upper(n), a0: vector(n)", 1),
    ("norm2(X*a0)^2", "X", "X: diagonal(n), a0: vector(n)", 1),
    ("inv(X)*y", "X", "X: symmetric(n), y: vector(n)", 1),
    ("inv(X)", "X", "X: matrix(n,n)", 1),
    ("X*X", "X", "X: matrix(n,n)", 2),
    ("softmax(A*x)", "x", "", 1),
    ("softmax(x)", "x", "", 2),
    ("x*x'", "x", "", 1),
    ("a^x0", "x0", "a: scalar > 0, x0: scalar", 2),
    ("A.^B", "B", "A: matrix(m,n) > 0, B: matrix(m,n)", 1),
    ("max(A*x, y)'*sign(x)", "x", "", 1),
    ("[x; A*x]'*[x; y]", "x", "", 1),
    ("kron(X, B)*vec(A*X)", "X", "X: matrix(m,n), B: matrix(m,m), A: matrix(m,m)", 1),
    ("r*A*r'", "r", "r: row(n), A: matrix(n,n)", 2),
];

#[test]
fn every_form_and_structure_replays() {
    let mut wrong = Vec::new();
    for (expression, by, declarations, order) in MORE {
        let mut derived = 0;
        for form in [Form::Matrix, Form::Kron, Form::Index, Form::Operator] {
            for layout in [Layout::Numerator, Layout::Denominator] {
                for symmetric in [Symmetric::Frobenius, Symmetric::Free] {
                    let options = DeriveOptions {
                        by: by.split(',').map(str::to_string).collect(),
                        order: Some(order),
                        declarations: declarations.into(),
                        layout,
                        form,
                        symmetric,
                        ..DeriveOptions::default()
                    };
                    if Session::global().derive("<test>", expression, &options).is_err() {
                        continue;
                    }
                    derived += 1;
                    if let Err(reason) = replayed(expression, &options) {
                        wrong.push(format!("{expression} by {by} {order} {form:?} {layout:?} {symmetric:?}: {reason}"));
                    }
                }
            }
        }
        if derived == 0 {
            wrong.push(format!("{expression} by {by}: no derivative"));
        }
    }
    assert!(wrong.is_empty(), "{} fail:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_wrong_line_is_noticed() {
    let options = DeriveOptions { by: vec!["x".into()], ..DeriveOptions::default() };
    let derivation = Session::global()
        .derive("<test>", "norm2(A*x - y)^2", &options)
        .expect("a derivative")
        .remove(0);
    let mut replay = derivation.replay(Session::global()).expect("a derivation");
    for place in 0..replay.stages[0].lines.len() {
        let mut stage = replay.stages[0].clone();
        let two = replay.graph.int(2);
        stage.lines[place].expr =
            replay.graph.scale(two, stage.lines[place].expr).expect("a multiple");
        assert!(at_random_points(&replay, &stage, &derivation).is_err(), "line {place}");
    }
}

fn replayed(expression: &str, options: &DeriveOptions) -> Result<usize, String> {
    let session = Session::global();
    let message = |failure: beltrami::Error| {
        failure.diagnostics().iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("; ")
    };
    let mut derived = session.derive("<expression>", expression, options).map_err(message)?;
    let derivation = derived.remove(0);
    let written = derivation.steps(session).map_err(message)?;
    let replay = derivation.replay(session).map_err(message)?;
    let last = written.last().ok_or("no lines")?;
    if last.expr != derivation.text() || last.rule != "identification" {
        return Err(format!("the last line is not the derivative: {last:?}"));
    }
    let private = |text: &str| text.chars().any(|c| u32::from(c) >= 0xE000);
    if let Some(step) = written
        .iter()
        .find(|step| private(&step.expr) || private(&step.latex) || step.rule.is_empty())
    {
        return Err(format!("not written out: {step:?}"));
    }
    for stage in &replay.stages {
        if stage.lines.len() > 42 {
            return Err(format!("{} lines", stage.lines.len()));
        }
        at_random_points(&replay, stage, &derivation)
            .map_err(|reason| format!("{reason}\n{}", render(&written)))?;
    }
    Ok(written.len())
}

fn written(expression: &str, by: &str, declarations: &str, order: usize, form: Form) -> String {
    let options = DeriveOptions {
        by: vec![by.into()],
        order: Some(order),
        declarations: declarations.into(),
        form,
        ..DeriveOptions::default()
    };
    let derived = Session::global().derive("<test>", expression, &options).expect("a derivative");
    render(&derived[0].steps(Session::global()).expect("a derivation"))
}

/// Compared with `data/steps.txt`, which is replaced when the variable `BELTRAMI_BLESS` is set.
#[test]
fn derivations_read_as_they_should() {
    let mut all = String::new();
    for (expression, by, declarations, order, form) in [
        ("norm2(A*x - y)^2", "x", "", 1, Form::Matrix),
        ("logdet(X)", "X", "X: matrix(n,n)", 1, Form::Matrix),
        ("tr(A*X*B)", "X", "A: matrix(p,m), X: matrix(m,n), B: matrix(n,p)", 1, Form::Matrix),
        ("-y'*log(softmax(A*x))", "x", "", 1, Form::Matrix),
        ("x'*A*x/(x'*x)", "x", "A: symmetric(n)", 1, Form::Matrix),
        ("logsumexp(A*x)", "x", "", 2, Form::Matrix),
        ("tr(A*inv(X))", "X", "X: symmetric(n), A: matrix(n,n)", 1, Form::Matrix),
        ("A*X*B", "X", "A: matrix(p,m), X: matrix(m,n), B: matrix(n,q)", 1, Form::Matrix),
        ("logdet(X)", "X", "X: matrix(n,n)", 2, Form::Operator),
    ] {
        let text = written(expression, by, declarations, order, form);
        all.push_str(&format!("# {expression} by {by}\n{text}\n"));
    }
    if std::env::var_os("BELTRAMI_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/steps.txt");
        std::fs::write(path, &all).expect("the file is written");
        return;
    }
    assert_eq!(all, include_str!("../data/steps.txt"), "\n{all}");
}

#[test]
fn differentials_are_written_in_latex() {
    let options = DeriveOptions { by: vec!["x".into()], ..DeriveOptions::default() };
    let session = Session::global();
    let derivation =
        session.derive("<test>", "norm2(A*x - y)^2", &options).expect("a derivative").remove(0);
    let steps = derivation.steps(session).expect("a derivation");
    assert!(steps[2].latex.contains(r"\,\mathrm{d}\left(\left\"), "{}", steps[2].latex);
    assert!(steps[7].latex.ends_with(r"^{\top}\,A\,\mathrm{d}{x}"), "{}", steps[7].latex);
}
