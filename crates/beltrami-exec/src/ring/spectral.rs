//! Functions of singular values and vectors, through the smaller Gram matrix.

use beltrami_linalg::singular_values;

use crate::error::ExecError;
use crate::ring::algebra::{matmul, normalised, smaller_gram};
use crate::ring::eigen::{MIN_GAP, lambda_max, vector_max};
use crate::ring::inverse::{inverse, smallest_singular_value};
use crate::ring::lift::real_matrix;
use crate::ring::root::sqrtm;
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// The largest singular value, `sqrt(lmax(A'A))`.
pub(crate) fn norm_spectral<S: Scalar>(a: &Tensor<S>) -> Result<S, ExecError> {
    let (a, scale) = normalised(a);
    refuse_equal_leading(&a, "normspec")?;
    Ok(lambda_max(&smaller_gram(&a)?.0)?.square_root()?.scale(scale))
}

/// The sum of the singular values, `tr(sqrtm(A'A))`.
pub(crate) fn norm_nuclear<S: Scalar>(a: &Tensor<S>) -> Result<S, ExecError> {
    let (a, scale) = normalised(a);
    smallest_singular_value(&a, "normnuc")?;
    let root = sqrtm(&smaller_gram(&a)?.0, &[])?;
    let trace = (0..root.rows()).fold(S::from_real(0.0), |sum, i| sum + root.at(i, i));
    Ok(trace.scale(scale))
}

/// The polar factor, `A*(A'A)^(-1/2)` or `(AA')^(-1/2)*A`.
pub(crate) fn msign<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    let (a, _) = normalised(a);
    smallest_singular_value(&a, "msign")?;
    let (gram, tall) = smaller_gram(&a)?;
    let inverse_root = inverse(&sqrtm(&gram, &[])?)?;
    if tall { matmul(&a, &inverse_root) } else { matmul(&inverse_root, &a) }
}

/// `u₁*v₁'`, from `v₁` as leading eigenvector of `A'A` and `u₁ = A*v₁/σ₁` (or the other way round).
pub(crate) fn top_dyad<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    let (a, _) = normalised(a);
    refuse_equal_leading(&a, "the leading singular dyad")?;
    let (gram, tall) = smaller_gram(&a)?;
    let v = vector_max(&gram)?;
    let projector = matmul(&v, &v.transpose())?;
    let product = if tall { matmul(&a, &projector)? } else { matmul(&projector, &a)? };
    let sigma = lambda_max(&gram)?.square_root()?;
    product.try_map(|x| x.divide(sigma))
}

fn refuse_equal_leading<S: Scalar>(a: &Tensor<S>, function: &str) -> Result<(), ExecError> {
    let values = singular_values(&real_matrix(a)?)?;
    let (first, second) =
        (values.first().copied().unwrap_or(0.0), values.get(1).copied().unwrap_or(0.0));
    if first - second <= MIN_GAP * first {
        return Err(ExecError::not_differentiable(format!(
            "{function} where the two largest singular values are equal"
        )));
    }
    Ok(())
}
