//! Matrix functions of real matrices, by beltrami-linalg.

use beltrami_core::Kernel;
use beltrami_linalg::{self as linalg, Lu, Matrix, Svd};

use crate::error::ExecError;
use crate::tensor::Tensor;

/// The value of a matrix function; `None` when the kernel is no function of one matrix.
pub(crate) fn matrix_function(
    kernel: Kernel,
    a: &Tensor<f64>,
) -> Option<Result<Tensor<f64>, ExecError>> {
    Some(match kernel {
        Kernel::Inv => triangular(a, |a| Lu::new(a)?.inverse()),
        Kernel::Adj => matrix(a, linalg::adjugate),
        Kernel::Pinv => matrix(a, linalg::pinv),
        Kernel::Expm => triangular(a, linalg::expm),
        Kernel::Logm => triangular(a, linalg::logm),
        Kernel::Sqrtm => triangular(a, linalg::sqrtm),
        Kernel::Cosm => triangular(a, linalg::cosm),
        Kernel::Sinm => triangular(a, linalg::sinm),
        Kernel::MatrixSign => matrix(a, linalg::msign),
        Kernel::TopDyad => matrix(a, linalg::top_dyad),
        Kernel::Det => number(a, |a| Lu::new(a)?.det()),
        Kernel::LogDet => number(a, |a| Ok(Lu::new(a)?.log_abs_det()?.1)),
        Kernel::DetSign => number(a, |a| match Lu::new(a)?.log_abs_det() {
            Err(linalg::Error::Singular { .. }) => Ok(0.0),
            found => Ok(found?.0),
        }),
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

/// Functions that keep triangles keep their zeros exactly: a rounding error there would pass for an entry, as in `step`.
fn triangular(
    a: &Tensor<f64>,
    f: impl Fn(&Matrix) -> Result<Matrix, linalg::Error>,
) -> Result<Tensor<f64>, ExecError> {
    Ok(with_triangle_of(a, &matrix(a, f)?))
}

/// A value with the zeros of the triangles that are zero in `a`.
pub(crate) fn with_triangle_of(a: &Tensor<f64>, value: &Tensor<f64>) -> Tensor<f64> {
    let zero = |at: &dyn Fn(usize, usize) -> bool| {
        let places = (0..a.rows()).flat_map(|i| (0..a.cols()).map(move |j| (i, j)));
        places.filter(|(i, j)| at(*i, *j)).all(|(i, j)| a.at(i, j) == 0.0)
    };
    let (lower, upper) = (zero(&|i, j| i < j), zero(&|i, j| i > j));
    let kept = |i: usize, j: usize| !(lower && i < j || upper && i > j);
    Tensor::from_fn(a.rows(), a.cols(), |i, j| if kept(i, j) { value.at(i, j) } else { 0.0 })
}

fn number(
    a: &Tensor<f64>,
    f: impl Fn(&Matrix) -> Result<f64, linalg::Error>,
) -> Result<Tensor<f64>, ExecError> {
    Ok(Tensor::scalar(f(&a.to_matrix()?)?))
}
