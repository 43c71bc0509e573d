//! A scalar function that is composed of others is a function of every part of the product.

use beltrami::Problem;

const X: [f64; 4] = [-40.0, -1.25, 0.0, 3.0];

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn problem() -> Problem {
    Problem::parse("sum(silu(x))").and_then(|read| read.with("x: vector(n)")).expect("a problem")
}

/// Differ by rounding of a few operations.
fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-14 * expected.abs()
}

#[test]
fn values_and_gradients_are_those_of_the_formula() {
    let mut value = problem().compile([("n", 4)]).expect("a function");
    let found = value.call([("x", &X[..])]).expect("a value");
    let expected: f64 = X.iter().map(|x| x * sigmoid(*x)).sum();
    assert!(near(found.to_f64()[0], expected), "{found:?} and {expected}");
    let gradient = problem().derivative("x").expect("a gradient");
    let mut function = gradient.compile([("n", 4)]).expect("a function");
    let found = function.call([("x", &X[..])]).expect("a value");
    for (found, x) in found.to_f64().iter().zip(X) {
        let expected = sigmoid(x) * (1.0 + x * sigmoid(-x));
        assert!(near(*found, expected), "at {x}: {found} and {expected}");
    }
}

#[test]
fn every_language_prints_the_formula() {
    let gradient = problem().derivative("x").expect("a gradient");
    for (language, sigmoid) in [
        ("numpy", "expit("),
        ("torch", "torch.sigmoid("),
        ("jax", "expit("),
        ("julia", "_sigmoid.("),
        ("rust", "sigmoid("),
        ("c", "sigmoid("),
    ] {
        let program = gradient.emit(language).expect("a program");
        assert!(program.contains(sigmoid), "{language}:\n{program}");
        let called = program.lines().any(|line| line.contains("= silu(") || line.contains("_silu"));
        assert!(!called, "{language}:\n{program}");
    }
}
