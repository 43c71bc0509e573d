//! Samples evaluate to the shape that the shape rule says, and print as what reads as the same.

use beltrami::Session;
use beltrami::engine::core::{ExprId, Graph};
use beltrami::engine::print::{latex, mathml, text};

use super::points::{messages, none_wrong, samples, value};

#[test]
fn the_shape_rule_is_the_real_shape() {
    let mut wrong = Vec::new();
    for sample in samples() {
        let outcome = sample.at_points(&mut |values, _| {
            let found = value(&sample.graph, sample.root, values).ok()?;
            let shape = sample.graph.shape(sample.root);
            let said: Vec<Option<i64>> = shape.axes().iter().map(|dim| dim.as_constant()).collect();
            let real: Vec<Option<i64>> =
                found.dims().iter().map(|n| i64::try_from(*n).ok()).collect();
            Some(if said == real { Ok(()) } else { Err(format!("{real:?}, not {shape}")) })
        });
        wrong.extend(outcome.err().map(|why| format!("{}: {why}", sample.name())));
    }
    none_wrong(&wrong);
}

#[test]
fn every_sample_prints_as_what_reads_as_the_same() {
    let mut wrong = Vec::new();
    for sample in samples() {
        let printed = text(&sample.graph, sample.root);
        match Session::global().load("<printed>", &printed, &sample.declarations, &[]) {
            Ok(loaded) => {
                let program = loaded.program;
                let again = text(&program.graph, program.root);
                let kernel =
                    |graph: &Graph, root: ExprId| graph.application(root).map(|(kernel, _)| kernel);
                let same = again == printed
                    && program.graph.shape(program.root) == sample.graph.shape(sample.root)
                    && kernel(&program.graph, program.root) == kernel(&sample.graph, sample.root);
                wrong.extend(
                    (!same).then(|| format!("{}: `{printed}` reads as `{again}`", sample.name())),
                );
            }
            Err(failure) => {
                wrong.push(format!("{}: `{printed}`: {}", sample.name(), messages(&failure)))
            }
        }
    }
    none_wrong(&wrong);
}

#[test]
fn every_sample_has_mathematics_to_show() {
    let mut wrong = Vec::new();
    for sample in samples() {
        let (tex, ml) = (latex(&sample.graph, sample.root), mathml(&sample.graph, sample.root));
        // What the LaTeX reader refuses is shown as its text, in this one way.
        let read = ml.starts_with("<math")
            && !ml.contains("<math display=\"block\"><mtext>")
            && !ml.contains("<merror");
        wrong.extend((tex.is_empty() || !read).then(|| format!("{}: `{tex}`", sample.name())));
    }
    none_wrong(&wrong);
}
