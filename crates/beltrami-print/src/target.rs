//! The languages that programs can be printed in.

use crate::module::{Module, Unsupported};

/// A language to print programs in.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, as in `--to numpy`.
    pub name: &'static str,
    /// The usual extension of its files, without the dot.
    pub extension: &'static str,
    /// The printer.
    pub print: fn(&Module<'_>) -> Result<String, Unsupported>,
}

/// Every language programs can be printed in, in the order of the manual.
pub static TARGETS: &[Target] = &[
    Target { name: "numpy", extension: "py", print: crate::python::numpy },
    Target { name: "torch", extension: "py", print: crate::python::torch },
    Target { name: "jax", extension: "py", print: crate::python::jax },
    Target { name: "julia", extension: "jl", print: crate::julia::julia },
    Target { name: "rust", extension: "rs", print: crate::rust::rust },
    Target { name: "c", extension: "c", print: crate::c::c },
];

/// The target of a name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
