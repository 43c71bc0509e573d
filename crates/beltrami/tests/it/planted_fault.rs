//! A fault planted in plans, one dropped transpose, is found by the comparison that every command makes, and by the random
//! expressions of the tests.

use crate::compared;
use beltrami::data::{Given, read};
use beltrami::diag::Diagnostic;
use beltrami::engine::exec::plant_fault;
use beltrami::{DeriveOptions, Form, Session, Value};

fn data(values: &[&str]) -> Vec<Given> {
    values
        .iter()
        .flat_map(|value| read(value).map_err(|f| f.to_string()).expect("it reads"))
        .collect()
}

fn options(by: &str, order: usize, form: Form) -> DeriveOptions {
    let by = if by.is_empty() { Vec::new() } else { vec![by.to_owned()] };
    let order = (!by.is_empty()).then_some(order);
    DeriveOptions { by, order, form, ..DeriveOptions::default() }
}

/// What it gives with a sound plan and with a faulty one, which is to be left out.
fn both<T: PartialEq + std::fmt::Debug>(compute: impl Fn() -> (T, Vec<Diagnostic>)) {
    let (expected, warnings) = compute();
    assert!(warnings.is_empty(), "{warnings:?}");
    plant_fault(true);
    let (found, warnings) = compute();
    plant_fault(false);
    assert_eq!(found, expected);
    let codes: Vec<&str> = warnings.iter().map(|w| w.code.id).collect();
    assert_eq!(codes, ["W0106"]);
}

const SMALL: [&str; 2] = ["A=[1,2;3,5]", "B=[2,1;0,1]"];

fn evaluated(
    text: &str,
    options: &DeriveOptions,
    values: &[&str],
) -> (Vec<Value>, Vec<Diagnostic>) {
    let found = Session::global().eval("<eval>", text, &data(values), options);
    let found = found.map_err(|f| f.to_string()).expect("it evaluates");
    let mut values = vec![found.value];
    values.extend(found.derivatives.into_iter().map(|(_, value)| value));
    (values, found.warnings)
}

#[test]
fn a_value_is_compared_at_its_data() {
    both(|| evaluated("B*A'*B", &options("", 1, Form::Matrix), &SMALL));
}

#[test]
fn a_derivative_is_compared_at_its_data() {
    both(|| evaluated("tr(A*B'*A)", &options("A", 1, Form::Matrix), &SMALL));
}

#[test]
fn what_is_large_is_compared_at_random_and_small() {
    let n = 150;
    let rows = |f: &dyn Fn(usize, usize) -> usize| {
        let row = |i| (0..n).map(|j| f(i, j).to_string()).collect::<Vec<_>>().join(",");
        (0..n).map(row).collect::<Vec<_>>().join(";")
    };
    let a = format!("A=[{}]", rows(&|i, j| (3 * i + 5 * j) % 7));
    let b = format!("B=[{}]", rows(&|i, j| (i + 2 * j) % 5));
    both(|| evaluated("B*A'*B", &options("", 1, Form::Matrix), &[&a, &b]));
}

#[test]
fn a_product_with_a_direction_is_compared() {
    both(|| {
        let direction = data(&["A=[1,0;1,1]"]).remove(0).array;
        let options = options("A", 1, Form::Operator);
        let found =
            Session::global().times("<times>", "B*A'*B", &data(&SMALL), &options, &direction);
        let found = found.map_err(|f| f.to_string()).expect("it evaluates");
        (found.product, found.warnings)
    });
}

#[test]
fn random_expressions_find_it() {
    plant_fault(true);
    let faults = (0..300).filter(|seed| compared::draw::compare(*seed).is_err()).count();
    plant_fault(false);
    assert!(faults > 5, "{faults} of 300 expressions differ");
    let faults: Vec<u64> = (0..300).filter(|s| compared::draw::compare(*s).is_err()).collect();
    assert!(faults.is_empty(), "without it, {faults:?} differ");
}
