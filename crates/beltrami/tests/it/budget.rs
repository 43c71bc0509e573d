//! What would take too long or too much is counted and refused, and what is stopped ends without another result.

use std::collections::BTreeMap;

use beltrami::engine::exec::{EvalError, ExecError, Tensor, evaluate};
use beltrami::{DeriveOptions, Error, Form, Session, Stop};

/// A program whose lines each use the one before: `a1 = …a0…; …; result`.
fn tower(line: &str, levels: usize, result: &str) -> String {
    let lines = (1..=levels).map(|k| {
        let before = format!("a{}", k - 1);
        format!("a{k} = {}\n", line.replace('#', &before))
    });
    lines.chain([result.replace('#', &format!("a{levels}"))]).collect()
}

fn derived(text: &str, declarations: &str, stop: Stop) -> Result<String, Error> {
    let options = DeriveOptions {
        by: vec!["a0".into()],
        declarations: declarations.into(),
        stop,
        ..DeriveOptions::default()
    };
    let found = Session::global().derive("<expression>", text, &options)?;
    Ok(found[0].text())
}

fn code(outcome: &Result<String, Error>) -> &'static str {
    outcome
        .as_ref()
        .err()
        .and_then(|failure| failure.diagnostics().first())
        .map_or("", |d| d.code.id)
}

#[test]
fn repeated_squares_are_one_power() {
    for (declarations, line, result, expected) in [
        ("a0: scalar", "#*#", "#", "2048*a0^2047"),
        ("a0: vector(n)", "#.*#", "sum(#)", "2048*(a0.^2047)'"),
    ] {
        let found = derived(&tower(line, 11, result), declarations, Stop::default());
        assert_eq!(found.expect("it has a derivative"), expected);
    }
    let found = derived(&tower("#*#", 60, "#"), "a0: scalar", Stop::default());
    assert_eq!(found.expect("it has a derivative"), "1152921504606846976*a0^1152921504606846975");
}

#[test]
fn towers_that_share_no_factors_are_refused_by_a_count() {
    for (declarations, line, result) in [
        ("a0: matrix(n,n)", "#*#", "tr(#)"),
        ("a0: scalar", "sin(#)*#", "#"),
        ("a0: scalar", "(# + 1)*(# + 2)", "#"),
        ("a0: scalar", "#/(1 + #)", "#"),
        ("a0: scalar", "# + sin(#)", "#"),
    ] {
        for levels in [11, 60] {
            let found = derived(&tower(line, levels, result), declarations, Stop::default());
            assert_eq!(code(&found), "E0403", "{line} {levels} times: {found:?}");
        }
    }
}

#[test]
fn kronecker_products_are_counted_before_they_are_written_out() {
    let loaded = Session::global()
        .load("<expression>", "kron(kron(kron(X, X), X), X)", "X: matrix(10,10)", &[])
        .expect("it reads");
    let sizes: BTreeMap<&str, i64> = BTreeMap::new();
    let found = evaluate::<f64>(
        &loaded.program.graph,
        loaded.program.root,
        &|name| sizes.get(name).copied(),
        &|_| Some(Tensor::from_fn(10, 10, |_, _| 1.0)),
    );
    let Err(EvalError::Kernel { cause: ExecError::TooLarge { size }, .. }) = found else {
        panic!("10^8 numbers are refused");
    };
    assert!(size.contains("10000"), "{size}");
}

#[test]
fn what_is_stopped_ends_and_what_ends_is_not_changed() {
    let text = "sum(log(1 + exp(B*a0)))*norm2(a0)^2";
    let declarations = "B: matrix(m,n), a0: vector(n)";
    let stop = Stop::new();
    stop.stop();
    assert_eq!(code(&derived(text, declarations, stop)), "E0801");
    let whole = derived(text, declarations, Stop::default()).expect("it has a derivative");
    let (mut ended, mut checks) = (0, 1);
    while ended < 64 {
        let found = derived(text, declarations, Stop::after_checks(checks));
        match found {
            Ok(found) => {
                assert_eq!(found, whole, "{checks} checks");
                break;
            }
            Err(_) => assert_eq!(code(&found), "E0801", "{checks} checks"),
        }
        (ended, checks) = (ended + 1, checks + checks.div_ceil(4));
    }
    assert!(ended > 8, "a derivative that is stopped at {ended} places is hardly stopped in time");
}

#[test]
fn operators_are_stopped_too() {
    let options = DeriveOptions {
        by: vec!["X".into()],
        declarations: "X: matrix(n,n)".into(),
        form: Form::Operator,
        stop: Stop::after_checks(3),
        ..DeriveOptions::default()
    };
    let found = Session::global().derive("<expression>", "inv(X)*X'", &options);
    let found = found.err().expect("it is stopped");
    assert_eq!(found.diagnostics()[0].code.id, "E0801");
}
