//! Inverse roots of symmetric positive definite matrices and their Fréchet derivatives.

use crate::error::Error;
use crate::factor::eigen::SymmetricEigen;
use crate::matfun::kronecker::frechet_matrix;
use crate::matrix::Matrix;
use crate::product::product;

/// `A^(-1/p)` of a symmetric positive definite matrix.
///
/// # Errors
/// [`Error::NegativeAxis`] when an eigenvalue is not positive to working precision; [`Error::Shape`] when `p` is 0;
/// [`Error::NotSymmetric`], [`Error::NotSquare`], [`Error::NotFinite`], [`Error::NotConverged`].
/// # References
/// Higham 2008, *Functions of Matrices*, chapter 7.
pub fn inverse_root(a: &Matrix, p: u32) -> Result<Matrix, Error> {
    let eigen = definite(a, p)?;
    eigen.apply(|x| root(x, p).recip()).checked_result("inverse_root")
}

/// The matrix of the Fréchet derivative of [`inverse_root`] on stacked columns; symmetric.
///
/// The divided difference of `x^(-1/p)` at `x = sᵖ` and `y = tᵖ` is `-1/(s*t*(sᵖ⁻¹ + sᵖ⁻²*t + … + tᵖ⁻¹))`, which
/// subtracts nothing.
/// # Errors
/// As [`inverse_root`].
pub fn inverse_root_frechet_matrix(a: &Matrix, p: u32) -> Result<Matrix, Error> {
    let eigen = definite(a, p)?;
    let (n, v) = (a.rows(), &eigen.vectors);
    let roots: Vec<f64> = eigen.values.iter().map(|x| root(*x, p)).collect();
    let slopes = Matrix::from_fn(n, n, |i, j| {
        let (s, t) = (roots[i], roots[j]);
        let sum: f64 = (0..p).map(|k| s.powf(f64::from(k)) * t.powf(f64::from(p - 1 - k))).sum();
        -1.0 / (s * t * sum)
    });
    let turned = v.transpose();
    frechet_matrix(n, |e| {
        let inner = product(&product(&turned, e), v);
        let inner = Matrix::from_fn(n, n, |i, j| slopes[(i, j)] * inner[(i, j)]);
        Ok(product(&product(v, &inner), &turned))
    })?
    .checked_result("the derivative of an inverse root")
}

fn root(x: f64, p: u32) -> f64 {
    x.powf(1.0 / f64::from(p))
}

fn definite(a: &Matrix, p: u32) -> Result<SymmetricEigen, Error> {
    if p == 0 {
        let detail = "there is no root of order 0".to_owned();
        return Err(Error::Shape { function: "inverse_root", detail });
    }
    let eigen = SymmetricEigen::new(a)?;
    let largest = eigen.values.last().copied().unwrap_or(1.0);
    let smallest = eigen.values.first().copied().unwrap_or(1.0);
    // Eigenvalues carry an error of n*eps*‖A‖, and below it their sign is not known.
    if smallest <= a.rows() as f64 * f64::EPSILON * largest {
        return Err(Error::NegativeAxis { function: "inverse_root", eigenvalue: smallest });
    }
    Ok(eigen)
}
