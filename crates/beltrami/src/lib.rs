//! Matrix calculus: closed-form derivatives that are checked before they are shown.
//!
//! The façade: [`Session::global`] wires the operations to the engines, [`Session::derive`] goes from text to a checked
//! derivative.
//! The one invariant: a [`Derivation`] exists only when its formula agreed with numbers from the original expression.
#![warn(missing_docs)]

mod check;
mod cite;
mod comparison;
mod conditions;
pub mod critical;
pub mod data;
mod derivation;
mod determinant;
pub mod engine;
mod equal;
mod equations;
mod eval;
mod function;
mod general;
mod help;
pub mod linear;
mod matrix;
pub mod minimize;
mod named;
pub mod operator;
mod planned;
mod point;
mod problem;
mod refusal;
mod roots;
mod sample;
mod session;
mod space;
mod spelling;
mod stable;
pub mod steps;

pub use beltrami_calculus::{
    Derived, Form, Layout, Line, Operator, Placement, Side, Steps, Symmetric,
};
pub use beltrami_data::{Array, ArrayView, Dtype, Entry};
pub use beltrami_diag as diag;
pub use beltrami_diag::{Error, Kind};
pub use beltrami_linalg::clip::Form as ClipForm;
pub use beltrami_linalg::polar::{Proof, Target as PolarTarget};
pub use beltrami_linalg::random::Evidence;
pub use beltrami_linalg::{Format, Norm, Rank, Rule};
pub use beltrami_stop::{Stop, Stopped};
pub use check::{CheckFailure, Checked, Comparison, Lower, TOLERANCE};
pub use cite::{Citation, citations};
pub use conditions::{Conditions, conditions};
pub use derivation::{Derivation, DeriveOptions};
pub use equations::{
    Compiled, Equations, Expansion, Linearisation, Orientation, Pointwise, SystemOptions,
};
pub use eval::{Evaluation, Value};
pub use function::{Function, Input};
pub use help::{GROUPS, Topic, nearest_topic, topics, topics_named};
pub use linear::{LinearOptions, LinearSolution, linear};
pub use matrix::{
    ClipOptions, ClipReport, FunmOptions, FunmReport, MatrixFn, PolarOptions, PolarReport,
    ScheduleOptions, ScheduleReport, Steps as ScheduleSteps, SvdOptions, SvdReport, clip, funm,
    polar, schedule, svd,
};
pub use minimize::{MinimizeOptions, Minimum, minimize};
pub use named::{NamedPiece, NamedText};
pub use planned::Planned;
pub use point::{PointOptions, jacobian, taylor};
pub use problem::{Derivative, DerivativeOptions, Problem};
pub use roots::{CriticalOptions, CriticalReport, RootsOptions, RootsReport, critical, roots};
pub use sample::{Drawn, Point, Sampler, Style, size_names};
pub use session::{Loaded, Session};
pub use steps::{Replay, Step};
