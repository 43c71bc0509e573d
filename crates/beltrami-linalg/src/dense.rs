//! Products and systems on slices, in either precision, without allocation.
//!
//! Matrices are stored row by row; a [`View`] reads one as it is or transposed. Scratch memory comes from the caller.
//! Work is cut by sizes alone and never by the number of threads, so results are the same for any number of them.
//! *Invariant: nothing here allocates, except for what faer's kernels keep for each thread.*

mod buffer;
mod gram;
mod line;
mod pass;
mod product;
mod symmetric;
mod system;
mod triangular;
mod turn;
mod vector;

use crate::scalar::Scalar;

pub use buffer::Buffer;
pub use gram::{gram, gram_scratch};
pub use line::{dot, line_product, line_product_scratch};
pub use pass::{PASS_LINES, pass_product};
pub use product::product;
pub use symmetric::{mirror, symmetric_sum, transpose, turn};
pub use system::{Factorisation, Factors, Refused};
pub use triangular::{invert_triangular, solve_triangular};
pub use turn::Turn;
pub use vector::{Lanes, Vectors};

/// A real number that faer computes with: `f64` or `f32`.
pub trait Element:
    Scalar + faer::traits::RealField + Lanes + Turn + pulp::bytemuck::Pod + PartialOrd
{
    /// Twice the unit roundoff.
    const EPSILON: f64;

    /// The nearest number.
    fn from_f64(x: f64) -> Self;

    /// The number in double precision.
    fn to_f64(self) -> f64;

    /// `self*a + b`, rounded once.
    fn fused(self, a: Self, b: Self) -> Self;
}

macro_rules! element {
    ($number:ty) => {
        impl Element for $number {
            const EPSILON: f64 = <$number>::EPSILON as f64;

            #[inline(always)]
            fn from_f64(x: f64) -> $number {
                x as $number
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn fused(self, a: $number, b: $number) -> $number {
                self.mul_add(a, b)
            }
        }
    };
}

element!(f32);
element!(f64);

/// A matrix to read: `rows×cols` entries stored row by row, or the transpose of what is stored.
#[derive(Clone, Copy, Debug)]
pub struct View<'a, T> {
    data: &'a [T],
    rows: usize,
    cols: usize,
    transposed: bool,
}

impl<'a, T: Element> View<'a, T> {
    /// The `rows×cols` matrix stored row by row; surplus entries are not read.
    ///
    /// # Panics
    /// When there are fewer entries than that.
    pub fn new(data: &'a [T], rows: usize, cols: usize) -> View<'a, T> {
        View { data: &data[..rows * cols], rows, cols, transposed: false }
    }

    /// The transpose, without moving an entry.
    #[must_use]
    pub fn transpose(self) -> View<'a, T> {
        View { rows: self.cols, cols: self.rows, transposed: !self.transposed, ..self }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// How many numbers lie between neighbours in a stored row.
    fn width(&self) -> usize {
        if self.transposed { self.rows } else { self.cols }
    }

    fn faer(&self) -> faer::MatRef<'a, T> {
        if self.transposed {
            faer::MatRef::from_row_major_slice(self.data, self.cols, self.rows).transpose()
        } else {
            faer::MatRef::from_row_major_slice(self.data, self.rows, self.cols)
        }
    }
}
