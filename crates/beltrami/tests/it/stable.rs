//! Values and derivatives keep their digits where expressions as they are written lose them, or leave the numbers.
//!
//! `data/stable.tsv` has values and two derivatives of functions of one number, `data/stable_vectors.tsv` entries of values and
//! derivatives of functions of a column, to 20 digits; computed by mpmath 1.3 with 1000 digits, derivatives as central
//! differences of step 1e-150.

use beltrami::data;
use beltrami::{DeriveOptions, Evaluation, Form, Problem, Session};

/// Some dozen operations, each within one unit in the last place or two.
const TOLERANCE: f64 = 2e-14;
/// Smaller than this is as good as zero: it has fewer digits than other numbers.
const TINY: f64 = 1e-300;

fn evaluated(expression: &str, given: &str, order: usize) -> Result<Evaluation, String> {
    let by = given.split('=').next().unwrap_or(given);
    let options = DeriveOptions {
        by: vec![by.into()],
        order: Some(order),
        form: Form::Index,
        ..DeriveOptions::default()
    };
    let data = data::read(given).expect("numbers");
    Session::global()
        .eval("<stable>", expression, &data, &options)
        .map_err(|failure| failure.diagnostics()[0].message.clone())
}

/// What is wrong with numbers.
fn compare(what: &str, found: &[f64], wanted: &[&str]) -> Vec<String> {
    if found.len() != wanted.len() {
        return vec![format!("{what}: {} numbers for {}", found.len(), wanted.len())];
    }
    let pairs = found.iter().zip(wanted).map(|(own, wanted)| {
        let wanted: f64 = wanted.parse().expect("a number");
        ((own - wanted).abs() > TOLERANCE * wanted.abs() + TINY)
            .then(|| format!("{what}: {own:e} for {wanted:e}"))
    });
    pairs.flatten().collect()
}

fn none_wrong(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} numbers are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn values_and_derivatives_keep_their_digits() {
    let mut wrong = Vec::new();
    for row in include_str!("../data/stable.tsv").lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [expression, a, value, first, second] = cells[..] else { panic!("{row}") };
        for (order, wanted) in [(1, first), (2, second)] {
            match evaluated(expression, &format!("a={a}"), order) {
                Ok(found) => {
                    let what = format!("{expression} at {a}");
                    let derivative = &found.derivatives[0].1.entries;
                    wrong.extend(compare(&what, &found.value.entries, &[value]));
                    wrong.extend(compare(&format!("{what}, order {order}"), derivative, &[wanted]));
                }
                Err(reason) => wrong.push(format!("{expression} at {a}, order {order}: {reason}")),
            }
        }
    }
    none_wrong(&wrong);
}

#[test]
fn every_entry_of_an_array_keeps_its_digits() {
    let mut wrong = Vec::new();
    for row in include_str!("../data/stable_vectors.tsv").lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [expression, x, order, entries] = cells[..] else { panic!("{row}") };
        let wanted: Vec<&str> = entries.split(' ').collect();
        let order: usize = order.parse().expect("a number");
        match evaluated(expression, &format!("x={x}"), order.max(1)) {
            Ok(found) => {
                let own = if order == 0 { &found.value } else { &found.derivatives[0].1 };
                let what = format!("{expression} at {x}, order {order}");
                wrong.extend(compare(&what, &own.entries, &wanted));
            }
            Err(reason) => wrong.push(format!("{expression} at {x}, order {order}: {reason}")),
        }
    }
    none_wrong(&wrong);
}

/// Expressions and points at which they have no value, which a form that cancels or divides would give them.
const UNDEFINED: [(&str, f64); 18] = [
    ("log(exp(a) - 1)", -2.0),
    ("log(1 - exp(a))", 2.0),
    ("log(sinh(a))", -3.0),
    ("log(tanh(a))", -0.3),
    ("log(1 - 2*sigmoid(a))", 3.0),
    ("log((1 + a)/(1 - a))", 3.0),
    ("log(a + 1) - log(a)", -3.0),
    ("log(a) + log(1/a)", -2.0),
    ("sqrt(a) - sqrt(a - 1)", -1.0),
    ("sqrt(a)^2 - a", -1.0),
    ("sqrt(a)*sqrt(a) + 1 - a", -1.0),
    ("a/a - 1", 0.0),
    ("1/a*(1 + a) - 1/a", 0.0),
    ("1/(1 + a) - 1/a", 0.0),
    ("exp(a)/(exp(a) - 1) - 1/(exp(a) - 1)", 0.0),
    ("(exp(a) - 1)/(exp(a/2) - 1)", 0.0),
    ("sinh(a)/(exp(a) - 1)", 0.0),
    ("log(exp(a) - exp(2))", 1.0),
];

#[test]
fn a_form_has_a_value_only_where_the_expression_has() {
    for (expression, a) in UNDEFINED {
        assert!(evaluated(expression, &format!("a={a}"), 1).is_err(), "{expression} at {a}");
        let problem = Problem::parse(expression).and_then(|p| p.with("a: scalar")).expect("read");
        let mut function = problem.compile([]).expect("a plan");
        assert!(function.call_into(&[&[a]], &mut [0.0]).is_err(), "{expression} at {a}, compiled");
    }
    // And where it has: both terms of the form's divisor vanish here.
    let problem = Problem::parse("sqrt(a^2 + a) - a").and_then(|p| p.with("a: scalar"));
    let mut function = problem.expect("read").compile([]).expect("a plan");
    let mut result = [1.0];
    assert!(function.call_into(&[&[0.0]], &mut result).is_ok() && result == [0.0]);
}
