//! Linear maps on `n×n` matrices as `n²×n²` matrices acting on stacked columns.

use crate::error::Error;
use crate::factor::lu::Lu;
use crate::matrix::Matrix;

/// The matrix `K` with `vec(L(E)) = K*vec(E)` of a linear map `L` on `n×n` matrices.
///
/// # Errors
/// Whatever `map` returns; [`Error::Shape`] when it returns a matrix of another size.
pub fn frechet_matrix(
    n: usize,
    mut map: impl FnMut(&Matrix) -> Result<Matrix, Error>,
) -> Result<Matrix, Error> {
    let mut k = Matrix::zeros(n * n, n * n);
    for j in 0..n {
        for i in 0..n {
            let mut unit = Matrix::zeros(n, n);
            unit[(i, j)] = 1.0;
            let image = map(&unit)?;
            if (image.rows(), image.cols()) != (n, n) {
                let detail =
                    format!("a map on {n}×{n} matrices gave {}×{}", image.rows(), image.cols());
                return Err(Error::Shape { function: "frechet_matrix", detail });
            }
            for (row, value) in stacked(&image).into_iter().enumerate() {
                k[(row, j * n + i)] = value;
            }
        }
    }
    Ok(k)
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

/// The solution `X` of `A*X + X*B = C`, all `n×n`, by LU of the `n²×n²` system; meant for `n` below about 40.
///
/// # Errors
/// [`Error::Singular`] when `A` and `-B` share an eigenvalue to working precision, and as [`sylvester_matrix`].
pub fn solve_sylvester(a: &Matrix, b: &Matrix, c: &Matrix) -> Result<Matrix, Error> {
    let n = c.checked_square("sylvester")?;
    if a.rows() != n {
        let detail = format!("factors of size {} and a right-hand side of size {n}", a.rows());
        return Err(Error::Shape { function: "sylvester", detail });
    }
    let right = Matrix::new(n * n, 1, stacked(c))?;
    Ok(unstacked(n, Lu::new(&sylvester_matrix(a, b)?)?.solve(&right)?.data()))
}

/// The columns of a matrix, one below the other.
pub fn stacked(a: &Matrix) -> Vec<f64> {
    (0..a.cols()).flat_map(|j| a.col(j)).collect()
}

/// The `n×n` matrix of given stacked columns; missing entries are zero.
pub fn unstacked(n: usize, entries: &[f64]) -> Matrix {
    Matrix::from_fn(n, n, |i, j| entries.get(j * n + i).copied().unwrap_or(0.0))
}
