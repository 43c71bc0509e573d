//! QR factorisation with column pivoting, which reveals the rank.

use crate::error::Error;
use crate::factor::hessenberg::Reflection;
use crate::factor::residual::Residual;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::normalised;

/// The thin factorisation `A*P = Q*R`, the diagonal of `R` not increasing in absolute value.
///
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, algorithm 5.4.1; section 5.4.3 for the rank.
#[derive(Clone, Debug)]
pub struct PivotedQr {
    /// The orthonormal factor, `m×min(m,n)`.
    pub q: Matrix,
    /// The triangular factor, `min(m,n)×n`.
    pub r: Matrix,
    /// The column of `A` that stands at each place of `Q*R`.
    pub permutation: Vec<usize>,
}

impl PivotedQr {
    /// Factors `A`, `m×n`; about `6mnk` flops for `k = min(m,n)`, a third of them for norms.
    ///
    /// The remaining norms are computed anew at every step: updated ones drift, and with them the order and the rank.
    /// # Errors
    /// [`Error::NotFinite`], [`Error::Overflow`].
    pub fn new(a: &Matrix) -> Result<PivotedQr, Error> {
        a.checked_finite("pivoted_qr")?;
        let (mut r, exponent) = normalised(a);
        let (m, n) = (r.rows(), r.cols());
        let k = m.min(n);
        let mut permutation: Vec<usize> = (0..n).collect();
        let mut reflections = Vec::with_capacity(k);
        for j in 0..k {
            let (pivot, largest) = largest_column(&r, j);
            // The rest of R is zero, and any columns complete Q.
            if largest == 0.0 {
                break;
            }
            permutation.swap(j, pivot);
            (0..m).for_each(|i| r.data_mut()[i * n..][..n].swap(j, pivot));
            let column: Vec<f64> = (j..m).map(|i| r[(i, j)]).collect();
            let reflection = Reflection::annihilating(&column);
            if let Some(reflection) = &reflection {
                reflection.on_rows(&mut r, j, j..n);
            }
            reflections.push(reflection);
        }
        let mut q = Matrix::from_fn(m, k, |i, j| f64::from(u8::from(i == j)));
        for (j, reflection) in reflections.iter().enumerate().rev() {
            if let Some(reflection) = reflection {
                reflection.on_rows(&mut q, j, j..k);
            }
        }
        let rank = reflections.len();
        let r = Matrix::from_fn(k, n, |i, j| if j < i || i >= rank { 0.0 } else { r[(i, j)] });
        Ok(PivotedQr {
            q,
            r: r.scaled_by_power(exponent).checked_result("pivoted_qr")?,
            permutation,
        })
    }

    /// The number of diagonal entries of `R` above `tolerance*|r₁₁|`.
    ///
    /// The rank so found can be too large, for matrices such as Kahan's; [`crate::Svd::rank`] is not deceived.
    pub fn rank(&self, tolerance: f64) -> usize {
        let diagonal = |i: usize| self.r[(i, i)].abs();
        let k = self.r.rows();
        (0..k).take_while(|i| diagonal(*i) > tolerance * diagonal(0)).count()
    }

    /// The rank to working precision, whose tolerance is `max(m,n)*eps`.
    pub fn numerical_rank(&self) -> usize {
        self.rank(self.q.rows().max(self.r.cols()) as f64 * f64::EPSILON)
    }

    /// How well the factors reproduce `A`.
    pub fn residual(&self, a: &Matrix) -> Residual {
        let permuted = Matrix::from_fn(a.rows(), a.cols(), |i, j| a[(i, self.permutation[j])]);
        Residual::of(&permuted, &product(&self.q, &self.r), &[&self.q])
    }
}

/// The column of largest norm among those from `j` on, in the rows from `j` on, and the square of its norm.
fn largest_column(r: &Matrix, j: usize) -> (usize, f64) {
    let mut squares = vec![0.0; r.cols() - j];
    for i in j..r.rows() {
        squares.iter_mut().zip(&r.row(i)[j..]).for_each(|(sum, x)| *sum += x * x);
    }
    let mut best = (j, 0.0);
    for (place, square) in squares.into_iter().enumerate() {
        // Strictly larger: of equal columns the first, so that the order does not depend on chance.
        if square > best.1 {
            best = (j + place, square);
        }
    }
    best
}
