//! The tree of an expression.

use beltrami_diag::Span;

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A number as it was written (without a trailing dot), and its value.
    Number(String, f64),
    /// A text in double quotes, without them.
    Text(String),
    /// A name.
    Name(String),
    /// A sign.
    Unary(UnaryOp, Box<Expr>),
    /// Two operands and an operator between them.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// The left operand.
        lhs: Box<Expr>,
        /// The right operand.
        rhs: Box<Expr>,
    },
    /// `A'`
    Transpose(Box<Expr>),
    /// `f(a, b)`
    Call {
        /// The function.
        name: String,
        /// Where its name stands.
        name_span: Span,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// `x[i]` or `A[i, j]`
    Index {
        /// What is indexed.
        base: Box<Expr>,
        /// The indices, at least one.
        indices: Vec<Expr>,
    },
    /// `a:b` among indices, the first and the last; none for `:`, which is all
    Range(Option<Box<(Expr, Expr)>>),
    /// `[A, B; C, D]`
    Block {
        /// The rows, at least one, each with at least one entry.
        rows: Vec<Vec<Expr>>,
    },
    /// An expression in parentheses.
    Paren(Box<Expr>),
    /// What could not be read; a diagnostic says why.
    Error,
}

/// The signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnaryOp {
    /// `-a`
    Neg,
    /// `+a`
    Plus,
}

/// The operators between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BinaryOp {
    /// `a + b`
    Add,
    /// `a - b`
    Sub,
    /// `a*b`
    Mul,
    /// `a/b`
    Div,
    /// `a^b`
    Pow,
    /// `a.*b`
    EMul,
    /// `a./b`
    EDiv,
    /// `a.^b`
    EPow,
    /// `a > b`
    Greater,
    /// `a >= b`
    AtLeast,
    /// `a < b`
    Less,
    /// `a <= b`
    AtMost,
    /// `a == b`
    Equal,
    /// `a ~= b`
    Unequal,
}

impl UnaryOp {
    /// The sign as it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            UnaryOp::Neg => "-",
            UnaryOp::Plus => "+",
        }
    }
}

impl BinaryOp {
    /// The operator as it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Pow => "^",
            BinaryOp::EMul => ".*",
            BinaryOp::EDiv => "./",
            BinaryOp::EPow => ".^",
            BinaryOp::Greater => ">",
            BinaryOp::AtLeast => ">=",
            BinaryOp::Less => "<",
            BinaryOp::AtMost => "<=",
            BinaryOp::Equal => "==",
            BinaryOp::Unequal => "~=",
        }
    }

    /// Whether it compares.
    pub const fn compares(self) -> bool {
        matches!(
            self,
            BinaryOp::Greater
                | BinaryOp::AtLeast
                | BinaryOp::Less
                | BinaryOp::AtMost
                | BinaryOp::Equal
                | BinaryOp::Unequal
        )
    }
}

impl Expr {
    /// The expression without the parentheses around it.
    pub fn unparenthesised(&self) -> &Expr {
        let mut expr = self;
        while let ExprKind::Paren(inner) = &expr.kind {
            expr = inner;
        }
        expr
    }

    /// Whether two expressions are the same but for places and parentheses.
    pub fn same_as(&self, other: &Expr) -> bool {
        use ExprKind::{Binary, Block, Call, Index, Transpose, Unary};
        match (&self.unparenthesised().kind, &other.unparenthesised().kind) {
            (Unary(op, a), Unary(other_op, b)) => op == other_op && a.same_as(b),
            (Transpose(a), Transpose(b)) => a.same_as(b),
            (
                Binary { op, lhs, rhs, .. },
                Binary { op: other_op, lhs: other_lhs, rhs: other_rhs, .. },
            ) => op == other_op && lhs.same_as(other_lhs) && rhs.same_as(other_rhs),
            (Call { name, args, .. }, Call { name: other_name, args: other_args, .. }) => {
                name == other_name && all_same(args, other_args)
            }
            (Index { base, indices }, Index { base: other_base, indices: other_indices }) => {
                base.same_as(other_base) && all_same(indices, other_indices)
            }
            (Block { rows }, Block { rows: other_rows }) => {
                rows.len() == other_rows.len()
                    && rows.iter().zip(other_rows).all(|(row, other)| all_same(row, other))
            }
            (ExprKind::Range(Some(ends)), ExprKind::Range(Some(other))) => {
                ends.0.same_as(&other.0) && ends.1.same_as(&other.1)
            }
            (leaf, other_leaf) => leaf == other_leaf,
        }
    }
}

fn all_same(exprs: &[Expr], others: &[Expr]) -> bool {
    exprs.len() == others.len() && exprs.iter().zip(others).all(|(expr, other)| expr.same_as(other))
}
