//! Arrays with any number of axes.

use beltrami_linalg::Matrix;

use crate::error::ExecError;
use crate::scalar::Scalar;

/// The most real numbers a value may consist of, 2 GiB of them.
pub const MAX_COEFFICIENTS: usize = 1 << 28;

/// The most real numbers of a Kronecker product that is written out, a quarter of a GiB: it holds no more than its factors.
pub(crate) const MAX_KRON: usize = 1 << 25;

/// An array of two or more axes, stored with the last axis fastest; scalars are 1×1, vectors n×1, rows 1×n.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor<S> {
    dims: Vec<usize>,
    data: Vec<S>,
}

impl<S> Tensor<S> {
    /// An array from its entries; missing axes are 1.
    ///
    /// # Errors
    /// [`ExecError::Shape`] unless there are as many entries as the axes say.
    pub fn new(mut dims: Vec<usize>, data: Vec<S>) -> Result<Tensor<S>, ExecError> {
        while dims.len() < 2 {
            dims.push(1);
        }
        let len = dims.iter().try_fold(1_usize, |product, d| product.checked_mul(*d));
        if len != Some(data.len()) {
            let detail = format!("{} entries given for size {}", data.len(), size_text(&dims));
            return Err(ExecError::shape(beltrami_core::Kernel::Unvec, detail));
        }
        Ok(Tensor { dims, data })
    }

    /// A 1×1 array.
    pub fn scalar(x: S) -> Tensor<S> {
        Tensor { dims: vec![1, 1], data: vec![x] }
    }

    /// An n×1 array.
    pub fn column(data: Vec<S>) -> Tensor<S> {
        Tensor { dims: vec![data.len(), 1], data }
    }

    /// A 1×n array.
    pub fn row(data: Vec<S>) -> Tensor<S> {
        Tensor { dims: vec![1, data.len()], data }
    }

    /// A matrix from a function of row and column, counted from 0.
    pub fn from_fn(
        rows: usize,
        cols: usize,
        mut entry: impl FnMut(usize, usize) -> S,
    ) -> Tensor<S> {
        let mut data = Vec::with_capacity(rows * cols);
        for i in 0..rows {
            data.extend((0..cols).map(|j| entry(i, j)));
        }
        Tensor { dims: vec![rows, cols], data }
    }

    /// The sizes of the axes, at least two.
    pub fn dims(&self) -> &[usize] {
        &self.dims
    }

    /// The size of the first axis.
    pub fn rows(&self) -> usize {
        self.dims[0]
    }

    /// The size of the second axis.
    pub fn cols(&self) -> usize {
        self.dims[1]
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// The entries, last axis fastest.
    pub fn data(&self) -> &[S] {
        &self.data
    }

    /// The entries, last axis fastest, given away.
    pub fn into_data(self) -> Vec<S> {
        self.data
    }

    /// Whether there are two axes only.
    pub fn is_matrix(&self) -> bool {
        self.dims.len() == 2
    }

    /// Whether this is 1×1.
    pub fn is_scalar(&self) -> bool {
        self.dims == [1, 1]
    }

    /// Whether this is a column or a row.
    pub fn is_line(&self) -> bool {
        self.is_matrix() && (self.rows() == 1 || self.cols() == 1)
    }

    /// Every entry changed by `f`.
    pub fn map<T>(&self, f: impl FnMut(&S) -> T) -> Tensor<T> {
        Tensor { dims: self.dims.clone(), data: self.data.iter().map(f).collect() }
    }

    /// Every entry changed by `f`, the first error ending it.
    pub fn try_map<T>(
        &self,
        f: impl FnMut(&S) -> Result<T, ExecError>,
    ) -> Result<Tensor<T>, ExecError> {
        let data = self.data.iter().map(f).collect::<Result<_, _>>()?;
        Ok(Tensor { dims: self.dims.clone(), data })
    }
}

impl<S: Copy> Tensor<S> {
    /// The entry at a row and a column of a matrix, counted from 0.
    pub fn at(&self, row: usize, col: usize) -> S {
        self.data[row * self.dims[1] + col]
    }

    /// The transpose of a matrix.
    pub fn transpose(&self) -> Tensor<S> {
        Tensor::from_fn(self.cols(), self.rows(), |i, j| self.at(j, i))
    }

    /// The columns of a matrix, one below the other.
    pub fn stacked(&self) -> Tensor<S> {
        Tensor::column((0..self.len()).map(|k| self.at(k % self.rows(), k / self.rows())).collect())
    }
}

impl<S: Scalar> Tensor<S> {
    /// Whether no entry has an infinitesimal part.
    pub fn is_constant(&self) -> bool {
        self.data.iter().all(S::is_constant)
    }

    /// Whether no coefficient of an entry is NaN or infinite.
    pub fn is_finite(&self) -> bool {
        // Whole pieces at a time, which vectors of the machine can look at.
        let finite = |piece: &[S]| piece.iter().fold(true, |all, x| all & x.all_finite());
        self.data.chunks(256).all(finite)
    }
}

impl Tensor<f64> {
    pub(crate) fn to_matrix(&self) -> Result<Matrix, ExecError> {
        Ok(Matrix::new(self.rows(), self.cols(), self.data.clone())?)
    }

    pub(crate) fn from_matrix(a: Matrix) -> Tensor<f64> {
        Tensor { dims: vec![a.rows(), a.cols()], data: a.into_data() }
    }
}

/// The number of entries, refused where a value over `S` would be too large.
pub(crate) fn checked_len<S: Scalar>(dims: &[usize]) -> Result<usize, ExecError> {
    limited_len::<S>(dims, MAX_COEFFICIENTS)
}

/// The number of entries of a Kronecker product, refused where it would be too large.
pub(crate) fn kron_len<S: Scalar>(dims: &[usize]) -> Result<usize, ExecError> {
    limited_len::<S>(dims, MAX_KRON)
}

fn limited_len<S: Scalar>(dims: &[usize], most: usize) -> Result<usize, ExecError> {
    let len = dims.iter().try_fold(1_usize, |product, d| product.checked_mul(*d));
    match len {
        Some(len) if len.checked_mul(S::COEFFICIENTS).is_some_and(|n| n <= most) => Ok(len),
        _ => Err(ExecError::TooLarge { size: size_text(dims) }),
    }
}

pub(crate) fn size_text(dims: &[usize]) -> String {
    dims.iter().map(usize::to_string).collect::<Vec<_>>().join("×")
}
