//! Cholesky factorisation of symmetric positive definite matrices with few diagonals.

use crate::error::Error;

/// `A = L*D*L'` with `L` unit lower triangular, `A` zero farther than `width` from the diagonal, as is `L`.
///
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, section 4.3.
#[derive(Clone, Debug)]
pub struct BandedCholesky {
    width: usize,
    /// Row by row `L[i][i - width ..= i]`, the diagonal holding `1/D`.
    rows: Vec<f64>,
}

impl BandedCholesky {
    /// Factors the matrix whose rows up to the diagonal, `width + 1` entries each, stand one after the other; entries
    /// before the first column do not matter; `n*width²` flops.
    ///
    /// # Errors
    /// [`Error::NotPositiveDefinite`], [`Error::Shape`].
    pub fn new(width: usize, mut rows: Vec<f64>) -> Result<BandedCholesky, Error> {
        let stride = width + 1;
        if !rows.len().is_multiple_of(stride) {
            let detail = format!("{} entries for rows of {stride}", rows.len());
            return Err(Error::Shape { function: "banded cholesky", detail });
        }
        for i in 0..rows.len() / stride {
            let first = i.saturating_sub(width);
            let (done, row) = rows.split_at_mut(i * stride);
            let row = &mut row[..stride];
            // Entry j of the row times D[j], for all j before the diagonal.
            for j in first..i {
                let other = &done[j * stride..(j + 1) * stride];
                let mut sum = row[width + j - i];
                for k in first.max(j.saturating_sub(width))..j {
                    sum -= row[width + k - i] * other[width + k - j];
                }
                row[width + j - i] = sum;
            }
            let mut pivot = row[width];
            for j in first..i {
                let scaled = row[width + j - i] * done[j * stride + width];
                pivot -= row[width + j - i] * scaled;
                row[width + j - i] = scaled;
            }
            if pivot.is_nan() || pivot <= 0.0 {
                return Err(Error::NotPositiveDefinite { minor: i + 1 });
            }
            row[width] = pivot.recip();
        }
        Ok(BandedCholesky { width, rows })
    }

    /// Replaces `b` by the solution of `A*x = b`.
    pub fn solve(&self, b: &mut [f64]) {
        let (width, stride) = (self.width, self.width + 1);
        debug_assert_eq!(b.len() * stride, self.rows.len());
        for i in 0..b.len() {
            let row = &self.rows[i * stride..(i + 1) * stride];
            for j in i.saturating_sub(width)..i {
                b[i] -= row[width + j - i] * b[j];
            }
        }
        for i in (0..b.len()).rev() {
            let row = &self.rows[i * stride..(i + 1) * stride];
            b[i] *= row[width];
        }
        for i in (0..b.len()).rev() {
            let row = &self.rows[i * stride..(i + 1) * stride];
            for j in i.saturating_sub(width)..i {
                b[j] -= row[width + j - i] * b[i];
            }
        }
    }

    /// The least pivot relative to the diagonal entry it came from would be 0 for a singular matrix.
    pub fn pivots(&self) -> impl Iterator<Item = f64> + '_ {
        self.rows.chunks(self.width + 1).map(|row| row[self.width].recip())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cholesky, Matrix};

    #[test]
    fn it_agrees_with_the_dense_factorisation_for_every_width() {
        for width in 0..5 {
            let n = 7;
            let entry = |i: usize, j: usize| match i.abs_diff(j) {
                0 => 4.0 + i as f64,
                d if d <= width => 1.0 / (i + j + d) as f64,
                _ => 0.0,
            };
            let dense = Matrix::from_fn(n, n, entry);
            let rows: Vec<f64> = (0..n)
                .flat_map(|i| (0..=width).map(move |k| (i, k)))
                .map(|(i, k)| if i + k < width { 0.0 } else { entry(i, i + k - width) })
                .collect();
            let factor = BandedCholesky::new(width, rows.clone()).expect("definite");
            let mut x: Vec<f64> = (0..n).map(|i| i as f64 - 2.5).collect();
            let b = Matrix::new(n, 1, x.clone()).expect("sizes fit");
            factor.solve(&mut x);
            let reference = Cholesky::new(&dense).expect("definite").solve(&b).expect("finite");
            for (x, y) in x.iter().zip(reference.data()) {
                // Condition below 4: a few roundings.
                assert!((x - y).abs() < 1e-14, "width {width}: {x} {y}");
            }
            let mut shifted = rows;
            for i in 0..n {
                shifted[i * (width + 1) + width] -= 20.0;
            }
            assert!(BandedCholesky::new(width, shifted).is_err());
        }
    }
}
