//! Plans: expressions compiled for given sizes, to be evaluated many times at the speed of written kernels.
//!
//! `lower` turns expressions into computations ([`node`]) and `algebra` and `chain` keep their structure; `emit` decides
//! what is fused and where values lie; `step`, `entrywise` and beltrami-linalg compute.

mod algebra;
mod arrange;
mod band;
mod chain;
mod einsum;
mod emit;
mod entrywise;
mod explain;
#[cfg(feature = "planted-fault")]
mod fault;
mod formula;
mod function;
mod inverse;
mod kron;
mod lower;
mod memory;
mod mirror;
mod node;
mod order;
mod pass;
mod real;
mod step;
mod strip;
mod sum;
mod tile;
mod triangle;

use beltrami_core::{ExprId, Graph};
use beltrami_linalg::dense::{Buffer, Factors};

use crate::error::ExecError;
use crate::evaluate::EvalError;
use crate::kernel::preparation::Preparations;
use emit::{Emitted, emit};
use lower::lower;
use memory::{Memory, Outputs, Place};
use step::{Kept, Step};

pub use explain::{Explanation, Kernel as PlannedKernel, naive_work};
#[cfg(feature = "planted-fault")]
pub use fault::plant as plant_fault;
pub use lower::{Input, band_widths};
pub use real::Real;

/// Operations, and bytes moved, below which waking a second thread takes longer than it saves.
const SHARED: f64 = 4e6;

/// How a plan is compiled.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// Names whose values are the same in all runs: what depends on nothing else is computed in the first run only.
    pub constant: Vec<String>,
    /// Threads to compute with, at least one; a small plan uses one. Results do not depend on it.
    pub threads: usize,
    /// The most bytes that the plan and its outputs may take.
    pub memory: usize,
    /// Whether square results of few diagonals are given by these alone, as [`Plan::bands`] says.
    pub bands: bool,
    /// Names whose values have what was declared of them within a tolerance that is above rounding: all their entries are
    /// read, as above the diagonal of a `lower` matrix, where they may be small and not zero.
    pub rough: Vec<String>,
}

impl Default for PlanOptions {
    fn default() -> PlanOptions {
        PlanOptions {
            constant: Vec::new(),
            threads: 1,
            memory: 8 << 30,
            bands: false,
            rough: Vec::new(),
        }
    }
}

/// Several expressions, evaluated together for given sizes; it owns the memory it works in.
///
/// [`Plan::run`] writes to memory of the caller, [`Plan::evaluate`] to the plan's own, which spares it what does not change.
/// The second run and later ones allocate nothing, except for kernels that [`Plan::explain`] calls single.
pub struct Plan<T> {
    inputs: Vec<Input>,
    outputs: Vec<Vec<usize>>,
    bands: Vec<Option<(usize, usize)>>,
    constant_outputs: Vec<bool>,
    steps: Vec<Step<T>>,
    buffers: Vec<Buffer<T>>,
    /// The values of [`Plan::evaluate`], allocated by its first call.
    results: Vec<Buffer<T>>,
    kept: Kept<T>,
    scratch: Buffer<T>,
    /// The bytes of buffers, factors and scratch.
    held: usize,
    threads: usize,
    pool: Option<rayon::ThreadPool>,
    /// Whether buffers hold what depends on constants alone, and whether the plan's results do.
    settled: Settled,
    naive: explain::Naive,
}

#[derive(Clone, Copy, Default)]
struct Settled {
    buffers: bool,
    results: bool,
}

impl<T: Real> Plan<T> {
    /// Compiles expressions of `graph`, `sizes` giving the names of sizes.
    ///
    /// # Errors
    /// [`EvalError::UnboundSize`], and [`ExecError::TooLarge`] for what would not fit the memory; nothing is allocated then.
    pub fn compile(
        graph: &Graph,
        roots: &[ExprId],
        sizes: &dyn Fn(&str) -> Option<i64>,
        options: &PlanOptions,
    ) -> Result<Plan<T>, EvalError> {
        let mut lowered = lower(graph, roots, sizes, &options.rough)?;
        let bands = if options.bands { lowered.narrow() } else { vec![None; roots.len()] };
        let constant_inputs: Vec<bool> = lowered
            .inputs
            .iter()
            .map(|input| options.constant.iter().any(|name| **name == *input.name))
            .collect();
        let Emitted { steps, buffers, factors, scratch, constant } =
            emit(&lowered, &constant_inputs)?;
        let outputs: Vec<Vec<usize>> =
            lowered.roots.iter().map(|id| lowered.program.dims(*id).to_vec()).collect();
        let total = |parts: &mut dyn Iterator<Item = usize>| parts.fold(0, usize::saturating_add);
        let held = total(&mut buffers.iter().copied())
            .saturating_add(scratch)
            .saturating_add(total(&mut factors.iter().map(|(n, width, _)| n * (n + width))))
            .saturating_mul(size_of::<T>());
        // Whoever compiles this means to have room for the results.
        let results = total(&mut outputs.iter().map(|dims| dims.iter().product()));
        if held.saturating_add(results.saturating_mul(size_of::<T>())) > options.memory
            && let Some(step) = steps.iter().max_by_key(|s| s.dims.iter().product::<usize>())
        {
            let cause = ExecError::TooLarge { size: crate::tensor::size_text(&step.dims) };
            return Err(EvalError::Kernel { at: step.at, cause });
        }
        let work = steps.iter().map(explain::cost).map(|(flops, numbers)| flops + 8.0 * numbers);
        let threads = if work.sum::<f64>() < SHARED { 1 } else { options.threads.max(1) };
        let pool = match threads {
            1 => None,
            _ => rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok(),
        };
        let factors = factors.into_iter().map(|(n, width, way)| Factors::new(n, width, way));
        Ok(Plan {
            outputs,
            bands,
            constant_outputs: constant,
            steps,
            buffers: buffers.into_iter().map(Buffer::zeros).collect(),
            kept: Kept { factors: factors.collect(), prepared: Preparations::default() },
            scratch: Buffer::zeros(scratch),
            held,
            threads: if pool.is_some() { threads } else { 1 },
            pool,
            results: Vec::new(),
            settled: Settled::default(),
            naive: explain::Naive::of(graph, roots, sizes),
            inputs: lowered.inputs,
        })
    }

    /// The names that a run is given, in this order.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The sizes of the results.
    pub fn outputs(&self) -> &[Vec<usize>] {
        &self.outputs
    }

    /// Of each result that is a band how many diagonals it has below and above the main one.
    ///
    /// It is given row by row, each row from the lowest to the highest diagonal, zeros where the matrix has no column.
    pub fn bands(&self) -> &[Option<(usize, usize)>] {
        &self.bands
    }

    /// Of each result, whether it is the same in every run.
    pub fn constant(&self) -> &[bool] {
        &self.constant_outputs
    }

    /// Forgets what was computed from constant inputs, after their values have changed.
    pub fn renew(&mut self) {
        self.settled = Settled::default();
    }

    /// Evaluates into memory of the caller: entries row by row, as [`Plan::inputs`] and [`Plan::outputs`] say.
    ///
    /// # Errors
    /// [`EvalError::Kernel`] where something has no finite value; the outputs then hold no results.
    pub fn run(&mut self, inputs: &[&[T]], outputs: &mut [&mut [T]]) -> Result<(), EvalError> {
        self.check_inputs(inputs)?;
        self.check_outputs(outputs)?;
        let known = Settled { buffers: self.settled.buffers, results: false };
        let done = self.all(inputs, Outputs::Given(outputs), known);
        self.settled.buffers = done.is_ok();
        done
    }

    /// Evaluates into memory of the plan, where results stay until the next run; the first call allocates it.
    ///
    /// Entries that are zero by structure, of a Kronecker product with an identity say, and results that depend on constants
    /// alone are written once: nobody else can have changed them.
    ///
    /// # Errors
    /// [`EvalError::Kernel`] where something has no finite value.
    pub fn evaluate(&mut self, inputs: &[&[T]]) -> Result<&[Buffer<T>], EvalError> {
        self.check_inputs(inputs)?;
        if self.results.len() < self.outputs.len() {
            let room = |dims: &Vec<usize>| Buffer::zeros(dims.iter().product());
            self.results = self.outputs.iter().map(room).collect();
        }
        let mut results = std::mem::take(&mut self.results);
        let done = self.all(inputs, Outputs::Own(&mut results), self.settled);
        self.results = results;
        self.settled = Settled { buffers: done.is_ok(), results: done.is_ok() };
        done.map(|()| &self.results[..])
    }

    /// All steps but those whose results are known.
    fn all(
        &mut self,
        inputs: &[&[T]],
        outputs: Outputs<'_, '_, T>,
        known: Settled,
    ) -> Result<(), EvalError> {
        let Plan { steps, buffers, kept, scratch, threads, pool, .. } = self;
        let mut memory = Memory { inputs, buffers, outputs };
        let mut all = || {
            for step in steps.iter() {
                let known = match step.to {
                    Place::Output(_) => known.results,
                    _ => known.buffers,
                };
                if known && step.constant {
                    continue;
                }
                step.run(&mut memory, kept, scratch, *threads)
                    .map_err(|cause| EvalError::Kernel { at: step.at, cause })?;
            }
            Ok(())
        };
        match pool {
            Some(pool) => pool.install(all),
            None => all(),
        }
    }

    fn check_inputs(&self, inputs: &[&[T]]) -> Result<(), EvalError> {
        if inputs.len() != self.inputs.len() {
            return self.refuse(format!(
                "{} inputs given, {} needed",
                inputs.len(),
                self.inputs.len()
            ));
        }
        for (given, input) in inputs.iter().zip(&self.inputs) {
            let needed: usize = input.dims.iter().product();
            if given.len() != needed {
                return self.refuse(format!(
                    "{} entries given for `{}`, {needed} needed",
                    given.len(),
                    input.name
                ));
            }
        }
        Ok(())
    }

    fn check_outputs(&self, outputs: &[&mut [T]]) -> Result<(), EvalError> {
        if outputs.len() != self.outputs.len() {
            return self.refuse(format!(
                "{} outputs given, {} needed",
                outputs.len(),
                self.outputs.len()
            ));
        }
        for (given, dims) in outputs.iter().zip(&self.outputs) {
            let needed: usize = dims.iter().product();
            if given.len() != needed {
                return self.refuse(format!(
                    "room for {} entries given where {needed} are computed",
                    given.len()
                ));
            }
        }
        Ok(())
    }

    fn refuse(&self, detail: String) -> Result<(), EvalError> {
        let Some(step) = self.steps.first() else { return Ok(()) };
        let cause = ExecError::shape(beltrami_core::Kernel::Defined, detail);
        Err(EvalError::Kernel { at: step.at, cause })
    }

    /// What a run does.
    pub fn explain(&self) -> Explanation {
        explain::explain(self)
    }
}
