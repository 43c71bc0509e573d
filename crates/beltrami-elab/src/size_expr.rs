//! Expressions that stand for sizes and indices.

use beltrami_core::{Dim, Registry};
use beltrami_diag::{Diagnostic, Label, SourceId, Span, codes};
use beltrami_syntax::{BinaryOp, Expr, ExprKind, UnaryOp};

use crate::prepass::is_reserved;
use crate::sizes::Unknowns;

/// More summands and factors than this have no use, and cost time.
pub const MAX_SIZE: usize = 64;
/// Larger numbers in sizes are refused, so that sums and products of sizes do not overflow.
pub const MAX_NUMBER: i64 = 1 << 40;

/// What is wrong with a size.
#[derive(Debug)]
pub struct Wrong {
    /// What it is.
    pub reason: Reason,
    /// Where.
    pub span: Span,
}

/// Why a size cannot be read.
#[derive(Debug)]
pub enum Reason {
    /// Something else than sums and products of names and whole numbers.
    Form,
    /// A name that stands for something else.
    Name(String),
    /// Too large.
    Large,
    /// The parser reported it.
    Reported,
}

impl Wrong {
    /// The message.
    pub fn diagnostic(self, registry: &Registry, source: SourceId) -> Diagnostic {
        let (message, label) = match self.reason {
            Reason::Form | Reason::Reported => {
                ("this is not a size".to_string(), "cannot be a size")
            }
            Reason::Name(name) if is_reserved(registry, &name) => {
                (format!("`{name}` is a function, not a size"), "a size is wanted here")
            }
            Reason::Name(name) => {
                (format!("`{name}` is a variable, not a size"), "a size is wanted here")
            }
            Reason::Large => ("this size is too large".to_string(), "more than can be handled"),
        };
        Diagnostic::error(&codes::E0207, message)
            .at(Label::new(source, self.span, label))
            .hint("sizes are sums and products of names and whole numbers, as in `m*n + 1`")
    }
}

/// Whether a size has grown beyond all use.
pub fn is_too_large(dim: &Dim) -> bool {
    let names: usize = dim.terms().iter().map(|(names, _)| names.len().max(1)).sum();
    names > MAX_SIZE || dim.terms().iter().any(|(_, n)| n.abs() > MAX_NUMBER)
}

/// The size that an expression stands for; `lookup` gives the sizes of names.
pub fn read(
    expr: &Expr,
    unknowns: &mut Unknowns,
    lookup: &mut dyn FnMut(&str, &mut Unknowns) -> Option<Dim>,
) -> Result<Dim, Wrong> {
    let wrong = |reason| Wrong { reason, span: expr.span };
    let dim = match &expr.kind {
        ExprKind::Number(text, _) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Dim::constant(text.parse().map_err(|_| wrong(Reason::Large))?)
        }
        ExprKind::Name(name) => {
            lookup(name, unknowns).ok_or_else(|| wrong(Reason::Name(name.clone())))?
        }
        ExprKind::Paren(inner) => read(inner, unknowns, lookup)?,
        ExprKind::Binary { op, lhs, rhs, .. } => {
            let left = read(lhs, unknowns, lookup)?;
            let right = read(rhs, unknowns, lookup)?;
            combine(*op, &left, &right).ok_or_else(|| wrong(Reason::Form))?
        }
        // A size that starts with a subtraction prints so: `-m + n`.
        ExprKind::Unary(UnaryOp::Neg, inner) => {
            Dim::constant(0).minus(&read(inner, unknowns, lookup)?)
        }
        ExprKind::Error => return Err(wrong(Reason::Reported)),
        _ => return Err(wrong(Reason::Form)),
    };
    if is_too_large(&dim) { Err(wrong(Reason::Large)) } else { Ok(dim) }
}

fn combine(op: BinaryOp, left: &Dim, right: &Dim) -> Option<Dim> {
    match op {
        BinaryOp::Add => Some(left.plus(right)),
        BinaryOp::Sub => Some(left.minus(right)),
        BinaryOp::Mul => Some(left.times(right)),
        BinaryOp::Pow => {
            let power = right.as_constant().filter(|k| (0..=16).contains(k))?;
            (0..power).try_fold(Dim::one(), |product, _| {
                Some(product.times(left)).filter(|dim| !is_too_large(dim))
            })
        }
        _ => None,
    }
}
