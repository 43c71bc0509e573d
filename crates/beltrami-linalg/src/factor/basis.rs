//! Orthonormal columns completed to a basis of the whole space.

use crate::matrix::Matrix;
use crate::scale::sequential;

/// The first `rank` columns of `u`, which are orthonormal, followed by columns that make it `m×width`; `width ≤ m`.
pub(crate) fn completed(u: &Matrix, rank: usize, width: usize) -> Matrix {
    sequential();
    let rows = u.rows();
    let known = u.block(0, 0, rows, rank);
    // Householder's Q spans the known columns with its first ones, so the rest is orthogonal to them to rounding.
    let q = match rank {
        0 => Matrix::identity(rows),
        _ => Matrix::from_faer(known.as_faer().qr().compute_Q().as_ref()),
    };
    Matrix::from_fn(rows, width, |i, j| if j < rank { known[(i, j)] } else { q[(i, j)] })
}
