//! `beltrami derive`.

use beltrami::diag::{codes, render};
use beltrami::print::{TARGETS, Target, target};
use beltrami::{Derivation, DeriveOptions, Failure, Form, Layout, Session, Symmetric};
use serde_json::{Value, json};

use crate::arguments::{self, Derive, Given, Shown};
use crate::file;
use crate::report::{Report, refusal};
use crate::usage::unshielded;

/// The derivatives that the command line asks for.
pub fn run(asked: &Derive, as_json: bool) -> Result<Report, Failure> {
    let language = Language::find(&asked.to)?;
    let program = file::program(unshielded(&asked.given.program))?;
    let options = options(&asked.given, &asked.by, &asked.shown)?;
    let derivations = Session::global().derive(&program.name, &program.text, &options)?;
    if let (Language::Program(target), [_, _, ..], false) = (&language, &derivations[..], as_json) {
        return Err(refusal(
            &codes::E0702,
            format!(
                "`--to {}` writes one program, and `--by` names {} variables",
                target.name,
                derivations.len()
            ),
            Some("run it once for each variable, or take all of them with `--json`".into()),
        ));
    }
    let mut blocks = Vec::new();
    for derivation in &derivations {
        blocks.push(Block::new(derivation, &language, asked.steps)?);
    }
    let text =
        blocks.iter().map(|block| block.text(blocks.len() > 1)).collect::<Vec<_>>().join("\n");
    let mut report = if as_json { Report::json(&object(&blocks)) } else { Report::result(&text) };
    if let Some(path) = &asked.out {
        file::write(path, Report::result(text).out.as_bytes())?;
        if !as_json {
            report.out.clear();
        }
    }
    if !as_json {
        for block in &blocks {
            block.remarks(&mut report, blocks.len() > 1);
        }
        if let Some(first) = derivations.first() {
            closing(first, &mut report);
        }
    }
    Ok(report)
}

/// The options that façade and command line share.
pub fn options(given: &Given, by: &[String], shown: &Shown) -> Result<DeriveOptions, Failure> {
    Ok(DeriveOptions {
        by: by.iter().map(|name| name.trim().to_string()).filter(|name| !name.is_empty()).collect(),
        order: shown.order,
        declarations: given.declarations.join("\n"),
        layout: match shown.layout {
            arguments::Layout::Numerator => Layout::Numerator,
            arguments::Layout::Denominator => Layout::Denominator,
        },
        form: form(shown.form)?,
        symmetric: match shown.symmetric {
            arguments::Symmetric::Frobenius => Symmetric::Frobenius,
            arguments::Symmetric::Free => Symmetric::Free,
            arguments::Symmetric::Ambient => Symmetric::Ambient,
        },
        seed: shown.seed,
    })
}

fn form(asked: arguments::Form) -> Result<Form, Failure> {
    match asked {
        arguments::Form::Matrix => Ok(Form::Matrix),
        arguments::Form::Kron => Ok(Form::Kron),
        arguments::Form::Index => Ok(Form::Index),
        arguments::Form::Operator => Err(refusal(
            &codes::E0701,
            "`--form operator` is not available yet",
            Some("available: matrix, kron, index".into()),
        )),
    }
}

fn form_name(form: Form) -> &'static str {
    match form {
        Form::Matrix => "matrix",
        Form::Kron => "kron",
        Form::Index => "index",
    }
}

fn layout_name(layout: Layout) -> &'static str {
    match layout {
        Layout::Numerator => "numerator",
        Layout::Denominator => "denominator",
    }
}

/// What `--to` names.
enum Language {
    Text,
    Latex,
    Mathml,
    Program(&'static Target),
}

impl Language {
    fn find(name: &str) -> Result<Language, Failure> {
        Ok(match name {
            "text" => Language::Text,
            "latex" => Language::Latex,
            "mathml" => Language::Mathml,
            _ => match target(name) {
                Some(target) => Language::Program(target),
                None => {
                    let available: Vec<&str> = ["text", "latex", "mathml"]
                        .into_iter()
                        .chain(TARGETS.iter().map(|t| t.name))
                        .collect();
                    return Err(refusal(
                        &codes::E0701,
                        format!("`--to {name}` is not available yet"),
                        Some(format!("available: {}", available.join(", "))),
                    ));
                }
            },
        })
    }
}

/// One derivative and everything that is said of it.
struct Block<'a> {
    derivation: &'a Derivation,
    names: String,
    shown: String,
    code: String,
    steps: Vec<Step>,
}

/// A line of a derivation.
struct Step {
    rule: String,
    expr: String,
}

/// The steps from the expression to its derivative.
fn steps(_derivation: &Derivation) -> Vec<Step> {
    Vec::new()
}

impl Block<'_> {
    fn new<'a>(
        derivation: &'a Derivation,
        language: &Language,
        with_steps: bool,
    ) -> Result<Block<'a>, Failure> {
        let code = match language {
            Language::Program(target) => {
                derivation.code(target).map_err(|unsupported| Failure {
                    computed: true,
                    ..refusal(
                        &codes::E0403,
                        unsupported.to_string(),
                        Some("`--to text` shows the formula".into()),
                    )
                })?
            }
            _ => String::new(),
        };
        let shown = match language {
            Language::Text => derivation.text(),
            Language::Latex => derivation.latex(),
            Language::Mathml => derivation.mathml(),
            Language::Program(_) => code.clone(),
        };
        let steps = if with_steps { steps(derivation) } else { Vec::new() };
        Ok(Block { derivation, names: derivation.names().join(","), shown, code, steps })
    }

    /// What goes to standard output.
    fn text(&self, headed: bool) -> String {
        let mut text = if headed { format!("{}:\n", self.names) } else { String::new() };
        let width = self.steps.iter().map(|step| step.rule.len()).max().unwrap_or(0);
        for step in &self.steps {
            text.push_str(&format!("{:width$}  {}\n", step.rule, step.expr));
        }
        text.push_str(self.shown.trim_end_matches('\n'));
        text.push('\n');
        text
    }

    fn object(&self) -> Value {
        let derivation = self.derivation;
        let steps: Vec<Value> =
            self.steps.iter().map(|step| json!({ "rule": step.rule, "expr": step.expr })).collect();
        json!({
            "expression": derivation.expression(),
            "by": derivation.names(),
            "derivative": derivation.text(),
            "shape": derivation.shape(),
            "layout": layout_name(derivation.layout),
            "form": form_name(derivation.derived.form),
            "order": derivation.by.len(),
            "conditions": derivation.conditions.all().collect::<Vec<_>>(),
            "warnings": derivation.warnings.iter().map(|w| &w.message).collect::<Vec<_>>(),
            "assumed": derivation.assumed,
            "steps": steps,
            "checked": {
                "points": derivation.checked.points,
                "sizes": derivation.checked.sizes,
                "max_rel_error": derivation.checked.max_rel_error,
            },
            "code": self.code,
            "latex": derivation.latex(),
        })
    }

    /// What goes to standard error: layout, check, and what is particular to this derivative.
    fn remarks(&self, report: &mut Report, headed: bool) {
        let derivation = self.derivation;
        let shape = derivation.shape();
        let shape = if shape.is_empty() { "scalar".into() } else { shape.join("×") };
        let head = if headed { format!("{}: ", self.names) } else { String::new() };
        report.remark(&format!(
            "{head}{} layout, {} form, shape {shape}",
            layout_name(derivation.layout),
            form_name(derivation.derived.form)
        ));
        report.remark(&format!(
            "checked: {} points, largest relative difference {:.1e}",
            derivation.checked.points, derivation.checked.max_rel_error
        ));
        let conditions: Vec<&str> = derivation.conditions.all().map(String::as_str).collect();
        if !conditions.is_empty() {
            report.remark(&format!("holds where {}", conditions.join(", ")));
        }
        if !derivation.warnings.is_empty() {
            report.err.push_str(&render::terminal(&derivation.warnings, &derivation.sources, true));
        }
    }
}

/// What all derivatives of an expression share.
fn closing(derivation: &Derivation, report: &mut Report) {
    if !derivation.assumed.is_empty() {
        report.remark(&format!("assumed: {}", derivation.assumed.join(", ")));
    }
}

/// The fields of the first derivative, and all of them under `blocks` where there are several.
fn object(blocks: &[Block<'_>]) -> Value {
    let mut objects: Vec<Value> = blocks.iter().map(Block::object).collect();
    if objects.len() == 1 {
        return objects.remove(0);
    }
    let mut first = objects.first().cloned().unwrap_or_default();
    first["blocks"] = Value::Array(objects);
    first
}
