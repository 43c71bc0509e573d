//! Plans compute what the evaluator computes: on every row of the tables of identities and on random expressions, value and
//! derivative together, in both precisions, for any number of threads.

mod table;

use std::collections::BTreeMap;

use beltrami::core::{ExprId, Graph};
use beltrami::exec::{Plan, PlanOptions, Real, Tensor, evaluate_many};
use beltrami::{Derivation, DeriveOptions, Drawn, Form, Sampler, Session, Style, size_names};
use beltrami_testkit::Case;
use table::{further_rows, rows};

/// Random expressions of a usual run.
const CASES: u64 = 600;

#[test]
fn plans_agree_with_the_evaluator_on_every_identity() {
    let mut faults = Vec::new();
    let mut compared = 0;
    for row in rows().into_iter().chain(further_rows()).filter(|row| !row.is_negative()) {
        let derived = Session::global().derive("<expression>", &row.expression, &row.options());
        for derivation in derived.map_err(|f| f.diagnostics).expect("the tables derive") {
            // The sizes of the table, and larger ones that reach the kernels for panels and tiles.
            for sizes in [&table::size as &dyn Fn(&str) -> i64, &|name| 20 + table::size(name)] {
                match check(&derivation, sizes, 7) {
                    Ok(n) => compared += n,
                    Err(fault) => {
                        faults.push(format!("{}  {}\n    {fault}", row.id, row.expression))
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} differ:\n{}", faults.len(), faults.join("\n"));
    assert!(compared > 1000, "only {compared} points were compared");
}

#[test]
fn plans_agree_with_the_evaluator_on_random_expressions() {
    let cases = std::env::var("BELTRAMI_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(CASES);
    let mut faults = Vec::new();
    let mut compared = 0;
    for seed in 0..cases {
        let case = Case::new(Session::global().registry, 70_000 + seed);
        let options = DeriveOptions {
            by: case.by.clone(),
            order: (case.by.len() == 1 || case.order > 1).then_some(case.order),
            declarations: if case.inline { String::new() } else { case.declarations() },
            layout: case.layout,
            form: case.form,
            symmetric: case.symmetric,
            seed: case.seed,
        };
        let Ok(derived) = Session::global().derive("<random>", &case.text(), &options) else {
            continue;
        };
        for derivation in derived.iter().filter(|d| d.derived.form != Form::Operator) {
            match check(derivation, &table::size, seed) {
                Ok(n) => compared += n,
                Err(fault) => faults.push(format!("seed {seed}: {case}\n    {fault}")),
            }
        }
    }
    assert!(faults.is_empty(), "{} differ:\n{}", faults.len(), faults.join("\n"));
    assert!(compared as u64 > cases, "only {compared} points were compared");
}

/// Compares at three points; how many could be.
fn check(derivation: &Derivation, size: &dyn Fn(&str) -> i64, seed: u64) -> Result<usize, String> {
    let graph = &derivation.graph;
    let roots = [derivation.root, derivation.derived.expr];
    let mut named: Vec<ExprId> = roots.to_vec();
    named.extend(derivation.variables.iter().map(|v| v.id));
    let sizes: BTreeMap<String, i64> =
        size_names(graph, &named).into_iter().map(|name| (name.clone(), size(&name))).collect();
    let lookup = |name: &str| sizes.get(name).copied();
    let entries = |id: ExprId| graph.shape(id).len().evaluate(&lookup).unwrap_or(i64::MAX);
    // Values of all nodes for the evaluator; larger ones are another test's matter.
    if roots.iter().flat_map(|r| graph.reachable(*r)).any(|id| entries(id) > 1 << 20) {
        return Ok(0);
    }
    let mut sampler = Sampler::new(seed);
    let mut compared = 0;
    for attempt in 0..12 {
        let style = |_: &str| Style::ALL[attempt % 4];
        let Some(values) = sampler.values(graph, &derivation.variables, &sizes, &style) else {
            return Ok(0);
        };
        let Ok(expected) = evaluate_many(graph, &roots, &lookup, &|name| values.get(name).cloned())
        else {
            continue;
        };
        compare::<f64>(graph, &roots, &lookup, &values, &expected, &derivation.variables, 1e-9)?;
        compared += 1;
        if compared == 3 {
            break;
        }
    }
    Ok(compared)
}

fn compare<T: Real>(
    graph: &Graph,
    roots: &[ExprId],
    sizes: &dyn Fn(&str) -> Option<i64>,
    values: &BTreeMap<String, Tensor<f64>>,
    expected: &[Tensor<f64>],
    variables: &[Drawn],
    tolerance: f64,
) -> Result<(), String> {
    let first = run::<T>(graph, roots, sizes, values, &PlanOptions::default(), 1)?;
    // Constant inputs, threads and a second run change nothing, to the last bit.
    let constant = variables.iter().step_by(2).map(|v| v.name.clone()).collect();
    let options = PlanOptions { constant, threads: 2, ..PlanOptions::default() };
    let second = run::<T>(graph, roots, sizes, values, &options, 2)?;
    if first.iter().zip(&second).any(|(a, b)| a.iter().zip(b).any(|(a, b)| a != b)) {
        return Err("two threads or a second run give another result".into());
    }
    for (found, expected) in first.iter().zip(expected) {
        if found.len() != expected.len() {
            return Err(format!("{} entries, not {}", found.len(), expected.len()));
        }
        let scale = expected.data().iter().fold(1e-3_f64, |m, x| m.max(x.abs()));
        let gap = found
            .iter()
            .zip(expected.data())
            .fold(0.0_f64, |m, (a, b)| m.max((a.to_f64() - b).abs()));
        if gap > tolerance * scale || gap.is_nan() {
            return Err(format!(
                "differs by {:.1e}: {found:?}, not {:?}",
                gap / scale,
                expected.data()
            )
            .chars()
            .take(600)
            .collect());
        }
    }
    Ok(())
}

fn run<T: Real>(
    graph: &Graph,
    roots: &[ExprId],
    sizes: &dyn Fn(&str) -> Option<i64>,
    values: &BTreeMap<String, Tensor<f64>>,
    options: &PlanOptions,
    times: usize,
) -> Result<Vec<Vec<T>>, String> {
    let mut plan = Plan::<T>::compile(graph, roots, sizes, options).map_err(|e| e.to_string())?;
    let inputs: Vec<Vec<T>> = plan
        .inputs()
        .iter()
        .map(|input| values[&*input.name].data().iter().map(|x| T::from_f64(*x)).collect())
        .collect();
    let inputs: Vec<&[T]> = inputs.iter().map(Vec::as_slice).collect();
    let mut outputs: Vec<Vec<T>> =
        plan.outputs().iter().map(|dims| vec![T::ZERO; dims.iter().product()]).collect();
    for _ in 0..times {
        let mut places: Vec<&mut [T]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
        plan.run(&inputs, &mut places).map_err(|e| format!("{e}\n{}", plan.explain()))?;
    }
    Ok(outputs)
}
