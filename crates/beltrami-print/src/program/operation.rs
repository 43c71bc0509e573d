//! Operations on arrays, and the arrays they make.

use std::collections::BTreeMap;

use beltrami_core::{Dim, Kernel, Map, Number};

/// What an array is made of; every language spells these.
///
/// Vectors and rows are arrays of one axis, scalars of none; entries are counted from 0.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Operation {
    /// An input, by its identifier.
    Input(String),
    /// A number.
    Number(Number),
    /// A size as a number.
    Size(Dim),
    /// Entry by entry between two arrays, which are stretched along axes of size 1 and missing leading axes.
    Entrywise(Sign),
    /// The negative.
    Negative,
    /// A scalar function of every entry, with the NumPy template of its record.
    Map(Map, &'static str),
    /// The larger entry of two arrays.
    Maximum,
    /// The smaller entry of two arrays.
    Minimum,
    /// 1 where the entry of the first array is larger, 1/2 where both are equal, 0 elsewhere.
    Above,
    /// A product of arrays of one or two axes: the last axis of the first is summed with the first of the second.
    Product,
    /// All products of entries of two arrays of one axis.
    Outer,
    /// The transpose of an array of two axes.
    Transpose,
    /// An array of one axis as one column.
    Column,
    /// An array of one axis as one row.
    Row,
    /// The entries in the order of rows, with other axes.
    Reshape(Vec<Dim>),
    /// The one row or column of an array of two axes.
    Ravel,
    /// The columns of an array of two axes, one after another.
    StackedColumns,
    /// The array of two axes with these stacked columns.
    Unstacked(Dim, Dim),
    /// One entry, or one row where an index is left out.
    Entry(Vec<Dim>),
    /// The sum of all entries.
    Sum,
    /// The largest entry.
    Largest,
    /// The sums along an axis of two.
    SumAlong(usize),
    /// The mean of all entries.
    Mean,
    /// The trace.
    Trace,
    /// The matrix with this diagonal.
    Diagonalised,
    /// The diagonal of a matrix.
    Diagonal,
    /// The lower triangle.
    Lower,
    /// The upper triangle.
    Upper,
    /// The Kronecker product.
    Kron,
    /// The Kronecker products of the columns.
    KhatriRao,
    /// The identity matrix.
    Eye(Dim),
    /// An array of ones or zeros.
    Filled(bool, Vec<Dim>),
    /// The commutation matrix.
    Commutation(Dim, Dim),
    /// A column of the identity, counted from 1, and the size.
    Unit(Dim, Dim),
    /// A sum of products: a letter for every axis of every operand, and those that are kept.
    Einsum(Vec<String>, String),
    /// The solution of equations with a matrix: `Solve`d `b` after the matrix.
    Solve,
    /// The Cholesky factorisation.
    Cholesky,
    /// The solution of equations with a Cholesky factorisation.
    SolveCholesky,
    /// The logarithm of the determinant of what was factorised.
    LogDetCholesky,
    /// The triangular factors of a square matrix, with a permutation.
    Lu,
    /// The solution of equations with triangular factors of a matrix.
    SolveLu {
        /// Whether the transpose of the matrix is meant.
        transposed: bool,
    },
    /// `log|det|` of what was taken apart into triangular factors.
    LogDetLu,
    /// The solution of equations with a triangular matrix.
    SolveTriangular {
        /// Whether the matrix is lower triangular, not upper.
        lower: bool,
        /// Whether its transpose is meant.
        transposed: bool,
    },
    /// A positive power of a square matrix.
    MatrixPower(i64),
    /// Arrays of one axis, or none, one after another.
    Concatenate,
    /// Matrices on top of each other.
    StackRows,
    /// Matrices side by side.
    StackColumns,
    /// Any other kernel, its arguments as they are.
    Kernel(Kernel),
}

/// An operator between entries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Sign {
    Plus,
    Minus,
    Times,
    Over,
    Power,
}

/// An array among those of a [`Program`]; operands have smaller numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct ArrayId(pub usize);

/// An array of a program.
pub(crate) struct Array {
    pub operation: Operation,
    pub args: Vec<ArrayId>,
    /// The sizes of its axes.
    pub axes: Vec<Dim>,
    /// Whether it is a number that no input but a size enters.
    pub constant: bool,
}

/// Arrays, equal ones shared, in an order in which they can be computed.
#[derive(Default)]
pub(crate) struct Program {
    pub arrays: Vec<Array>,
    index: BTreeMap<(Operation, Vec<ArrayId>), ArrayId>,
}

impl Program {
    /// An array with known axes.
    pub fn with_axes(&mut self, operation: Operation, args: &[ArrayId], axes: Vec<Dim>) -> ArrayId {
        let key = (operation, args.to_vec());
        if let Some(id) = self.index.get(&key) {
            return *id;
        }
        let constant = match &key.0 {
            Operation::Number(_) | Operation::Size(_) => true,
            Operation::Entrywise(_) | Operation::Negative => {
                args.iter().all(|arg| self.arrays[arg.0].constant)
            }
            _ => false,
        };
        let id = ArrayId(self.arrays.len());
        self.arrays.push(Array { operation: key.0.clone(), args: args.to_vec(), axes, constant });
        self.index.insert(key, id);
        id
    }

    /// An array whose axes follow from those of its operands.
    pub fn apply(&mut self, operation: Operation, args: &[ArrayId]) -> ArrayId {
        if let (Operation::Negative | Operation::Transpose, [arg]) = (&operation, args) {
            let inner = &self.arrays[arg.0];
            if inner.operation == operation {
                return inner.args[0];
            }
        }
        let axes = self.axes_of(&operation, args);
        self.with_axes(operation, args, axes)
    }

    /// Two arrays and an operator between their entries.
    pub fn infix(&mut self, sign: Sign, a: ArrayId, b: ArrayId) -> ArrayId {
        self.apply(Operation::Entrywise(sign), &[a, b])
    }

    /// A number.
    pub fn number(&mut self, number: Number) -> ArrayId {
        self.with_axes(Operation::Number(number), &[], Vec::new())
    }

    /// The sizes of the axes of an array.
    pub fn axes(&self, id: ArrayId) -> &[Dim] {
        &self.arrays[id.0].axes
    }

    /// How often each array is used by those that `root` needs, 0 for what it does not need.
    pub fn uses(&self, root: ArrayId) -> Vec<usize> {
        let mut uses = vec![0; root.0 + 1];
        uses[root.0] = 1;
        for place in (0..=root.0).rev() {
            if uses[place] > 0 {
                for arg in &self.arrays[place].args {
                    uses[arg.0] += 1;
                }
            }
        }
        uses
    }

    fn axes_of(&self, operation: &Operation, args: &[ArrayId]) -> Vec<Dim> {
        use Operation::*;
        let axes: Vec<&[Dim]> = args.iter().map(|arg| self.axes(*arg)).collect();
        let at = |arg: usize, axis: usize| -> Dim {
            axes.get(arg).and_then(|axes| axes.get(axis)).cloned().unwrap_or_else(Dim::one)
        };
        let total = |axis: usize| {
            (0..args.len()).fold(Dim::constant(0), |sum, arg| sum.plus(&at(arg, axis)))
        };
        match operation {
            Input(_) | Number(_) | Size(_) | Sum | Largest | Mean | Trace | LogDetCholesky
            | LogDetLu | Kernel(_) => Vec::new(),
            Entrywise(_) | Maximum | Minimum | Above => stretched(axes[0], axes[1]),
            Negative | Map(..) | Lower | Upper | MatrixPower(_) | Cholesky | Lu => axes[0].to_vec(),
            Product => {
                let (left, right) = (axes[0].split_last(), axes[1].split_first());
                let left = left.map_or(&[][..], |(_, rest)| rest);
                let right = right.map_or(&[][..], |(_, rest)| rest);
                [left, right].concat()
            }
            Outer => vec![at(0, 0), at(1, 0)],
            Transpose => vec![at(0, 1), at(0, 0)],
            Column => vec![at(0, 0), Dim::one()],
            Row => vec![Dim::one(), at(0, 0)],
            Reshape(axes) | Filled(_, axes) => axes.clone(),
            Ravel | StackedColumns => vec![Dim::product(axes[0])],
            Unstacked(m, n) => vec![m.clone(), n.clone()],
            Entry(places) => axes[0][places.len()..].to_vec(),
            SumAlong(axis) => vec![at(0, 1 - axis)],
            Diagonalised => vec![at(0, 0), at(0, 0)],
            Diagonal => vec![at(0, 0)],
            Kron => axes[0].iter().zip(axes[1]).map(|(a, b)| a.times(b)).collect(),
            KhatriRao => vec![at(0, 0).times(&at(1, 0)), at(0, 1)],
            Eye(n) => vec![n.clone(), n.clone()],
            Commutation(m, n) => vec![m.times(n), m.times(n)],
            Unit(_, n) => vec![n.clone()],
            Einsum(words, kept) => kept
                .chars()
                .map(|letter| {
                    let found = words.iter().enumerate().find_map(|(arg, word)| {
                        Some((arg, word.chars().position(|c| c == letter)?))
                    });
                    found.map_or_else(Dim::one, |(arg, axis)| at(arg, axis))
                })
                .collect(),
            Solve | SolveCholesky | SolveLu { .. } | SolveTriangular { .. } => axes[1].to_vec(),
            Concatenate => vec![total(0)],
            StackRows => vec![total(0), at(0, 1)],
            StackColumns => vec![at(0, 0), total(1)],
        }
    }
}

/// The axes of an operation between entries of two arrays.
fn stretched(a: &[Dim], b: &[Dim]) -> Vec<Dim> {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let missing = long.len() - short.len();
    let other = |axis: usize| axis.checked_sub(missing).map(|axis| &short[axis]);
    long.iter()
        .enumerate()
        .map(|(axis, dim)| match other(axis) {
            Some(other) if dim.is_one() => other.clone(),
            _ => dim.clone(),
        })
        .collect()
}
