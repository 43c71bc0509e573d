//! Differentiation, simplification and derivations.
mod ambient;
mod binding;
pub mod cost;
pub mod derive;
mod error;
mod index;
mod lower;
mod normal;
mod operator;
mod product_rule;
mod raise;
mod rulebook;
pub mod simplify;
mod spec;
pub mod steps;
mod sum;

pub use cost::cost;
pub use derive::{Derived, Form, Layout, Placement, Request, Symmetric, derive};
pub use error::CalculusError;
pub use lower::Calculus;
pub use operator::{Operator, operator};
pub use product_rule::{ProductRules, fact_named};
pub use rulebook::Rulebook;
pub use simplify::{Bounds, Simplifier};
pub use steps::{Line, Side, Steps, steps};
