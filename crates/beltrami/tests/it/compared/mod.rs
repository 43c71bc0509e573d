//! Plans beside the evaluator at random points, within what other rounding errors would change.

#[allow(dead_code, reason = "not every test that compares draws expressions")]
pub mod draw;

use std::collections::BTreeMap;

use beltrami::engine::core::{Dim, ExprId, Graph};
use beltrami::engine::exec::{Evaluator, Noise, Plan, PlanOptions, Real, Tensor, evaluate_many};
use beltrami::{Drawn, Sampler, Style, size_names};

/// Compares the plan of expressions with the evaluator at two points; how many could be.
///
/// # Errors
/// What differs, with the values.
pub fn compare_at_points(
    graph: &Graph,
    roots: &[ExprId],
    variables: &[Drawn],
    size: &dyn Fn(&str) -> i64,
    seed: u64,
) -> Result<usize, String> {
    let mut named: Vec<ExprId> = roots.to_vec();
    named.extend(variables.iter().map(|v| v.id));
    let sizes: BTreeMap<String, i64> =
        size_names(graph, &named).into_iter().map(|name| (name.clone(), size(&name))).collect();
    let lookup = |name: &str| sizes.get(name).copied();
    let entries = |id: ExprId| graph.shape(id).len().evaluate(&lookup).unwrap_or(i64::MAX);
    // Values of all nodes for the evaluator; larger ones are another test's matter.
    if roots.iter().flat_map(|r| graph.reachable(*r)).any(|id| entries(id) > 1 << 20) {
        return Ok(0);
    }
    // Arrays without entries have one value.
    let (empty, drawn): (Vec<&Drawn>, Vec<&Drawn>) =
        variables.iter().partition(|v| entries(v.id) == 0);
    let drawn: Vec<Drawn> = drawn.into_iter().cloned().collect();
    let mut sampler = Sampler::new(seed);
    let mut compared = 0;
    for attempt in 0..12 {
        let style = |_: &str| Style::ALL[attempt % 4];
        let Some(mut values) = sampler.values(graph, &drawn, &sizes, &style) else {
            return Ok(0);
        };
        for v in &empty {
            let shape = graph.shape(v.id);
            let size = |dim: &Dim| dim.evaluate(&lookup).unwrap_or(0) as usize;
            let (rows, cols) = (size(&shape.rows), size(&shape.cols));
            values.insert(v.name.clone(), Tensor::from_fn(rows, cols, |_, _| 0.0));
        }
        let Ok(expected) = evaluate_many(graph, roots, &lookup, &|name| values.get(name).cloned())
        else {
            continue;
        };
        let tolerances = |epsilon: f64| -> Option<Vec<f64>> {
            // What other roundings would change, many times over because the plan has other operations and the noise is
            // drawn three times only, and the rounding of the result itself.
            let doubt = doubt(graph, roots, &lookup, &values, &expected, epsilon)?;
            Some(doubt.iter().map(|doubt| 50.0 * doubt + 1e4 * epsilon).collect())
        };
        let Some(double) = tolerances(f64::EPSILON) else { continue };
        compare::<f64>(graph, roots, &lookup, &values, &expected, variables, &double)??;
        // Single precision leaves the numbers, or the domain, at some points where double does not.
        if let Some(single) =
            tolerances(f64::from(f32::EPSILON)).filter(|t| t.iter().all(|t| *t < 0.1))
            && let Ok(compared) =
                compare::<f32>(graph, roots, &lookup, &values, &expected, variables, &single)
        {
            compared.map_err(|fault| format!("single precision {fault}"))?;
        }
        compared += 1;
        if compared == 2 {
            break;
        }
    }
    Ok(compared)
}

/// How much of each result other rounding errors change, relative to its largest entry.
fn doubt(
    graph: &Graph,
    roots: &[ExprId],
    sizes: &dyn Fn(&str) -> Option<i64>,
    values: &BTreeMap<String, Tensor<f64>>,
    expected: &[Tensor<f64>],
    epsilon: f64,
) -> Option<Vec<f64>> {
    let symbols = |name: &str| values.get(name).cloned();
    let mut doubt = vec![0.0_f64; roots.len()];
    let mut noise = Noise::new(4.0 * epsilon, 11);
    for _ in 0..3 {
        noise = noise.other();
        let evaluator = Evaluator::new(graph, sizes, &symbols).disturbed(noise, noise.other());
        let disturbed = evaluator.values(roots).ok()?;
        for ((doubt, a), b) in doubt.iter_mut().zip(&disturbed).zip(expected) {
            *doubt = doubt.max(gap(a.data().iter().copied(), b));
        }
    }
    Some(doubt)
}

/// The largest difference, relative to the largest entry.
fn gap(found: impl Iterator<Item = f64>, expected: &Tensor<f64>) -> f64 {
    let scale = expected.data().iter().fold(1e-3_f64, |m, x| m.max(x.abs()));
    let gaps = found.zip(expected.data()).map(|(a, b)| (a - b).abs() / scale);
    gaps.fold(0.0, |m, x| if x > m || x.is_nan() { x } else { m })
}

/// Whether a plan agrees; an outer error is its refusal of these numbers.
fn compare<T: Real>(
    graph: &Graph,
    roots: &[ExprId],
    sizes: &dyn Fn(&str) -> Option<i64>,
    values: &BTreeMap<String, Tensor<f64>>,
    expected: &[Tensor<f64>],
    variables: &[Drawn],
    tolerances: &[f64],
) -> Result<Result<(), String>, String> {
    let first = run::<T>(graph, roots, sizes, values, &PlanOptions::default(), 1)?;
    // Threads and a second run change nothing, to the last bit.
    let options = PlanOptions { threads: 2, ..PlanOptions::default() };
    let second = run::<T>(graph, roots, sizes, values, &options, 2)?;
    if first.iter().flatten().zip(second.iter().flatten()).any(|(a, b)| a != b) {
        return Ok(Err("two threads or a second run give another result".into()));
    }
    // What is constant is computed in loops of its own, so that sums may be rounded otherwise.
    let constant = variables.iter().step_by(2).map(|v| v.name.clone()).collect();
    let options = PlanOptions { constant, ..options };
    let third = run::<T>(graph, roots, sizes, values, &options, 2)?;
    for (way, results) in [("", first), ("with constants, ", third)] {
        for ((found, expected), tolerance) in results.iter().zip(expected).zip(tolerances) {
            if found.len() != expected.len() {
                return Ok(Err(format!("{way}{} entries, not {}", found.len(), expected.len())));
            }
            let gap = gap(found.iter().map(|x| x.to_f64()), expected);
            if gap > *tolerance || gap.is_nan() {
                let text = format!(
                    "{way}differs by {gap:.1e}, with a tolerance of {tolerance:.1e}: {found:?}, not {:?}",
                    expected.data()
                );
                return Ok(Err(text.chars().take(600).collect()));
            }
        }
    }
    Ok(Ok(()))
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
