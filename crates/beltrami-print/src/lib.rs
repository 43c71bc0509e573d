//! Printers: expressions as text, LaTeX and MathML, and as programs in other languages.
//!
//! Printers match on kernels; the names and templates of operations come from their records.
//! The one invariant: a printed text means what the expression means, and the same expression prints the same bytes.
//!
//! Start at [`text()`] for expressions and at [`TARGETS`] for programs.
//!
//! ```
//! use beltrami_core::{Dim, Facts, Graph, Shape};
//! let mut graph = Graph::new(beltrami_ops::registry());
//! let a = graph.symbol("A", Shape::matrix(Dim::symbol("m"), Dim::symbol("n")), Facts::NONE);
//! let x = graph.symbol("x", Shape::vector(Dim::symbol("n")), Facts::NONE);
//! let product = graph.mul(a, x)?;
//! assert_eq!(beltrami_print::text(&graph, product), "A*x");
//! assert_eq!(beltrami_print::latex(&graph, product), r"A\,x");
//! # Ok::<(), beltrami_core::ShapeError>(())
//! ```
#![warn(missing_docs)]

mod c;
mod code;
mod einsum;
mod identifier;
mod julia;
mod latex;
mod loops;
mod mathml;
mod module;
mod naming;
mod program;
mod python;
mod runtime;
mod rust;
mod signature;
mod size;
mod target;
mod template;
mod text;

pub use c::c;
pub use julia::julia;
pub use latex::latex;
pub use mathml::{from_latex, mathml};
pub use module::{Module, Unsupported};
pub use naming::{Definition, Named};
pub use python::{jax, numpy, torch};
pub use rust::rust;
pub use target::{TARGETS, Target, target};
pub use text::{Program, program, size, text, text_with};
