//! `beltrami eval`.

use beltrami::diag::codes;
use beltrami::{Error, Evaluation, Form, Session, Value};
use beltrami_report::Evaluation as Answer;

use crate::arguments::Eval;
use crate::input::Input;
use crate::output::{ARRAY, ARRAYS, Format, Output};
use crate::report::{Report, refusal};
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
    let mut report = Report::answer(&Answer::new(&found, asked.explain), as_json);
    if asked.out.is_some() && !asked.explain {
        report.out.clear();
    }
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
