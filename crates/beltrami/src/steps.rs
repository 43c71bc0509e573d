//! Derivations line by line: how a derivative comes about, a rule's name at each line.
//!
//! A derivative of order two is the derivation of the first derivative followed by that of its differential, and so on. The
//! last line is the derivative that was asked for, as it was checked.

use std::collections::BTreeSet;

use beltrami_calculus::{
    CalculusError, Form, Layout, Line, Request, Side, Steps, Symmetric, steps,
};
use beltrami_core::{ExprId, Graph};
use beltrami_diag::{Diagnostic, Error, codes};
use beltrami_stop::Stop;

use crate::derivation::Derivation;
use crate::session::Session;

/// A line of a derivation, written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What the line states the value of: `f`, `df`, `vec(dF)`, `Df`.
    pub left: String,
    /// The rule that leads to this line from the one above.
    pub rule: String,
    /// The expression in the surface language, `d(…)` written for differentials still to be worked out.
    pub expr: String,
    /// The expression in LaTeX.
    pub latex: String,
}

/// The lines as expressions, to be evaluated one by one.
pub struct Replay {
    /// Where the expressions live.
    pub graph: Graph,
    /// One derivation for each order of differentiation.
    pub stages: Vec<Steps>,
}

impl Derivation {
    /// The derivation, written out.
    ///
    /// # Errors
    /// An [`Error`] that says why an intermediate derivative has no derivation.
    pub fn steps(&self, session: &Session) -> Result<Vec<Step>, Error> {
        let replay = self.replay(session)?;
        let mut written = Vec::new();
        for (order, stage) in replay.stages.iter().enumerate() {
            let scribe = Scribe::new(&replay, stage, self.root, order);
            written.extend(stage.lines.iter().map(|line| scribe.step(line)));
        }
        Ok(written)
    }

    /// The derivation as expressions.
    ///
    /// # Errors
    /// As [`Derivation::steps`].
    pub fn replay(&self, session: &Session) -> Result<Replay, Error> {
        let mut graph = self.graph.clone();
        let stages = stages(&mut graph, session, self);
        stages.map(|stages| Replay { graph, stages }).map_err(|error| self.refused(&error))
    }

    fn refused(&self, error: &CalculusError) -> Error {
        let text = beltrami_print::text(&self.graph, self.root);
        let diagnostic = match error {
            CalculusError::TooLarge(_) => Diagnostic::error(
                &codes::E0403,
                format!("the derivation for `{text}` is too long to be written down"),
            )
            .hint("derive a part"),
            _ => Diagnostic::error(
                &codes::E0401,
                format!("a step of the derivation for `{text}` is not available"),
            )
            .hint("the derivative itself is shown without `--steps`"),
        };
        Error::failed(diagnostic, &self.sources)
    }
}

fn stages(
    graph: &mut Graph,
    session: &Session,
    derivation: &Derivation,
) -> Result<Vec<Steps>, CalculusError> {
    let mut stages: Vec<Steps> = Vec::new();
    let mut root = derivation.root;
    for (order, symbol) in derivation.by.iter().enumerate() {
        let mut stage = steps(graph, &session.rules, root, *symbol, derivation.symmetric)?;
        if order > 0 {
            // The function was the last line of the stage before.
            stage.lines.retain(|line| line.side != Side::Function);
            if let Some(first) = stage.lines.first_mut() {
                first.rule = "differentiate again".into();
            }
        }
        if order + 1 < derivation.by.len() {
            root = intermediate(graph, session, root, *symbol, derivation.symmetric)?;
            stage.lines.push(identified(Side::Derivative, root));
        } else if let Some(operator) = &derivation.operator {
            // The linear map itself is the answer, and its direction the differential of the variable.
            stage.lines.retain(|line| line.side != Side::Vectorised);
            stage.placeholders.insert(operator.direction, *symbol);
            stage.lines.push(identified(Side::Differential, operator.forward));
        } else {
            stage.lines.push(identified(Side::Derivative, derivation.derived.expr));
        }
        stages.push(stage);
    }
    Ok(stages)
}

fn identified(side: Side, expr: ExprId) -> Line {
    Line { side, rule: "identification".into(), expr }
}

/// The derivative that is differentiated again: the gradient in the shape of the variable, otherwise the Jacobian matrix.
fn intermediate(
    graph: &mut Graph,
    session: &Session,
    root: ExprId,
    symbol: ExprId,
    symmetric: Symmetric,
) -> Result<ExprId, CalculusError> {
    let layout =
        if graph.shape(root).is_scalar() { Layout::Denominator } else { Layout::Numerator };
    let request = Request {
        root,
        shorten: false,
        by: vec![symbol],
        layout,
        form: Form::Matrix,
        symmetric,
        stop: Stop::default(),
    };
    let simplify = &mut |graph: &mut Graph, expr| session.simplify(graph, expr);
    Ok(beltrami_calculus::derive(graph, &session.rules, &request, simplify)?.expr)
}

/// Writes the lines of one stage.
struct Scribe<'a> {
    graph: &'a Graph,
    stage: &'a Steps,
    /// What the function of this stage is called.
    function: String,
    /// What its derivative is called.
    derivative: String,
    names: BTreeSet<String>,
}

impl Scribe<'_> {
    fn new<'a>(replay: &'a Replay, stage: &'a Steps, original: ExprId, order: usize) -> Scribe<'a> {
        let graph = &replay.graph;
        let placeholder =
            |id| replay.stages.iter().any(|stage| stage.placeholders.contains_key(&id));
        let declared = graph.symbols().filter(|(_, id)| !placeholder(*id));
        let names: BTreeSet<String> = declared.map(|(name, _)| name.to_string()).collect();
        let shape = graph.shape(original);
        let letters = if shape.is_vector() || shape.is_row() || shape.is_scalar() {
            ["f", "g", "h", "phi"]
        } else {
            ["F", "G", "H", "Phi"]
        };
        let letter =
            letters.into_iter().find(|letter| !names.contains(*letter)).unwrap_or(letters[0]);
        let called = |order: usize| match order {
            0 => letter.to_string(),
            1 => format!("D{letter}"),
            _ => format!("D{order}{letter}"),
        };
        Scribe { graph, stage, function: called(order), derivative: called(order + 1), names }
    }

    fn step(&self, line: &Line) -> Step {
        let left = match line.side {
            Side::Function => self.function.clone(),
            Side::Differential => format!("d{}", self.function),
            Side::Vectorised => format!("vec(d{})", self.function),
            Side::Derivative => self.derivative.clone(),
        };
        Step {
            left,
            rule: line.rule.clone(),
            expr: self.text(line.expr),
            latex: self.latex(line.expr),
        }
    }

    fn text(&self, expr: ExprId) -> String {
        beltrami_print::text_with(self.graph, expr, &|id| {
            let of = *self.stage.placeholders.get(&id)?;
            let text = beltrami_print::text(self.graph, of);
            // `dx` unless that is a name of its own.
            let short = format!("d{text}");
            let plain = of == self.stage.symbol && !self.names.contains(&short);
            Some(if plain { short } else { format!("d({text})") })
        })
    }

    /// The names of placeholders stand as they are in LaTeX, and are exchanged there.
    fn latex(&self, expr: ExprId) -> String {
        let written = beltrami_print::latex(self.graph, expr);
        self.stage.placeholders.iter().fold(written, |written, (hole, of)| {
            let name = beltrami_print::latex(self.graph, *hole);
            if !written.contains(&name) {
                return written;
            }
            let of_latex = beltrami_print::latex(self.graph, *of);
            let by = if *of == self.stage.symbol {
                format!("\\mathrm{{d}}{{{of_latex}}}")
            } else {
                format!("\\mathrm{{d}}\\left({of_latex}\\right)")
            };
            written.replace(&name, &by)
        })
    }
}

/// Widest line whose rule stands in the common column.
const WIDEST: usize = 90;

/// The lines as a text: what is stated, `=`, the expression, and the rules in a column of their own.
pub fn render(steps: &[Step]) -> String {
    let count = |text: &str| text.chars().count();
    let left = steps.iter().map(|step| count(&step.left)).max().unwrap_or(0);
    let width = steps
        .iter()
        .map(|step| count(&step.expr))
        .filter(|width| *width <= WIDEST)
        .max()
        .unwrap_or(0);
    let mut out = String::new();
    let mut above = "";
    for step in steps {
        // What is stated is named once; the lines below continue it.
        let name = if step.left == above { "" } else { &step.left };
        above = &step.left;
        out.push_str(&format!("{name:<left$} = {:<width$}   [{}]\n", step.expr, step.rule));
    }
    out
}
