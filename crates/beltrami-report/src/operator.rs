//! Derivatives at data that are not written out: their structure, a product, a solution.

use std::collections::BTreeMap;

use beltrami::diag::{Diagnostic, Hint, Setting, Sources, codes};
use beltrami::operator::{Acting, OperatorEvaluation, ProductEvaluation, Solved};
use beltrami::{Derivation, Error, Point, Value};
use serde::Serialize;
use serde_json::Value as Json;

use crate::derivative::{Compared, conditions, names, warnings};
use crate::structure::{Named, Structure};
use crate::{Answer, Note, array, assumed, ended, refusal};

/// A derivative as a linear map, and the solution of a system with it where one was asked for.
#[derive(Clone, Debug, Serialize)]
pub struct Operator {
    #[serde(flatten)]
    head: Head,
    /// The value of the expression.
    pub value: Json,
    /// The sizes of its axes.
    pub shape: Vec<usize>,
    /// The map.
    pub operator: Acts,
    /// The solution.
    #[serde(flatten)]
    pub solved: Option<Solution>,
    #[serde(skip)]
    shown: Shown,
}

/// The product of a derivative with a direction.
#[derive(Clone, Debug, Serialize)]
pub struct Product {
    #[serde(flatten)]
    head: Head,
    /// The product.
    pub product: Json,
    /// The sizes of its axes.
    pub product_shape: Vec<usize>,
    #[serde(skip)]
    whole: Value,
}

/// What is said of every derivative that is not written out.
#[derive(Clone, Debug, Serialize)]
struct Head {
    expression: String,
    by: Vec<String>,
    derivative_text: String,
    form: &'static str,
    order: usize,
    conditions: Vec<String>,
    warnings: Vec<String>,
    assumed: Vec<String>,
    sizes: BTreeMap<String, i64>,
    #[serde(skip)]
    checked: Compared,
    #[serde(skip)]
    derived: Vec<Diagnostic>,
    #[serde(skip)]
    computed: Vec<Diagnostic>,
    #[serde(skip)]
    sources: Sources,
}

/// How a linear map acts.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Acts {
    /// By its parts.
    Structured(Box<Structure>),
    /// By products alone.
    Products {
        /// The kind of map.
        kind: String,
        /// The derivative.
        formula: String,
        /// Rows and columns.
        shape: [usize; 2],
    },
}

/// The solution of a system.
#[derive(Clone, Debug, Serialize)]
pub struct Solution {
    /// The solution.
    pub solution: Json,
    /// The sizes of its axes.
    pub solution_shape: Vec<usize>,
    /// How well it solves the equation.
    pub residual: f64,
    /// The method.
    pub method: String,
    /// Steps, where it takes some.
    pub iterations: Option<usize>,
    #[serde(skip)]
    whole: Value,
}

#[derive(Clone, Debug)]
struct Shown {
    value: Value,
    /// What the operator is, a sentence or two.
    described: String,
    arrays: Vec<Named>,
}

/// The arrays that make up an operator, and a description of them as JSON.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest<'a> {
    #[serde(flatten)]
    structure: &'a Structure,
    derivative: &'a str,
    by: &'a [String],
    #[serde(skip)]
    arrays: &'a [Named],
    #[serde(skip)]
    value: &'a Value,
}

impl Operator {
    /// The answer that an evaluation gives.
    pub fn new(found: &OperatorEvaluation, solved: Option<&Solved>) -> Operator {
        let OperatorEvaluation { expression, derivation, assumed, point, warnings, .. } = found;
        let (rows, cols) = found.shape();
        let (operator, arrays) = match &found.operator {
            Acting::Structured(matrix) => {
                let (structure, arrays) = Structure::of(matrix);
                (Acts::Structured(structure.into()), arrays)
            }
            Acting::Products(..) => {
                let (kind, formula) = (found.kind(), derivation.text());
                (Acts::Products { kind, formula, shape: [rows, cols] }, Vec::new())
            }
        };
        Operator {
            head: Head::new(expression, derivation, assumed, point, warnings),
            value: array::nested(&found.value),
            shape: found.value.axes.clone(),
            operator,
            solved: solved.map(Solution::new),
            shown: Shown { value: found.value.clone(), described: found.describe(), arrays },
        }
    }

    /// The parts of the operator and what they are the parts of, for a file.
    ///
    /// # Errors
    /// The operator has no parts.
    pub fn manifest(&self) -> Result<Manifest<'_>, Error> {
        let Acts::Structured(structure) = &self.operator else {
            let message =
                "this derivative is known by its products alone, there are no factors to write";
            let hint = Hint::with("multiply by it with `{}`", [Setting::Times.to("V.npy")]);
            return Err(refusal(&codes::E0702, message, hint));
        };
        Ok(Manifest {
            structure,
            derivative: &self.head.derivative_text,
            by: &self.head.by,
            arrays: &self.shown.arrays,
            value: &self.shown.value,
        })
    }

    /// What is said beside the answer where its arrays stand in a file.
    pub fn notes_beside_file(&self) -> Vec<Note<'_>> {
        let mut notes = self.notes();
        if self.solved.is_none() {
            notes.insert(0, Note::Remark(self.derivative().into()));
        }
        notes
    }

    fn derivative(&self) -> String {
        let Head { by, derivative_text, .. } = &self.head;
        format!("derivative by {}, {derivative_text}:\n{}", by.join(","), self.shown.described)
    }
}

impl Manifest<'_> {
    /// The arrays: name, sizes of the axes, entries.
    pub fn arrays(&self) -> impl Iterator<Item = (&str, &[usize], &[f64])> {
        let parts = self.arrays.iter();
        parts.map(|(name, axes, entries)| (name.as_str(), &axes[..], &entries[..])).chain([(
            "value",
            &self.value.axes[..],
            &self.value.entries[..],
        )])
    }

    /// The description.
    pub fn text(&self) -> String {
        // Fails for maps whose keys are no texts, of which there are none.
        format!("{:#}\n", serde_json::to_value(self).unwrap_or_default())
    }
}

impl Answer for Operator {
    fn text(&self) -> String {
        match &self.solved {
            Some(solved) => ended(array::text(&solved.whole)),
            None => {
                let value = ended(array::text(&self.shown.value));
                format!("value:\n{value}\n{}", ended(self.derivative()))
            }
        }
    }

    fn notes(&self) -> Vec<Note<'_>> {
        let mut notes = Vec::new();
        if let Some(Solution { residual, method, iterations, .. }) = &self.solved {
            let steps = iterations.map_or(String::new(), |n| format!(", {n} steps"));
            notes.push(
                format!("solved by {method}{steps}, relative residual {residual:.1e}").into(),
            );
            notes.push(self.shown.described.clone().into());
        }
        notes.extend(self.head.notes());
        notes
    }
}

impl Solution {
    fn new(found: &Solved) -> Solution {
        Solution {
            solution: array::nested(&found.solution),
            solution_shape: found.solution.axes.clone(),
            residual: found.residual,
            method: found.method.clone(),
            iterations: found.steps,
            whole: found.solution.clone(),
        }
    }
}

impl Product {
    /// The answer that a product gives.
    pub fn new(found: &ProductEvaluation) -> Product {
        let ProductEvaluation { expression, derivation, assumed, point, warnings, product } = found;
        Product {
            head: Head::new(expression, derivation, assumed, point, warnings),
            product: array::nested(product),
            product_shape: product.axes.clone(),
            whole: product.clone(),
        }
    }
}

impl Answer for Product {
    fn text(&self) -> String {
        ended(array::text(&self.whole))
    }

    fn notes(&self) -> Vec<Note<'_>> {
        let Head { by, derivative_text, .. } = &self.head;
        let said = format!(
            "derivative by {} times a direction, `{derivative_text}`, shape {}",
            by.join(","),
            array::shape(&self.whole)
        );
        let mut notes = vec![said.into()];
        notes.extend(self.head.notes());
        notes
    }
}

impl Head {
    fn new(
        expression: &str,
        derivation: &Derivation,
        assumed: &[String],
        point: &Point,
        reservations: &[Diagnostic],
    ) -> Head {
        // Reservations about how numbers were computed join those about the derivative.
        let computed = reservations.iter().map(|warning| warning.message.clone());
        Head {
            expression: expression.to_owned(),
            by: names(derivation),
            derivative_text: derivation.text(),
            form: "operator",
            order: derivation.by.len(),
            conditions: conditions(derivation),
            warnings: warnings(derivation).into_iter().chain(computed).collect(),
            assumed: assumed.to_vec(),
            sizes: point.sizes.clone(),
            checked: Compared::new(derivation),
            derived: derivation.warnings.clone(),
            computed: reservations.to_vec(),
            sources: derivation.sources.clone(),
        }
    }

    fn notes(&self) -> Vec<Note<'_>> {
        let Compared { points, max_rel_error, .. } = self.checked;
        let sizes = self.checked.at();
        let checked = format!(
            "checked: {points} points{sizes}, largest relative difference {max_rel_error:.1e}"
        );
        let lists = [&self.derived, &self.computed];
        let mut notes = vec![checked.into()];
        notes.extend(lists.map(|list| Note::Warnings(list, &self.sources)));
        notes.extend(assumed(&self.assumed).map(Note::from));
        notes
    }
}
