//! Derivatives compiled for sizes: as structured matrices, and as products with a direction.

use beltrami_core::ExprId;
use beltrami_diag::Diagnostic;
use beltrami_exec::{EvalError, ExecError, Plan, PlanOptions, Tensor};
use beltrami_linalg::{Error, Structured};

use super::pattern::Pattern;
use crate::comparison::{Agreement, Run, Sizes, Values, compare_at_random};
use crate::derivation::Derivation;
use crate::planned::Planned;
use crate::stable::stable;

/// A derivative whose value keeps the structure of its formula: the parts are computed, the whole is not.
///
/// Compiled from a [`Derivation`] in Kronecker form, it acts on the stacked columns of the variable.
pub struct CompiledOperator {
    pattern: Pattern,
    slots: Vec<ExprId>,
    /// Of each slot that is a band its widths.
    bands: Vec<Option<(usize, usize)>>,
    plan: Option<Plan<f64>>,
    agreement: Agreement,
}

/// The bytes that a derivative without structure may take, beyond which products with it are the better answer.
const MOST_DENSE: usize = 1 << 28;

/// Why there is no structured matrix.
#[derive(Clone, Debug)]
pub enum OperatorError {
    /// The derivative is no matrix, or a size is not known.
    NoMatrix,
    /// Its parts have no value.
    Parts(EvalError),
    /// Put together they are not what the evaluator has for the derivative, which is a defect.
    Differs(Box<Diagnostic>),
    /// They do not fit together, which is a defect, or are not finite.
    Matrix(Error),
}

impl std::fmt::Display for OperatorError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            OperatorError::NoMatrix => f.write_str(
                "the derivative is no matrix; use its Kronecker form, and give a value to every size",
            ),
            OperatorError::Differs(warning) => f.write_str(&warning.message),
            OperatorError::Parts(error) => error.fmt(f),
            OperatorError::Matrix(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OperatorError {}

impl OperatorError {
    /// Whether something was too large.
    pub(crate) fn is_too_large(&self) -> bool {
        matches!(
            self,
            OperatorError::Parts(EvalError::Kernel { cause: ExecError::TooLarge { .. }, .. })
                | OperatorError::Matrix(Error::TooLarge { .. })
        )
    }
}

impl CompiledOperator {
    /// The derivative in Kronecker form at given sizes, compared with the evaluator's at small ones.
    ///
    /// # Errors
    /// [`OperatorError::NoMatrix`] for another form, [`OperatorError::Parts`] where a part does not fit into memory,
    /// and where a derivative without structure takes more than 256 MB; [`OperatorError::Differs`].
    pub fn new(
        derivation: &Derivation,
        sizes: &dyn Fn(&str) -> Option<i64>,
        options: &PlanOptions,
    ) -> Result<CompiledOperator, OperatorError> {
        let mut compiled = CompiledOperator::unchecked(derivation, sizes, options)?;
        let roots = [derivation.derived.expr];
        let range = |name: &str| derivation.range(name);
        let fast = |sizes: &Sizes| written_out(derivation, sizes);
        compiled.agreement = compare_at_random(&derivation.graph, &roots, &range, sizes, &fast);
        match compiled.agreement.warning() {
            Some(warning) if matches!(compiled.agreement, Agreement::Differs { .. }) => {
                Err(OperatorError::Differs(Box::new(warning)))
            }
            _ => Ok(compiled),
        }
    }

    fn unchecked(
        derivation: &Derivation,
        sizes: &dyn Fn(&str) -> Option<i64>,
        options: &PlanOptions,
    ) -> Result<CompiledOperator, OperatorError> {
        let mut graph = derivation.graph.clone();
        let pattern =
            Pattern::recognise(&mut graph, derivation.derived.expr, sizes, &options.rough)
                .ok_or(OperatorError::NoMatrix)?;
        let mut slots = Vec::new();
        pattern.expressions(&mut slots);
        slots.sort_unstable();
        slots.dedup();
        let mut options = PlanOptions { bands: true, ..options.clone() };
        if pattern.is_leaf() {
            options.memory = options.memory.min(MOST_DENSE);
        }
        let plan = match slots.is_empty() {
            true => None,
            false => {
                let (graph, forms) = stable(&graph, &slots);
                Some(Plan::compile(&graph, &forms, sizes, &options).map_err(OperatorError::Parts)?)
            }
        };
        let bands = plan.as_ref().map_or(Vec::new(), |plan| plan.bands().to_vec());
        Ok(CompiledOperator { pattern, slots, bands, plan, agreement: Agreement::Unknown })
    }

    /// What users are to be told of the comparison.
    pub fn warning(&self) -> Option<Diagnostic> {
        self.agreement.warning()
    }

    /// Whether the formula shows no structure, so that all entries are computed.
    pub fn is_dense(&self) -> bool {
        self.pattern.is_leaf()
    }

    /// How many numbers are computed.
    pub fn numbers(&self) -> usize {
        self.pattern.numbers()
    }

    /// The names whose values a run is given, in this order.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        self.plan.iter().flat_map(|plan| plan.inputs().iter().map(|input| &*input.name))
    }

    /// The matrix at these values, row by row.
    ///
    /// # Errors
    /// [`OperatorError::Parts`] where a part has no finite value.
    pub fn run(&mut self, inputs: &[&[f64]]) -> Result<Structured, OperatorError> {
        let outputs = match &mut self.plan {
            Some(plan) => plan.evaluate(inputs).map_err(OperatorError::Parts)?,
            None => &[],
        };
        let (slots, bands) = (&self.slots, &self.bands);
        let value = |id: ExprId| {
            let place = slots.binary_search(&id).ok()?;
            Some((&outputs[place][..], bands[place]))
        };
        self.pattern.matrix(&value).map_err(OperatorError::Matrix)
    }
}

/// The product of a derivative with a direction, by a formula of its own: nothing of the size of the derivative is formed.
pub struct CompiledProduct {
    direction: String,
    plan: Planned,
}

impl CompiledProduct {
    /// Of a derivation in operator form: the product, or with `adjoint` that of the transpose.
    ///
    /// # Errors
    /// [`OperatorError::NoMatrix`] for another form, or for the adjoint of a second derivative, which is the product itself;
    /// [`OperatorError::Parts`].
    pub fn new(
        derivation: &Derivation,
        adjoint: bool,
        sizes: &dyn Fn(&str) -> Option<i64>,
        options: &PlanOptions,
    ) -> Result<CompiledProduct, OperatorError> {
        let operator = derivation.operator.as_ref().ok_or(OperatorError::NoMatrix)?;
        let (direction, image) = match adjoint {
            false => (operator.direction, operator.forward),
            true => operator.adjoint.ok_or(OperatorError::NoMatrix)?,
        };
        let range = |name: &str| derivation.range(name);
        let plan = Planned::compile(&derivation.graph, &[image], &range, sizes, options)
            .map_err(OperatorError::Parts)?;
        let direction = beltrami_print::text(&derivation.graph, direction);
        Ok(CompiledProduct { direction, plan })
    }

    /// What users are to be told of the comparison.
    pub fn warning(&self) -> Option<Diagnostic> {
        self.plan.warning()
    }

    /// The product at the values that `value` has for names, along a direction, row by row.
    ///
    /// # Errors
    /// [`OperatorError::Parts`] where it has no finite value or a name has none.
    pub fn run<'a>(
        &mut self,
        value: &dyn Fn(&str) -> Option<&'a [f64]>,
        direction: &'a [f64],
    ) -> Result<&[f64], OperatorError> {
        let inputs: Vec<&[f64]> = self
            .plan
            .inputs()
            .iter()
            .map(|input| match &*input.name == self.direction.as_str() {
                true => direction,
                // A name without a value is refused by the plan for its length.
                false => value(&input.name).unwrap_or(&[]),
            })
            .collect();
        let results = self.plan.evaluate(&inputs).map_err(OperatorError::Parts)?;
        Ok(results.first().copied().unwrap_or_default())
    }

    /// Rows and columns of the product.
    pub fn dims(&self) -> &[usize] {
        self.plan.outputs().first().map_or(&[], Vec::as_slice)
    }
}

/// The derivative by its structure at small sizes, all of its entries row by row.
fn written_out<'a>(derivation: &'a Derivation, sizes: &Sizes) -> Option<Box<Run<'a>>> {
    let size = |name: &str| sizes.get(name).copied();
    let options = PlanOptions::default();
    let mut compiled = CompiledOperator::unchecked(derivation, &size, &options).ok()?;
    Some(Box::new(move |values: &Values| {
        let inputs = compiled
            .inputs()
            .map(|name| values.get(name).map(Tensor::data))
            .collect::<Option<Vec<&[f64]>>>()?;
        let matrix = compiled.run(&inputs).ok()?;
        Some(vec![matrix.to_dense().ok()?.into_data()])
    }))
}
