//! Singular values by one-sided Jacobi rotations: slow, short, and accurate where divide and conquer is not.

use crate::dense::dot;
use crate::error::Error;
use crate::factor::basis::completed;
use crate::factor::givens::Rotation;
use crate::factor::pivoted_qr::PivotedQr;
use crate::factor::svd::Svd;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{ldexp, normalised};

/// Sweeps after which rotations are at rounding, by far: convergence is quadratic and takes 6 to 10.
const SWEEPS: usize = 60;

/// The thin decomposition by rotations of the rows of the triangular factor, `O(mn²)` for each sweep, about six sweeps.
///
/// Small singular values of a matrix with badly scaled columns keep their relative accuracy.
/// # Errors
/// [`Error::NotFinite`], [`Error::NotConverged`], [`Error::Overflow`].
/// # References
/// Hestenes 1958, *Inversion of matrices by biorthogonalization and related results*;
/// Drmač and Veselić 2008, *New fast and accurate Jacobi SVD algorithm*, for the triangular factor.
pub fn jacobi_svd(a: &Matrix) -> Result<Svd, Error> {
    a.checked_finite("svd")?;
    let (scaled, exponent) = normalised(a);
    let mut svd = jacobi(&scaled)?;
    for s in &mut svd.s {
        *s = ldexp(*s, exponent);
        if !s.is_finite() {
            return Err(Error::Overflow { function: "svd" });
        }
    }
    Ok(svd)
}

/// As [`jacobi_svd`] for a matrix whose largest entry is near 1.
pub(crate) fn jacobi(a: &Matrix) -> Result<Svd, Error> {
    if a.rows() < a.cols() {
        let Svd { u, s, v } = jacobi(&a.transpose())?;
        return Ok(Svd { u: v, s, v: u });
    }
    let n = a.cols();
    let PivotedQr { q, r, permutation } = PivotedQr::new(a)?;
    // Rows of R are columns of R', which pivoting has nearly made orthogonal; R = W*diag(s)*U' after the rotations.
    let mut rows: Vec<Vec<f64>> = (0..n).map(|i| r.row(i).to_vec()).collect();
    let mut turned: Vec<Vec<f64>> = (0..n).map(|i| unit(n, i)).collect();
    let mut sweep = 0;
    while !swept(&mut rows, &mut turned) {
        sweep += 1;
        if sweep == SWEEPS {
            return Err(Error::NotConverged {
                method: "Jacobi singular values",
                iterations: SWEEPS,
            });
        }
    }
    let norms: Vec<f64> = rows.iter().map(|row| dot(row, row).sqrt()).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|i, j| norms[*j].total_cmp(&norms[*i]));
    let s: Vec<f64> = order.iter().map(|i| norms[*i]).collect();
    // Directions of vanished values are lost; any that complete the basis will do.
    let rank = s.iter().take_while(|s| **s > f64::MIN_POSITIVE.sqrt()).count();
    let mut v = Matrix::zeros(n, n);
    for (j, place) in order.iter().enumerate().take(rank) {
        for (l, column) in permutation.iter().enumerate() {
            v[(*column, j)] = rows[*place][l] / s[j];
        }
    }
    let w = Matrix::from_fn(n, n, |i, j| turned[order[j]][i]);
    Ok(Svd { u: product(&q, &w), s, v: completed(&v, rank, n) })
}

/// Makes every pair of rows orthogonal once; whether all were before.
fn swept(rows: &mut [Vec<f64>], turned: &mut [Vec<f64>]) -> bool {
    let n = rows.len();
    let tolerance = f64::EPSILON * (n as f64).sqrt();
    let mut done = true;
    for i in 0..n {
        for j in i + 1..n {
            let (alpha, beta) = (dot(&rows[i], &rows[i]), dot(&rows[j], &rows[j]));
            let gamma = dot(&rows[i], &rows[j]);
            if gamma == 0.0 || gamma.abs() <= tolerance * alpha.sqrt() * beta.sqrt() {
                continue;
            }
            done = false;
            // The smaller root, so that the angle is at most 45° and sweeps converge.
            let zeta = (beta - alpha) / (2.0 * gamma);
            let t = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
            let cosine = 1.0 / t.hypot(1.0);
            let rotation = Rotation { cosine, sine: -t * cosine };
            for vectors in [&mut *rows, &mut *turned] {
                let (before, after) = vectors.split_at_mut(j);
                rotation.turn(&mut before[i], &mut after[0]);
            }
        }
    }
    done
}

fn unit(n: usize, i: usize) -> Vec<f64> {
    (0..n).map(|j| f64::from(u8::from(i == j))).collect()
}
