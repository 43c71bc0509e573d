//! What `beltrami roots --start`, `beltrami jacobian` and `beltrami taylor` claim, on cases from the trackers of other
//! programs and from textbooks.

use crate::command::beltrami;
use serde_json::Value;

/// Words between blanks; between apostrophes blanks count.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("one word at least").push(c),
        }
    }
    words
}

/// Every number that a field of the result holds, in order.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        value => value.as_f64().into_iter().collect(),
    }
}

#[test]
fn every_row_claims_what_is_so() {
    let mut rows = 0;
    for row in include_str!("../claims/roots.tsv").lines().filter(|row| !row.starts_with('#')) {
        let [source, run, code, checks, said, unsaid] = row.split('\t').collect::<Vec<_>>()[..]
        else {
            panic!("{row}");
        };
        let arguments = words(run);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let shown = beltrami(&arguments);
        assert_eq!(shown.code.to_string(), code, "{source}: {run}: {shown:?}");
        let all = format!("{}\n{}", shown.out, shown.err);
        for words in said.split('|').filter(|words| !words.is_empty()) {
            assert!(all.contains(words), "{source}: {run}: `{words}` is not said in {all}");
        }
        for words in unsaid.split('|').filter(|words| !words.is_empty()) {
            assert!(!all.contains(words), "{source}: {run}: `{words}` is said in {all}");
        }
        rows += 1;
        if checks.is_empty() {
            continue;
        }
        let found = beltrami(&[&arguments[..], &["--json"]].concat()).json();
        for check in checks.split('|') {
            let (field, expected) = check.split_once('=').expect("field=value");
            if let Some((expected, tolerance)) = expected.split_once('~') {
                let tolerance: f64 = tolerance.parse().expect("a tolerance");
                let is = numbers(&found[field]);
                let expected: Vec<f64> =
                    expected.split(',').map(|x| x.parse().expect("a number")).collect();
                assert_eq!(is.len(), expected.len(), "{source}: {run}: {field} of {found}");
                for (is, expected) in is.iter().zip(&expected) {
                    // Relative, and absolute for zeros.
                    let size = if *expected == 0.0 { 1.0 } else { expected.abs() };
                    let gap = (is - expected).abs();
                    assert!(
                        gap <= tolerance * size,
                        "{source}: {run}: {field} is {is}, not {expected}"
                    );
                }
            } else {
                let is = found[field].as_str().map_or(found[field].to_string(), str::to_owned);
                assert_eq!(is, expected, "{source}: {run}: {field}");
            }
        }
    }
    assert!(rows > 50, "{rows}");
}
