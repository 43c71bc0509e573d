//! `beltrami eval`.

use beltrami::diag::{Diagnostic, codes};
use beltrami::{Derivation, Error, Evaluation, Form, Session, Value};
use beltrami_report::array;
use serde_json::{Value as Json, json};

use crate::arguments::Eval;
use crate::input::Input;
use crate::output::{ARRAY, ARRAYS, Format, Output};
use crate::report::{Report, refusal, terminal};
use crate::{derive, operator};

/// The value, and the derivatives that the command line asks for.
pub fn run(asked: &Eval, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let Some((program, given)) = asked.program_and_data() else {
        return Err(refusal(
            &codes::E0701,
            "there is no expression to evaluate",
            Some("it stands first: `beltrami eval 'A*x' --data FILE.npz`".into()),
        ));
    };
    let program = input.program(program)?;
    let options = derive::options(&asked.declarations, &asked.by, &asked.shown);
    if options.by.is_empty() && options.order.is_some() {
        return Err(refusal(
            &codes::E0702,
            "`--order` needs a variable to differentiate by",
            Some("name one with `--by x`".into()),
        ));
    }
    let applied = asked.times().is_some() || asked.solve().is_some();
    let as_operator = options.form == Form::Operator || applied;
    let formats = if as_operator && !applied { ARRAYS } else { ARRAY };
    let output = Output::of("--out", asked.out.as_ref(), formats)?;
    let data = input.data(given, &asked.declarations)?;
    if as_operator {
        return operator::run(asked, &program, &data, &options, input, output.as_ref(), as_json);
    }
    let found = Session::global().eval(&program.name, &program.text, &data, &options)?;
    if let Some(output) = &output {
        write(&found, output)?;
    }
    if as_json {
        let mut object = object(&found);
        add_warnings(&mut object, &found.warnings);
        if asked.explain {
            object["plan"] = json!(found.plans);
        }
        return Ok(Report::json(&object));
    }
    let mut report = Report::default();
    if asked.explain {
        report.out = plan(&found);
    } else if asked.out.is_none() {
        report.out = text(&found);
    }
    remarks(&found, &mut report);
    Ok(report)
}

/// Everything in an archive, else the last of what was computed.
fn write(found: &Evaluation, output: &Output) -> Result<(), Error> {
    let names: Vec<String> = match &found.derivatives[..] {
        [_] => vec!["derivative".into()],
        several => {
            several.iter().map(|(d, _)| format!("derivative_{}", d.names().join("_"))).collect()
        }
    };
    let values = found.derivatives.iter().map(|(_, value)| value);
    let derivatives = names.iter().map(String::as_str).zip(values);
    let value = ("value", &found.value);
    let arrays: Vec<(&str, &Value)> = match (output.format, found.derivatives.is_empty()) {
        (Format::Npz, _) | (_, true) => [value].into_iter().chain(derivatives).collect(),
        _ => derivatives.collect(),
    };
    output.arrays(&arrays)
}

fn plan(found: &Evaluation) -> String {
    match &found.plans[..] {
        [] => "computed node by node: the plan refused these numbers\n".to_owned(),
        plans => plans.join("\n"),
    }
}

fn text(found: &Evaluation) -> String {
    let value = ended(array::text(&found.value));
    if found.derivatives.is_empty() {
        return value;
    }
    let mut out = format!("value:\n{value}");
    for (derivation, value) in &found.derivatives {
        let names = derivation.names().join(",");
        out.push_str(&format!(
            "\nderivative by {names}, {}:\n{}",
            derivation.text(),
            ended(array::text(value))
        ));
    }
    out
}

pub fn ended(text: String) -> String {
    if text.ends_with('\n') { text } else { text + "\n" }
}

fn remarks(found: &Evaluation, report: &mut Report) {
    let sizes: Vec<String> =
        found.point.sizes.iter().map(|(name, n)| format!(", {name} = {n}")).collect();
    report.remark(&format!("shape {}{}", array::shape(&found.value), sizes.concat()));
    for (derivation, value) in &found.derivatives {
        let names = derivation.names().join(",");
        report.remark(&format!(
            "by {names}: {} layout, {} form, shape {}",
            derive::layout_name(derivation.layout),
            derive::form_name(derivation.derived.form),
            array::shape(value)
        ));
        report.err.push_str(&terminal(&derivation.warnings, &derivation.sources));
    }
    report.err.push_str(&terminal(&found.warnings, &found.sources));
    if !found.assumed.is_empty() {
        report.remark(&format!("assumed: {}", found.assumed.join(", ")));
    }
}

/// The fields of the first derivative beside those of the value, and all derivatives under `blocks` where there are several.
fn object(found: &Evaluation) -> Json {
    let mut object = json!({
        "expression": found.expression,
        "value": array::nested(&found.value),
        "shape": found.value.axes,
        "assumed": found.assumed,
        "sizes": found.point.sizes,
    });
    let blocks: Vec<Json> = found.derivatives.iter().map(|(d, value)| block(d, value)).collect();
    if let Some(Json::Object(first)) = blocks.first() {
        for (key, value) in first {
            object[key] = value.clone();
        }
    }
    if blocks.len() > 1 {
        object["blocks"] = Json::Array(blocks);
    }
    object
}

/// Reservations about how numbers were computed join those about the derivative.
pub fn add_warnings(object: &mut Json, warnings: &[Diagnostic]) {
    if warnings.is_empty() {
        return;
    }
    let known = object["warnings"].as_array().cloned().unwrap_or_default();
    let all = known.into_iter().chain(warnings.iter().map(|w| json!(w.message)));
    object["warnings"] = all.collect();
}

fn block(derivation: &Derivation, value: &Value) -> Json {
    json!({
        "by": derivation.names(),
        "derivative": array::nested(value),
        "derivative_shape": value.axes,
        "derivative_text": derivation.text(),
        "layout": derive::layout_name(derivation.layout),
        "form": derive::form_name(derivation.derived.form),
        "order": derivation.by.len(),
        "conditions": derivation.conditions.all().collect::<Vec<_>>(),
        "warnings": derivation.warnings.iter().map(|w| &w.message).collect::<Vec<_>>(),
    })
}
