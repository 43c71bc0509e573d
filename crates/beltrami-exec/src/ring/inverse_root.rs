//! Inverse roots of symmetric positive definite matrices.

use std::num::NonZeroU32;

use beltrami_linalg::{Error as LinalgError, Matrix, SymmetricEigen};

use crate::error::ExecError;
use crate::ring::algebra::{identity, matmul, zip};
use crate::ring::blocks::{blocked, mixed};
use crate::ring::lift::{lifted, newton, real_matrix};
use crate::ring::projector::turned;
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// The eigenvalues of a symmetric positive definite matrix, or why it is none.
pub(crate) fn definite(a: &Matrix) -> Result<SymmetricEigen, ExecError> {
    let eigen = SymmetricEigen::new(a)?;
    let largest = eigen.values.last().copied().unwrap_or(1.0);
    let smallest = eigen.values.first().copied().unwrap_or(1.0);
    // Eigenvalues carry an error of n*eps*‖A‖, and below it their sign is not known.
    if smallest <= a.rows() as f64 * f64::EPSILON * largest {
        let error = LinalgError::NegativeAxis { function: "inverse root", eigenvalue: smallest };
        return Err(error.into());
    }
    Ok(eigen)
}

/// `A^(-1/p)` from `Xᵖ*A = I`, or its derivative along directions.
///
/// In the basis of the eigenvectors of the real part, where the Jacobian of the equation is diagonal.
pub(crate) fn inverse_root<S: Scalar>(
    a: &Tensor<S>,
    p: NonZeroU32,
    directions: &[Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    let n = a.rows();
    let real = real_matrix(a)?;
    let SymmetricEigen { values, vectors } = definite(&real)?;
    let p = p.get();
    let basis = lifted(vectors);
    let directions: Vec<Tensor<S>> =
        directions.iter().map(|e| turned(&basis, e)).collect::<Result<_, _>>()?;
    let matrix = blocked(&turned(&basis, a)?, &directions);
    let roots: Vec<f64> = values.iter().map(|x| x.powf(-1.0 / f64::from(p))).collect();
    let jacobian = |i: usize, j: usize| {
        let power = |x: f64, k: u32| x.powf(f64::from(k));
        let sum: f64 = (0..p).map(|k| power(roots[i], k) * power(roots[j], p - 1 - k)).sum();
        sum * values[j]
    };
    let side = matrix.rows();
    let one: Tensor<S> = identity(side);
    let mut x =
        Tensor::from_fn(side, side, |i, j| S::from_real(if i == j { roots[i % n] } else { 0.0 }));
    // Blocks are nilpotent as infinitesimals are, one order for each direction.
    for _ in 0..=directions.len() {
        x = newton(x, |x| {
            let power = (1..p).try_fold(x.clone(), |power, _| matmul(&power, x))?;
            let residual = zip(&one, &matmul(&power, &matrix)?, |i, xa| i - xa);
            Ok(Tensor::from_fn(side, side, |i, j| {
                residual.at(i, j).scale(1.0 / jacobian(i % n, j % n))
            }))
        })?;
    }
    matmul(&matmul(&basis, &mixed(&x, n))?, &basis.transpose())
}
