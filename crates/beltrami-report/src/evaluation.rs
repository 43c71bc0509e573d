//! The value of an expression, and of its derivatives.

use std::collections::BTreeMap;

use beltrami::diag::{Diagnostic, Sources};
use beltrami::{Derivation, Value};
use serde::Serialize;
use serde_json::Value as Json;

use crate::derivative::{conditions, form, layout, names, warnings};
use crate::{Answer, Note, array, assumed, ended};

/// The value at data, and those of the derivatives asked for.
///
/// For a program the fields of the first derivative stand beside those of the value, and all derivatives under `blocks` where
/// there are several.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// What was evaluated.
    pub expression: String,
    /// Its value.
    pub value: Json,
    /// The sizes of its axes.
    pub shape: Vec<usize>,
    /// What was assumed about names.
    pub assumed: Vec<String>,
    /// The values of the names of sizes.
    pub sizes: BTreeMap<String, i64>,
    #[serde(flatten)]
    first: Option<Block>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blocks: Vec<Block>,
    /// Reservations, where there is no derivative whose fields have them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    /// How it was computed, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Vec<String>>,
    #[serde(skip)]
    shown: Shown,
}

/// A derivative at data.
#[derive(Clone, Debug, Serialize)]
struct Block {
    by: Vec<String>,
    derivative: Json,
    derivative_shape: Vec<usize>,
    derivative_text: String,
    layout: &'static str,
    form: &'static str,
    order: usize,
    conditions: Vec<String>,
    warnings: Vec<String>,
    #[serde(skip)]
    value: Value,
    #[serde(skip)]
    diagnostics: Vec<Diagnostic>,
    #[serde(skip)]
    sources: Sources,
}

#[derive(Clone, Debug)]
struct Shown {
    value: Value,
    diagnostics: Vec<Diagnostic>,
    sources: Sources,
}

impl Evaluation {
    /// The answer that an evaluation gives, with its plan where that is asked for.
    pub fn new(found: &beltrami::Evaluation, with_plan: bool) -> Evaluation {
        let block = |(derivation, value): &(Derivation, Value)| Block::new(derivation, value);
        let mut blocks: Vec<Block> = found.derivatives.iter().map(block).collect();
        let mut first = if blocks.len() == 1 { blocks.pop() } else { blocks.first().cloned() };
        // Reservations about how numbers were computed join those about the derivative.
        let said: Vec<String> = found.warnings.iter().map(|w| w.message.clone()).collect();
        let warnings = match &mut first {
            Some(first) => {
                first.warnings.extend(said);
                Vec::new()
            }
            None => said,
        };
        Evaluation {
            expression: found.expression.clone(),
            value: array::nested(&found.value),
            shape: found.value.axes.clone(),
            assumed: found.assumed.clone(),
            sizes: found.point.sizes.clone(),
            first,
            blocks,
            warnings,
            plan: with_plan.then(|| found.plans.clone()),
            shown: Shown {
                value: found.value.clone(),
                diagnostics: found.warnings.clone(),
                sources: found.sources.clone(),
            },
        }
    }

    fn derivatives(&self) -> &[Block] {
        match &self.blocks[..] {
            [] => self.first.as_slice(),
            several => several,
        }
    }
}

impl Answer for Evaluation {
    fn text(&self) -> String {
        match self.plan.as_deref() {
            Some([]) => {
                return "computed node by node: the plan refused these numbers\n".to_owned();
            }
            Some(plans) => return plans.join("\n"),
            None => {}
        }
        let value = ended(array::text(&self.shown.value));
        if self.derivatives().is_empty() {
            return value;
        }
        let mut out = format!("value:\n{value}");
        for Block { by, derivative_text, value, .. } in self.derivatives() {
            out.push_str(&format!(
                "\nderivative by {}, {derivative_text}:\n{}",
                by.join(","),
                ended(array::text(value))
            ));
        }
        out
    }

    fn notes(&self) -> Vec<Note<'_>> {
        let Shown { value, diagnostics, sources } = &self.shown;
        let sizes: Vec<String> =
            self.sizes.iter().map(|(name, n)| format!(", {name} = {n}")).collect();
        let mut notes: Vec<Note<'_>> =
            vec![format!("shape {}{}", array::shape(value), sizes.concat()).into()];
        for block in self.derivatives() {
            let Block { by, layout, form, value, .. } = block;
            let (by, shape) = (by.join(","), array::shape(value));
            notes.push(format!("by {by}: {layout} layout, {form} form, shape {shape}").into());
            notes.push(Note::Warnings(&block.diagnostics, &block.sources));
        }
        notes.push(Note::Warnings(diagnostics, sources));
        notes.extend(assumed(&self.assumed).map(Note::from));
        notes
    }
}

impl Block {
    fn new(derivation: &Derivation, value: &Value) -> Block {
        Block {
            by: names(derivation),
            derivative: array::nested(value),
            derivative_shape: value.axes.clone(),
            derivative_text: derivation.text(),
            layout: layout(derivation.layout),
            form: form(derivation.derived.form),
            order: derivation.by.len(),
            conditions: conditions(derivation),
            warnings: warnings(derivation),
            value: value.clone(),
            diagnostics: derivation.warnings.clone(),
            sources: derivation.sources.clone(),
        }
    }
}
