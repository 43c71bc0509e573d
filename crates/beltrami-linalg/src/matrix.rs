//! Dense matrices.

use std::ops::{Index, IndexMut};

use crate::dense::Vectors;
use crate::error::Error;
use crate::scalar::Scalar;
use crate::scale::ldexp;

/// A dense matrix, entries stored row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix<T = f64> {
    rows: usize,
    cols: usize,
    data: Vec<T>,
}

impl<T: Scalar> Matrix<T> {
    /// A matrix from its entries, row by row; an error unless there are `rows*cols` of them.
    pub fn new(rows: usize, cols: usize, data: Vec<T>) -> Result<Matrix<T>, Error> {
        if rows.checked_mul(cols) != Some(data.len()) {
            let detail = format!("{} entries given for a {rows}×{cols} matrix", data.len());
            return Err(Error::Shape { function: "Matrix::new", detail });
        }
        Ok(Matrix { rows, cols, data })
    }

    /// A matrix from a function of row and column, counted from 0.
    pub fn from_fn(
        rows: usize,
        cols: usize,
        mut entry: impl FnMut(usize, usize) -> T,
    ) -> Matrix<T> {
        let mut data = Vec::with_capacity(rows * cols);
        for i in 0..rows {
            data.extend((0..cols).map(|j| entry(i, j)));
        }
        Matrix { rows, cols, data }
    }

    /// All entries zero.
    pub fn zeros(rows: usize, cols: usize) -> Matrix<T> {
        Matrix { rows, cols, data: vec![T::ZERO; rows * cols] }
    }

    /// The identity.
    pub fn identity(n: usize) -> Matrix<T> {
        Matrix::from_fn(n, n, |i, j| if i == j { T::ONE } else { T::ZERO })
    }

    /// A square matrix with the given diagonal.
    pub fn diagonal(entries: &[T]) -> Matrix<T> {
        let mut d = Matrix::zeros(entries.len(), entries.len());
        for (i, &x) in entries.iter().enumerate() {
            d[(i, i)] = x;
        }
        d
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// The entries, row by row.
    pub fn data(&self) -> &[T] {
        &self.data
    }

    /// The entries, row by row, for change.
    pub fn data_mut(&mut self) -> &mut [T] {
        &mut self.data
    }

    /// The entries, row by row, given away.
    pub fn into_data(self) -> Vec<T> {
        self.data
    }

    /// One row.
    pub fn row(&self, i: usize) -> &[T] {
        &self.data[i * self.cols..(i + 1) * self.cols]
    }

    /// One column, copied.
    pub fn col(&self, j: usize) -> Vec<T> {
        (0..self.rows).map(|i| self[(i, j)]).collect()
    }

    /// The transpose.
    pub fn transpose(&self) -> Matrix<T> {
        Matrix::from_faer(self.as_faer().transpose())
    }

    /// The `rows × cols` block whose upper left corner is `(top, left)`; the block must lie inside.
    pub fn block(&self, top: usize, left: usize, rows: usize, cols: usize) -> Matrix<T> {
        Matrix::from_fn(rows, cols, |i, j| self[(top + i, left + j)])
    }

    /// `[self, right; below, corner]`; the sizes of the blocks must fit.
    pub fn blocks(&self, right: &Matrix<T>, below: &Matrix<T>, corner: &Matrix<T>) -> Matrix<T> {
        let (m, n) = (self.rows, self.cols);
        Matrix::from_fn(m + below.rows, n + right.cols, |i, j| match (i < m, j < n) {
            (true, true) => self[(i, j)],
            (true, false) => right[(i, j - n)],
            (false, true) => below[(i - m, j)],
            (false, false) => corner[(i - m, j - n)],
        })
    }

    /// Whether no entry is NaN or infinite.
    pub fn is_finite(&self) -> bool {
        Vectors::new().run(
            #[inline(always)]
            || {
                // Blocks without a way out within them.
                let mut blocks = self.data.chunks(1024);
                blocks.all(|block| block.iter().fold(true, |finite, x| finite & x.is_number()))
            },
        )
    }

    /// The same entries as a faer matrix, without copying.
    pub fn as_faer(&self) -> faer::MatRef<'_, T> {
        faer::MatRef::from_row_major_slice(&self.data, self.rows, self.cols)
    }

    /// A copy of a faer matrix.
    pub fn from_faer(a: faer::MatRef<'_, T>) -> Matrix<T> {
        Matrix { rows: a.nrows(), cols: a.ncols(), data: by_rows(a) }
    }

    pub(crate) fn map(&self, f: impl Fn(T) -> T) -> Matrix<T> {
        Matrix { rows: self.rows, cols: self.cols, data: self.data.iter().map(|&x| f(x)).collect() }
    }

    pub(crate) fn checked_square(&self, function: &'static str) -> Result<usize, Error> {
        if self.rows != self.cols {
            return Err(Error::NotSquare { function, rows: self.rows, cols: self.cols });
        }
        self.checked_finite(function)?;
        Ok(self.rows)
    }

    pub(crate) fn checked_finite(&self, function: &'static str) -> Result<(), Error> {
        if self.is_finite() { Ok(()) } else { Err(Error::NotFinite { function }) }
    }

    pub(crate) fn checked_result(self, function: &'static str) -> Result<Matrix<T>, Error> {
        if self.is_finite() { Ok(self) } else { Err(Error::Overflow { function }) }
    }
}

impl Matrix {
    /// Every entry times `factor`.
    pub fn scaled(&self, factor: f64) -> Matrix {
        self.map(|x| factor * x)
    }

    /// Every entry times `2^exponent`, exact unless it leaves the range of normal numbers.
    pub fn scaled_by_power(&self, exponent: i32) -> Matrix {
        if exponent.abs() <= 1000 {
            let factor = ldexp(1.0, exponent);
            return self.map(|x| factor * x);
        }
        self.map(|x| ldexp(x, exponent))
    }

    /// The sum `self + factor*other` of matrices of equal shape.
    pub fn plus(&self, factor: f64, other: &Matrix) -> Matrix {
        debug_assert_eq!((self.rows, self.cols), (other.rows, other.cols));
        let data = self.data.iter().zip(&other.data).map(|(x, y)| x + factor * y).collect();
        Matrix { rows: self.rows, cols: self.cols, data }
    }

    /// `self + shift*I`.
    pub fn shifted(&self, shift: f64) -> Matrix {
        let mut sum = self.clone();
        for i in 0..self.rows.min(self.cols) {
            sum[(i, i)] += shift;
        }
        sum
    }

    /// `(self + self')/2` of a square matrix.
    pub fn symmetric_part(&self) -> Matrix {
        let mut sum = self.transpose();
        sum.data.iter_mut().zip(&self.data).for_each(|(y, x)| *y = 0.5 * x + 0.5 * *y);
        sum
    }

    /// Largest absolute value of an entry.
    pub fn max_abs(&self) -> f64 {
        Vectors::new().run(
            #[inline(always)]
            || {
                // Lanes that do not wait for each other; a comparison with NaN is false.
                let mut lanes = [0.0_f64; 32];
                let (blocks, rest) = self.data.as_chunks::<32>();
                for block in blocks {
                    for (lane, x) in lanes.iter_mut().zip(block) {
                        *lane = if x.abs() > *lane { x.abs() } else { *lane };
                    }
                }
                lanes.iter().chain(rest).fold(0.0, |largest, x| x.abs().max(largest))
            },
        )
    }

    /// The 1-norm, the largest column sum of absolute values.
    pub fn norm_one(&self) -> f64 {
        let mut sums = vec![0.0; self.cols];
        for i in 0..self.rows {
            for (sum, x) in sums.iter_mut().zip(self.row(i)) {
                *sum += x.abs();
            }
        }
        sums.into_iter().fold(0.0, f64::max)
    }

    /// Largest `|A - A'|` relative to the largest `|A|`; 0 for the zero matrix.
    pub fn asymmetry(&self) -> f64 {
        let scale = self.max_abs();
        if scale == 0.0 {
            return 0.0;
        }
        let turned = self.transpose();
        let pairs = self.data.iter().zip(&turned.data);
        // Differences of numbers in this range neither overflow nor lose digits.
        if (1e-200..1e200).contains(&scale) {
            return pairs.fold(0.0_f64, |largest, (x, y)| largest.max((x - y).abs())) / scale;
        }
        pairs.fold(0.0_f64, |largest, (x, y)| largest.max((x / scale - y / scale).abs()))
    }
}

/// The entries row by row.
///
/// By tiles, so that neither the rows of one nor the columns of the other leave the cache.
pub(crate) fn by_rows<T: Copy + Default>(a: faer::MatRef<'_, T>) -> Vec<T> {
    const TILE: usize = 16;
    let (rows, cols) = (a.nrows(), a.ncols());
    let mut entries = vec![T::default(); rows * cols];
    for top in (0..rows).step_by(TILE) {
        for left in (0..cols).step_by(TILE) {
            for i in top..rows.min(top + TILE) {
                for j in left..cols.min(left + TILE) {
                    entries[i * cols + j] = a[(i, j)];
                }
            }
        }
    }
    entries
}

/// Entry at `(row, column)`, counted from 0.
impl<T> Index<(usize, usize)> for Matrix<T> {
    type Output = T;

    fn index(&self, (i, j): (usize, usize)) -> &T {
        &self.data[i * self.cols + j]
    }
}

impl<T> IndexMut<(usize, usize)> for Matrix<T> {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut T {
        &mut self.data[i * self.cols + j]
    }
}
