//! Linear maps on `n×n` matrices as `n²×n²` matrices acting on stacked columns.

use crate::error::Error;
use crate::matfun::function::MatrixFunction;
use crate::matrix::Matrix;
use crate::operator::MOST_ENTRIES;

/// The matrix `K` with `vec(L(A,E)) = K*vec(E)`, column by column: `n⁴` entries for `n×n` matrices.
///
/// # Errors
/// Those of [`MatrixFunction::derivative`]; [`Error::TooLarge`].
pub fn frechet_matrix(function: &dyn MatrixFunction, a: &Matrix) -> Result<Matrix, Error> {
    let at = function.prepare(a)?;
    let (m, n) = (a.rows(), a.cols());
    let mut columns = Vec::with_capacity(m * n);
    let mut rows = 0;
    for j in 0..n {
        for i in 0..m {
            let mut unit = Matrix::zeros(m, n);
            unit[(i, j)] = 1.0;
            let image = stacked(&at.higher(&[&unit])?);
            rows = image.len();
            if rows.saturating_mul(m * n) > MOST_ENTRIES {
                return Err(Error::TooLarge { function: function.name(), rows, cols: m * n });
            }
            columns.push(image);
        }
    }
    Ok(Matrix::from_fn(rows, m * n, |i, j| columns[j][i]))
}

/// `I⊗A + B'⊗I`, the matrix of `X ↦ A*X + X*B` for square `A` and `B` of one size.
///
/// # Errors
/// [`Error::NotSquare`], [`Error::NotFinite`], [`Error::Shape`].
pub fn sylvester_matrix(a: &Matrix, b: &Matrix) -> Result<Matrix, Error> {
    let n = a.checked_square("sylvester")?;
    if b.checked_square("sylvester")? != n {
        let detail = format!("factors of size {n} and {}", b.rows());
        return Err(Error::Shape { function: "sylvester", detail });
    }
    let mut k = Matrix::zeros(n * n, n * n);
    for j in 0..n {
        for i in 0..n {
            for l in 0..n {
                k[(j * n + i, j * n + l)] += a[(i, l)];
                k[(j * n + i, l * n + i)] += b[(l, j)];
            }
        }
    }
    Ok(k)
}

/// The columns of a matrix, one below the other.
pub fn stacked(a: &Matrix) -> Vec<f64> {
    (0..a.cols()).flat_map(|j| a.col(j)).collect()
}

/// The `n×n` matrix of given stacked columns; missing entries are zero.
pub fn unstacked(n: usize, entries: &[f64]) -> Matrix {
    Matrix::from_fn(n, n, |i, j| entries.get(j * n + i).copied().unwrap_or(0.0))
}
