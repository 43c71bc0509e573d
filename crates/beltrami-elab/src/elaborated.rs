//! What goes in and what comes out.

use std::collections::BTreeMap;

use beltrami_core::{Dim, ExprId, Graph, Registry, Shape};
use beltrami_diag::{Diagnostic, Label, SourceId, Span};
use beltrami_syntax::{Declaration, Program, TypeName};

use crate::assemble::assemble;
use crate::infer::Infer;
use crate::scope::Scope;
use crate::suggest;
use crate::traps::traps;

/// A program to be given types.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The operations.
    pub registry: &'static Registry,
    /// The program.
    pub program: &'a Program,
    /// The source of the program.
    pub source: SourceId,
    /// Declarations from elsewhere, such as the command line; they come first.
    pub declarations: &'a [Declaration],
    /// The source of these declarations.
    pub declarations_source: SourceId,
    /// The names that derivatives are asked for.
    pub by: &'a [String],
}

/// A program with types.
#[derive(Clone, Debug)]
pub struct Elaborated {
    /// The expressions.
    pub graph: Graph,
    /// The result of the program.
    pub root: ExprId,
    /// The bindings in the order of the program, without those that are constants of open shape.
    pub lets: Vec<(String, ExprId)>,
    /// Where expressions of the program stand, at their first occurrence.
    pub spans: BTreeMap<ExprId, Span>,
    /// What was assumed, a sentence each: `A: matrix(m,n)`.
    pub assumed: Vec<String>,
    /// All variables: the declared ones, then the others in the order in which they occur.
    pub variables: Vec<Variable>,
    /// Names that are declared to be sizes.
    pub sizes: Vec<String>,
    /// Names that serve as indices, such as `i` in `x[i]`, and the size that each may not pass.
    pub indices: Vec<Index>,
    /// Reservations.
    pub warnings: Vec<Diagnostic>,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its expression in the graph.
    pub id: ExprId,
    /// Its type.
    pub ty: TypeName,
    /// The declaration that says so: `A: matrix(m,n)`.
    pub declaration: String,
    /// Where it was declared, if it was.
    pub declared: Option<Label>,
    /// The interval of its entries, where one was declared.
    pub range: Option<(f64, f64)>,
}

/// A use of a name as an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The name.
    pub name: String,
    /// The size of the axis.
    pub size: Dim,
}

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

/// The shape of a variable, which declarations of structure need.
pub(crate) fn sentence(name: &str, ty: TypeName, shape: &Shape) -> String {
    crate::types::declaration(name, ty, shape)
}
