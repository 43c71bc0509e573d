//! One pass over data: what is joined to it, and that its values are the evaluator's.

use beltrami::engine::exec::{Plan, PlanOptions, Real, Tensor, evaluate_many};
use beltrami::{DeriveOptions, Session};

const DATA: &str =
    "X: matrix(m,n), y: vector(m), z: vector(m), w: vector(n), u: vector(n), c: scalar";

/// Objectives, and whether their gradients by `w` multiply by `X` and its transpose in one pass.
const CASES: [(&str, bool); 9] = [
    ("sum(softplus(-y.*(X*w)))", true),
    ("sum(log(1 + exp(-y.*(X*w)))) + c*norm2(w)^2", true),
    ("norm2(X*w - y)^2", true),
    ("sum(exp(X*w) - y.*(X*w))", true),
    // Columns in between that others read too, and data that is not the same matrix on both sides.
    ("sum(tanh(X*w).*z) + sum(exp(X*w).*y)", true),
    ("sum(exp(X*w))*sum(sigmoid(X*u))", true),
    // All of the product must be known before anything is multiplied by the transpose.
    ("logsumexp(X*w)", false),
    ("norm2(X*w)", false),
    ("log(sum(exp(X*w).*exp(z)))", false),
];

/// Without a pattern that would hide a wrong index.
fn numbers(len: usize, first: usize) -> Vec<f64> {
    (first..first + len).map(|k| ((k * 7919 + 13) % 1009) as f64 / 1009.0 - 0.5).collect()
}

fn check<T: Real>(tolerance: f64) {
    // Below a few thousand entries nothing is joined; others are one block of rows, several, and several tasks.
    for (m, n) in [(9, 4), (110, 41), (3000, 30), (900, 310)] {
        for (text, one_pass) in CASES {
            let options = DeriveOptions {
                by: vec!["w".into()],
                declarations: DATA.into(),
                ..DeriveOptions::default()
            };
            let derived = Session::global().derive("<test>", text, &options);
            let gradient = derived.expect("a derivative").remove(0);
            let sizes = |name: &str| Some(if name == "m" { m } else { n });
            for roots in [vec![gradient.derived.expr], vec![gradient.root, gradient.derived.expr]] {
                let mut found: Vec<Vec<Vec<T>>> = Vec::new();
                let mut inputs: Vec<(String, Tensor<f64>)> = Vec::new();
                for (threads, constant) in [(1, vec![]), (2, vec![]), (2, vec!["u".to_owned()])] {
                    let options = PlanOptions { threads, constant, ..PlanOptions::default() };
                    let mut plan =
                        Plan::<T>::compile(&gradient.graph, &roots, &sizes, &options).unwrap();
                    let kernels = plan.explain().kernels;
                    let passes = kernels.iter().filter(|k| k.name.contains("one pass")).count();
                    let expected = usize::from(one_pass && m * n >= 4096);
                    assert_eq!(passes, expected, "{text}, {m}×{n}\n{}", plan.explain());
                    inputs = plan
                        .inputs()
                        .iter()
                        .enumerate()
                        .map(|(k, input)| {
                            let entries = numbers(input.dims.iter().product(), 100 * k);
                            let entries = entries.iter().map(|x| T::from_f64(*x).to_f64());
                            let tensor = Tensor::new(input.dims.clone(), entries.collect());
                            (input.name.to_string(), tensor.unwrap())
                        })
                        .collect();
                    let given: Vec<Vec<T>> = inputs
                        .iter()
                        .map(|(_, value)| value.data().iter().map(|x| T::from_f64(*x)).collect())
                        .collect();
                    let given: Vec<&[T]> = given.iter().map(Vec::as_slice).collect();
                    for _ in 0..2 {
                        let results = plan.evaluate(&given).unwrap();
                        found.push(results.iter().map(|result| result.to_vec()).collect());
                    }
                }
                assert!(found.iter().all(|other| *other == found[0]), "{text}, {m}×{n}: threads");
                let value = |name: &str| {
                    inputs.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
                };
                let expected = evaluate_many(&gradient.graph, &roots, &sizes, &value).unwrap();
                for (found, expected) in found[0].iter().zip(&expected) {
                    let scale = expected.data().iter().fold(1.0_f64, |most, x| most.max(x.abs()));
                    for (a, b) in found.iter().zip(expected.data()) {
                        let gap = (a.to_f64() - b).abs() / scale;
                        assert!(gap <= tolerance, "{text}, {m}×{n}: {a:?} and {b}");
                    }
                }
            }
        }
    }
}

#[test]
fn gradients_in_one_pass_are_those_of_the_evaluator() {
    // Sums of at most 3000 terms of size one, rounded in another order.
    check::<f64>(1e-12);
    check::<f32>(1e-3);
}

#[test]
fn numbers_without_a_value_are_refused_in_a_pass_too() {
    let options = DeriveOptions {
        by: vec!["w".into()],
        declarations: DATA.into(),
        ..DeriveOptions::default()
    };
    let derived = Session::global().derive("<test>", CASES[0].0, &options);
    let gradient = derived.expect("a derivative").remove(0);
    let sizes = |name: &str| Some(if name == "m" { 3000 } else { 30 });
    let roots = [gradient.derived.expr];
    let mut plan =
        Plan::<f64>::compile(&gradient.graph, &roots, &sizes, &PlanOptions::default()).unwrap();
    let mut inputs: Vec<Vec<f64>> =
        plan.inputs().iter().map(|input| numbers(input.dims.iter().product(), 0)).collect();
    let place = plan.inputs().iter().position(|input| &*input.name == "X").unwrap();
    let run = |plan: &mut Plan<f64>, inputs: &[Vec<f64>]| {
        let given: Vec<&[f64]> = inputs.iter().map(Vec::as_slice).collect();
        plan.evaluate(&given).map(|results| results[0].to_vec())
    };
    let fine = run(&mut plan, &inputs).unwrap();
    let kept = inputs[place][50_000];
    // A sigmoid would hide the product.
    inputs[place][50_000] = f64::INFINITY;
    assert!(run(&mut plan, &inputs).is_err());
    inputs[place][50_000] = kept;
    assert_eq!(run(&mut plan, &inputs).unwrap(), fine);
}
