//! Inverse and pseudoinverse.

use beltrami_linalg::{Lu, Svd, singular_values};

use crate::error::ExecError;
use crate::ring::algebra::{block, identity, matmul, normalised, scaled, zip};
use crate::ring::lift::{lifted, newton, real_matrix, solve_real};
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// The inverse, from `A*X = I`.
pub(crate) fn inverse<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    let lu = Lu::new(&real_matrix(a)?)?;
    let one = identity(a.rows());
    newton(lifted(lu.inverse()?), |x| solve_real(&lu, &zip(&one, &matmul(a, x)?, |i, ax| i - ax)))
}

/// The pseudoinverse of a matrix whose rank does not change.
pub(crate) fn pinv<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    let factors = Svd::new(&real_matrix(a)?)?;
    let largest = factors.s.first().copied().unwrap_or(0.0);
    let rank = factors.s.iter().filter(|s| **s > 1e-7 * largest).count();
    let vanishing = factors.s[rank..].iter().all(|s| *s <= VANISHING * largest);
    if rank == factors.s.len() || rank == 0 || !vanishing {
        return full_rank(a);
    }
    // With `C = A*V` for the leading right singular vectors, `A = C*(C⁺*A)` exactly where the rank stays.
    let leading: Tensor<S> = lifted(factors.v.block(0, 0, a.cols(), rank));
    let columns = matmul(a, &leading)?;
    let left = full_rank(&columns)?;
    let rows = matmul(&left, a)?;
    let rest = zip(a, &matmul(&columns, &rows)?, |x, y| x - y);
    // Rounding of what is computed from coefficients of this size.
    if size(&rest) > 1e-9 * size(a) {
        return Err(ExecError::not_differentiable("pinv of a matrix whose rank changes"));
    }
    matmul(&full_rank(&rows)?, &left)
}

/// The largest singular value, relative to the largest of all, that stands for zero.
const VANISHING: f64 = 1e-13;

/// The largest coefficient of all entries.
fn size<S: Scalar>(a: &Tensor<S>) -> f64 {
    let coefficients = a.data().iter().flat_map(|x| x.coefficients());
    coefficients.fold(0.0, |m, c| if c.is_nan() { f64::INFINITY } else { c.abs().max(m) })
}

/// The pseudoinverse of a matrix of full rank.
///
/// It is the lower left block of the inverse of `[αI, A; A', 0]` for tall `A` (the normal equations, unsquared): the
/// condition number is that of `A` and not its square, as it would be through `(A'A)⁻¹A'`.
fn full_rank<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    if a.rows() < a.cols() {
        return Ok(full_rank(&a.transpose())?.transpose());
    }
    let (m, n) = (a.rows(), a.cols());
    let (a, scale) = normalised(a);
    let alpha = smallest_singular_value(&a, "pinv")? / std::f64::consts::SQRT_2;
    let zero = S::from_real(0.0);
    let system = Tensor::from_fn(m + n, m + n, |i, j| match (i < m, j < m) {
        (true, true) => S::from_real(if i == j { alpha } else { 0.0 }),
        (true, false) => a.at(i, j - m),
        (false, true) => a.at(j, i - m),
        (false, false) => zero,
    });
    Ok(scaled(&block(&inverse(&system)?, m, 0, n, m), 1.0 / scale))
}

/// The smallest singular value of the real part, refused when it vanishes to working precision.
///
/// There the function jumps with the rank, or has a kink, so nothing can be lifted. The bound 1e-7 of the largest keeps
/// the squares of singular values, which the callers invert, above the unit roundoff.
pub(super) fn smallest_singular_value<S: Scalar>(
    a: &Tensor<S>,
    function: &str,
) -> Result<f64, ExecError> {
    let values = singular_values(&real_matrix(a)?)?;
    match (values.first(), values.last()) {
        (Some(largest), Some(smallest)) if *smallest > 1e-7 * largest => Ok(*smallest),
        _ => Err(ExecError::not_differentiable(format!(
            "{function} of a matrix whose smallest singular value vanishes"
        ))),
    }
}
