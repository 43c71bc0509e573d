//! Derivatives in closed form.

use beltrami::diag::{Diagnostic, Hint, Setting, Sources, codes};
use beltrami::engine::print::{self, TARGETS, Target, target};
use beltrami::steps::render;
use beltrami::{
    Derivation, Error, Form, Kind, Layout, NamedPiece, NamedText, Session, Step as Taken,
};
use serde::Serialize;

use crate::{Answer, Note, assumed, refusal};

/// The derivatives of an expression by one variable or several.
///
/// For a program the fields of the first one, and all of them under `blocks` where there are several.
#[derive(Clone, Debug, Serialize)]
pub struct Derivatives {
    #[serde(flatten)]
    first: Option<Derivative>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blocks: Vec<Derivative>,
}

/// One derivative and everything that is said of it.
#[derive(Clone, Debug, Serialize)]
pub struct Derivative {
    /// What was differentiated.
    pub expression: String,
    /// The variables.
    pub by: Vec<String>,
    /// The derivative.
    pub derivative: String,
    /// The sizes of its axes.
    pub shape: Vec<String>,
    /// Which axis is whose.
    pub layout: &'static str,
    /// How it is written.
    pub form: &'static str,
    /// How often was differentiated.
    pub order: usize,
    /// Where value and derivative exist.
    pub conditions: Vec<String>,
    /// Reservations.
    pub warnings: Vec<String>,
    /// What was assumed about names.
    pub assumed: Vec<String>,
    /// The way to it, where it was asked for.
    pub steps: Vec<Step>,
    /// The comparison with numbers.
    pub checked: Compared,
    /// A program, where one was asked for.
    pub code: String,
    /// The derivative, where it is short enough to be set as one formula.
    pub latex: String,
    /// The derivative with names for parts that it has more than once.
    pub named: Named,
    /// The convention for structured variables, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symmetric: Option<&'static str>,
    /// The adjoint of an operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjoint: Option<String>,
    #[serde(skip)]
    shown: Shown,
}

/// A step of a derivation.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// The rule that was applied.
    pub rule: String,
    /// What it led to.
    pub expr: String,
}

/// How a formula was compared with numbers.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Compared {
    /// Random points.
    pub points: usize,
    /// Choices of sizes.
    pub sizes: usize,
    /// The largest relative difference.
    pub max_rel_error: f64,
    /// Whether it was at other sizes than the declared ones.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub smaller: bool,
}

/// A formula with names for its parts; without any, the formula as it is.
#[derive(Clone, Debug, Serialize)]
pub struct Named {
    /// The formula.
    pub expression: String,
    /// What the names stand for.
    #[serde(rename = "where")]
    pub pieces: Vec<Piece>,
}

/// A named part.
#[derive(Clone, Debug, Serialize)]
pub struct Piece {
    /// The name.
    pub name: String,
    /// What it stands for.
    pub expr: String,
    /// The sizes of its axes.
    pub shape: Vec<String>,
}

/// What a reader is shown.
#[derive(Clone, Debug)]
struct Shown {
    names: String,
    /// In the language asked for.
    formula: String,
    adjoint: Option<String>,
    steps: String,
    diagnostics: Vec<Diagnostic>,
    sources: Sources,
}

/// How a formula is written.
#[derive(Clone, Copy, Debug)]
pub enum Language {
    /// That of expressions.
    Text,
    /// LaTeX.
    Latex,
    /// MathML.
    Mathml,
    /// A program.
    Program(&'static Target),
}

impl Language {
    /// The language of this name.
    pub fn find(name: &str) -> Option<Language> {
        Some(match name {
            "text" => Language::Text,
            "latex" => Language::Latex,
            "mathml" => Language::Mathml,
            _ => Language::Program(target(name)?),
        })
    }

    /// The names of all of them.
    pub fn names() -> Vec<&'static str> {
        ["text", "latex", "mathml"].into_iter().chain(TARGETS.iter().map(|t| t.name)).collect()
    }
}

impl Derivatives {
    /// The answer that derivations give, in this language; `flat` without names for parts.
    ///
    /// # Errors
    /// The language has no way to write one of them.
    pub fn new(
        found: &[Derivation],
        language: &Language,
        with_steps: bool,
        flat: bool,
    ) -> Result<Derivatives, Error> {
        let all = found.iter().map(|one| Derivative::new(one, language, with_steps, flat));
        let mut blocks = all.collect::<Result<Vec<_>, Error>>()?;
        Ok(match blocks.len() {
            0 | 1 => Derivatives { first: blocks.pop(), blocks },
            _ => Derivatives { first: blocks.first().cloned(), blocks },
        })
    }

    /// One for each variable, or the one.
    pub fn all(&self) -> &[Derivative] {
        match &self.blocks[..] {
            [] => self.first.as_slice(),
            several => several,
        }
    }
}

impl Answer for Derivatives {
    fn text(&self) -> String {
        let all = self.all();
        let texts: Vec<String> = all.iter().map(|block| block.text(all.len() > 1)).collect();
        texts.join("\n")
    }

    /// What all derivatives share is said once.
    fn notes(&self) -> Vec<Note<'_>> {
        let all = self.all();
        let head = |block: &Derivative| match all.len() {
            1 => String::new(),
            _ => format!("{}: ", block.shown.names),
        };
        let mut notes: Vec<Note<'_>> = Vec::new();
        for block in all {
            notes.extend(block.summary(&head(block)).map(Note::Remark));
        }
        notes.extend(all.first().and_then(|first| assumed(&first.assumed)).map(Note::from));
        for block in all.iter().filter(|block| !block.conditions.is_empty()) {
            let conditions = block.conditions.join(", ");
            notes.push(format!("{}holds where {conditions}", head(block)).into());
        }
        let mut said: Vec<&Diagnostic> = Vec::new();
        for Derivative { shown, .. } in all {
            for warning in &shown.diagnostics {
                if !said.contains(&warning) {
                    said.push(warning);
                    notes.push(Note::Warnings(std::slice::from_ref(warning), &shown.sources));
                }
            }
        }
        notes
    }
}

impl Derivative {
    fn new(
        derivation: &Derivation,
        language: &Language,
        with_steps: bool,
        flat: bool,
    ) -> Result<Derivative, Error> {
        let unwritten = |message: String, hint: Hint| {
            refusal(&codes::E0403, message, hint).of_kind(Kind::Computation)
        };
        let code = match language {
            Language::Latex | Language::Mathml if !derivation.is_formula() => {
                return Err(unwritten(
                    "the derivative is too long to be set as one formula".into(),
                    Hint::with("`{}` gives its shared parts names", [Setting::Language.to("text")]),
                ));
            }
            Language::Program(target) => derivation.code(target).map_err(|unsupported| {
                let hint = Hint::with("`{}` shows the formula", [Setting::Language.to("text")]);
                unwritten(unsupported.to_string(), hint)
            })?,
            _ => String::new(),
        };
        let named = derivation.named();
        let formula = match (language, named.as_ref().filter(|_| !flat)) {
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
        let step = |step: &Taken| Step { rule: step.rule.to_string(), expr: step.expr.clone() };
        Ok(Derivative {
            expression: derivation.expression(),
            by: names(derivation),
            derivative: derivation.text(),
            shape: derivation.shape(),
            layout: layout(derivation.layout),
            form: form(derivation.derived.form),
            order: derivation.by.len(),
            conditions: conditions(derivation),
            warnings: warnings(derivation),
            assumed: derivation.assumed.clone(),
            steps: steps.iter().map(step).collect(),
            checked: Compared::new(derivation),
            code,
            latex: if derivation.is_formula() { derivation.latex() } else { String::new() },
            named: Named::new(derivation, named.as_ref()),
            symmetric: derivation.convention(),
            adjoint: derivation.adjoint_text(),
            shown: Shown {
                names: names(derivation).join(","),
                formula,
                adjoint,
                steps: if steps.is_empty() { String::new() } else { render(&steps) },
                diagnostics: derivation.warnings.clone(),
                sources: derivation.sources.clone(),
            },
        })
    }

    fn text(&self, headed: bool) -> String {
        let Shown { names, formula, adjoint, steps, .. } = &self.shown;
        let mut text = if headed { format!("{names}:\n") } else { String::new() };
        if !self.steps.is_empty() {
            text.push_str(&format!("{steps}\n"));
        }
        text.push_str(formula.trim_end_matches('\n'));
        text.push('\n');
        if let Some(adjoint) = adjoint {
            text.push_str(&format!("{adjoint}\n"));
        }
        text
    }

    /// Layout, form, shape, and how far the check went.
    fn summary(&self, head: &str) -> [Hint; 2] {
        let shape = match &self.shape[..] {
            [] => "scalar".into(),
            axes => axes.iter().map(|axis| factor(axis)).collect::<Vec<_>>().join("×"),
        };
        let mut described =
            Hint::from(format!("{head}{} layout, {} form, shape {shape}", self.layout, self.form));
        if let Some(convention) = self.symmetric {
            described = described.and(Hint::with(", `{}`", [Setting::Symmetric.to(convention)]));
        }
        let Compared { points, max_rel_error: error, .. } = self.checked;
        let error = if error == 0.0 { "0".to_string() } else { format!("{error:.1e}") };
        let sizes = self.checked.at();
        let checked =
            format!("{head}checked: {points} points{sizes}, largest relative difference {error}");
        [described, checked.into()]
    }
}

impl Compared {
    /// The comparison of a derivation.
    pub(crate) fn new(derivation: &Derivation) -> Compared {
        let checked = &derivation.checked;
        Compared {
            points: checked.points,
            sizes: checked.sizes,
            max_rel_error: checked.max_rel_error,
            smaller: checked.smaller,
        }
    }

    /// What is said of points at other sizes than the declared ones.
    pub(crate) fn at(&self) -> &'static str {
        if self.smaller { " at smaller sizes" } else { "" }
    }
}

impl Named {
    fn new(derivation: &Derivation, named: Option<&NamedText>) -> Named {
        let Some(named) = named else {
            return Named { expression: derivation.text(), pieces: Vec::new() };
        };
        let piece = |piece: &NamedPiece| Piece {
            name: piece.name.clone(),
            expr: piece.expr.clone(),
            shape: piece.shape.clone(),
        };
        Named {
            expression: named.expression.clone(),
            pieces: named.pieces.iter().map(piece).collect(),
        }
    }
}

/// A size in a list of sizes: a sum in parentheses.
fn factor(axis: &str) -> String {
    if axis.contains(['+', '-']) { format!("({axis})") } else { axis.to_string() }
}

/// The variables of a derivation.
pub(crate) fn names(derivation: &Derivation) -> Vec<String> {
    derivation.names().iter().map(ToString::to_string).collect()
}

/// Where a derivation holds.
pub(crate) fn conditions(derivation: &Derivation) -> Vec<String> {
    derivation.conditions.all().cloned().collect()
}

/// The reservations about a derivation.
pub(crate) fn warnings(derivation: &Derivation) -> Vec<String> {
    derivation.warnings.iter().map(|warning| warning.message.clone()).collect()
}

/// The name of a form.
pub(crate) fn form(form: Form) -> &'static str {
    match form {
        Form::Matrix => "matrix",
        Form::Kron => "kron",
        Form::Index => "index",
        Form::Operator => "operator",
    }
}

/// The name of a layout.
pub(crate) fn layout(layout: Layout) -> &'static str {
    match layout {
        Layout::Numerator => "numerator",
        Layout::Denominator => "denominator",
    }
}
