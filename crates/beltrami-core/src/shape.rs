//! Shapes: rows by columns, and further axes for derivative tensors.

use std::fmt;

use crate::dim::Dim;

/// The sizes of a value: `rows × cols`, with further axes only for tensors of order three and more.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Shape {
    /// Number of rows (first axis of a tensor).
    pub rows: Dim,
    /// Number of columns (second axis of a tensor).
    pub cols: Dim,
    /// Third and later axes; empty for everything but tensors.
    pub more: Vec<Dim>,
}

impl Shape {
    /// `rows × cols`.
    pub fn matrix(rows: Dim, cols: Dim) -> Shape {
        Shape { rows, cols, more: Vec::new() }
    }

    /// `1 × 1`.
    pub fn scalar() -> Shape {
        Shape::matrix(Dim::one(), Dim::one())
    }

    /// `n × 1`.
    pub fn vector(n: Dim) -> Shape {
        Shape::matrix(n, Dim::one())
    }

    /// `1 × n`.
    pub fn row(n: Dim) -> Shape {
        Shape::matrix(Dim::one(), n)
    }

    /// A shape with the given axes; missing trailing axes are 1.
    pub fn of(axes: &[Dim]) -> Shape {
        let axis = |k: usize| axes.get(k).cloned().unwrap_or_else(Dim::one);
        Shape { rows: axis(0), cols: axis(1), more: axes.get(2..).unwrap_or_default().to_vec() }
    }

    /// Whether this is `1 × 1`.
    pub fn is_scalar(&self) -> bool {
        self.is_matrix() && self.rows.is_one() && self.cols.is_one()
    }

    /// Whether this is a column, scalars excluded.
    pub fn is_vector(&self) -> bool {
        self.is_matrix() && self.cols.is_one() && !self.rows.is_one()
    }

    /// Whether this is a row, scalars excluded.
    pub fn is_row(&self) -> bool {
        self.is_matrix() && self.rows.is_one() && !self.cols.is_one()
    }

    /// Whether there are at most two axes.
    pub fn is_matrix(&self) -> bool {
        self.more.is_empty()
    }

    /// Whether rows and columns are as many.
    pub fn is_square(&self) -> bool {
        self.is_matrix() && self.rows == self.cols
    }

    /// `cols × rows`.
    pub fn transposed(&self) -> Shape {
        Shape::matrix(self.cols.clone(), self.rows.clone())
    }

    /// All axes in order, at least two.
    pub fn axes(&self) -> Vec<Dim> {
        let mut axes = vec![self.rows.clone(), self.cols.clone()];
        axes.extend(self.more.iter().cloned());
        axes
    }

    /// The number of entries.
    pub fn len(&self) -> Dim {
        Dim::product(&self.axes())
    }

    /// The shape with names of sizes replaced.
    pub fn substitute(&self, value: &dyn Fn(&str) -> Option<Dim>) -> Shape {
        self.map(|axis| axis.substitute(value))
    }

    /// The shape with each axis replaced.
    pub fn map(&self, mut axis: impl FnMut(&Dim) -> Dim) -> Shape {
        Shape {
            rows: axis(&self.rows),
            cols: axis(&self.cols),
            more: self.more.iter().map(axis).collect(),
        }
    }
}

/// `scalar` is printed as `1`, a vector as `n`, everything else as `m×n` or `m×n×p`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_scalar() {
            return f.write_str("1");
        }
        if self.is_vector() {
            return write!(f, "{}", self.rows);
        }
        let axes: Vec<String> = self.axes().iter().map(Dim::factor).collect();
        f.write_str(&axes.join("×"))
    }
}

/// What a shape rule may ask about sizes: whether two agree, or can be made to agree.
///
/// Fixed sizes agree when they are equal; while sizes are inferred, agreeing is a constraint that is solved.
pub trait Sizes {
    /// Whether `a` and `b` are, or are now made, the same.
    fn same(&mut self, a: &Dim, b: &Dim) -> bool;
}

/// Sizes that are all known: agreeing means being equal.
#[derive(Clone, Copy, Debug)]
pub struct Known;

impl Sizes for Known {
    fn same(&mut self, a: &Dim, b: &Dim) -> bool {
        a == b
    }
}

/// Why a shape rule refused its arguments; arguments are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShapeError {
    /// The argument must have as many rows as columns.
    NotSquare(usize),
    /// The two arguments must have the same shape.
    Differ(usize, usize),
    /// Columns of the first and rows of the second must agree.
    Inner(usize, usize),
    /// The argument must be of another kind.
    Expected {
        /// Which argument.
        argument: usize,
        /// What is needed, in words: `a scalar`, `a vector`, `a number`.
        wanted: &'static str,
    },
    /// The number of arguments is wrong; the text says what is accepted.
    Arity(&'static str),
    /// A size or index is out of range.
    Range {
        /// Which argument.
        argument: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The einsum text does not fit the operands.
    Einsum(String),
}
