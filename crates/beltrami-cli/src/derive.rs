//! `beltrami derive`.

use beltrami::diag::{Diagnostic, codes, render};
use beltrami::engine::print::{self, TARGETS, Target, target};
use beltrami::steps::render as render_steps;
use beltrami::{
    Derivation, DeriveOptions, Error, Form, Kind, Layout, NamedPiece, NamedText, Session, Step,
    Symmetric,
};
use serde_json::{Value, json};

use crate::arguments::{self, Derive, Shown};
use crate::input::Input;
use crate::interrupt;
use crate::output::{Format, Output};
use crate::report::{Report, refusal};

/// The derivatives that the command line asks for.
pub fn run(asked: &Derive, input: &mut Input, as_json: bool) -> Result<Report, Error> {
    let language = Language::find(&asked.to)?;
    let output = Output::of("--out", asked.out.as_ref(), &[Format::Text])?;
    let program = input.program(asked.given.program())?;
    let options = options(&asked.given.declarations, &asked.by, &asked.shown);
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
        blocks.push(Block::new(derivation, &language, asked.steps, asked.flat)?);
    }
    let text =
        blocks.iter().map(|block| block.text(blocks.len() > 1)).collect::<Vec<_>>().join("\n");
    let mut report = if as_json { Report::json(&object(&blocks)) } else { Report::result(&text) };
    if let Some(output) = output {
        output.write(Report::result(text).out.as_bytes())?;
        if !as_json {
            report.out.clear();
        }
    }
    if !as_json {
        remarks(&blocks, &mut report);
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

/// The name of a form, as `--form` takes it.
pub fn form_name(form: Form) -> &'static str {
    match form {
        Form::Matrix => "matrix",
        Form::Kron => "kron",
        Form::Index => "index",
        Form::Operator => "operator",
    }
}

/// The name of a layout, as `--layout` takes it.
pub fn layout_name(layout: Layout) -> &'static str {
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
    fn find(name: &str) -> Result<Language, Error> {
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
                        format!("there is no language `{name}`"),
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
    named: Option<NamedText>,
    names: String,
    shown: String,
    code: String,
    /// The adjoint of an operator, in the language asked for.
    adjoint: Option<String>,
    steps: Vec<Step>,
}

impl Block<'_> {
    fn new<'a>(
        derivation: &'a Derivation,
        language: &Language,
        with_steps: bool,
        flat: bool,
    ) -> Result<Block<'a>, Error> {
        let code = match language {
            Language::Latex | Language::Mathml if !derivation.is_formula() => {
                return Err(refusal(
                    &codes::E0403,
                    "the derivative is too long to be set as one formula",
                    Some("`--to text` gives its shared parts names".into()),
                )
                .of_kind(Kind::Computation));
            }
            Language::Program(target) => derivation.code(target).map_err(|unsupported| {
                let hint = "`--to text` shows the formula";
                refusal(&codes::E0403, unsupported.to_string(), Some(hint.into()))
                    .of_kind(Kind::Computation)
            })?,
            _ => String::new(),
        };
        let named = derivation.named();
        let shown = match (language, named.as_ref().filter(|_| !flat)) {
            (Language::Program(_), _) => code.clone(),
            (Language::Text, Some(named)) => named.text(),
            (Language::Latex, Some(named)) => named.latex(),
            (Language::Mathml, Some(named)) => print::from_latex(&named.latex()),
            (Language::Text, None) => derivation.text(),
            (Language::Latex, None) => derivation.latex(),
            (Language::Mathml, None) => derivation.mathml(),
        };
        let steps = if with_steps { derivation.steps(Session::global())? } else { Vec::new() };
        let adjoint = derivation.operator.as_ref().and_then(|operator| {
            let (_, back) = operator.adjoint?;
            Some(match language {
                Language::Latex => print::latex(&derivation.graph, back),
                Language::Mathml => print::mathml(&derivation.graph, back),
                // A program is the derivative along a direction, and nothing else.
                Language::Program(_) => return None,
                Language::Text => derivation.adjoint_text()?,
            })
        });
        let names = derivation.names().join(",");
        Ok(Block { derivation, named, names, shown, code, adjoint, steps })
    }

    /// What goes to standard output.
    fn text(&self, headed: bool) -> String {
        let mut text = if headed { format!("{}:\n", self.names) } else { String::new() };
        if !self.steps.is_empty() {
            text.push_str(&format!("{}\n", render_steps(&self.steps)));
        }
        text.push_str(self.shown.trim_end_matches('\n'));
        text.push('\n');
        if let Some(adjoint) = &self.adjoint {
            text.push_str(&format!("{adjoint}\n"));
        }
        text
    }

    fn object(&self) -> Value {
        let derivation = self.derivation;
        let steps: Vec<Value> =
            self.steps.iter().map(|step| json!({ "rule": step.rule, "expr": step.expr })).collect();
        let mut object = json!({
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
            "latex": if derivation.is_formula() { derivation.latex() } else { String::new() },
        });
        object["named"] = named(derivation, self.named.as_ref());
        if derivation.checked.smaller {
            object["checked"]["smaller"] = Value::Bool(true);
        }
        if let Some(convention) = derivation.convention() {
            object["symmetric"] = Value::String(convention.into());
        }
        if let Some(adjoint) = derivation.adjoint_text() {
            object["adjoint"] = Value::String(adjoint);
        }
        object
    }

    /// Layout, form, shape, and how far the check went.
    fn summary(&self) -> [String; 2] {
        let derivation = self.derivation;
        let shape = derivation.shape();
        let shape = if shape.is_empty() {
            "scalar".into()
        } else {
            shape.iter().map(|axis| factor(axis)).collect::<Vec<_>>().join("×")
        };
        let (layout, form) = (layout_name(derivation.layout), form_name(derivation.derived.form));
        let error = derivation.checked.max_rel_error;
        let error = if error == 0.0 { "0".to_string() } else { format!("{error:.1e}") };
        let points = derivation.checked.points;
        let convention = derivation.convention();
        let convention =
            convention.map_or_else(String::new, |name| format!(", `--symmetric {name}`"));
        [
            format!("{layout} layout, {form} form, shape {shape}{convention}"),
            format!(
                "checked: {points} points{}, largest relative difference {error}",
                sizes(derivation)
            ),
        ]
    }
}

/// The derivative with names; without any, the expression as it is.
fn named(derivation: &Derivation, named: Option<&NamedText>) -> Value {
    let Some(named) = named else {
        return json!({ "expression": derivation.text(), "where": [] });
    };
    let piece = |piece: &NamedPiece| json!({ "name": piece.name, "expr": piece.expr, "shape": piece.shape });
    let pieces: Vec<Value> = named.pieces.iter().map(piece).collect();
    json!({ "expression": named.expression, "where": pieces })
}

/// What is said of points at other sizes than the declared ones.
pub fn sizes(derivation: &Derivation) -> &'static str {
    if derivation.checked.smaller { " at smaller sizes" } else { "" }
}

/// A size in a list of sizes: a sum in parentheses.
fn factor(axis: &str) -> String {
    if axis.contains(['+', '-']) { format!("({axis})") } else { axis.to_string() }
}

/// What goes to standard error: what all derivatives share is said once.
fn remarks(blocks: &[Block<'_>], report: &mut Report) {
    let head = |block: &Block<'_>| match blocks.len() {
        1 => String::new(),
        _ => format!("{}: ", block.names),
    };
    for block in blocks {
        for line in block.summary() {
            report.remark(&format!("{}{line}", head(block)));
        }
    }
    if let Some(first) = blocks.first().filter(|first| !first.derivation.assumed.is_empty()) {
        report.remark(&format!("assumed: {}", first.derivation.assumed.join(", ")));
    }
    for block in blocks {
        let conditions: Vec<&str> = block.derivation.conditions.all().map(String::as_str).collect();
        if !conditions.is_empty() {
            report.remark(&format!("{}holds where {}", head(block), conditions.join(", ")));
        }
    }
    let mut said: Vec<&Diagnostic> = Vec::new();
    for block in blocks {
        for warning in &block.derivation.warnings {
            if !said.contains(&warning) {
                said.push(warning);
                let text = render::terminal(
                    std::slice::from_ref(warning),
                    &block.derivation.sources,
                    true,
                );
                report.err.push_str(&text);
            }
        }
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
