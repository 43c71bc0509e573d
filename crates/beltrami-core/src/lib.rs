//! Expressions, shapes, structure facts, the operation record and tensor form.
//!
//! Everything the engines share, and nothing that computes: an operation is a record ([`op::Op`]) over a closed set of
//! kernels ([`kernel::Kernel`]); expressions are hash-consed ([`graph::Graph`]).
//! *Invariant: nothing here, nor in any engine, names an operation; engines find operations by kernel.*

mod build;
mod definite;
pub mod dim;
pub mod directional;
pub mod facts;
mod fingerprint;
pub mod graph;
pub mod kernel;
pub mod map;
pub mod number;
pub mod op;
pub mod op_set;
pub mod registry;
pub mod rule;
pub mod shape;
pub mod spectral;
pub mod structure;
pub mod template;
pub mod theory;

pub use dim::Dim;
pub use facts::Facts;
pub use graph::{ExprId, Graph, Node};
pub use kernel::Kernel;
pub use map::{Algebra, Composition, Formula, Map};
pub use number::Number;
pub use op::{Arg, Differential, Entry, Literal, Lower, Notation, Op, Transposed};
pub use op_set::OpSet;
pub use registry::{OpId, Registry};
pub use shape::{Shape, ShapeError, Sizes};
pub use spectral::Spectral;
pub use structure::{Closed, Part, Sign, Solving, Space, Structure};
pub use template::{RuleTemplate, Template};
pub use theory::{Lazy, LazyRule, Theory};
