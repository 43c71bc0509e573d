//! What all functions of matrices offer.

use crate::error::Error;
use crate::matfun::condition::power_condition;
use crate::matrix::Matrix;

/// A function `F` of a matrix with its Fréchet derivative `L(A,E)`, the part of `F(A + E) - F(A)` that is linear in `E`.
///
/// Every method refuses, with the reason, where the function does not exist or is not differentiable, and returns
/// neither NaN nor infinity.
/// # References
/// Higham 2008, *Functions of Matrices*, chapter 3.
pub trait MatrixFunction {
    /// The name in messages.
    fn name(&self) -> &'static str;

    /// `F(A)`.
    ///
    /// # Errors
    /// Where the function does not exist; [`Error::NotFinite`], [`Error::Overflow`], and [`Error::NotSquare`] for
    /// functions of square matrices.
    fn value(&self, a: &Matrix) -> Result<Matrix, Error>;

    /// `L(A,E)` for a direction `E` of the shape of `A`.
    ///
    /// # Errors
    /// As [`MatrixFunction::value`]; [`Error::Shape`] when the shapes differ; where `F` is not differentiable.
    fn derivative(&self, a: &Matrix, e: &Matrix) -> Result<Matrix, Error>;

    /// The adjoint `L*(A,G)`, for which `⟨G, L(A,E)⟩ = ⟨L*(A,G), E⟩` with `⟨X,Y⟩ = tr(X'Y)`: the gradient of a scalar
    /// function of `F(A)` whose gradient by `F` is `G`.
    ///
    /// # Errors
    /// As [`MatrixFunction::derivative`].
    fn adjoint(&self, a: &Matrix, g: &Matrix) -> Result<Matrix, Error>;

    /// The relative condition number in the Frobenius norm, `‖L(A,·)‖·‖A‖/‖F(A)‖`: how much a small relative change of
    /// `A` is magnified at most.
    ///
    /// # Errors
    /// As [`MatrixFunction::derivative`]; [`Error::ZeroValue`] where `F(A) = 0`.
    fn condition(&self, a: &Matrix) -> Result<f64, Error> {
        power_condition(self, a)
    }

    /// How well a computed value `X` satisfies the equation that defines `F(A)`, relative; nothing where there is none.
    ///
    /// # Errors
    /// As [`MatrixFunction::value`].
    fn residual(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error>;
}
