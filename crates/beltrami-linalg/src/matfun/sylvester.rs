//! Equations with quasi-triangular matrices: upper triangular but for blocks of two rows on the diagonal.
//!
//! Both solvers halve their matrices until a part fits the cache, so that nearly all work is in products.

use faer::linalg::matmul::matmul;
use faer::prelude::*;
use faer::{Accum, MatMut, MatRef, Par};

use crate::error::Error;
use crate::factor::schur::Schur;
use crate::matfun::expm::is_diagonal;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::normalised;

/// Sizes from which on parts are halved.
const LEAF: usize = 32;

/// The solution `X` of `A*X + X*B = C` for square `A` and `B`, by the Schur forms of both.
///
/// # Errors
/// [`Error::Singular`] when `A` and `-B` share an eigenvalue; [`Error::NotSquare`], [`Error::NotFinite`],
/// [`Error::Shape`], [`Error::Overflow`], [`Error::NotConverged`].
/// # References
/// Bartels and Stewart 1972, *Solution of the matrix equation AX + XB = C*; Jonsson and Kågström 2002, *Recursive blocked
/// algorithms for solving triangular systems*.
pub fn solve_sylvester(a: &Matrix, b: &Matrix, c: &Matrix) -> Result<Matrix, Error> {
    let (m, n) = (a.checked_square("sylvester")?, b.checked_square("sylvester")?);
    if (c.rows(), c.cols()) != (m, n) {
        let detail =
            format!("factors of sizes {m} and {n}, a right-hand side {}×{}", c.rows(), c.cols());
        return Err(Error::Shape { function: "sylvester", detail });
    }
    c.checked_finite("sylvester")?;
    let (left, right) = (Schur::new(a)?, Schur::new(b)?);
    let (c, exponent) = normalised(c);
    let mut y = product(&product(&left.q.transpose(), &c), &right.q);
    quasi_triangular_sylvester(&left.t, &right.t, &mut y)?;
    product(&product(&left.q, &y), &right.q.transpose())
        .scaled_by_power(exponent)
        .checked_result("sylvester")
}

/// Replaces `C` by the solution `X` of `T*X + X*S = C`.
///
/// # Errors
/// [`Error::Singular`] when `T` and `-S` share an eigenvalue.
pub(crate) fn quasi_triangular_sylvester(
    t: &Matrix,
    s: &Matrix,
    c: &mut Matrix,
) -> Result<(), Error> {
    let (rows, cols) = (c.rows(), c.cols());
    if is_diagonal(t) && is_diagonal(s) {
        for i in 0..rows {
            for j in 0..cols {
                let pivot = t[(i, i)] + s[(j, j)];
                if pivot == 0.0 {
                    return Err(Error::Singular { rcond: 0.0 });
                }
                c[(i, j)] /= pivot;
            }
        }
        return Ok(());
    }
    let c = MatMut::from_row_major_slice_mut(c.data_mut(), rows, cols);
    halved(t.as_faer(), s.as_faer(), c)
}

fn halved(t: MatRef<'_, f64>, s: MatRef<'_, f64>, mut c: MatMut<'_, f64>) -> Result<(), Error> {
    let (m, n) = (t.nrows(), s.nrows());
    if m.max(n) <= LEAF {
        return leaf(t, s, c);
    }
    if m >= n {
        let k = cut(t);
        let (upper, corner, _, lower) = t.split_at(k, k);
        let (mut first, mut second) = c.rb_mut().split_at_row_mut(k);
        halved(lower, s, second.rb_mut())?;
        matmul(first.rb_mut(), Accum::Add, corner, second.rb(), -1.0, Par::Seq);
        halved(upper, s, first)
    } else {
        let k = cut(s);
        let (upper, corner, _, lower) = s.split_at(k, k);
        let (mut first, mut second) = c.rb_mut().split_at_col_mut(k);
        halved(t, upper, first.rb_mut())?;
        matmul(second.rb_mut(), Accum::Add, first.rb(), corner, -1.0, Par::Seq);
        halved(t, lower, second)
    }
}

/// Where to cut a quasi-triangular matrix of two rows and more, about the middle and through no block.
fn cut(t: MatRef<'_, f64>) -> usize {
    let k = t.nrows() / 2;
    if t[(k, k - 1)] == 0.0 { k } else { k + 1 }
}

/// Whether a block of two rows starts at row `i`.
fn paired(t: MatRef<'_, f64>, i: usize) -> bool {
    i + 1 < t.nrows() && t[(i + 1, i)] != 0.0
}

fn leaf(t: MatRef<'_, f64>, s: MatRef<'_, f64>, mut c: MatMut<'_, f64>) -> Result<(), Error> {
    let (m, n) = (t.nrows(), s.nrows());
    let mut j = 0;
    while j < n {
        let wide = 1 + usize::from(paired(s, j));
        for q in j..j + wide {
            for l in 0..j {
                let factor = s[(l, q)];
                for i in 0..m {
                    let x = c[(i, l)];
                    c[(i, q)] -= x * factor;
                }
            }
        }
        let mut end = m;
        while end > 0 {
            let tall = 1 + usize::from(end > 1 && t[(end - 1, end - 2)] != 0.0);
            let i = end - tall;
            for q in j..j + wide {
                for p in i..end {
                    let sum: f64 = (end..m).map(|l| t[(p, l)] * c[(l, q)]).sum();
                    c[(p, q)] -= sum;
                }
            }
            small(
                t.submatrix(i, i, tall, tall),
                s.submatrix(j, j, wide, wide),
                c.rb_mut().submatrix_mut(i, j, tall, wide),
            )?;
            end = i;
        }
        j += wide;
    }
    Ok(())
}

/// One block: at most four unknowns, by elimination with complete pivoting.
fn small(t: MatRef<'_, f64>, s: MatRef<'_, f64>, mut c: MatMut<'_, f64>) -> Result<(), Error> {
    let (m, n) = (t.nrows(), s.nrows());
    if m * n == 1 {
        let pivot = t[(0, 0)] + s[(0, 0)];
        if pivot == 0.0 {
            return Err(Error::Singular { rcond: 0.0 });
        }
        c[(0, 0)] /= pivot;
        return Ok(());
    }
    let size = m * n;
    let mut a = [[0.0; 5]; 4];
    for j in 0..n {
        for i in 0..m {
            let row = &mut a[j * m + i];
            for l in 0..m {
                row[j * m + l] += t[(i, l)];
            }
            for l in 0..n {
                row[l * m + i] += s[(l, j)];
            }
            row[4] = c[(i, j)];
        }
    }
    let mut order = [0, 1, 2, 3];
    for k in 0..size {
        let (mut p, mut q) = (k, k);
        for i in k..size {
            for j in k..size {
                if a[i][j].abs() > a[p][q].abs() {
                    (p, q) = (i, j);
                }
            }
        }
        if a[p][q] == 0.0 {
            return Err(Error::Singular { rcond: 0.0 });
        }
        a.swap(k, p);
        order.swap(k, q);
        for row in &mut a[..size] {
            row.swap(k, q);
        }
        let pivot = a[k];
        for row in &mut a[k + 1..size] {
            let factor = row[k] / pivot[k];
            row.iter_mut().zip(pivot).skip(k).for_each(|(x, y)| *x -= factor * y);
        }
    }
    for k in (0..size).rev() {
        let known: f64 = (k + 1..size).map(|l| a[k][l] * a[l][4]).sum();
        a[k][4] = (a[k][4] - known) / a[k][k];
    }
    for k in 0..size {
        c[(order[k] % m, order[k] / m)] = a[k][4];
    }
    Ok(())
}

/// The solution `X` of `T*X = C`.
///
/// # Errors
/// [`Error::Singular`] when a block on the diagonal is.
pub(crate) fn quasi_triangular_solve(t: &Matrix, c: &Matrix) -> Result<Matrix, Error> {
    let (rows, cols) = (c.rows(), c.cols());
    if is_diagonal(t) {
        if (0..rows).any(|i| t[(i, i)] == 0.0) {
            return Err(Error::Singular { rcond: 0.0 });
        }
        return Ok(Matrix::from_fn(rows, cols, |i, j| c[(i, j)] / t[(i, i)]));
    }
    let mut x = c.clone();
    substitute(t.as_faer(), MatMut::from_row_major_slice_mut(x.data_mut(), rows, cols))?;
    Ok(x)
}

fn substitute(t: MatRef<'_, f64>, mut c: MatMut<'_, f64>) -> Result<(), Error> {
    let m = t.nrows();
    if m > LEAF {
        let k = cut(t);
        let (upper, corner, _, lower) = t.split_at(k, k);
        let (mut first, mut second) = c.rb_mut().split_at_row_mut(k);
        substitute(lower, second.rb_mut())?;
        matmul(first.rb_mut(), Accum::Add, corner, second.rb(), -1.0, Par::Seq);
        return substitute(upper, first);
    }
    let mut end = m;
    while end > 0 {
        let tall = 1 + usize::from(end > 1 && t[(end - 1, end - 2)] != 0.0);
        let i = end - tall;
        for p in i..end {
            for l in end..m {
                let factor = t[(p, l)];
                for j in 0..c.ncols() {
                    let x = c[(l, j)];
                    c[(p, j)] -= factor * x;
                }
            }
        }
        let zero = [0.0];
        let none = MatRef::from_row_major_slice(&zero, 1, 1);
        for j in 0..c.ncols() {
            small(t.submatrix(i, i, tall, tall), none, c.rb_mut().submatrix_mut(i, j, tall, 1))?;
        }
        end = i;
    }
    Ok(())
}

/// The principal square root of a quasi-triangular matrix, quasi-triangular with the same blocks.
///
/// Every eigenvalue must lie off the closed negative real axis; the diagonal entries of a block of two rows must be equal.
/// # Errors
/// [`Error::Singular`] where rounding makes it so.
/// # References
/// Björck and Hammarling 1983, *A Schur method for the square root of a matrix*; Higham 1987, *Computing real square roots
/// of a real matrix*; Deadman, Higham and Ralha 2013, *Blocked Schur algorithms for computing the matrix square root*.
pub(crate) fn quasi_triangular_root(t: &Matrix) -> Result<Matrix, Error> {
    let n = t.rows();
    if is_diagonal(t) {
        return Ok(t.map(f64::sqrt));
    }
    let mut x = Matrix::zeros(n, n);
    if n > 0 {
        root(t.as_faer(), MatMut::from_row_major_slice_mut(x.data_mut(), n, n))?;
    }
    Ok(x)
}

fn root(t: MatRef<'_, f64>, mut x: MatMut<'_, f64>) -> Result<(), Error> {
    let n = t.nrows();
    if n == 1 {
        x[(0, 0)] = t[(0, 0)].sqrt();
        return Ok(());
    }
    if n == 2 && paired(t, 0) {
        // Of a ± ib: X = αI + (T - aI)/2α, where α is the real part of the root, without cancellation for a < 0.
        let a = t[(0, 0)];
        let b = t[(0, 1)].abs().sqrt() * t[(1, 0)].abs().sqrt();
        let size = a.hypot(b);
        let alpha =
            if a > 0.0 { (0.5 * (size + a)).sqrt() } else { b / (2.0 * (0.5 * (size - a)).sqrt()) };
        x[(0, 0)] = alpha;
        x[(1, 1)] = alpha;
        x[(0, 1)] = t[(0, 1)] / (2.0 * alpha);
        x[(1, 0)] = t[(1, 0)] / (2.0 * alpha);
        return Ok(());
    }
    let k = cut(t);
    let (upper, corner, _, lower) = t.split_at(k, k);
    let (mut first, mut off, _, mut second) = x.rb_mut().split_at_mut(k, k);
    root(upper, first.rb_mut())?;
    root(lower, second.rb_mut())?;
    off.copy_from(corner);
    halved(first.rb(), second.rb(), off)
}
