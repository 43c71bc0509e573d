//! A small language, and names to build with.

use std::sync::LazyLock;

use beltrami_core::{Dim, ExprId, Facts, Graph, Registry, Shape};
use beltrami_ops::ENTRIES;

/// The operations, by the files of their records.
const FILES: [&str; 19] = [
    "eye.rs",
    "ones.rs",
    "zeros.rs",
    "add.rs",
    "sub.rs",
    "neg.rs",
    "scale.rs",
    "mul.rs",
    "transpose.rs",
    "hadamard.rs",
    "power.rs",
    "scalar_power.rs",
    "mat_power.rs",
    "divide.rs",
    "sin.rs",
    "cos.rs",
    "exp.rs",
    "trace.rs",
    "inv.rs",
];

pub fn registry() -> &'static Registry {
    static REGISTRY: LazyLock<Registry> =
        LazyLock::new(|| Registry::new(ENTRIES.iter().filter(|entry| FILES.contains(&entry.file))));
    &REGISTRY
}

pub fn graph() -> Graph {
    Graph::new(registry())
}

pub fn size(name: &str) -> Dim {
    Dim::symbol(name)
}

/// A matrix of these sizes about which nothing is known.
pub fn matrix(graph: &mut Graph, name: &str, rows: &str, cols: &str) -> ExprId {
    graph.symbol(name, Shape::matrix(size(rows), size(cols)), Facts::NONE)
}
