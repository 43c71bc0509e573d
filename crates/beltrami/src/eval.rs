//! Values on demand: an expression and its derivatives at given data.

use beltrami_calculus::Form;
use beltrami_core::{ExprId, Graph};
use beltrami_diag::{Diagnostic, Error, Label, Sources, codes};
use beltrami_exec::{EvalError, Explanation, Plan, PlanOptions, Tensor, evaluate};

use crate::comparison::{Agreement, compare_at_random, compare_results, planned as plan_of};
use crate::data::{Given, bind};
use crate::derivation::{Derivation, DeriveOptions};
use crate::operator::offer;
use crate::sample::Point;
use crate::session::{Loaded, Session};
use crate::stable::stable;

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
    /// How it was computed, or why no plan could be, a text for the value with the first derivative and one for each further
    /// derivative; none where a plan differed from the evaluator, as a warning says.
    pub plans: Vec<String>,
    /// Reservations about how it was read, where no derivative has them, and computed.
    pub warnings: Vec<Diagnostic>,
    /// The texts that they point into.
    pub sources: Sources,
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
    ) -> Result<Evaluation, Error> {
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
        let (mut plans, mut warnings) = (Vec::new(), Vec::new());
        let range = |name: &str| loaded.range(name);
        let mut value = None;
        let mut derivatives = Vec::new();
        if !options.by.is_empty() {
            let options = &DeriveOptions { near: Some(point.excerpt()), ..options.clone() };
            for derivation in self.derive_loaded(&loaded, options)? {
                warnings.extend(derivation.exists_at(&loaded, &point)?);
                let (derived, id) = (&derivation.graph, derivation.derived.expr);
                let roots = [derivation.root, id];
                // The value comes with the first derivative, with which it shares what it can.
                let roots = if value.is_none() { &roots[..] } else { &roots[1..] };
                let kron = derivation.derived.form == Form::Kron;
                let Computed { mut tensors, plan, warning } =
                    compute(derived, roots, &point, &range, &|_| None).map_err(|diagnostic| {
                        // What the expression itself lacks has a place in its text.
                        let own = compute(graph, &[root], &point, &range, &place).err();
                        let diagnostic = own.unwrap_or(diagnostic);
                        let by = &derivation.by;
                        let mut diagnostic =
                            derivation.conditions.named(diagnostic, derived, by, &point, false);
                        if is_large(derived, id, &point)
                            && let Some(way) = offer(self, &loaded, &derivation.by, options, &point)
                        {
                            diagnostic.hint = Some(way.into());
                        }
                        failed(&loaded, diagnostic)
                    })?;
                let tensor = tensors.pop();
                if let Some(first) = tensors.pop() {
                    value = Some(Value::new(derived, derivation.root, first, false));
                }
                if let Some(tensor) = tensor {
                    let value = Value::new(derived, id, tensor, kron);
                    derivatives.push((derivation, value));
                }
                plans.extend(plan);
                warnings.extend(warning);
            }
        }
        let value = match value {
            Some(value) => value,
            None => {
                warnings.extend(loaded.program.warnings.iter().cloned());
                let Computed { mut tensors, plan, warning } =
                    compute(graph, &[root], &point, &range, &place).map_err(|diagnostic| {
                        let named = self.naming(diagnostic, graph, &[root], &[], &point);
                        failed(&loaded, named)
                    })?;
                plans.extend(plan);
                warnings.extend(warning);
                let tensor = tensors.pop().unwrap_or_else(|| Tensor::scalar(f64::NAN));
                Value::new(graph, root, tensor, false)
            }
        };
        Ok(Evaluation {
            expression: beltrami_print::text(graph, root),
            value,
            derivatives,
            assumed: loaded.program.assumed.clone(),
            point,
            plans,
            warnings,
            sources: loaded.sources.clone(),
        })
    }
}

pub(crate) fn failed(loaded: &Loaded, diagnostic: Diagnostic) -> Error {
    Error::failed(diagnostic, &loaded.sources)
}

/// Values that were computed.
pub(crate) struct Computed {
    pub tensors: Vec<Tensor<f64>>,
    /// The plan, as a table, or why there is none.
    pub plan: Option<String>,
    /// What is to be said about it.
    pub warning: Option<Diagnostic>,
}

/// Finite values and how they were computed, or what stands in their way and where.
///
/// Stable forms are evaluated where they are known; expressions as they are written say what is missing.
pub(crate) fn compute(
    graph: &Graph,
    roots: &[ExprId],
    point: &Point,
    range: &dyn Fn(&str) -> Option<(f64, f64)>,
    place: &dyn Fn(ExprId) -> Option<Label>,
) -> Result<Computed, Diagnostic> {
    let (own, stable) = stable(graph, roots);
    if stable[..] != *roots
        && let Ok(computed) = computed(&own, &stable, point, range, &|_| None)
    {
        return Ok(computed);
    }
    computed(graph, roots, point, range, place)
}

/// What a plan computes is compared with the evaluator, at this point where it is small and at random ones otherwise. What a
/// plan refuses, or computes differently, is evaluated node by node, which names the place, or which knows a way that the
/// plan lacks.
fn computed(
    graph: &Graph,
    roots: &[ExprId],
    point: &Point,
    range: &dyn Fn(&str) -> Option<(f64, f64)>,
    place: &dyn Fn(ExprId) -> Option<Label>,
) -> Result<Computed, Diagnostic> {
    let size = |name: &str| point.sizes.get(name).copied();
    let symbol = |name: &str| point.values.get(name).cloned();
    let (mut warning, mut plan) = (None, None);
    let options = PlanOptions { rough: point.rough.clone(), ..PlanOptions::default() };
    match planned(graph, roots, point) {
        Ok((tensors, explanation)) => {
            let agreement = match compare_results(graph, roots, &size, &symbol, &tensors) {
                Agreement::Unknown | Agreement::Large => {
                    compare_at_random(graph, roots, range, &size, &plan_of(graph, roots, &options))
                }
                known => known,
            };
            warning = agreement.warning();
            if !matches!(agreement, Agreement::Differs { .. }) {
                let plan = explanation.table(&|id| beltrami_print::text(graph, id));
                return Ok(Computed { tensors, plan: Some(plan), warning });
            }
        }
        // What is too large for the plan is too large for all of its parts.
        Err(error) if is_too_large(&error) => {
            return Err(no_value(graph, error.at(), &error.to_string(), place));
        }
        Err(error) => {
            plan = Some(format!("computed node by node: {error}\n"));
        }
    }
    let mut tensors = Vec::new();
    for root in roots {
        let value = evaluate(graph, *root, &size, &symbol)
            .map_err(|error: EvalError| no_value(graph, error.at(), &error.to_string(), place))?;
        if let Some(x) = value.data().iter().find(|x| !x.is_finite()) {
            return Err(no_value(graph, *root, &format!("an entry of the result is {x}"), place));
        }
        tensors.push(value);
    }
    Ok(Computed { tensors, plan, warning })
}

/// Whether a value is of a size that plans refuse or is likely to be a mistake, beyond 2^28 numbers.
fn is_large(graph: &Graph, id: ExprId, point: &Point) -> bool {
    let size = |dim: beltrami_core::Dim| {
        dim.evaluate(&|name| point.sizes.get(name).copied()).map_or(f64::INFINITY, |n| n as f64)
    };
    graph.shape(id).axes().into_iter().map(size).product::<f64>() > f64::from(1 << 28)
}

fn is_too_large(error: &EvalError) -> bool {
    matches!(error, EvalError::Kernel { cause: beltrami_exec::ExecError::TooLarge { .. }, .. })
}

/// Values by a plan, which reads data where it lies.
pub(crate) fn planned(
    graph: &Graph,
    roots: &[ExprId],
    point: &Point,
) -> Result<(Vec<Tensor<f64>>, Explanation), EvalError> {
    let size = |name: &str| point.sizes.get(name).copied();
    let options =
        PlanOptions { threads: threads(), rough: point.rough.clone(), ..PlanOptions::default() };
    let mut plan = Plan::<f64>::compile(graph, roots, &size, &options)?;
    let inputs = plan
        .inputs()
        .iter()
        .map(|input| {
            let missing = || EvalError::UnboundSymbol { at: roots[0], name: input.name.clone() };
            point.values.get(&*input.name).map(Tensor::data).ok_or_else(missing)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut outputs: Vec<Vec<f64>> =
        plan.outputs().iter().map(|dims| vec![0.0; dims.iter().product()]).collect();
    let mut places: Vec<&mut [f64]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
    plan.run(&inputs, &mut places)?;
    let shapes = plan.outputs().iter().cloned();
    let tensors = shapes
        .zip(outputs)
        .zip(roots)
        .map(|((dims, data), root)| {
            Tensor::new(dims, data).map_err(|cause| EvalError::Kernel { at: *root, cause })
        })
        .collect::<Result<_, _>>()?;
    Ok((tensors, plan.explain()))
}

pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

pub(crate) fn no_value(
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
