//! Expressions compiled for given sizes, their plan compared with the evaluator, which is taken where they differ.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Graph};
use beltrami_diag::Diagnostic;
use beltrami_exec::{EvalError, Explanation, Input, Plan, PlanOptions, Tensor, evaluate_many};

use crate::comparison::{Agreement, compare_at_random, planned};
use crate::sample::size_names;
use crate::stable::stable;

/// Expressions compiled for given sizes.
pub struct Planned {
    plan: Plan<f64>,
    agreement: Agreement,
    /// What is evaluated instead of a plan that differs.
    instead: Option<Instead>,
}

struct Instead {
    graph: Graph,
    roots: Vec<ExprId>,
    sizes: BTreeMap<String, i64>,
    results: Vec<Vec<f64>>,
}

impl Planned {
    /// Compiles expressions in their stable forms and compares the plan with the evaluator at small sizes.
    ///
    /// `ranges` tells the declared bounds of names.
    ///
    /// # Errors
    /// Those of [`Plan::compile`].
    pub fn compile(
        graph: &Graph,
        roots: &[ExprId],
        ranges: &dyn Fn(&str) -> Option<(f64, f64)>,
        sizes: &dyn Fn(&str) -> Option<i64>,
        options: &PlanOptions,
    ) -> Result<Planned, EvalError> {
        let (graph, roots) = stable(graph, roots);
        let fast = planned(&graph, &roots, options);
        let agreement = compare_at_random(&graph, &roots, ranges, sizes, &fast);
        Planned::known(&graph, &roots, sizes, options, agreement)
    }

    /// Compiles expressions of which it is known how their plan compares.
    pub(crate) fn known(
        graph: &Graph,
        roots: &[ExprId],
        sizes: &dyn Fn(&str) -> Option<i64>,
        options: &PlanOptions,
        agreement: Agreement,
    ) -> Result<Planned, EvalError> {
        let differs = matches!(agreement, Agreement::Differs { .. });
        // The evaluator knows no bands.
        let options = PlanOptions { bands: options.bands && !differs, ..options.clone() };
        let plan = Plan::compile(graph, roots, sizes, &options)?;
        let instead = differs.then(|| {
            let names = size_names(graph, roots).into_iter();
            let sizes = names.filter_map(|name| sizes(&name).map(|n| (name, n))).collect();
            Instead { graph: graph.clone(), roots: roots.to_vec(), sizes, results: Vec::new() }
        });
        Ok(Planned { plan, agreement, instead })
    }

    /// The names that a run is given, in this order.
    pub fn inputs(&self) -> &[Input] {
        self.plan.inputs()
    }

    /// The sizes of the results.
    pub fn outputs(&self) -> &[Vec<usize>] {
        self.plan.outputs()
    }

    /// Of each result that is a band how many diagonals it has below and above the main one; see [`Plan::bands`].
    pub fn bands(&self) -> &[Option<(usize, usize)>] {
        self.plan.bands()
    }

    /// What a run does, unless the plan was left out.
    pub fn explain(&self) -> Option<Explanation> {
        self.instead.is_none().then(|| self.plan.explain())
    }

    /// What users are to be told of the comparison.
    pub fn warning(&self) -> Option<Diagnostic> {
        self.agreement.warning()
    }

    /// Writes the results at these inputs, entries row by row; allocates nothing from the second run on.
    ///
    /// # Errors
    /// [`EvalError::Kernel`] where something has no finite value.
    pub fn run(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) -> Result<(), EvalError> {
        if self.instead.is_none() {
            return self.plan.run(inputs, outputs);
        }
        for (output, found) in outputs.iter_mut().zip(self.evaluate(inputs)?) {
            output.copy_from_slice(found);
        }
        Ok(())
    }

    /// The results at these inputs, entries row by row, until the next run.
    ///
    /// # Errors
    /// [`EvalError::Kernel`] where something has no finite value.
    pub fn evaluate(&mut self, inputs: &[&[f64]]) -> Result<Vec<&[f64]>, EvalError> {
        let Planned { plan, instead, .. } = self;
        let Some(instead) = instead else {
            return Ok(plan.evaluate(inputs)?.iter().map(|result| &result[..]).collect());
        };
        let values: BTreeMap<&str, Tensor<f64>> = plan
            .inputs()
            .iter()
            .zip(inputs)
            .filter_map(|(input, entries)| {
                Some((&*input.name, Tensor::new(input.dims.clone(), entries.to_vec()).ok()?))
            })
            .collect();
        let Instead { graph, roots, sizes, results } = instead;
        let size = |name: &str| sizes.get(name).copied();
        let found = evaluate_many(graph, roots, &size, &|name| values.get(name).cloned())?;
        *results = found.into_iter().map(Tensor::into_data).collect();
        Ok(results.iter().map(Vec::as_slice).collect())
    }
}
