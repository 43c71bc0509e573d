//! QR factorisation by Gram–Schmidt, every column orthogonalised twice.

use crate::error::Error;
use crate::factor::qr::Qr;
use crate::factor::residual::norm;
use crate::matrix::Matrix;
use crate::scale::{exponent_of, ldexp};

/// The thin factorisation `A = Q*R`, the diagonal of `R` positive; of a wide matrix the first `m` columns make the basis.
///
/// One pass loses orthogonality in proportion to the square of the condition number; two passes keep it at rounding,
/// as long as the columns are independent to working precision.
/// # Errors
/// [`Error::RankDeficient`] when a column depends on those before it; [`Error::NotFinite`], [`Error::Overflow`].
/// # References
/// Giraud, Langou and Rozložník 2005, *The loss of orthogonality in the Gram–Schmidt orthogonalization process*;
/// Parlett 1998, *The Symmetric Eigenvalue Problem*, section 6.9, for "twice is enough", by Kahan.
pub fn gram_schmidt(a: &Matrix) -> Result<Qr, Error> {
    a.checked_finite("gram_schmidt")?;
    let (m, n) = (a.rows(), a.cols());
    let k = m.min(n);
    let mut basis: Vec<Vec<f64>> = Vec::with_capacity(k);
    let mut r = Matrix::zeros(k, n);
    for j in 0..n {
        let mut column = a.col(j);
        // A power of two for each column, so that no square overflows or vanishes.
        let exponent = exponent_of(column.iter().fold(0.0, |largest, x| x.abs().max(largest)));
        column.iter_mut().for_each(|x| *x = ldexp(*x, -exponent));
        let before = norm(&column);
        for _ in 0..2 {
            for (i, q) in basis.iter().enumerate() {
                let coefficient: f64 = q.iter().zip(&column).map(|(q, x)| q * x).sum();
                r[(i, j)] += ldexp(coefficient, exponent);
                column.iter_mut().zip(q).for_each(|(x, q)| *x -= coefficient * q);
            }
        }
        if j >= k {
            continue;
        }
        let after = norm(&column);
        // What is left is rounding, and so is its direction.
        if after <= 4.0 * (m as f64).sqrt() * f64::EPSILON * before {
            return Err(Error::RankDeficient { function: "gram_schmidt", rank: j, wanted: k });
        }
        r[(j, j)] = ldexp(after, exponent);
        column.iter_mut().for_each(|x| *x /= after);
        basis.push(column);
    }
    let q = Matrix::from_fn(m, k, |i, j| basis[j][i]);
    Ok(Qr { q, r: r.checked_result("gram_schmidt")? })
}
