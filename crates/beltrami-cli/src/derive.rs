//! `beltrami derive`.

use beltrami::diag::codes;
use beltrami::{DeriveOptions, Error, Form, Layout, Session, Symmetric};
use beltrami_report::{Answer, Derivatives, Language};

use crate::arguments::{self, Derive, Shown};
use crate::input::Input;
use crate::interrupt;
use crate::output::{Format, Output};
use crate::report::{Report, refusal};

/// The derivatives that the command line asks for.
pub fn run(asked: &Derive, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let language = language(&asked.to)?;
    let output = Output::of("--out", asked.out.as_ref(), &[Format::Text])?;
    let program = input.program(asked.given.program())?;
    let options = options(&asked.given.declarations, &asked.by, &asked.shown);
    let found = Session::global().derive(&program.name, &program.text, &options)?;
    if let (Language::Program(target), [_, _, ..], false) = (&language, &found[..], as_json) {
        return Err(refusal(
            &codes::E0702,
            format!(
                "`--to {}` writes one program, and `--by` names {} variables",
                target.name,
                found.len()
            ),
            Some("run it once for each variable, or take all of them with `--json`".into()),
        ));
    }
    let answer = Derivatives::new(&found, &language, asked.steps, asked.flat)?;
    let mut report = Report::answer(&answer, as_json);
    if let Some(output) = output {
        output.write(Report::result(answer.text()).out.as_bytes())?;
        report.out.clear();
    }
    Ok(report)
}

/// The options that façade and command line share.
pub fn options(declarations: &[String], by: &[String], shown: &Shown) -> DeriveOptions {
    DeriveOptions {
        by: by.iter().map(|name| name.trim().to_string()).filter(|name| !name.is_empty()).collect(),
        order: shown.order,
        declarations: declarations.join("\n"),
        layout: match shown.layout {
            arguments::Layout::Numerator => Layout::Numerator,
            arguments::Layout::Denominator => Layout::Denominator,
        },
        form: form(shown.form),
        symmetric: match shown.symmetric {
            arguments::Symmetric::Frobenius => Symmetric::Frobenius,
            arguments::Symmetric::Free => Symmetric::Free,
            arguments::Symmetric::Ambient => Symmetric::Ambient,
        },
        seed: shown.seed,
        stop: interrupt::stop().clone(),
        ..DeriveOptions::default()
    }
}

fn form(asked: arguments::Form) -> Form {
    match asked {
        arguments::Form::Matrix => Form::Matrix,
        arguments::Form::Kron => Form::Kron,
        arguments::Form::Index => Form::Index,
        arguments::Form::Operator => Form::Operator,
    }
}

/// What `--to` names.
fn language(name: &str) -> Result<Language, Error> {
    Language::find(name).ok_or_else(|| {
        refusal(
            &codes::E0701,
            format!("there is no language `{name}`"),
            Some(format!("available: {}", Language::names().join(", "))),
        )
    })
}
