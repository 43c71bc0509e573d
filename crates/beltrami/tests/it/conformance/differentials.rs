//! Every differential agrees with the derivative along random directions that jets compute.

use beltrami::engine::core::{Differential, ExprId, Facts, Graph, ShapeError};
use beltrami::engine::exec::Tensor;
use beltrami::{Sampler, Session};

use super::points::{
    Sample, Values, difference, directional, directions, none_wrong, occurring, samples, value,
};

/// Jets are exact to rounding; what is left is the condition of matrix functions at random matrices.
const TOLERANCE: f64 = 1e-8;

#[test]
fn every_differential_agrees_with_jets() {
    let mut wrong = Vec::new();
    for sample in samples().iter().filter(|sample| sample.varies()) {
        let constant = match sample.entry.op.differential {
            Differential::None => continue,
            Differential::Constant => true,
            Differential::Text(_) | Differential::Build(_) => false,
        };
        let outcome = if constant { is_constant(sample) } else { agrees(sample) };
        wrong.extend(outcome.err().map(|why| format!("{}: {why}", sample.name())));
    }
    none_wrong(&wrong);
}

#[test]
fn every_scalar_derivative_is_that_of_the_trace() {
    let mut wrong = Vec::new();
    for sample in samples() {
        let Some(template) = Session::global().rules.theory.scalar_derivative(sample.op) else {
            continue;
        };
        let mut graph = sample.graph.clone();
        let arguments = sample.arguments();
        let derivative =
            template.instantiate(&mut graph, &arguments, &[]).expect("a template that fits");
        let outcome = sample.at_points(&mut |values, sampler| {
            let along =
                directions(values, sample.variables.iter().map(|v| v.name.as_str()), sampler);
            let exact = directional(&graph, sample.root, values, &along)?;
            let step = directional(&graph, arguments[0], values, &along)?;
            let factor = value(&graph, derivative, values).ok()?;
            let trace: f64 = (0..exact.rows()).map(|i| exact.at(i, i)).sum();
            let product: f64 = (0..step.rows())
                .flat_map(|i| (0..step.cols()).map(move |j| (i, j)))
                .map(|(i, j)| factor.at(i, j) * step.at(j, i))
                .sum();
            Some(close(&Tensor::scalar(trace), &Tensor::scalar(product)))
        });
        wrong.extend(outcome.err().map(|why| format!("{}: {why}", sample.name())));
    }
    none_wrong(&wrong);
}

fn is_constant(sample: &Sample) -> Result<(), String> {
    sample.at_points(&mut |values, sampler| {
        let along = directions(values, sample.variables.iter().map(|v| v.name.as_str()), sampler);
        let exact = directional(&sample.graph, sample.root, values, &along)?;
        let zero = exact.data().iter().all(|x| *x == 0.0);
        Some(if zero { Ok(()) } else { Err("the derivative is not zero".into()) })
    })
}

/// All arguments vary together, then each alone, so that a term left out for an argument at rest is seen.
fn agrees(sample: &Sample) -> Result<(), String> {
    let names: Vec<String> = sample.variables.iter().map(|v| v.name.clone()).collect();
    let mut sets: Vec<Vec<String>> = names.iter().map(|name| vec![name.clone()]).collect();
    if names.len() > 1 {
        sets.push(names);
    }
    for moving in sets {
        let mut graph = sample.graph.clone();
        let arguments = sample.arguments();
        let steps: Vec<Option<ExprId>> = arguments
            .iter()
            .enumerate()
            .map(|(place, arg)| {
                let varies = occurring(&graph, *arg).iter().any(|name| moving.contains(name));
                let shape = graph.shape(*arg).clone();
                varies.then(|| graph.symbol(&step_name(place), shape, Facts::NONE))
            })
            .collect();
        let built = build(sample, &mut graph, &arguments, &steps)?;
        sample
            .at_points(&mut |values, sampler| {
                compare(sample, &graph, built, &steps, values, &moving, sampler)
            })
            .map_err(|why| format!("by {}: {why}", moving.join(",")))?;
    }
    Ok(())
}

fn step_name(place: usize) -> String {
    format!("step{place}")
}

fn build(
    sample: &Sample,
    graph: &mut Graph,
    arguments: &[ExprId],
    steps: &[Option<ExprId>],
) -> Result<ExprId, String> {
    let fits = |built: Result<ExprId, ShapeError>| {
        built.map_err(|error| format!("does not fit: {error:?}"))
    };
    match sample.entry.op.differential {
        Differential::Build(differential) => {
            differential(graph, arguments, steps).ok_or_else(|| "builds nothing".to_string())
        }
        _ => {
            let template =
                Session::global().rules.theory.differential(sample.op).ok_or("no text")?;
            fits(template.instantiate(graph, arguments, steps))
        }
    }
}

fn compare(
    sample: &Sample,
    graph: &Graph,
    built: ExprId,
    steps: &[Option<ExprId>],
    values: &Values,
    moving: &[String],
    sampler: &mut Sampler,
) -> Option<Result<(), String>> {
    let mut along = directions(values, moving.iter().map(String::as_str), sampler);
    if sample.entry.op.params.contains("symmetric(") {
        // The operation is defined on symmetric matrices alone.
        along.values_mut().for_each(|step| *step = symmetric_part(step));
    }
    let exact = directional(&sample.graph, sample.root, values, &along)?;
    let mut all = values.clone();
    for (place, arg) in
        sample.arguments().iter().enumerate().filter(|(place, _)| steps[*place].is_some())
    {
        all.insert(step_name(place), directional(&sample.graph, *arg, values, &along)?);
    }
    Some(match value(graph, built, &all) {
        Ok(own) => close(&own, &exact),
        Err(error) => Err(format!("the differential does not exist: {error}")),
    })
}

fn symmetric_part(step: &Tensor<f64>) -> Tensor<f64> {
    Tensor::from_fn(step.rows(), step.cols(), |i, j| 0.5 * (step.at(i, j) + step.at(j, i)))
}

/// Agreement within the tolerance.
pub fn close(own: &Tensor<f64>, exact: &Tensor<f64>) -> Result<(), String> {
    let gap = difference(own, exact);
    if gap <= TOLERANCE {
        Ok(())
    } else {
        Err(format!("differs by {gap:.1e}, {:?} and {:?}", own.data(), exact.data()))
    }
}
