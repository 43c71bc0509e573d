//! Products of matrices.

use faer::linalg::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, MatMut, MatRef, Par};

use crate::error::Error;
use crate::matrix::Matrix;
use crate::scalar::Scalar;

/// `A*B`.
///
/// # Errors
/// [`Error::Shape`] when the inner sizes differ, [`Error::NotFinite`] and [`Error::Overflow`].
pub fn matmul(a: &Matrix, b: &Matrix) -> Result<Matrix, Error> {
    if a.cols() != b.rows() {
        let detail = format!("{}×{} times {}×{}", a.rows(), a.cols(), b.rows(), b.cols());
        return Err(Error::Shape { function: "matmul", detail });
    }
    a.checked_finite("matmul")?;
    b.checked_finite("matmul")?;
    product(a, b).checked_result("matmul")
}

/// `m×k` times `k×n` on slices stored row by row; missing or surplus entries are an error.
///
/// # Errors
/// [`Error::Shape`].
pub fn gemm<T: Scalar>(m: usize, k: usize, n: usize, a: &[T], b: &[T]) -> Result<Vec<T>, Error> {
    if m.checked_mul(k) != Some(a.len())
        || k.checked_mul(n) != Some(b.len())
        || m.checked_mul(n).is_none()
    {
        let detail = format!("{m}×{k} times {k}×{n} with {} and {} entries", a.len(), b.len());
        return Err(Error::Shape { function: "gemm", detail });
    }
    let mut out = vec![T::ZERO; m * n];
    // Below this many multiplications faer's dispatch costs more than the loop (about 200 ns).
    if m * k * n <= 512 {
        for i in 0..m {
            for (l, &x) in a[i * k..(i + 1) * k].iter().enumerate() {
                for (sum, y) in out[i * n..(i + 1) * n].iter_mut().zip(&b[l * n..(l + 1) * n]) {
                    *sum += x * *y;
                }
            }
        }
        return Ok(out);
    }
    matmul::matmul(
        MatMut::from_row_major_slice_mut(&mut out, m, n),
        Accum::Replace,
        MatRef::from_row_major_slice(a, m, k),
        MatRef::from_row_major_slice(b, k, n),
        T::ONE,
        Par::Seq,
    );
    Ok(out)
}

/// `A*B` of matrices that are known to fit, unchecked for overflow.
pub(crate) fn product<T: Scalar>(a: &Matrix<T>, b: &Matrix<T>) -> Matrix<T> {
    debug_assert_eq!(a.cols(), b.rows());
    gemm(a.rows(), a.cols(), b.cols(), a.data(), b.data())
        .and_then(|data| Matrix::new(a.rows(), b.cols(), data))
        .unwrap_or_else(|_| Matrix::zeros(a.rows(), b.cols()))
}

/// `A'*B` of matrices that are known to fit, the transpose being conjugate and not formed.
pub(crate) fn transposed_product<T: Scalar>(a: &Matrix<T>, b: &Matrix<T>) -> Matrix<T> {
    debug_assert_eq!(a.rows(), b.rows());
    let mut out = Matrix::zeros(a.cols(), b.cols());
    let (rows, cols) = (out.rows(), out.cols());
    let to = MatMut::from_row_major_slice_mut(out.data_mut(), rows, cols);
    matmul::matmul(to, Accum::Replace, a.as_faer().adjoint(), b.as_faer(), T::ONE, Par::Seq);
    out
}

/// `A*B'` of matrices that are known to fit, the transpose being conjugate and not formed.
pub(crate) fn product_transposed<T: Scalar>(a: &Matrix<T>, b: &Matrix<T>) -> Matrix<T> {
    debug_assert_eq!(a.cols(), b.cols());
    let mut out = Matrix::zeros(a.rows(), b.rows());
    let (rows, cols) = (out.rows(), out.cols());
    let to = MatMut::from_row_major_slice_mut(out.data_mut(), rows, cols);
    matmul::matmul(to, Accum::Replace, a.as_faer(), b.as_faer().adjoint(), T::ONE, Par::Seq);
    out
}

/// `A*B` that is known to be symmetric: one triangle is computed, and the other is the same.
pub(crate) fn symmetric_product(a: MatRef<'_, f64>, b: MatRef<'_, f64>) -> Matrix {
    /// Rows and columns that are turned at a time.
    const TILE: usize = 16;
    let n = a.nrows();
    let mut out = Matrix::zeros(n, n);
    let (lower, all) = (BlockStructure::TriangularLower, BlockStructure::Rectangular);
    let to = MatMut::from_row_major_slice_mut(out.data_mut(), n, n);
    triangular::matmul(to, lower, Accum::Replace, a, all, b, all, 1.0, Par::Seq);
    let data = out.data_mut();
    for top in (0..n).step_by(TILE) {
        for left in (0..=top).step_by(TILE) {
            for i in top..(top + TILE).min(n) {
                for j in left..(left + TILE).min(i) {
                    data[j * n + i] = data[i * n + j];
                }
            }
        }
    }
    out
}

/// `out ← out + factor*A*B`, or without `keep` `out ← factor*A*B`.
pub(crate) fn accumulate(
    out: &mut Matrix,
    keep: bool,
    a: MatRef<'_, f64>,
    b: MatRef<'_, f64>,
    factor: f64,
) {
    let (rows, cols) = (out.rows(), out.cols());
    let mode = if keep { Accum::Add } else { Accum::Replace };
    let out = MatMut::from_row_major_slice_mut(out.data_mut(), rows, cols);
    matmul::matmul(out, mode, a, b, factor, Par::Seq);
}

/// Adds `A*B` to the block of `out` whose upper left corner is given.
pub(crate) fn accumulate_block(
    out: &mut Matrix,
    (top, left): (usize, usize),
    a: MatRef<'_, f64>,
    b: MatRef<'_, f64>,
) {
    let (rows, cols) = (out.rows(), out.cols());
    let out = MatMut::from_row_major_slice_mut(out.data_mut(), rows, cols);
    let block = out.submatrix_mut(top, left, a.nrows(), b.ncols());
    matmul::matmul(block, Accum::Add, a, b, 1.0, Par::Seq);
}
