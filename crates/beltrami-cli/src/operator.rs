//! `beltrami eval` with a derivative that is not written out: `--form operator`, `--times`, `--solve`.

use beltrami::data::{ArrayView, Given, npz_with};
use beltrami::diag::codes;
use beltrami::operator::{OperatorEvaluation, ProductEvaluation, Solved};
use beltrami::{DeriveOptions, Error, Form, Session};
use beltrami_report::{Operator, Product};

use crate::arguments::Eval;
use crate::input::{Input, Program};
use crate::output::Output;
use crate::report::{Report, refusal};

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
    let mut report = Report::answer(&Product::new(found), as_json);
    if output.is_some() {
        report.out.clear();
    }
    Ok(report)
}

fn described(
    output: Option<&Output>,
    found: &OperatorEvaluation,
    solved: Option<&Solved>,
    as_json: bool,
) -> Result<Report, Error> {
    let answer = Operator::new(found, solved);
    let Some(output) = output else { return Ok(Report::answer(&answer, as_json)) };
    match solved {
        Some(solved) => output.array("solution", &solved.solution)?,
        None => output.write(&factors(&answer)?)?,
    }
    if as_json {
        return Ok(Report::answer(&answer, as_json));
    }
    let mut report = Report::default();
    report.notes(&answer.notes_beside_file());
    Ok(report)
}

/// The parts of the operator and what they are the parts of.
fn factors(answer: &Operator) -> Result<Vec<u8>, Error> {
    let manifest = answer.manifest()?;
    let arrays = manifest.arrays();
    let arrays = arrays
        .map(|(name, axes, entries)| Ok((name, ArrayView::new(axes, entries)?)))
        .collect::<Result<Vec<_>, Error>>()?;
    npz_with(&arrays, &[("manifest.json", &manifest.text())])
}
