//! One way into the crate for all tests.
// Each test program uses what it needs of this.
#![allow(dead_code)]

use beltrami_diag::{Diagnostic, Sources};
use beltrami_elab::{Elaborated, Request, elaborate};
use beltrami_syntax::{parse_declarations, parse_program};

/// A program with the declarations of `--let` and the names of `--by`.
pub fn run(text: &str, declarations: &str, by: &[&str]) -> Result<Elaborated, Vec<Diagnostic>> {
    let mut sources = Sources::new();
    let source = sources.add("<expression>", text);
    let declarations_source = sources.add("<--let>", declarations);
    let program = parse_program(text, source);
    let declared = parse_declarations(declarations, declarations_source);
    let errors = [program.errors, declared.errors].concat();
    if !errors.is_empty() {
        return Err(errors);
    }
    let by: Vec<String> = by.iter().map(|name| name.to_string()).collect();
    elaborate(&Request {
        registry: beltrami_ops::registry(),
        program: &program.tree,
        source,
        declarations: &declared.tree,
        declarations_source,
        by: &by,
    })
}

/// The shape of the result, or the codes with the columns they mark.
pub fn shape(text: &str, declarations: &str) -> String {
    match run(text, declarations, &[]) {
        Ok(done) => done.graph.shape(done.root).to_string(),
        Err(errors) => marks(&errors),
    }
}

/// `E0203 1-3`, from the first to the last column, for each error.
pub fn marks(errors: &[Diagnostic]) -> String {
    let marks: Vec<String> = errors
        .iter()
        .map(|error| match &error.primary {
            Some(label) => format!("{} {}-{}", error.code.id, label.span.start + 1, label.span.end),
            None => error.code.id.to_string(),
        })
        .collect();
    marks.join(", ")
}
