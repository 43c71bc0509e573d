//! Matrices kept as what they are made of: Kronecker products, diagonals, bands, blocks, low rank, sums and products.
//!
//! [`Structured`] multiplies by a vector, [`Factored`] solves and has the determinant, neither forms the matrix.
//! `merge` brings sums and products into the form that `factored` knows a method for; one file a method.
//! *Invariant: what [`Factored::solve`] returns has been multiplied by the matrix again, and its residual is small.*

mod apply;
mod band;
mod blocks;
mod describe;
mod factored;
mod merge;
mod pencil;
mod woodbury;

use crate::error::Error;
use crate::factor::residual::frobenius;
use crate::matrix::Matrix;
use crate::operator::room;

pub use band::Band;
pub use blocks::Blocks;
pub use factored::{Factored, Solution};
pub use pencil::Pencil;

/// An `m×n` matrix by its parts.
///
/// Equality is that of the parts: what is merged in different orders may differ by rounding.
#[derive(Clone, Debug, PartialEq)]
pub struct Structured(Node);

/// What a [`Structured`] is made of; the sizes of the parts fit.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// All entries.
    Dense(Matrix),
    /// The identity of this size.
    Identity(usize),
    /// `K(m,n)`, which maps the stacked columns of an `m×n` matrix to those of its transpose.
    Commutation(usize, usize),
    /// The entries of the diagonal; all others are zero.
    Diagonal(Vec<f64>),
    /// A square matrix with few diagonals.
    Band(Band),
    /// Blocks of one size, along the diagonal or interleaved.
    Blocks(Blocks),
    /// The Kronecker product of two matrices.
    Kron(Box<[Structured; 2]>),
    /// The product of matrices from left to right.
    Product(Vec<Structured>),
    /// The sum of multiples of matrices of one size.
    Sum(Vec<(f64, Structured)>),
}

impl Structured {
    /// All entries.
    pub fn dense(a: Matrix) -> Structured {
        Structured(Node::Dense(a))
    }

    /// The identity.
    pub fn identity(n: usize) -> Structured {
        Structured(Node::Identity(n))
    }

    /// `K(m,n)` with `K(m,n)*vec(A) = vec(A')` for `A` of shape `m×n`.
    pub fn commutation(m: usize, n: usize) -> Structured {
        if m == 1 || n == 1 {
            return Structured::identity(m * n);
        }
        Structured(Node::Commutation(m, n))
    }

    /// A diagonal matrix.
    pub fn diagonal(entries: Vec<f64>) -> Structured {
        Structured(Node::Diagonal(entries))
    }

    /// A square matrix with few diagonals.
    pub fn band(band: Band) -> Structured {
        if band.widths() == (0, 0) {
            return Structured::diagonal(band.rows().to_vec());
        }
        Structured(Node::Band(band))
    }

    /// Blocks of one size.
    pub fn blocks(blocks: Blocks) -> Structured {
        Structured(Node::Blocks(blocks))
    }

    /// The zero matrix, which takes no room: a product through no dimension.
    pub fn zero(rows: usize, cols: usize) -> Structured {
        let part = |rows, cols| Structured::dense(Matrix::zeros(rows, cols));
        Structured(Node::Product(vec![part(rows, 0), part(0, cols)]))
    }

    /// The `n×n` matrix of these entries `(row, column, value)`, counted from 0, entries of one place added: a diagonal, a
    /// band where one takes at most half the room, otherwise dense.
    ///
    /// # Errors
    /// [`Error::Shape`] for a place outside the matrix, [`Error::TooLarge`].
    pub fn of_entries(n: usize, entries: &[(usize, usize, f64)]) -> Result<Structured, Error> {
        if let Some((i, j, _)) = entries.iter().find(|(i, j, _)| *i >= n || *j >= n) {
            let detail = format!("an entry at ({i}, {j}) of a {n}×{n} matrix");
            return Err(Error::Shape { function: "structured entries", detail });
        }
        let width = |away: &dyn Fn(usize, usize) -> usize| {
            entries.iter().map(|(i, j, _)| away(*i, *j)).max().unwrap_or(0)
        };
        let lower = width(&|i, j| i.saturating_sub(j));
        let upper = width(&|i, j| j.saturating_sub(i));
        if 2 * (lower + upper + 1) > n && lower + upper > 0 {
            room("structured entries", n, n)?;
            let mut dense = Matrix::zeros(n, n);
            entries.iter().for_each(|(i, j, value)| dense[(*i, *j)] += value);
            return Ok(Structured::dense(dense));
        }
        let mut band = Band::zeros(n, lower, upper);
        entries.iter().for_each(|(i, j, value)| *band.entry(*i, *j) += value);
        Ok(Structured::band(band))
    }

    /// `A ⊗ B`.
    pub fn kron(a: Structured, b: Structured) -> Structured {
        match (a.0, b.0) {
            (Node::Identity(m), Node::Identity(n)) => Structured::identity(m * n),
            // A factor of one entry is a multiple.
            (Node::Identity(1), b) => Structured(b),
            (a, Node::Identity(1)) => Structured(a),
            (Node::Diagonal(a), Node::Diagonal(b)) => {
                Structured::diagonal(a.iter().flat_map(|x| b.iter().map(move |y| x * y)).collect())
            }
            (a, b) => Structured(Node::Kron(Box::new([Structured(a), Structured(b)]))),
        }
    }

    /// What it is made of.
    pub fn node(&self) -> &Node {
        &self.0
    }

    /// Rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        match &self.0 {
            Node::Dense(a) => (a.rows(), a.cols()),
            Node::Identity(n) => (*n, *n),
            Node::Commutation(m, n) => (m * n, m * n),
            Node::Diagonal(d) => (d.len(), d.len()),
            Node::Band(band) => (band.len(), band.len()),
            Node::Blocks(blocks) => blocks.shape(),
            Node::Kron(factors) => {
                let [(m, n), (p, q)] = [factors[0].shape(), factors[1].shape()];
                (m * p, n * q)
            }
            Node::Product(factors) => {
                let ends = factors.first().zip(factors.last());
                ends.map_or((0, 0), |(first, last)| (first.shape().0, last.shape().1))
            }
            Node::Sum(terms) => terms.first().map_or((0, 0), |(_, term)| term.shape()),
        }
    }

    /// How many numbers it takes.
    pub fn numbers(&self) -> usize {
        match &self.0 {
            Node::Dense(a) => a.data().len(),
            Node::Identity(_) | Node::Commutation(..) => 0,
            Node::Diagonal(d) => d.len(),
            Node::Band(band) => band.rows().len(),
            Node::Blocks(blocks) => blocks.entries().len(),
            Node::Kron(factors) => factors.iter().map(Structured::numbers).sum(),
            Node::Product(factors) => factors.iter().map(Structured::numbers).sum(),
            Node::Sum(terms) => terms.iter().map(|(_, term)| 1 + term.numbers()).sum(),
        }
    }

    /// The transpose.
    pub fn transpose(&self) -> Structured {
        match &self.0 {
            Node::Dense(a) => Structured::dense(a.transpose()),
            Node::Identity(_) | Node::Diagonal(_) => self.clone(),
            Node::Commutation(m, n) => Structured::commutation(*n, *m),
            Node::Band(band) => Structured::band(band.transpose()),
            Node::Blocks(blocks) => Structured::blocks(blocks.transpose()),
            Node::Kron(factors) => Structured::kron(factors[0].transpose(), factors[1].transpose()),
            Node::Product(factors) => {
                Structured(Node::Product(factors.iter().rev().map(Structured::transpose).collect()))
            }
            Node::Sum(terms) => Structured(Node::Sum(
                terms.iter().map(|(weight, term)| (*weight, term.transpose())).collect(),
            )),
        }
    }

    /// All entries.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above [`MOST_ENTRIES`](crate::MOST_ENTRIES), before anything is allocated.
    pub fn to_dense(&self) -> Result<Matrix, Error> {
        let (rows, cols) = self.shape();
        room("to_dense", rows, cols)?;
        Ok(match &self.0 {
            Node::Dense(a) => a.clone(),
            Node::Diagonal(d) => Matrix::diagonal(d),
            Node::Blocks(blocks) => blocks.to_dense(),
            Node::Kron(factors) => {
                let [a, b] = [factors[0].to_dense()?, factors[1].to_dense()?];
                let (p, q) = (b.rows(), b.cols());
                Matrix::from_fn(rows, cols, |i, j| a[(i / p, j / q)] * b[(i % p, j % q)])
            }
            Node::Sum(terms) => {
                let mut sum = Matrix::zeros(rows, cols);
                for (weight, term) in terms {
                    sum = sum.plus(*weight, &term.to_dense()?);
                }
                sum
            }
            _ => self.image(&Matrix::identity(cols), false),
        })
    }

    /// A bound on the largest singular value, a few times too large where parts are dense.
    pub fn norm_bound(&self) -> f64 {
        let largest = |entries: &[f64]| entries.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        match &self.0 {
            Node::Dense(a) => frobenius(a),
            Node::Identity(_) | Node::Commutation(..) => 1.0,
            Node::Diagonal(d) => largest(d),
            // No more than the widths of the band can meet in a row or a column.
            Node::Band(band) => {
                let (lower, upper) = band.widths();
                largest(band.rows()) * (lower + upper + 1) as f64
            }
            Node::Blocks(blocks) => {
                blocks.blocks().map(|block| frobenius(&block)).fold(0.0, f64::max)
            }
            Node::Kron(factors) => factors.iter().map(Structured::norm_bound).product(),
            Node::Product(factors) => factors.iter().map(Structured::norm_bound).product(),
            Node::Sum(terms) => {
                terms.iter().map(|(weight, term)| weight.abs() * term.norm_bound()).sum()
            }
        }
    }

    /// Whether no stored number is NaN or infinite.
    pub fn is_finite(&self) -> bool {
        match &self.0 {
            Node::Dense(a) => a.is_finite(),
            Node::Identity(_) | Node::Commutation(..) => true,
            Node::Diagonal(d) => d.iter().all(|x| x.is_finite()),
            Node::Band(band) => band.rows().iter().all(|x| x.is_finite()),
            Node::Blocks(blocks) => blocks.entries().iter().all(|x| x.is_finite()),
            Node::Kron(factors) => factors.iter().all(Structured::is_finite),
            Node::Product(factors) => factors.iter().all(Structured::is_finite),
            Node::Sum(terms) => terms.iter().all(|(w, term)| w.is_finite() && term.is_finite()),
        }
    }
}
