//! The front door: a derivative as a function of numbers, and what it refuses.

use beltrami::{Array, DerivativeOptions, Error, Kind, Problem};

fn problem() -> Problem {
    let read = Problem::parse("norm2(A*x - y)^2")
        .and_then(|read| read.with("A: matrix(m,n), x: vector(n), y: vector(m)"));
    read.expect("a problem")
}

fn code(failure: Option<Error>) -> &'static str {
    failure.expect("a refusal").diagnostics()[0].code.id
}

const A: [f64; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 7.0];
const X: [f64; 2] = [1.0, -1.0];
const Y: [f64; 3] = [0.5, 0.0, 1.0];

fn list(entries: &[f64]) -> Array {
    Array::list(entries.to_vec())
}

/// `A` with its two axes.
fn a() -> Array {
    Array::new(vec![3, 2], A.to_vec()).expect("six entries")
}

#[test]
fn a_gradient_is_that_of_the_written_sums() {
    let gradient = problem().derivative("x").expect("a gradient");
    let mut function = gradient.compile([("m", 3), ("n", 2)]).expect("a function");
    let found = function.call([("y", &list(&Y)), ("A", &a()), ("x", &list(&X))]).expect("a value");
    let residual = |i: usize| A[2 * i] * X[0] + A[2 * i + 1] * X[1] - Y[i];
    assert_eq!(found.shape(), [1, 2]);
    for (j, entry) in found.to_f64().iter().enumerate() {
        let sum: f64 = (0..3).map(|i| 2.0 * residual(i) * A[2 * i + j]).sum();
        // Small whole numbers and halves: nothing is rounded.
        assert_eq!(*entry, sum);
    }
    let mut value = problem().compile([("m", 3), ("n", 2)]).expect("a function");
    let found = value.call([("A", &a()), ("x", &list(&X)), ("y", &list(&Y))]).expect("a value");
    assert!(found.shape().is_empty());
    assert_eq!(*found.to_f64(), [(0..3).map(|i| residual(i).powi(2)).sum::<f64>()]);
    assert!(value.shape().is_empty());
}

#[test]
fn later_calls_allocate_nothing() {
    let gradient = problem().derivative("x").expect("a gradient");
    let mut function = gradient.compile([("m", 3), ("n", 2)]).expect("a function");
    let given = |name: &str| match name {
        "A" => &A[..],
        "x" => &X,
        _ => &Y,
    };
    let arguments: Vec<&[f64]> = function.inputs().iter().map(|input| given(&input.name)).collect();
    let mut result = [0.0; 2];
    function.call_into(&arguments, &mut result).expect("a value");
    let first = result;
    let counted = allocation_counter::measure(|| {
        function.call_into(&arguments, &mut result).expect("a value");
    });
    assert_eq!((counted.count_total, result), (0, first));
}

#[test]
fn what_does_not_fit_is_refused_with_its_code() {
    let gradient = problem().derivative("x").expect("a gradient");
    let sizes = |sizes: &[(&'static str, usize)]| code(gradient.compile(sizes.to_vec()).err());
    assert_eq!(sizes(&[("m", 3)]), "E0601");
    assert_eq!(sizes(&[("m", 3), ("n", 2), ("k", 1)]), "E0302");
    let mut function = gradient.compile([("m", 3), ("n", 2)]).expect("a function");
    assert_eq!(code(function.call([("A", &a()), ("x", &list(&X))]).err()), "E0601");
    let turned = Array::new(vec![2, 3], A.to_vec()).expect("six entries");
    let column = Array::new(vec![2, 1], X.to_vec()).expect("two entries");
    for wrong in [turned, list(&A), list(&A[..5]), Array::number(1.0)] {
        let given = [("A", &wrong), ("x", &column), ("y", &list(&Y))];
        assert_eq!(code(function.call(given).err()), "E0602");
    }
    assert!(function.call([("A", &a()), ("x", &column), ("y", &list(&Y))]).is_ok());
    assert_eq!(code(function.call_into(&[&A, &X, &Y], &mut [0.0]).err()), "E0602");
    assert_eq!(code(gradient.emit("fortran").err()), "E0702");
    assert_eq!(code(problem().derivative("z").err()), "E0302");
    let none = DerivativeOptions { order: Some(0), ..DerivativeOptions::default() };
    assert_eq!(code(problem().derivative_with(&["x"], &none).err()), "E0702");
    let mut logarithm = Problem::parse("log(a)").and_then(|read| read.compile([])).expect("one");
    assert_eq!(code(logarithm.call([("a", &[-1.0][..])]).err()), "E0503");
}

#[test]
fn an_error_says_of_what_kind_it_is() {
    let parsed: Box<dyn std::error::Error> =
        Problem::parse("norm2(A*x").expect_err("no end").into();
    assert!(parsed.to_string().starts_with("E0103: "), "{parsed}");
    let log = Problem::parse("log(a)").expect("a problem");
    let mut function = log.compile([]).expect("a function");
    let kind = |a: &[f64]| function.call([("a", a)]).expect_err("no value").kind();
    assert_eq!([&[0.0][..], &[1.0, 2.0]].map(kind), [Kind::Computation, Kind::Input]);
}
