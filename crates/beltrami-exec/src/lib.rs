//! Evaluation of expressions on numbers and on jets.
//!
//! [`apply`] computes every [`Kernel`](beltrami_core::Kernel) over any [`Scalar`]: over `f64` it is the executor, over
//! [`Jet`] it is the independent check of symbolic derivatives.
//! *Invariant: nothing under `jet`, `series`, `taylor` and `ring` knows a derivative formula of matrix calculus; functions
//! of matrices over jets solve their defining equation.*
//! Entry points: [`Evaluator`] for expressions, [`Tape`] for expressions that are evaluated often, [`apply`] for one kernel, [`einsum`] for contractions.

mod apply;
mod contraction;
mod curve;
mod error;
mod evaluate;
mod jet;
mod kernel;
mod noise;
mod plan;
mod polytope;
mod power;
mod ring;
mod scalar;
mod series;
mod subscripts;
mod tape;
mod taylor;
mod tensor;

pub use apply::apply;
pub use beltrami_linalg::dense::Element;
pub use contraction::einsum;
pub use curve::Curve;
pub use error::ExecError;
pub use evaluate::{EvalError, Evaluator, evaluate, evaluate_many};
pub use jet::Jet;
pub use noise::Noise;
#[cfg(feature = "planted-fault")]
pub use plan::plant_fault;
pub use plan::{
    Explanation, Input, Plan, PlanOptions, PlannedKernel, Real, band_widths, naive_work,
};
pub use power::power;
pub use scalar::Scalar;
pub use series::{MOST, Series};
pub use tape::{
    Arithmetic, Domain, Memory, Refined, Relaxation, SparseTape, Tape, TapeError, Unknown,
};
pub use taylor::taylor;
pub use tensor::{MAX_COEFFICIENTS, Tensor};
