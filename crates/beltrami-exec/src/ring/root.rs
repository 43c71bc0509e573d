//! Square root and logarithm.

use beltrami_linalg::{Lu, Matrix, expm_frechet_matrix, sylvester_matrix};

use crate::error::ExecError;
use crate::ring::algebra::{matmul, normalised, zip};
use crate::ring::exponential::expm;
use crate::ring::lift::{lifted, newton, real_matrix, solve_real};
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// Largest matrix whose Jacobian, `n²×n²`, is formed: 4096 unknowns take seconds.
pub(super) const MAX_SIZE: usize = 64;

/// The principal square root, from `X*X = A`.
pub(crate) fn sqrtm<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    checked_size(a)?;
    let (a, scale) = normalised(a);
    let root = beltrami_linalg::sqrtm(&real_matrix(&a)?)?;
    let jacobian = factored(&sylvester_matrix(&root, &root)?, "sqrtm")?;
    let x = newton(lifted(root), |x| {
        unstacked(
            &solve_real(&jacobian, &zip(&a, &matmul(x, x)?, |a, xx| a - xx).stacked())?,
            a.rows(),
        )
    })?;
    Ok(x.map(|x| x.scale(scale.sqrt())))
}

/// The principal logarithm, from `expm(X) = A`.
pub(crate) fn logm<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    checked_size(a)?;
    let n = a.rows();
    let (a, scale) = normalised(a);
    let log = beltrami_linalg::logm(&real_matrix(&a)?)?;
    let jacobian = factored(&expm_frechet_matrix(&log)?, "logm")?;
    let x = newton(lifted(log), |x| {
        unstacked(&solve_real(&jacobian, &zip(&a, &expm(x)?, |a, e| a - e).stacked())?, n)
    })?;
    Ok(Tensor::from_fn(n, n, |i, j| {
        if i == j { x.at(i, j) + S::from_real(scale.ln()) } else { x.at(i, j) }
    }))
}

pub(super) fn checked_size<S: Scalar>(a: &Tensor<S>) -> Result<(), ExecError> {
    let n = a.rows();
    if n <= MAX_SIZE { Ok(()) } else { Err(ExecError::TooLarge { size: format!("{n}²×{n}²") }) }
}

fn factored(jacobian: &Matrix, function: &str) -> Result<Lu, ExecError> {
    let lu = Lu::new(jacobian)?;
    // A square root of a semidefinite matrix, for one, has a value and no derivative.
    if lu.rcond() < f64::EPSILON {
        return Err(ExecError::not_differentiable(format!(
            "{function} of a (nearly) singular matrix"
        )));
    }
    Ok(lu)
}

fn unstacked<S: Scalar>(column: &Tensor<S>, n: usize) -> Result<Tensor<S>, ExecError> {
    Ok(Tensor::from_fn(n, n, |i, j| column.at(j * n + i, 0)))
}
