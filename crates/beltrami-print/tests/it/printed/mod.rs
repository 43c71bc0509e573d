//! Printed modules of expressions whose value stands for the derivative.

use beltrami_print::{Module, target};

use crate::reader;

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

/// The statements of `derivative` after the inputs are read.
pub fn statements(language: &str, code: &str) -> Vec<String> {
    let (start, read, end) = match language {
        "julia" => ("\nfunction derivative(", "= _read(", "\nend\n"),
        "rust" => ("\npub fn derivative(", "sizes(", "\n}\n"),
        "c" => ("\nint derivative(", "BAD_SIZE;", "\n}\n"),
        _ => ("\ndef derivative(", "_read(inputs)", "\n\n\n"),
    };
    // In C a declaration stands above the function.
    let (_, derivative) = code.rsplit_once(start).unwrap();
    let (_, after) = derivative.split_once(read).unwrap();
    let (_, statements) = after.split_once('\n').unwrap();
    let (statements, _) = statements.split_once(end).unwrap();
    statements.lines().map(|line| line.trim().to_owned()).collect()
}
