//! The typed tree between the syntax and the graph: shapes may still hold unknown sizes.

use beltrami_core::{Dim, Number, OpId, Shape};
use beltrami_diag::Span;
use beltrami_syntax::Expr;

/// The place of a term; arguments have smaller places than what they are arguments of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TermId(pub u32);

impl TermId {
    /// The place, counted from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Term<'a> {
    /// What it is.
    pub form: Form<'a>,
    /// Its shape; that of a constant of unknown shape is a placeholder.
    pub shape: Shape,
    /// Where it stands; nowhere when it was put in by inference.
    pub span: Option<Span>,
}

impl Term<'_> {
    /// The constant of open shape that it is, if it is one.
    pub fn constant(&self) -> Option<Constant> {
        match self.form {
            Form::Constant(constant) => Some(constant),
            _ => None,
        }
    }
}

/// What a term is.
#[derive(Clone, Debug)]
pub enum Form<'a> {
    /// A number.
    Number(Number),
    /// A size as a number.
    Size(Dim),
    /// A text.
    Text(&'a str),
    /// A variable, by its place in the scope.
    Variable(usize),
    /// An operation.
    Apply(OpId, Vec<TermId>),
    /// `vector(c)`, `matrix(c)` or `eye`, which takes its shape from what it is combined with.
    Constant(Constant),
}

/// The identity of open size.
pub const EYE: &str = "eye";

/// A constant whose shape the context decides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    /// The pattern of its entries.
    pub kind: ConstantKind,
    /// The scalar it is a multiple by; 1 if there is none.
    pub factor: Option<TermId>,
    /// Whether it was transposed.
    pub transposed: bool,
}

/// The patterns of constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstantKind {
    /// `eye`
    Eye,
    /// `vector(c)`
    Vector,
    /// `matrix(c)`
    Matrix,
}

/// A term together with the text it comes from; no term where an error was reported.
#[derive(Clone, Copy, Debug)]
pub struct Operand<'a> {
    /// The term.
    pub id: TermId,
    /// The text.
    pub expr: &'a Expr,
}
