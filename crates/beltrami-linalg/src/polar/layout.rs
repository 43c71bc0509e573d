//! Copies of matrices between layouts and number types, and their norms.
//!
//! Inside the polar factor matrices have at least as many rows as columns and are stored column by column. The entries of
//! [`Matrix`], stored row by row, are those of its transpose stored column by column; `msign(A') = msign(A)'`.

use faer::{Mat, MatRef};

use crate::matrix::Matrix;
use crate::polar::arithmetic::Real;
use crate::scale::{exponent_of, ldexp};

/// The matrix or its transpose, whichever has no more columns than rows, divided by a power of two so that its largest entry
/// is in `[1, 2)`; the zero matrix as it is. A square matrix is transposed, which moves nothing.
pub(crate) fn tall(a: &Matrix) -> Mat<f64> {
    let exponent = exponent_of(a.max_abs());
    // Beyond this the power itself is no number.
    let factor = (exponent.abs() <= 1000).then(|| 2.0_f64.powi(-exponent));
    let scaled = |x: f64| factor.map_or_else(|| ldexp(x, -exponent), |factor| x * factor);
    let (rows, cols) = (a.rows(), a.cols());
    if rows <= cols {
        let mut out = Mat::zeros(cols, rows);
        for (col, row) in a.data().chunks_exact(cols.max(1)).enumerate() {
            let to = out.col_as_slice_mut(col);
            to.iter_mut().zip(row).for_each(|(to, x)| *to = scaled(*x));
        }
        return out;
    }
    let mut out = Mat::zeros(rows, cols);
    for (top, left, height, width) in tiles(rows, cols) {
        for col in left..left + width {
            let to = &mut out.col_as_slice_mut(col)[top..top + height];
            let from = a.data()[top * cols + col..].iter().step_by(cols);
            to.iter_mut().zip(from).for_each(|(to, x)| *to = scaled(*x));
        }
    }
    out
}

/// A result in the shape of the matrix that [`tall`] was given.
pub(crate) fn shaped<T: Real>(x: MatRef<'_, T>, rows: usize, cols: usize) -> Matrix {
    let mut data = vec![0.0; rows * cols];
    if rows <= cols {
        for (row, col) in data.chunks_exact_mut(cols.max(1)).zip(x.col_iter()) {
            row.iter_mut().zip(col.iter()).for_each(|(to, x)| *to = x.wide());
        }
    } else {
        for (top, left, height, width) in tiles(rows, cols) {
            for row in top..top + height {
                for col in left..left + width {
                    data[row * cols + col] = x[(row, col)].wide();
                }
            }
        }
    }
    Matrix::new(rows, cols, data).unwrap_or_else(|_| Matrix::zeros(rows, cols))
}

/// The size of squares that stay in the cache both ways.
const TILE: usize = 32;

fn tiles(rows: usize, cols: usize) -> impl Iterator<Item = (usize, usize, usize, usize)> {
    (0..rows).step_by(TILE).flat_map(move |top| {
        (0..cols)
            .step_by(TILE)
            .map(move |left| (top, left, TILE.min(rows - top), TILE.min(cols - left)))
    })
}

/// A copy as a row-major matrix.
pub(crate) fn as_matrix<T: Real>(a: MatRef<'_, T>) -> Matrix {
    Matrix::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)].wide())
}

/// `factor*A` in another number type.
pub(crate) fn converted<S: Real, T: Real>(a: MatRef<'_, S>, factor: f64) -> Mat<T> {
    let mut out = Mat::zeros(a.nrows(), a.ncols());
    for (col, from) in a.col_iter().enumerate() {
        let to = out.col_as_slice_mut(col);
        match from.try_as_col_major() {
            Some(from) => {
                let from = from.as_slice();
                to.iter_mut().zip(from).for_each(|(to, x)| *to = T::of(factor * x.wide()));
            }
            None => {
                to.iter_mut().zip(from.iter()).for_each(|(to, x)| *to = T::of(factor * x.wide()))
            }
        }
    }
    out
}

/// Every entry times a number.
pub(crate) fn scale<T: Real>(a: &mut Mat<T>, factor: f64) {
    if factor != 1.0 {
        let factor = T::of(factor);
        for col in 0..a.ncols() {
            a.col_as_slice_mut(col).iter_mut().for_each(|x| *x *= factor);
        }
    }
}

/// `f` of every entry of two matrices of one shape.
pub(crate) fn zipped<T: Real>(a: MatRef<'_, T>, b: MatRef<'_, T>, f: impl Fn(T, T) -> T) -> Mat<T> {
    let mut out = a.to_owned();
    for col in 0..a.ncols() {
        let to = out.col_as_slice_mut(col);
        match b.col(col).try_as_col_major() {
            Some(from) => {
                to.iter_mut().zip(from.as_slice()).for_each(|(to, x)| *to = f(*to, *x));
            }
            None => to.iter_mut().zip(b.col(col).iter()).for_each(|(to, x)| *to = f(*to, *x)),
        }
    }
    out
}

/// `½*(A + s*A')` of a square matrix, for `s` 1 or -1: its symmetric or skew part.
pub(crate) fn part<T: Real>(a: MatRef<'_, T>, s: f64) -> Mat<T> {
    let n = a.nrows();
    let (half, signed) = (T::of(0.5), T::of(0.5 * s));
    let mut out = a.to_owned();
    // Columns of the mirrored tile, so that both matrices are read in order.
    let mut mirrored = [[T::of(0.0); TILE]; TILE];
    for (top, left, height, width) in tiles(n, n) {
        let tile = a.submatrix(left, top, width, height);
        for (to, col) in mirrored.iter_mut().zip(tile.col_iter()) {
            to.iter_mut().zip(col.iter()).for_each(|(to, x)| *to = *x);
        }
        for col in 0..width {
            let to = &mut out.col_as_slice_mut(left + col)[top..top + height];
            for (to, mirrored) in to.iter_mut().zip(&mirrored) {
                *to = half * *to + signed * mirrored[col];
            }
        }
    }
    out
}

/// The Frobenius norm, accumulated in `f64`; its rounding errors are those of a sum of fewer terms than rows and columns.
pub(crate) fn frobenius<T: Real>(a: MatRef<'_, T>) -> f64 {
    let columns = a.col_iter().map(|col| match col.try_as_col_major() {
        Some(col) => squares(col.as_slice()),
        None => col.iter().map(|x| x.wide().powi(2)).sum(),
    });
    columns.sum::<f64>().sqrt()
}

/// A sum of squares in lanes, which the compiler turns into vectors.
fn squares<T: Real>(x: &[T]) -> f64 {
    const LANES: usize = 16;
    let mut sums = [0.0; LANES];
    let chunks = x.chunks_exact(LANES);
    let rest: f64 = chunks.remainder().iter().map(|x| x.wide().powi(2)).sum();
    for chunk in chunks {
        for (sum, x) in sums.iter_mut().zip(chunk) {
            let x = x.wide();
            *sum += x * x;
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// The Frobenius norm of `A - I`.
pub(crate) fn distance_from_identity<T: Real>(a: MatRef<'_, T>) -> f64 {
    let diagonal: f64 =
        (0..a.ncols().min(a.nrows())).map(|i| (a[(i, i)].wide() - 1.0).powi(2)).sum();
    let columns = a.col_iter().enumerate().map(|(j, col)| match col.try_as_col_major() {
        Some(col) => {
            let col = col.as_slice();
            squares(&col[..j]) + squares(&col[(j + 1).min(col.len())..])
        }
        None => {
            col.iter().enumerate().filter(|(i, _)| *i != j).map(|(_, x)| x.wide().powi(2)).sum()
        }
    });
    (columns.sum::<f64>() + diagonal).sqrt()
}
