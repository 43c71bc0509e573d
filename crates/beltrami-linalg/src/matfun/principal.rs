//! Schur forms for functions that have a principal value off the closed negative real axis.

use crate::error::Error;
use crate::factor::schur::{Schur, diagonal_blocks};
use crate::matrix::Matrix;

/// The Schur form of a matrix none of whose eigenvalues lies on the closed negative real axis, to within the rounding error
/// of the eigenvalues.
///
/// The eigenvalues of a block triangular matrix are those of its blocks, to within the rounding of these: those of a
/// triangular matrix are known exactly, however large the entries beside them.
/// # Errors
/// [`Error::NegativeAxis`], and those of [`Schur::new`].
pub(crate) fn principal(function: &'static str, a: &Matrix) -> Result<Schur, Error> {
    // With rows and columns in opposite order what is lower triangular is upper triangular.
    let n = a.rows();
    let reversed = Matrix::from_fn(n, n, |i, j| a[(n - 1 - i, n - 1 - j)]);
    if diagonal_blocks(&reversed).len() > diagonal_blocks(a).len() {
        let Schur { q, t } = principal_in_order(function, &reversed)?;
        return Ok(Schur { q: Matrix::from_fn(n, n, |i, j| q[(n - 1 - i, j)]), t });
    }
    principal_in_order(function, a)
}

fn principal_in_order(function: &'static str, a: &Matrix) -> Result<Schur, Error> {
    let schur = Schur::new(a)?;
    let values = schur.eigenvalues();
    for block in diagonal_blocks(a) {
        let (start, size) = (block.start, block.len());
        let tolerance = if size == 1 {
            0.0
        } else {
            size as f64 * f64::EPSILON * a.block(start, start, size, size).norm_one()
        };
        for &(re, im) in &values[block] {
            if re <= tolerance && im.abs() <= tolerance {
                return Err(Error::NegativeAxis { function, eigenvalue: re });
            }
        }
    }
    Ok(schur)
}
