//! Values on demand: an expression and its derivatives at given data.

use beltrami_calculus::Form;
use beltrami_core::{ExprId, Graph};
use beltrami_diag::{Diagnostic, Label, codes};
use beltrami_exec::{EvalError, Tensor, evaluate};

use crate::data::{Given, bind};
use crate::derivation::{Derivation, DeriveOptions};
use crate::sample::Point;
use crate::session::{Failure, Loaded, Session};

/// What an expression and its derivatives are at given data.
pub struct Evaluation {
    /// The expression in the surface language.
    pub expression: String,
    /// Its value.
    pub value: Value,
    /// The derivatives asked for, each with its value.
    pub derivatives: Vec<(Derivation, Value)>,
    /// What was assumed about names.
    pub assumed: Vec<String>,
    /// Sizes and values of all names.
    pub point: Point,
}

/// An array as users see it: no axis for a scalar, one for a vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The sizes of the axes.
    pub axes: Vec<usize>,
    /// The entries, last axis fastest.
    pub entries: Vec<f64>,
}

impl Value {
    /// The value of an expression, of a vector or scalar with the axes that users see.
    pub(crate) fn new(
        graph: &Graph,
        id: ExprId,
        tensor: Tensor<f64>,
        two_dimensional: bool,
    ) -> Value {
        let shape = graph.shape(id);
        let axes = match tensor.dims() {
            dims if two_dimensional => dims.to_vec(),
            _ if shape.is_scalar() => Vec::new(),
            dims if shape.is_vector() => vec![dims[0]],
            dims => dims.to_vec(),
        };
        Value { axes, entries: tensor.into_data() }
    }
}

impl Session {
    /// The value of an expression or program at data, and its derivatives by the variables that `options` names, if any.
    pub fn eval(
        &self,
        name: &str,
        text: &str,
        data: &[Given],
        options: &DeriveOptions,
    ) -> Result<Evaluation, Failure> {
        let loaded = self.load(name, text, &options.declarations, &options.by)?;
        let point = bind(&loaded, data)?;
        let (graph, root) = (&loaded.program.graph, loaded.program.root);
        let place = |id: ExprId| {
            loaded
                .program
                .spans
                .get(&id)
                .map(|span| Label::new(loaded.source, *span, "computed here"))
        };
        let tensor = compute(graph, root, &point, &place)
            .map_err(|diagnostic| failed(&loaded, diagnostic))?;
        let value = Value::new(graph, root, tensor, false);
        let mut derivatives = Vec::new();
        if !options.by.is_empty() {
            for derivation in self.derive(name, text, options)? {
                let (graph, id) = (&derivation.graph, derivation.derived.expr);
                let tensor = compute(graph, id, &point, &|_| None)
                    .map_err(|diagnostic| failed(&loaded, diagnostic))?;
                let value = Value::new(graph, id, tensor, derivation.derived.form == Form::Kron);
                derivatives.push((derivation, value));
            }
        }
        Ok(Evaluation {
            expression: beltrami_print::text(graph, root),
            value,
            derivatives,
            assumed: loaded.program.assumed.clone(),
            point,
        })
    }
}

fn failed(loaded: &Loaded, diagnostic: Diagnostic) -> Failure {
    Failure { diagnostics: vec![diagnostic], sources: loaded.sources.clone(), computed: true }
}

/// A finite value, or what stands in its way and where.
fn compute(
    graph: &Graph,
    root: ExprId,
    point: &Point,
    place: &dyn Fn(ExprId) -> Option<Label>,
) -> Result<Tensor<f64>, Diagnostic> {
    let size = |name: &str| point.sizes.get(name).copied();
    let symbol = |name: &str| point.values.get(name).cloned();
    let value = evaluate(graph, root, &size, &symbol)
        .map_err(|error: EvalError| no_value(graph, error.at(), &error.to_string(), place))?;
    match value.data().iter().find(|x| !x.is_finite()) {
        Some(x) => Err(no_value(graph, root, &format!("an entry of the result is {x}"), place)),
        None => Ok(value),
    }
}

fn no_value(
    graph: &Graph,
    id: ExprId,
    reason: &str,
    place: &dyn Fn(ExprId) -> Option<Label>,
) -> Diagnostic {
    let text = beltrami_print::text(graph, id);
    let diagnostic = Diagnostic::error(
        &codes::E0503,
        format!("`{text}` has no finite value at this data: {reason}"),
    )
    .hint("check the data against the domain that `beltrami derive` reports");
    match place(id) {
        Some(label) => diagnostic.at(label),
        None => diagnostic,
    }
}
