//! What `beltrami minimize` says is so: commands with the right answer or the right refusal.

use crate::command::beltrami;

/// The words of a command line, of which those in single quotes may hold blanks.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (k, piece) in line.split('\'').enumerate() {
        match k % 2 {
            0 => words.extend(piece.split_whitespace().map(str::to_owned)),
            _ => words.push(piece.to_owned()),
        }
    }
    words
}

#[test]
fn every_claim_of_minimize_is_true() {
    let table = include_str!("../claims/minimize.tsv");
    let mut wrong = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [source, arguments, exit, status, values, tolerance, must, must_not] = columns[..]
        else {
            panic!("eight columns are needed: {line}");
        };
        let arguments = words(arguments);
        let mut all = vec!["minimize", "--json"];
        all.extend(arguments.iter().map(String::as_str));
        let done = beltrami(&all);
        let json = done.json();
        let reason = json["reason"].as_str().unwrap_or_default();
        let mut faults = Vec::new();
        if done.code.to_string() != exit || json["status"] != status {
            faults.push(format!("{} and {}", done.code, json["status"]));
        }
        if !reason.contains(must) || (!must_not.is_empty() && reason.contains(must_not)) {
            faults.push("its words".into());
        }
        for pair in values.split(',').filter(|pair| !pair.is_empty()) {
            let (name, expected) = pair.split_once('=').expect("a name and its value");
            let found = if name == "f" { &json["f"] } else { &json["x"][name] };
            let (found, expected) =
                (found.as_f64().expect("a number"), expected.parse::<f64>().expect("a number"));
            let tolerance: f64 = tolerance.parse().expect("a number");
            let size = if expected == 0.0 { 1.0 } else { expected.abs() };
            if (found - expected).abs() > tolerance * size {
                faults.push(format!("{name} = {found:e}"));
            }
        }
        let why = json["why"].as_str().unwrap_or_default();
        if !must_not.is_empty() && why.contains(must_not) {
            faults.push(format!("the choice: {why}"));
        }
        if !faults.is_empty() {
            wrong.push(format!("{source}, {}: {}; {reason}", arguments[0], faults.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
