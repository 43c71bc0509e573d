//! The triangular factors of Gaussian elimination.

use crate::error::Error;
use crate::factor::residual::Residual;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{normalised, sequential};

/// `P*A = L*U` by elimination with row pivoting; [`crate::Lu`] solves with it.
///
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, section 3.4.
#[derive(Clone, Debug)]
pub struct Plu {
    /// The lower factor with ones on its diagonal, `m×min(m,n)`; no entry is above 1 in absolute value.
    pub l: Matrix,
    /// The upper factor, `min(m,n)×n`.
    pub u: Matrix,
    /// The row of `A` that stands at each place of `L*U`.
    pub permutation: Vec<usize>,
}

impl Plu {
    /// Factors `A`, `m×n`; `2n³/3` flops for a square matrix.
    ///
    /// # Errors
    /// [`Error::NotFinite`], [`Error::Overflow`].
    pub fn new(a: &Matrix) -> Result<Plu, Error> {
        a.checked_finite("lu")?;
        let (m, n) = (a.rows(), a.cols());
        let k = m.min(n);
        if k == 0 {
            let (l, u) = (Matrix::zeros(m, k), Matrix::zeros(k, n));
            return Ok(Plu { l, u, permutation: (0..m).collect() });
        }
        sequential();
        let (mut rest, exponent) = normalised(a);
        let mut permutation: Vec<usize> = (0..m).collect();
        let mut l = Matrix::zeros(m, k);
        // Row by row, as the library's factors stop at a pivot that vanishes.
        for j in 0..k {
            let pivot =
                (j..m).fold(
                    j,
                    |best, i| {
                        if rest[(i, j)].abs() > rest[(best, j)].abs() { i } else { best }
                    },
                );
            if pivot != j {
                permutation.swap(j, pivot);
                swap_rows(&mut rest, j, pivot);
                swap_rows(&mut l, j, pivot);
            }
            l[(j, j)] = 1.0;
            let top = rest[(j, j)];
            if top == 0.0 {
                continue;
            }
            let (above, below) = rest.data_mut().split_at_mut((j + 1) * n);
            let row = &above[j * n..];
            for (i, line) in below.chunks_exact_mut(n).enumerate() {
                let factor = line[j] / top;
                l[(j + 1 + i, j)] = factor;
                line[j] = 0.0;
                line[j + 1..].iter_mut().zip(&row[j + 1..]).for_each(|(x, y)| *x -= factor * y);
            }
        }
        let u = rest.block(0, 0, k, n).scaled_by_power(exponent).checked_result("lu")?;
        Ok(Plu { l, u, permutation })
    }

    /// How well the factors reproduce `A`.
    pub fn residual(&self, a: &Matrix) -> Residual {
        let permuted = Matrix::from_fn(a.rows(), a.cols(), |i, j| a[(self.permutation[i], j)]);
        Residual::of(&permuted, &product(&self.l, &self.u), &[])
    }
}

fn swap_rows(a: &mut Matrix, i: usize, j: usize) {
    let n = a.cols();
    let (low, high) = (i.min(j), i.max(j));
    let (above, below) = a.data_mut().split_at_mut(high * n);
    above[low * n..(low + 1) * n].swap_with_slice(&mut below[..n]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_of_tall_wide_and_singular_matrices_reproduce_them() {
        for (m, n) in [(4, 4), (6, 3), (3, 7), (5, 5)] {
            let a = Matrix::from_fn(m, n, |i, j| ((i * n + j) as f64 * 1.7).sin());
            // Of rank 1 in the last case.
            let a = if m == 5 {
                Matrix::from_fn(m, n, |i, j| (i + 1) as f64 * (j as f64 - 1.0))
            } else {
                a
            };
            let found = Plu::new(&a).expect("finite");
            assert!(found.residual(&a).backward < 1e-15, "{m}×{n}");
            assert!(found.l.max_abs() <= 1.0);
            assert!((0..found.u.rows()).all(|i| (0..i).all(|j| found.u[(i, j)] == 0.0)));
        }
        assert_eq!(Plu::new(&Matrix::identity(2)).expect("finite").permutation, [0, 1]);
    }
}
