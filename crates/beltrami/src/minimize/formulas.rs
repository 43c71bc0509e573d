//! Symbolic formulas compiled for the sizes of the data, and the names they are evaluated with.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use beltrami_core::{ExprId, Graph};
use beltrami_diag::{Diagnostic, Error, codes};
use beltrami_exec::{EvalError, PlanOptions, PlannedKernel, Tensor};
use beltrami_solve::minimize::Undefined;

use super::unknown::Unknowns;
use crate::comparison::{Agreement, compare_at_random, planned};
use crate::derivation::Derivation;
use crate::planned::Planned;
use crate::sample::Point;
use crate::session::Loaded;
use crate::stable::stable;

/// What names stand for.
pub(super) struct Names {
    pub unknowns: Unknowns,
    pub point: Rc<Point>,
    /// What keeps its value from run to run.
    pub constant: Vec<String>,
    /// What is to be said of how plans compared with the evaluator.
    pub warnings: Warnings,
}

/// Reservations that are met while a method runs.
pub(super) type Warnings = Rc<RefCell<Vec<Diagnostic>>>;

/// Expressions that are evaluated together.
pub(super) struct Formulas {
    pub graph: Graph,
    pub roots: Vec<ExprId>,
    /// Compiled before the first run.
    pub plan: Option<Planned>,
    /// How plans of these formulas compare with the evaluator, whatever the sizes.
    agreement: Option<Agreement>,
    ranges: BTreeMap<String, (f64, f64)>,
    outputs: Vec<Vec<f64>>,
    /// Where the outputs were computed: a method asks again where another one started or ended.
    pub at: Option<Vec<f64>>,
}

impl Names {
    pub fn new(unknowns: &Unknowns, point: &Rc<Point>) -> Names {
        let moves = |name: &&String| unknowns.all.iter().any(|unknown| unknown.name == **name);
        let constant = point.values.keys().filter(|name| !moves(name)).cloned().collect();
        let (unknowns, point) = (unknowns.clone(), Rc::clone(point));
        Names { unknowns, point, constant, warnings: Warnings::default() }
    }

    /// The values of formulas, row by row, at a point and along a direction.
    pub fn run<'a>(
        &self,
        formulas: &'a mut Formulas,
        x: &[f64],
        direction: Option<&[f64]>,
    ) -> Result<&'a [Vec<f64>], Undefined> {
        if let Some(reason) = self.unknowns.outside(x) {
            return Err(Undefined { reason });
        }
        self.compile(formulas)?;
        if direction.is_none() && formulas.at.as_deref() == Some(x) {
            return Ok(&formulas.outputs);
        }
        formulas.at = None;
        let Formulas { plan: Some(plan), outputs, at, .. } = formulas else { return Ok(&[]) };
        let inputs: Vec<&[f64]> =
            plan.inputs().iter().map(|input| self.value(&input.name, x, direction)).collect();
        let results = plan.evaluate(&inputs).map_err(|error| undefined(&error))?;
        outputs.iter_mut().zip(results).for_each(|(to, from)| to.copy_from_slice(from));
        *at = direction.is_none().then(|| x.to_vec());
        Ok(outputs)
    }

    /// How formulas of these names are compiled.
    pub fn plan_options(&self) -> PlanOptions {
        let (constant, rough) = (self.constant.clone(), self.point.rough.clone());
        PlanOptions { constant, rough, ..PlanOptions::default() }
    }

    /// Makes formulas ready for the sizes of the data.
    pub fn compile(&self, formulas: &mut Formulas) -> Result<(), Undefined> {
        if formulas.plan.is_some() {
            return Ok(());
        }
        let options = self.plan_options();
        let size = |name: &str| self.point.sizes.get(name).copied();
        let (graph, roots) = stable(&formulas.graph, &formulas.roots);
        let Formulas { ranges, agreement, .. } = formulas;
        let agreement = agreement.get_or_insert_with(|| {
            let fast = planned(&graph, &roots, &options);
            compare_at_random(&graph, &roots, &|name| ranges.get(name).copied(), &size, &fast)
        });
        let plan = Planned::known(&graph, &roots, &size, &options, agreement.clone())
            .map_err(|error| undefined(&error))?;
        let mut warnings = self.warnings.borrow_mut();
        let news = plan.warning().filter(|w| warnings.iter().all(|old| old.code.id != w.code.id));
        warnings.extend(news);
        let length = |dims: &Vec<usize>| dims.iter().product();
        formulas.outputs = plan.outputs().iter().map(|dims| vec![0.0; length(dims)]).collect();
        formulas.plan = Some(plan);
        Ok(())
    }

    /// The entries of a name; none where it has no value, which the plan then refuses.
    pub fn value<'a>(
        &'a self,
        name: &str,
        x: &'a [f64],
        direction: Option<&'a [f64]>,
    ) -> &'a [f64] {
        for unknown in &self.unknowns.all {
            if unknown.name == name {
                return self.unknowns.part(unknown, x);
            }
            if let Some(direction) = direction.filter(|_| direction_of(&unknown.name) == name) {
                return self.unknowns.part(unknown, direction);
            }
        }
        self.point.values.get(name).map_or(&[], Tensor::data)
    }

    pub fn gather(&self, parts: &[Vec<f64>], out: &mut [f64]) {
        for (unknown, part) in self.unknowns.all.iter().zip(parts) {
            out[unknown.offset..unknown.offset + unknown.len()].copy_from_slice(part);
        }
    }
}

impl Formulas {
    pub fn of(loaded: &Loaded, roots: &[ExprId]) -> Formulas {
        let ranges = loaded.program.variables.iter();
        let ranges = ranges.filter_map(|v| Some((v.name.clone(), v.range?))).collect();
        Formulas { ranges, ..Formulas::new(loaded.program.graph.clone(), roots.to_vec()) }
    }

    pub fn new(graph: Graph, roots: Vec<ExprId>) -> Formulas {
        let (plan, agreement, ranges, outputs) = (None, None, BTreeMap::new(), Vec::new());
        Formulas { graph, roots, plan, agreement, ranges, outputs, at: None }
    }

    /// Forgets the sizes it was compiled for.
    pub fn forget(&mut self) {
        (self.plan, self.at) = (None, None);
    }

    /// Floating-point operations of a run, and bytes read and written, once it is compiled.
    pub fn work(&self) -> Option<(f64, f64)> {
        let kernels = self.plan.as_ref()?.explain()?.kernels;
        let sum = |part: &dyn Fn(&PlannedKernel) -> f64| kernels.iter().map(part).sum();
        Some((sum(&|kernel| kernel.flops), sum(&|kernel| kernel.bytes)))
    }

    /// Adds a derivative, whose graph is another.
    pub fn push(&mut self, loaded: &Loaded, derivation: &Derivation) -> Result<(), Error> {
        let root = self.graph.import(&derivation.graph, derivation.derived.expr);
        self.roots.push(root.map_err(|error| unfit(loaded, &error))?);
        Ok(())
    }

    pub fn depends_on(&self, root: ExprId, name: &str) -> bool {
        self.graph.find_symbol(name).is_some_and(|symbol| self.graph.depends_on(root, symbol))
    }
}

/// The name of the direction in which an unknown moves; no name of the language has a space.
pub(super) fn direction_of(name: &str) -> String {
    format!("direction {name}")
}

pub(super) fn unfit(loaded: &Loaded, error: &beltrami_core::ShapeError) -> Error {
    let diagnostic = Diagnostic::error(
        &codes::E0501,
        format!("a derivative does not fit the objective: {error:?}"),
    )
    .hint("this is a defect: please report the command you ran");
    Error::failed(diagnostic, &loaded.sources)
}

fn undefined(error: &EvalError) -> Undefined {
    Undefined { reason: error.to_string() }
}
