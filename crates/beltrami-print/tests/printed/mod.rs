//! Printed modules of expressions whose value stands for the derivative.

#[path = "../reader/mod.rs"]
pub mod reader;

use beltrami_print::{Module, target};

/// The module in a language, or why there is none.
pub fn printed(language: &str, names: &str, written: &str, two_dimensional: bool) -> String {
    let read = reader::read(names, written);
    let module = Module {
        graph: &read.graph,
        value: read.root,
        derivative: read.root,
        inputs: read.inputs.clone(),
        order: 1,
        by: vec![String::from("x")],
        two_dimensional,
        value_text: written.to_owned(),
        derivative_text: written.to_owned(),
        notes: Vec::new(),
    };
    (target(language).unwrap().print)(&module).unwrap_or_else(|refused| refused.to_string())
}

/// The statements of `derivative` after the inputs are read, in one line.
pub fn statements(code: &str) -> String {
    let (_, derivative) = code.split_once("def derivative").unwrap();
    let (_, statements) = derivative.split_once("_read(inputs)\n").unwrap();
    let (statements, _) = statements.split_once("\n\n\n").unwrap();
    statements.lines().map(str::trim).collect::<Vec<_>>().join("; ")
}
