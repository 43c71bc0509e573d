//! Newton's method in the ring with the Jacobian of the real part.

use beltrami_linalg::{Lu, Matrix};

use crate::error::ExecError;
use crate::ring::algebra::zip;
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// The solution of `F(X) = 0` near `start`, whose real part solves the real equation.
///
/// `correction` gives `-F'(start)⁻¹ F(X)`. The error's real part is rounding, and the Jacobian is wrong by infinitesimals
/// only, so each sweep multiplies the error by an infinitesimal: `ORDER` sweeps end it. One more polishes the rounding.
pub(super) fn newton<S: Scalar>(
    start: Tensor<S>,
    correction: impl Fn(&Tensor<S>) -> Result<Tensor<S>, ExecError>,
) -> Result<Tensor<S>, ExecError> {
    let mut x = start;
    for _ in 0..=S::ORDER {
        x = zip(&x, &correction(&x)?, |x, dx| x + dx);
    }
    Ok(x)
}

/// `A⁻¹*B` for a real `A`: one right-hand side for each column and coefficient.
pub(super) fn solve_real<S: Scalar>(lu: &Lu, b: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    let (sets, cols) = (S::COEFFICIENTS, b.cols());
    let right =
        Matrix::from_fn(b.rows(), cols * sets, |i, j| b.at(i, j / sets).coefficients()[j % sets]);
    let x = lu.solve(&right)?;
    Ok(Tensor::from_fn(x.rows(), cols, |i, j| S::from_coefficients(|set| x[(i, j * sets + set)])))
}

/// The real parts as a matrix of beltrami-linalg.
pub(super) fn real_matrix<S: Scalar>(a: &Tensor<S>) -> Result<Matrix, ExecError> {
    S::real_tensor(a).to_matrix()
}

/// A real matrix as a matrix over the ring.
pub(super) fn lifted<S: Scalar>(a: Matrix) -> Tensor<S> {
    S::lift_tensor(Tensor::from_matrix(a))
}
