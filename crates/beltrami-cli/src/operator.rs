//! `beltrami eval` with a derivative that is not written out: `--form operator`, `--times`, `--solve`.

use beltrami::data::{ArrayView, Given, npz_with};
use beltrami::diag::{Diagnostic, codes};
use beltrami::operator::{Acting, Manifest, OperatorEvaluation, ProductEvaluation, Solved};
use beltrami::{Derivation, DeriveOptions, Error, Form, Point, Session};
use beltrami_report::array;
use serde_json::{Value as Json, json};

use crate::arguments::Eval;
use crate::eval::{add_warnings, ended};
use crate::input::{Input, Program};
use crate::output::Output;
use crate::report::{Report, refusal, terminal};

/// The structure of the derivative, its product with a direction, or the solution of a system with it.
pub fn run(
    asked: &Eval,
    program: &Program,
    data: &[Given],
    options: &DeriveOptions,
    input: &mut Input,
    output: Option<&Output>,
    as_json: bool,
) -> Result<Report, Error> {
    let option = match (asked.times(), asked.solve()) {
        (Some(_), _) => "`--times`",
        (_, Some(_)) => "`--solve`",
        _ => "`--form operator`",
    };
    let combination =
        |message: String, hint: &str| Err(refusal(&codes::E0702, message, Some(hint.to_owned())));
    let Some(last) = options.by.last() else {
        return combination(
            format!("{option} needs a variable to differentiate by"),
            "name one with `--by x`",
        );
    };
    if matches!(options.form, Form::Kron | Form::Index) {
        return combination(
            format!("{option} writes no matrix, and `--form` asks for one"),
            "drop `--form`",
        );
    }
    if asked.explain {
        return combination(
            format!("`--explain` is about a derivative that is written out, {option} does not"),
            "drop one of the two",
        );
    }
    if let Some(direction) = asked.times() {
        let direction = input.value(last, direction)?;
        let session = Session::global();
        let found = session.times(&program.name, &program.text, data, options, &direction)?;
        return multiplied(output, &found, as_json);
    }
    let mut found = Session::global().operator(&program.name, &program.text, data, options)?;
    let solved = match asked.solve() {
        // The right-hand side is named after the variable whose shape it has, where there is one.
        Some(right) => Some(found.solve(&input.value(&options.by[0], right)?)?),
        None => None,
    };
    described(output, &found, solved.as_ref(), as_json)
}

fn multiplied(
    output: Option<&Output>,
    found: &ProductEvaluation,
    as_json: bool,
) -> Result<Report, Error> {
    if let Some(output) = output {
        output.array("product", &found.product)?;
    }
    let names = found.derivation.names().join(",");
    if as_json {
        let mut object = head(&found.derivation, &found.expression, &found.assumed, &found.point);
        object["product"] = array::nested(&found.product);
        object["product_shape"] = json!(found.product.axes);
        add_warnings(&mut object, &found.warnings);
        return Ok(Report::json(&object));
    }
    let mut report = Report::default();
    if output.is_none() {
        report.out = ended(array::text(&found.product));
    }
    report.remark(&format!(
        "derivative by {names} times a direction, `{}`, shape {}",
        found.derivation.text(),
        array::shape(&found.product)
    ));
    remarks(&found.derivation, &found.warnings, &found.assumed, &mut report);
    Ok(report)
}

fn described(
    output: Option<&Output>,
    found: &OperatorEvaluation,
    solved: Option<&Solved>,
    as_json: bool,
) -> Result<Report, Error> {
    match (solved, output) {
        (Some(solved), Some(output)) => output.array("solution", &solved.solution)?,
        (None, Some(output)) => output.write(&factors(found)?)?,
        (_, None) => {}
    }
    if as_json {
        let mut object = head(&found.derivation, &found.expression, &found.assumed, &found.point);
        object["value"] = array::nested(&found.value);
        object["shape"] = json!(found.value.axes);
        object["operator"] = structure(found);
        add_warnings(&mut object, &found.warnings);
        if let Some(solved) = solved {
            object["solution"] = array::nested(&solved.solution);
            object["solution_shape"] = json!(solved.solution.axes);
            object["residual"] = json!(solved.residual);
            object["method"] = json!(solved.method);
            object["iterations"] = json!(solved.steps);
        }
        return Ok(Report::json(&object));
    }
    let mut report = Report::default();
    match solved {
        Some(solved) => {
            if output.is_none() {
                report.out = ended(array::text(&solved.solution));
            }
            let steps = solved.steps.map_or(String::new(), |n| format!(", {n} steps"));
            report.remark(&format!(
                "solved by {}{steps}, relative residual {:.1e}",
                solved.method, solved.residual
            ));
            report.remark(&found.describe());
        }
        None => {
            let names = found.derivation.names().join(",");
            let derivative = format!(
                "derivative by {names}, {}:\n{}",
                found.derivation.text(),
                found.describe()
            );
            match output {
                Some(_) => report.remark(&derivative),
                None => {
                    let value = ended(array::text(&found.value));
                    report.out = format!("value:\n{value}\n{}", ended(derivative));
                }
            }
        }
    }
    remarks(&found.derivation, &found.warnings, &found.assumed, &mut report);
    Ok(report)
}

/// The parts of the operator and what they are the parts of.
fn factors(found: &OperatorEvaluation) -> Result<Vec<u8>, Error> {
    let Acting::Structured(matrix) = &found.operator else {
        return Err(refusal(
            &codes::E0702,
            "this derivative is known by its products alone, there are no factors to write",
            Some("multiply by it with `--times V.npy`".into()),
        ));
    };
    let mut manifest = Manifest::of(matrix);
    manifest.structure["derivative"] = json!(found.derivation.text());
    manifest.structure["by"] = json!(found.derivation.names());
    let parts = manifest.arrays.iter();
    let arrays = parts
        .map(|(name, axes, entries)| (name.as_str(), axes, entries))
        .chain([("value", &found.value.axes, &found.value.entries)])
        .map(|(name, axes, entries)| Ok((name, ArrayView::new(axes, entries)?)))
        .collect::<Result<Vec<_>, Error>>()?;
    let text = format!("{:#}\n", manifest.structure);
    npz_with(&arrays, &[("manifest.json", &text)])
}

fn structure(found: &OperatorEvaluation) -> Json {
    let (rows, cols) = found.shape();
    match &found.operator {
        Acting::Structured(matrix) => Manifest::of(matrix).structure,
        Acting::Products(..) => json!({
            "kind": found.kind(),
            "formula": found.derivation.text(),
            "shape": [rows, cols],
        }),
    }
}

fn head(derivation: &Derivation, expression: &str, assumed: &[String], point: &Point) -> Json {
    json!({
        "expression": expression,
        "by": derivation.names(),
        "derivative_text": derivation.text(),
        "form": "operator",
        "order": derivation.by.len(),
        "conditions": derivation.conditions.all().collect::<Vec<_>>(),
        "warnings": derivation.warnings.iter().map(|w| &w.message).collect::<Vec<_>>(),
        "assumed": assumed,
        "sizes": point.sizes,
    })
}

fn remarks(
    derivation: &Derivation,
    warnings: &[Diagnostic],
    assumed: &[String],
    report: &mut Report,
) {
    let (points, error) = (derivation.checked.points, derivation.checked.max_rel_error);
    let sizes = crate::derive::sizes(derivation);
    report.remark(&format!(
        "checked: {points} points{sizes}, largest relative difference {error:.1e}"
    ));
    report.err.push_str(&terminal(&derivation.warnings, &derivation.sources));
    report.err.push_str(&terminal(warnings, &derivation.sources));
    if !assumed.is_empty() {
        report.remark(&format!("assumed: {}", assumed.join(", ")));
    }
}
