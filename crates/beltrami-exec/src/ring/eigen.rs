//! The leading eigenpair of a symmetric matrix.

use beltrami_linalg::{Lu, Matrix, SymmetricEigen};

use crate::error::ExecError;
use crate::ring::algebra::{matmul, normalised};
use crate::ring::lift::{newton, real_matrix, solve_real};
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// Distance of the two largest eigenvalues, relative to the largest, below which there is no derivative to speak of:
/// derivatives grow with its reciprocal and lose that many digits.
pub(super) const MIN_GAP: f64 = 1e-8;

/// The largest eigenvalue.
pub(crate) fn lambda_max<S: Scalar>(a: &Tensor<S>) -> Result<S, ExecError> {
    Ok(leading_pair(a)?.1)
}

/// The unit eigenvector of the largest eigenvalue, its entry of largest absolute value positive.
pub(crate) fn vector_max<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    Ok(leading_pair(a)?.0)
}

/// Eigenvector and eigenvalue, from `A*v = λ*v` and `v'*v = 1`.
fn leading_pair<S: Scalar>(a: &Tensor<S>) -> Result<(Tensor<S>, S), ExecError> {
    let n = a.rows();
    let (a, scale) = normalised(a);
    let real = real_matrix(&a)?;
    let values = SymmetricEigen::new(&real)?.values;
    let (Some(smallest), Some(&lambda)) = (values.first(), values.last()) else {
        return Err(ExecError::Singular {
            reason: "a 0×0 matrix has no eigenvalue; use a larger size".to_owned(),
        });
    };
    let size = smallest.abs().max(lambda.abs());
    if n > 1 && lambda - values[n - 2] <= MIN_GAP * size {
        return Err(ExecError::not_differentiable("the largest eigenvalue is not simple"));
    }
    let v = beltrami_linalg::vector_max(&real)?;
    // The derivative of (A v - λ v, (v'v - 1)/2) by (v, λ).
    let bordered = Matrix::from_fn(n + 1, n + 1, |i, j| match (i < n, j < n) {
        (true, true) => real[(i, j)] - if i == j { lambda } else { 0.0 },
        (true, false) => -v[i],
        (false, true) => v[j],
        (false, false) => 0.0,
    });
    let jacobian = Lu::new(&bordered)?;
    let start: Vec<S> = v.iter().copied().chain([lambda]).map(S::from_real).collect();
    let pair = newton(Tensor::column(start), |pair| {
        let v = Tensor::column(pair.data()[..n].to_vec());
        let lambda = pair.at(n, 0);
        let product = matmul(&a, &v)?;
        let mut residual: Vec<S> = (0..n).map(|i| lambda * v.at(i, 0) - product.at(i, 0)).collect();
        let square = v.data().iter().fold(S::from_real(0.0), |sum, x| sum + *x * *x);
        residual.push((S::from_real(1.0) - square).scale(0.5));
        solve_real(&jacobian, &Tensor::column(residual))
    })?;
    Ok((Tensor::column(pair.data()[..n].to_vec()), pair.at(n, 0).scale(scale)))
}
