//! Inverse and pseudoinverse.

use beltrami_linalg::{Lu, singular_values};

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

/// The pseudoinverse of a matrix of full rank.
///
/// It is the lower left block of the inverse of `[αI, A; A', 0]` for tall `A` (the normal equations, unsquared): the
/// condition number is that of `A` and not its square, as it would be through `(A'A)⁻¹A'`.
pub(crate) fn pinv<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    if a.rows() < a.cols() {
        return Ok(pinv(&a.transpose())?.transpose());
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
