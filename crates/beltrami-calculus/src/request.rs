//! What is asked for, and what is handed back.

use beltrami_core::ExprId;
use beltrami_stop::Stop;

/// Which way derivatives are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Layout {
    /// Rows follow the function: the derivative of a scalar by a column is a row.
    #[default]
    Numerator,
    /// Rows follow the variable: the gradient has the shape of the variable.
    Denominator,
}

/// What kind of expression is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Form {
    /// A scalar, vector or matrix where the derivative is one, otherwise the next form that exists.
    #[default]
    Matrix,
    /// `∂vec(F)/∂vec(X)'`, and `∂²f/∂vec(X)∂vec(Y)'` for second derivatives of scalars.
    Kron,
    /// One axis an index: those of the function, then those of each variable.
    Index,
    /// A pair of linear maps, see [`crate::operator()`].
    Operator,
}

/// The gradient on a symmetric variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Symmetric {
    /// The symmetric matrix `G` with `df = tr(G*dX)` for symmetric `dX`: `(G + G')/2`.
    #[default]
    Frobenius,
    /// Partial derivatives by the free entries, off-diagonal ones counted for both places: `G + G' - G.*I`; on a skew
    /// variable, whose other place moves the other way, `G - G'`.
    Free,
    /// The structure of the variable is ignored.
    Ambient,
}

/// What to derive.
#[derive(Clone, Debug)]
pub struct Request {
    /// The expression.
    pub root: ExprId,
    /// Whether a shorter expression of the same value is tried as well.
    pub shorten: bool,
    /// The variables, one for each order of differentiation.
    pub by: Vec<ExprId>,
    /// Layout, for first derivatives in matrix form and for the Kronecker form.
    pub layout: Layout,
    /// Form.
    pub form: Form,
    /// Convention for structured variables.
    pub symmetric: Symmetric,
    /// What ends it.
    pub stop: Stop,
}

/// A derivative.
#[derive(Clone, Debug)]
pub struct Derived {
    /// The expression.
    pub expr: ExprId,
    /// The form it has.
    pub form: Form,
    /// Where entry `[F axes, X axes…]` of the derivative tensor stands: see [`Placement`].
    pub placement: Placement,
}

/// Which axes of the derivative tensor `[F rows, F cols, X₁ rows, X₁ cols, …]` make up the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// Row and column of a matrix, each a group of tensor axes, slow first.
    Matrix(Vec<usize>, Vec<usize>),
    /// One axis each.
    Tensor(Vec<usize>),
}
