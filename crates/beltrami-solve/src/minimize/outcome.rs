//! What comes out of a run.

use super::options::Method;

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// At a minimum, by measures that are within their tolerances.
    Converged,
    /// At a point without slope that is no minimum.
    Saddle,
    /// The values fall without end.
    Unbounded,
    /// The values are level or fall, ever more slowly, along a way to infinity, so that no point need attain a least one.
    NotAttained,
    /// The measures are within their tolerances, and neither derivatives nor values decide what the point is.
    Undecided,
    /// No step lowers the value, and the measures are not within their tolerances.
    NoProgress,
    /// The iterations that were allowed are used up.
    IterationLimit,
    /// The watcher ended the run.
    Interrupted,
}

impl Status {
    /// The name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Status::Converged => "converged",
            Status::Saddle => "saddle",
            Status::Unbounded => "unbounded",
            Status::NotAttained => "not attained",
            Status::Undecided => "undecided",
            Status::NoProgress => "no progress",
            Status::IterationLimit => "iteration limit",
            Status::Interrupted => "stopped",
        }
    }
}

/// How often each part of the function was computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Values, those that came with a gradient included.
    pub values: usize,
    /// Gradients, or Jacobians of residuals.
    pub gradients: usize,
    /// Hessians.
    pub hessians: usize,
    /// Products of the Hessian with a vector.
    pub products: usize,
}

/// How a step was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// The start.
    Start,
    /// Along the negative gradient.
    Gradient,
    /// The whole Newton step.
    Newton,
    /// A Newton step that a line search or a region shortened.
    Damped,
    /// A step with a shifted Hessian, which was not positive definite.
    Repaired,
    /// Along a direction of negative curvature.
    NegativeCurvature,
    /// A quasi-Newton step.
    QuasiNewton,
    /// The whole Gauss–Newton step.
    GaussNewton,
    /// A Gauss–Newton step with damping.
    Marquardt,
}

impl StepKind {
    /// The name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            StepKind::Start => "start",
            StepKind::Gradient => "gradient",
            StepKind::Newton => "newton",
            StepKind::Damped => "damped newton",
            StepKind::Repaired => "repaired newton",
            StepKind::NegativeCurvature => "negative curvature",
            StepKind::QuasiNewton => "quasi-newton",
            StepKind::GaussNewton => "gauss-newton",
            StepKind::Marquardt => "marquardt",
        }
    }
}

/// One accepted point on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Iterate {
    /// Its number, the start being 0.
    pub iteration: usize,
    /// The value.
    pub value: f64,
    /// The largest entry of the gradient, projected where bounds hold.
    pub gradient_norm: f64,
    /// The length of the step that led here.
    pub step: f64,
    /// How it was made.
    pub kind: StepKind,
    /// The length that a line search chose, or the radius of the trust region; 0 at the start.
    pub length: f64,
}

/// A number that decides, beside what it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What it measures.
    pub name: &'static str,
    /// The number.
    pub value: f64,
    /// Its tolerance.
    pub tolerance: f64,
}

impl Measure {
    /// Whether it is within its tolerance.
    pub fn met(&self) -> bool {
        self.value <= self.tolerance
    }
}

/// The end of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The method of the last steps.
    pub method: Method,
    /// Why it ended.
    pub status: Status,
    /// The same in words.
    pub reason: String,
    /// The best point.
    pub x: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// The gradient there.
    pub gradient: Vec<f64>,
    /// What was compared with what.
    pub measures: Vec<Measure>,
    /// The numbers of negative, vanishing and positive eigenvalues of the Hessian there, where it was computed or its form
    /// tells them; of the variables that no bound holds.
    pub inertia: Option<[usize; 3]>,
    /// Steps that were taken.
    pub iterations: usize,
    /// Evaluations.
    pub counts: Counts,
    /// All accepted points.
    pub trace: Vec<Iterate>,
    /// Steps whose Hessian had to be repaired.
    pub repaired: usize,
}

impl Outcome {
    /// The largest entry of the gradient.
    pub fn gradient_norm(&self) -> f64 {
        self.gradient.iter().fold(0.0, |m, g| g.abs().max(m))
    }
}
