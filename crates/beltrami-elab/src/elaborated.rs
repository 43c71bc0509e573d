//! What goes in and what comes out.

use std::collections::BTreeMap;

use beltrami_core::{Dim, ExprId, Graph, Registry};
use beltrami_diag::{Diagnostic, Label, SourceId, Span};
use beltrami_syntax::{Declaration, Program, TypeName};

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
