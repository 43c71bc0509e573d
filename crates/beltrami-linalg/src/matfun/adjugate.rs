//! The adjugate.

use crate::error::Error;
use crate::factor::lu::Lu;
use crate::factor::svd::Svd;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{exponent_of, ldexp};

/// The adjugate, the transpose of the matrix of cofactors; `det(A)*inv(A)` where `A` is invertible.
///
/// From `adj(U*S*V') = det(U)*det(V) * V*adj(S)*U'`, which needs no inverse, so singular matrices are no exception.
/// # Errors
/// [`Error::NotSquare`], [`Error::NotFinite`], [`Error::NotConverged`], [`Error::Overflow`].
/// # References
/// Stewart 1998, *On the adjugate matrix*, Linear Algebra and its Applications 283.
pub fn adjugate(a: &Matrix) -> Result<Matrix, Error> {
    let n = a.checked_square("adj")?;
    let scaled = Svd::normalised(a)?;
    let svd = scaled.values;
    // Both factors are orthogonal, so each determinant is a sign.
    let sign = Lu::new(&svd.u)?.det()?.signum() * Lu::new(&svd.v)?.det()?.signum();
    let power = i64::from(scaled.exponent) * (n as i64 - 1);
    let minors: Vec<(f64, i64)> = (0..n).map(|skip| product_without(&svd.s, skip)).collect();
    // One common power of two for all minors, so that their sum of products does not overflow half-way.
    let largest = minors.iter().filter(|(m, _)| *m != 0.0).map(|(_, e)| *e).max().unwrap_or(0);
    let weights: Vec<f64> =
        minors.iter().map(|(m, e)| sign * ldexp(*m, clamped(e - largest))).collect();
    let weighted = Matrix::from_fn(n, n, |i, j| svd.v[(i, j)] * weights[j]);
    product(&weighted, &svd.u.transpose())
        .scaled_by_power(clamped(largest + power))
        .checked_result("adj")
}

fn product_without(values: &[f64], skip: usize) -> (f64, i64) {
    let mut mantissa = 1.0;
    let mut exponent = 0_i64;
    for (_, &x) in values.iter().enumerate().filter(|(place, _)| *place != skip) {
        mantissa *= x;
        let shift = exponent_of(mantissa);
        mantissa = ldexp(mantissa, -shift);
        exponent += i64::from(shift);
    }
    (mantissa, exponent)
}

fn clamped(exponent: i64) -> i32 {
    // Beyond ±10000 every number has over- or underflowed.
    exponent.clamp(-10_000, 10_000) as i32
}
