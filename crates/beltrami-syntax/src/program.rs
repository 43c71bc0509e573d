//! The tree of a program.

use beltrami_diag::Span;

use crate::{Expr, ExprKind};

/// The statements of a text; the last binding or expression is the result.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// The statements in the order in which they stand.
    pub statements: Vec<Statement>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `x, y: vector(n) > 0`
    Declare(Declaration),
    /// `r = A*x - y`
    Let {
        /// The name that is bound.
        name: String,
        /// Where the name stands.
        name_span: Span,
        /// The value.
        value: Expr,
    },
    /// A bare expression, the result of the program.
    Expression(Expr),
}

/// What is said of some names.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// The names with their places, at least one.
    pub names: Vec<(String, Span)>,
    /// The type; [`TypeName::Matrix`] without sizes where an unknown type was reported.
    pub ty: TypeName,
    /// Where the type stands.
    pub ty_span: Span,
    /// The sizes; none if they are to be inferred.
    pub sizes: Vec<Expr>,
    /// What else is known.
    pub facts: Vec<Fact>,
    /// The whole declaration.
    pub span: Span,
}

/// A fact about the entries, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// What is known.
    pub kind: FactKind,
    /// Where it stands.
    pub span: Span,
}

/// What can be known of all entries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FactKind {
    /// `> a`
    Greater(f64),
    /// `>= a`
    AtLeast(f64),
    /// `< b`
    Less(f64),
    /// `<= b`
    AtMost(f64),
    /// `in (a, b)`
    Open(f64, f64),
    /// `in [a, b]`
    Closed(f64, f64),
    /// `+-1`
    Signs,
}

/// The types of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TypeName {
    /// `scalar`
    Scalar,
    /// `vector(n)`
    Vector,
    /// `row(n)`, also `rowvector(n)`
    Row,
    /// `matrix(m, n)`
    Matrix,
    /// `symmetric(n)`
    Symmetric,
    /// `spd(n)`: symmetric positive definite.
    Spd,
    /// `diagonal(n)`
    Diagonal,
    /// `lower(n)`: lower triangular.
    Lower,
    /// `upper(n)`: upper triangular.
    Upper,
    /// `orthogonal(n)`
    Orthogonal,
    /// `skew(n)`: skew-symmetric.
    Skew,
    /// `size`: a whole number that stands for a size or an index, no variable.
    Size,
}

impl Program {
    /// The value of the last binding or expression.
    pub fn result(&self) -> Option<&Expr> {
        self.statements.iter().rev().find_map(Statement::value)
    }
}

impl Statement {
    /// The value of a binding or an expression.
    pub fn value(&self) -> Option<&Expr> {
        match self {
            Statement::Declare(_) => None,
            Statement::Let { value, .. } => Some(value),
            Statement::Expression(value) => Some(value),
        }
    }
}

impl TypeName {
    /// All types.
    pub const ALL: [TypeName; 12] = [
        TypeName::Scalar,
        TypeName::Vector,
        TypeName::Row,
        TypeName::Matrix,
        TypeName::Symmetric,
        TypeName::Spd,
        TypeName::Diagonal,
        TypeName::Lower,
        TypeName::Upper,
        TypeName::Orthogonal,
        TypeName::Skew,
        TypeName::Size,
    ];

    /// The type of this name.
    pub fn find(name: &str) -> Option<TypeName> {
        match name {
            "rowvector" => Some(TypeName::Row),
            _ => Self::ALL.into_iter().find(|ty| ty.name() == name),
        }
    }

    /// The name as it is written.
    pub const fn name(self) -> &'static str {
        match self {
            TypeName::Scalar => "scalar",
            TypeName::Vector => "vector",
            TypeName::Row => "row",
            TypeName::Matrix => "matrix",
            TypeName::Symmetric => "symmetric",
            TypeName::Spd => "spd",
            TypeName::Diagonal => "diagonal",
            TypeName::Lower => "lower",
            TypeName::Upper => "upper",
            TypeName::Orthogonal => "orthogonal",
            TypeName::Skew => "skew",
            TypeName::Size => "size",
        }
    }

    /// How many sizes it has.
    pub const fn size_count(self) -> usize {
        match self {
            TypeName::Scalar | TypeName::Size => 0,
            TypeName::Matrix => 2,
            _ => 1,
        }
    }
}

impl Declaration {
    /// Whether an expression can be a size: sums, differences, products and powers of names and whole numbers.
    pub fn is_size(expr: &Expr) -> bool {
        use crate::BinaryOp::{Add, Mul, Pow, Sub};
        match &expr.kind {
            ExprKind::Number(text, _) => text.bytes().all(|byte| byte.is_ascii_digit()),
            ExprKind::Name(_) | ExprKind::Error => true,
            ExprKind::Paren(inner) => Self::is_size(inner),
            ExprKind::Binary { op: Add | Sub | Mul | Pow, lhs, rhs, .. } => {
                Self::is_size(lhs) && Self::is_size(rhs)
            }
            _ => false,
        }
    }
}
