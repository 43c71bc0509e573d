//! The index form of every linear operation is what its kernel computes.

use std::collections::BTreeMap;

use beltrami::engine::core::{ExprId, Graph, Lower};
use beltrami::engine::exec::Tensor;

use super::differentials::close;
use super::points::{Sample, Values, none_wrong, samples, value};

#[test]
fn every_index_form_is_its_kernel() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for sample in samples() {
        let form = match sample.entry.op.lower {
            Lower::Opaque | Lower::Power | Lower::Einsum => continue,
            form => form,
        };
        compared += 1;
        let outcome = sample.at_points(&mut |values, _| {
            let kernel = value(&sample.graph, sample.root, values).ok()?;
            let own = index_form(&sample, form, values, kernel.dims());
            // One axis of the result may lie as a row.
            let laid =
                own.map(|own| if own.dims() == kernel.dims() { own } else { own.transpose() });
            Some(laid.and_then(|own| close(&own, &kernel)))
        });
        wrong.extend(outcome.err().map(|why| format!("{}: {why}", sample.name())));
    }
    assert!(compared > 20, "{compared} samples compared");
    none_wrong(&wrong);
}

fn index_form(
    sample: &Sample,
    form: Lower,
    values: &Values,
    dims: &[usize],
) -> Result<Tensor<f64>, String> {
    let arguments = sample.arguments();
    let of = |arg: &ExprId| value(&sample.graph, *arg, values).map_err(|error| error.to_string());
    match form {
        Lower::Sum(coefficients) => {
            let operands: Vec<Tensor<f64>> = arguments.iter().map(of).collect::<Result<_, _>>()?;
            let entry =
                |i, j| operands.iter().zip(coefficients).map(|(t, c)| *c as f64 * t.at(i, j)).sum();
            Ok(Tensor::from_fn(dims[0], dims[1], entry))
        }
        Lower::Product(spec) | Lower::Quotient(spec) => {
            let count = spec
                .split("->")
                .next()
                .filter(|s| !s.is_empty())
                .map_or(0, |s| s.split(',').count());
            let (operands, sizes) = arguments.split_at(count.min(arguments.len()));
            let mut operands: Vec<Tensor<f64>> =
                operands.iter().map(of).collect::<Result<_, _>>()?;
            if let (Lower::Quotient(_), Some(last)) = (form, operands.last_mut()) {
                *last = last.map(|x| 1.0 / x);
            }
            let sizes: Vec<usize> =
                sizes.iter().filter_map(|arg| literal(&sample.graph, *arg)).collect();
            contracted(spec, &operands, &sizes)
        }
        Lower::Opaque | Lower::Power | Lower::Einsum => Err("no such form".into()),
    }
}

fn literal(graph: &Graph, id: ExprId) -> Option<usize> {
    graph.number_of(id)?.as_int().and_then(|n| usize::try_from(n).ok())
}

/// The contraction by its definition: a loop over all letters.
fn contracted(
    spec: &str,
    operands: &[Tensor<f64>],
    sizes: &[usize],
) -> Result<Tensor<f64>, String> {
    let (inputs, output) = spec.split_once("->").ok_or("no arrow")?;
    let inputs: Vec<Vec<String>> =
        if inputs.is_empty() { Vec::new() } else { inputs.split(',').map(axes).collect() };
    let output = axes(output);
    let mut size: BTreeMap<char, usize> = BTreeMap::new();
    let mut given = sizes.iter();
    // Letters of size arguments alone, in order of appearance; the split of a grouped axis is given in that order too.
    let single =
        |c: char| inputs.iter().flatten().any(|axis| axis.len() == 1 && axis.starts_with(c));
    for (axes, operand) in inputs.iter().zip(operands) {
        let lone: Vec<&String> = axes.iter().filter(|axis| axis.len() == 1).collect();
        for (axis, n) in lone.iter().zip(shaped(operand, axes.len())) {
            size.insert(axis.chars().next().ok_or("an axis")?, n);
        }
    }
    for letter in output.concat().chars().filter(|c| !single(*c)) {
        // A size that is left out is 1.
        size.entry(letter).or_insert_with(|| given.next().copied().unwrap_or(1));
    }
    let letters: Vec<char> = size.keys().copied().collect();
    let total: usize = size.values().product();
    let extent = |axis: &String| axis.chars().map(|c| size[&c]).product::<usize>();
    let (rows, cols) = (output.first().map_or(1, extent), output.get(1).map_or(1, extent));
    let mut sums = vec![0.0; rows * cols];
    for mut place in 0..total {
        let mut at: BTreeMap<char, usize> = BTreeMap::new();
        for letter in &letters {
            at.insert(*letter, place % size[letter]);
            place /= size[letter];
        }
        let index = |axis: &String| axis.chars().fold(0, |index, c| index * size[&c] + at[&c]);
        // A letter that repeats in the output is a δ: only its diagonal is written.
        let target = output.first().map_or(0, &index) * cols + output.get(1).map_or(0, &index);
        let product: f64 = inputs
            .iter()
            .zip(operands)
            .map(|(axes, operand)| {
                let (i, j) = (axes.first().map_or(0, &index), axes.get(1).map_or(0, &index));
                // A row stands for a vector.
                if axes.len() == 1 && operand.rows() == 1 {
                    operand.at(0, i)
                } else {
                    operand.at(i, j)
                }
            })
            .product();
        sums[target] += product;
    }
    Tensor::new(vec![rows, cols], sums).map_err(|error| error.to_string())
}

/// The sizes of as many axes; one axis of a row is its length.
fn shaped(operand: &Tensor<f64>, count: usize) -> Vec<usize> {
    if count == 1 { vec![operand.rows().max(operand.cols())] } else { operand.dims().to_vec() }
}

fn axes(text: &str) -> Vec<String> {
    let mut axes = Vec::new();
    let mut group: Option<String> = None;
    for c in text.chars() {
        match (c, &mut group) {
            ('(', _) => group = Some(String::new()),
            (')', _) => axes.extend(group.take()),
            (_, Some(axis)) => axis.push(c),
            (_, None) => axes.push(c.to_string()),
        }
    }
    axes
}
