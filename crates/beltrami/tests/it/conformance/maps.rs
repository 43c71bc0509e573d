//! The derivative of every operation as a linear map and as a matrix: one map, and its adjoint.

use beltrami::engine::core::Differential;
use beltrami::engine::exec::Tensor;
use beltrami::{Derivation, DeriveOptions, Form, Session, Symmetric};

use super::differentials::close;
use super::points::{Sample, directions, inner, messages, none_wrong, samples, value};

#[test]
fn the_adjoint_of_every_derivative_is_its_adjoint() {
    let mut wrong = Vec::new();
    for sample in samples() {
        if matches!(sample.entry.op.differential, Differential::None) {
            continue;
        }
        for name in sample.variables.iter().map(|v| v.name.clone()) {
            let outcome = adjoint_identity(&sample, &name);
            wrong.extend(outcome.err().map(|why| format!("{} by {name}: {why}", sample.name())));
        }
    }
    none_wrong(&wrong);
}

fn derive(sample: &Sample, by: &str, form: Form) -> Result<Derivation, String> {
    let options = DeriveOptions {
        by: vec![by.into()],
        declarations: sample.declarations.clone(),
        form,
        symmetric: Symmetric::Ambient,
        ..DeriveOptions::default()
    };
    let derivations = Session::global().derive("<sample>", &sample.text, &options);
    let mut derivations = derivations.map_err(|failure| messages(&failure))?;
    Ok(derivations.remove(0))
}

/// `⟨L(E), F⟩ = ⟨E, L*(F)⟩`, and both are `vec(F)'*D*vec(E)` with the matrix `D` of the Kronecker form.
fn adjoint_identity(sample: &Sample, by: &str) -> Result<(), String> {
    let maps = derive(sample, by, Form::Operator)?;
    let operator = maps.operator.as_ref().ok_or("no maps")?;
    let (cotangent, adjoint) = operator.adjoint.ok_or("no adjoint")?;
    let matrix = derive(sample, by, Form::Kron)?;
    let name = |id| beltrami::engine::print::text(&maps.graph, id);
    let (step, weight) = (name(operator.direction), name(cotangent));
    sample.at_points(&mut |values, sampler| {
        let mut values = values.clone();
        let output = value(&sample.graph, sample.root, &values).ok()?;
        let drawn = directions(&values, [by], sampler).remove(by)?;
        let cotangent = output.map(|_| sampler.uniform(-1.0, 1.0));
        values.insert(step.clone(), drawn.clone());
        values.insert(weight.clone(), cotangent.clone());
        let forward = value(&maps.graph, operator.forward, &values).ok()?;
        let back = value(&maps.graph, adjoint, &values).ok()?;
        let dense = value(&matrix.graph, matrix.derived.expr, &values).ok()?;
        let (one, two) = (inner(&forward, &cotangent), inner(&drawn, &back));
        let (rows, cols) = (cotangent.stacked(), drawn.stacked());
        let pairs = (0..rows.len()).flat_map(|i| (0..cols.len()).map(move |j| (i, j)));
        let three: f64 = pairs.map(|(i, j)| rows.data()[i] * dense.at(i, j) * cols.data()[j]).sum();
        let same = |a: f64, b: f64, what: &str| {
            close(&Tensor::scalar(a), &Tensor::scalar(b)).map_err(|why| format!("{what} {why}"))
        };
        Some(same(one, two, "the adjoint").and_then(|()| same(one, three, "the Kronecker form")))
    })
}
