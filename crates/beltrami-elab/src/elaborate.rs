//! The way through both phases.

use beltrami_diag::Diagnostic;

use crate::assemble::assemble;
use crate::elaborated::{Elaborated, Request};
use crate::infer::Infer;
use crate::scope::Scope;
use crate::suggest;
use crate::traps::traps;

/// Finds the names, shapes and structure of a program; or all that is wrong with it.
pub fn elaborate(request: &Request<'_>) -> Result<Elaborated, Vec<Diagnostic>> {
    let mut infer = Infer::new(request.registry, request.source);
    let scope = Scope::declare(&mut infer, request);
    infer.enter(scope);
    let outcome = infer.program(request.program);
    check_by(&mut infer, request.by);
    let mut found = assemble(infer, outcome)?;
    found.warnings.extend(traps(request, &found));
    Ok(found)
}

fn check_by(infer: &mut Infer<'_>, by: &[String]) {
    for name in by {
        if infer.scope.variable(name).is_some() {
            continue;
        }
        let message = if infer.scope.is_bound(name) {
            format!("`{name}` is a binding, derivatives are taken by variables")
        } else if infer.scope.has_size(name) {
            format!("`{name}` is a size, derivatives are taken by variables")
        } else {
            format!("`{name}` does not occur in the expression")
        };
        let known: Vec<&str> =
            infer.scope.variables.iter().map(|variable| variable.name.as_str()).collect();
        infer.report(suggest::variable(name, &known, message));
    }
}
