//! The real Schur form.

use std::ops::Range;

use crate::error::Error;
use crate::factor::francis::francis;
use crate::factor::hessenberg::hessenberg;
use crate::factor::residual::Residual;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::normalised;

/// `A = Q*T*Q'` of a square matrix, `Q` orthogonal and `T` upper triangular but for blocks of two rows on the diagonal, one
/// for each pair of complex eigenvalues.
///
/// Such a block has equal diagonal entries, the real part of the pair.
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, section 7.5.
#[derive(Clone, Debug)]
pub struct Schur {
    /// The orthogonal factor, `n×n`.
    pub q: Matrix,
    /// The quasi-triangular factor, `n×n`.
    pub t: Matrix,
}

impl Schur {
    /// Decomposes `A`, `n×n`; about `25n³` flops.
    ///
    /// # Errors
    /// [`Error::NotSquare`], [`Error::NotFinite`], [`Error::NotConverged`], [`Error::Overflow`].
    pub fn new(a: &Matrix) -> Result<Schur, Error> {
        a.checked_square("schur")?;
        let (scaled, exponent) = normalised(a);
        let blocks = diagonal_blocks(&scaled);
        let (q, t) = if blocks.len() > 1 { by_blocks(&scaled, &blocks)? } else { whole(&scaled)? };
        Ok(Schur { q, t: t.scaled_by_power(exponent).checked_result("schur")? })
    }

    /// Real and imaginary parts of the eigenvalues, in the order of the diagonal; of a pair the upper one first.
    pub fn eigenvalues(&self) -> Vec<(f64, f64)> {
        let (t, n) = (&self.t, self.t.rows());
        let mut values = Vec::with_capacity(n);
        let mut i = 0;
        while i < n {
            let below = if i + 1 < n { t[(i + 1, i)] } else { 0.0 };
            if below == 0.0 {
                values.push((t[(i, i)], 0.0));
                i += 1;
            } else {
                // The product of the two is negative; roots first, so that it does not overflow.
                let imaginary = t[(i, i + 1)].abs().sqrt() * below.abs().sqrt();
                values.extend([(t[(i, i)], imaginary), (t[(i + 1, i + 1)], -imaginary)]);
                i += 2;
            }
        }
        values
    }

    /// How well the factors reproduce `A`.
    pub fn residual(&self, a: &Matrix) -> Residual {
        let reproduced = product(&product(&self.q, &self.t), &self.q.transpose());
        Residual::of(a, &reproduced, &[&self.q])
    }
}

/// The finest blocks on the diagonal below which a square matrix has nothing but zeros.
pub(crate) fn diagonal_blocks(a: &Matrix) -> Vec<Range<usize>> {
    let n = a.rows();
    let mut ends = Vec::new();
    // The first column that a row below reaches.
    let mut reached = n;
    for i in (0..n).rev() {
        let first = a.row(i)[..i].iter().position(|x| *x != 0.0).unwrap_or(i);
        reached = reached.min(first);
        if reached == i {
            ends.push(i);
        }
    }
    ends.reverse();
    let next = ends.iter().skip(1).copied().chain([n]);
    ends.iter().copied().zip(next).map(|(start, end)| start..end).collect()
}

/// The form of a matrix of which nothing is known.
fn whole(a: &Matrix) -> Result<(Matrix, Matrix), Error> {
    let (mut q, mut t) = hessenberg(a);
    francis(&mut t, &mut q)?;
    for i in 0..t.rows() {
        for j in 0..i.saturating_sub(1) {
            t[(i, j)] = 0.0;
        }
    }
    Ok((q.transpose(), t))
}

/// The form of a block triangular matrix from those of its blocks, so that no rounding couples them.
fn by_blocks(a: &Matrix, blocks: &[Range<usize>]) -> Result<(Matrix, Matrix), Error> {
    let n = a.rows();
    let (mut q, mut diagonal) = (Matrix::identity(n), Matrix::zeros(n, n));
    for block in blocks {
        let (start, size) = (block.start, block.len());
        let (own, t) = whole(&a.block(start, start, size, size))?;
        for i in 0..size {
            for j in 0..size {
                q[(start + i, start + j)] = own[(i, j)];
                diagonal[(start + i, start + j)] = t[(i, j)];
            }
        }
    }
    let mut t =
        if blocks.len() == n { a.clone() } else { product(&product(&q.transpose(), a), &q) };
    for block in blocks {
        for i in block.clone() {
            for j in 0..block.end {
                t[(i, j)] = diagonal[(i, j)];
            }
        }
    }
    Ok((q, t))
}
