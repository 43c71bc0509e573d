//! Matrix functions of real matrices, by beltrami-linalg.

use beltrami_core::Kernel;
use beltrami_linalg::{self as linalg, Lu, Matrix, Svd};

use crate::error::ExecError;
use crate::tensor::{Tensor, checked_len};

/// The value of a matrix function; `None` when the kernel is no function of one matrix.
pub(crate) fn matrix_function(
    kernel: Kernel,
    a: &Tensor<f64>,
) -> Option<Result<Tensor<f64>, ExecError>> {
    Some(match kernel {
        Kernel::Inv => matrix(a, |a| Lu::new(a)?.inverse()),
        Kernel::Adj => matrix(a, linalg::adjugate),
        Kernel::Pinv => matrix(a, linalg::pinv),
        Kernel::Expm => matrix(a, linalg::expm),
        Kernel::Logm => matrix(a, linalg::logm),
        Kernel::Sqrtm => matrix(a, linalg::sqrtm),
        Kernel::ExpmFrechet => squared_size(a, linalg::expm_frechet_matrix),
        Kernel::LogmFrechet => squared_size(a, linalg::logm_frechet_matrix),
        Kernel::SqrtmFrechet => squared_size(a, linalg::sqrtm_frechet_matrix),
        Kernel::MatrixSign => matrix(a, linalg::msign),
        Kernel::TopDyad => matrix(a, linalg::top_dyad),
        Kernel::Det => number(a, |a| Lu::new(a)?.det()),
        Kernel::LogDet => number(a, |a| Ok(Lu::new(a)?.log_abs_det()?.1)),
        Kernel::NormNuc => number(a, |a| Ok(Svd::new(a)?.s.iter().sum())),
        Kernel::NormSpec => number(a, |a| Ok(Svd::new(a)?.s.first().copied().unwrap_or(0.0))),
        Kernel::LambdaMax => number(a, linalg::lambda_max),
        Kernel::VectorMax => matrix(a, |a| {
            let v = linalg::vector_max(a)?;
            Matrix::new(v.len(), 1, v)
        }),
        _ => return None,
    })
}

fn matrix(
    a: &Tensor<f64>,
    f: impl Fn(&Matrix) -> Result<Matrix, linalg::Error>,
) -> Result<Tensor<f64>, ExecError> {
    Ok(Tensor::from_matrix(f(&a.to_matrix()?)?))
}

fn number(
    a: &Tensor<f64>,
    f: impl Fn(&Matrix) -> Result<f64, linalg::Error>,
) -> Result<Tensor<f64>, ExecError> {
    Ok(Tensor::scalar(f(&a.to_matrix()?)?))
}

fn squared_size(
    a: &Tensor<f64>,
    f: impl Fn(&Matrix) -> Result<Matrix, linalg::Error>,
) -> Result<Tensor<f64>, ExecError> {
    let n = a.rows();
    checked_len::<f64>(&[n, n, n, n])?;
    matrix(a, f)
}
