//! Published problems: minima that are known, and fits that are certified to eleven digits.

use beltrami::Session;
use beltrami::data::{Array, Given};
use beltrami::minimize::{MinimizeOptions, Minimum};
use beltrami::solve::minimize::Status;
use serde_json::Value;

fn table(text: &str, key: &str) -> Vec<Value> {
    let value: Value = serde_json::from_str(text).expect("the file is JSON");
    value[key].as_array().expect("a list").clone()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn given(name: &str, entries: Vec<f64>, scalar: bool) -> Given {
    let axes = if scalar { Vec::new() } else { vec![entries.len()] };
    let array = Array { axes, entries, literal: true, tolerance: 1e-10 };
    Given { name: name.into(), array, named: true }
}

/// Minimises over scalars of these names.
fn minimum(objective: &str, names: &[String], start: &[f64], data: Vec<Given>) -> Minimum {
    let mut declarations: Vec<String> =
        names.iter().map(|name| format!("{name}: scalar")).collect();
    declarations.extend(data.iter().map(|one| format!("{}: vector(n)", one.name)));
    let options = MinimizeOptions {
        over: names.to_vec(),
        declarations: declarations.join("\n"),
        start: names.iter().zip(start).map(|(name, x)| given(name, vec![*x], true)).collect(),
        data,
        seed: 1,
        ..MinimizeOptions::default()
    };
    let found = Session::global().minimize("<test>", objective, &options, &mut |_| true);
    found.unwrap_or_else(|failure| panic!("{objective}: {:?}", failure.diagnostics))
}

fn names(letter: char, count: usize) -> Vec<String> {
    (1..=count).map(|k| format!("{letter}{k}")).collect()
}

/// Runs the problems of Moré, Garbow and Hillstrom from multiples of their starts; counts those that end at a known minimum,
/// and names those whose status says otherwise.
fn more_garbow_hillstrom(scale: f64) -> (usize, Vec<String>) {
    let (mut reached, mut wrong) = (0, Vec::new());
    for problem in table(include_str!("data/mgh.json"), "problems") {
        let name = problem["name"].as_str().expect("a name");
        let start: Vec<f64> = numbers(&problem["start"]).iter().map(|x| scale * x).collect();
        let residuals = problem["residuals"].as_array().expect("a list");
        let squares: Vec<String> =
            residuals.iter().map(|r| format!("({})^2", r.as_str().expect("text"))).collect();
        let found = minimum(&squares.join(" + "), &names('x', start.len()), &start, Vec::new());
        let known = problem["minimum"].as_f64().expect("a number");
        // The digits that are published, and zero to the square of the usual tolerance of residuals.
        let is = |minimum: f64| {
            let slack = if minimum == 0.0 { 1e-10 } else { 1e-6 * minimum };
            (found.outcome.value - minimum).abs() <= slack
        };
        let known = is(known) || numbers(&problem["others"]).into_iter().any(is);
        reached += usize::from(known);
        if known != (found.outcome.status == Status::Converged) {
            wrong.push(format!(
                "{name} from {scale} times the start: {} at {}",
                found.outcome.status.name(),
                found.outcome.value
            ));
        }
    }
    (reached, wrong)
}

#[test]
fn published_minima_are_reached_from_the_standard_start_and_said_to_be() {
    let (reached, wrong) = more_garbow_hillstrom(1.0);
    assert!(reached >= 50, "{reached} of 51; {wrong:?}");
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn certified_fits_are_found_to_six_digits_from_both_starts() {
    for set in table(include_str!("data/nist.json"), "sets") {
        let certified = numbers(&set["certified"]);
        let data = || {
            let columns = set["data"].as_object().expect("columns");
            columns.iter().map(|(name, column)| given(name, numbers(column), false)).collect()
        };
        for start in set["starts"].as_array().expect("a list") {
            let objective = set["objective"].as_str().expect("text");
            let names = names('b', certified.len());
            let found = minimum(objective, &names, &numbers(start), data());
            for ((name, value), certified) in found.unknowns.iter().zip(&certified) {
                let error = (value.entries[0] - certified).abs() / certified.abs();
                assert!(error <= 1e-6, "{} from {start}: {name} {error:e}", set["name"]);
            }
            assert_eq!(found.outcome.status, Status::Converged, "{} from {start}", set["name"]);
        }
    }
}
