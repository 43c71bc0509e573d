//! Sparse matrices, for products.

use faer::sparse::linalg::matmul::sparse_dense_matmul;
use faer::sparse::{SparseColMat, SparseRowMat, Triplet};
use faer::{Accum, MatMut, Par};

use crate::error::Error;
use crate::factor::residual::frobenius;
use crate::matrix::Matrix;
use crate::operator::{LinearOperator, fits};
use crate::random::distance_by_panels;

/// A sparse `f64` matrix, stored by columns and, for products with the transpose, by rows.
#[derive(Clone, Debug)]
pub struct SparseMatrix {
    columns: SparseColMat<usize, f64>,
    by_rows: SparseRowMat<usize, f64>,
}

impl SparseMatrix {
    /// The `rows×cols` matrix of these entries `(row, column, value)`, counted from 0; entries of one place are added.
    ///
    /// # Errors
    /// [`Error::Shape`] for a place outside the matrix, [`Error::NotFinite`].
    pub fn new(
        rows: usize,
        cols: usize,
        entries: &[(usize, usize, f64)],
    ) -> Result<SparseMatrix, Error> {
        const FUNCTION: &str = "SparseMatrix::new";
        if let Some((i, j, _)) = entries.iter().find(|(i, j, _)| *i >= rows || *j >= cols) {
            let detail = format!("an entry at ({i}, {j}) of a {rows}×{cols} matrix");
            return Err(Error::Shape { function: FUNCTION, detail });
        }
        if !entries.iter().all(|(.., x)| x.is_finite()) {
            return Err(Error::NotFinite { function: FUNCTION });
        }
        let refused = || Error::Shape {
            function: FUNCTION,
            detail: format!("a {rows}×{cols} matrix does not fit into memory"),
        };
        let triplets: Vec<Triplet<usize, usize, f64>> =
            entries.iter().map(|(i, j, x)| Triplet::new(*i, *j, *x)).collect();
        let columns =
            SparseColMat::try_new_from_triplets(rows, cols, &triplets).map_err(|_| refused())?;
        let by_rows = columns.to_row_major().map_err(|_| refused())?;
        Ok(SparseMatrix { columns, by_rows })
    }

    /// The number of entries that are stored.
    pub fn entries(&self) -> usize {
        self.columns.val().len()
    }
}

impl LinearOperator for SparseMatrix {
    fn shape(&self) -> (usize, usize) {
        (self.columns.nrows(), self.columns.ncols())
    }

    fn apply(&self, x: &Matrix) -> Result<Matrix, Error> {
        fits("sparse product", x, self.columns.ncols())?;
        let mut out = Matrix::zeros(self.columns.nrows(), x.cols());
        let (m, b) = (out.rows(), out.cols());
        let target = MatMut::from_row_major_slice_mut(out.data_mut(), m, b);
        sparse_dense_matmul(
            target,
            Accum::Replace,
            self.columns.as_ref(),
            x.as_faer(),
            1.0,
            Par::Seq,
        );
        Ok(out)
    }

    fn apply_transpose(&self, y: &Matrix) -> Result<Matrix, Error> {
        fits("sparse product", y, self.columns.nrows())?;
        let mut out = Matrix::zeros(self.columns.ncols(), y.cols());
        let (n, b) = (out.rows(), out.cols());
        let target = MatMut::from_row_major_slice_mut(out.data_mut(), n, b);
        let transpose = self.by_rows.as_ref().transpose();
        sparse_dense_matmul(target, Accum::Replace, transpose, y.as_faer(), 1.0, Par::Seq);
        Ok(out)
    }

    fn structure(&self) -> String {
        format!("sparse, {} entries", self.entries())
    }

    fn cost(&self) -> f64 {
        2.0 * self.entries() as f64
    }

    fn frobenius_norm(&self) -> Option<f64> {
        let values = self.columns.val();
        Matrix::new(1, values.len(), values.to_vec()).ok().map(|values| frobenius(&values))
    }

    fn distance(&self, q: &Matrix, b: &Matrix) -> Option<f64> {
        let largest = self.columns.val().iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        let panel = |top: usize, height: usize| {
            let mut panel = Matrix::zeros(height, self.columns.ncols());
            for i in 0..height {
                let row = self.by_rows.as_ref();
                let places = row.col_idx_of_row(top + i);
                for (j, value) in places.zip(row.val_of_row(top + i)) {
                    panel[(i, j)] += value;
                }
            }
            panel
        };
        Some(distance_by_panels(largest, &panel, (q, b)))
    }
}
