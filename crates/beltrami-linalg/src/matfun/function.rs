//! What all functions of matrices offer.

use crate::error::Error;
use crate::matfun::condition::power_condition;
use crate::matrix::Matrix;

/// A function `F` of a matrix with its Fréchet derivatives of every order.
///
/// `D_k(A; E₁, …, E_k)` is the coefficient of `t₁⋯t_k` in `F(A + t₁E₁ + … + t_kE_k)`: linear in each direction, the same in
/// any order of them, `F(A)` for none and `L(A,E)` for one.
/// Every method refuses, with the reason, where the function does not exist or is not differentiable, and returns
/// neither NaN nor infinity.
/// Numbers and columns are matrices of one column.
/// Everything is computed in `f64`; data in `f32` are converted, which costs less than the accuracy it gains.
/// # References
/// Higham 2008, *Functions of Matrices*, chapter 3; Higham and Relton 2014, *Higher order Fréchet derivatives of matrix
/// functions and the level-2 condition number*.
pub trait MatrixFunction {
    /// The name in messages.
    fn name(&self) -> &'static str;

    /// The function at `A`: what its value and its derivatives there share is computed once.
    ///
    /// # Errors
    /// [`Error::NotFinite`], and [`Error::NotSquare`] for functions of square matrices; a decomposition that does not
    /// converge. Where the function or its derivative does not exist, their methods say so.
    fn prepare(&self, a: &Matrix) -> Result<Box<dyn Prepared>, Error>;

    /// `F(A)`.
    ///
    /// # Errors
    /// Where the function does not exist; [`Error::NotFinite`], [`Error::Overflow`], and [`Error::NotSquare`] for
    /// functions of square matrices.
    fn value(&self, a: &Matrix) -> Result<Matrix, Error> {
        self.prepare(a)?.value()
    }

    /// `D_k(A; E₁, …, E_k)` for directions of the shape of `A`; the value for none.
    ///
    /// # Errors
    /// As [`MatrixFunction::value`]; [`Error::Shape`] when the shapes differ; where `F` is not differentiable.
    fn higher(&self, a: &Matrix, directions: &[&Matrix]) -> Result<Matrix, Error> {
        if directions.is_empty() { self.value(a) } else { self.prepare(a)?.higher(directions) }
    }

    /// `L(A,E) = D_1(A; E)`, the part of `F(A + E) - F(A)` that is linear in `E`.
    ///
    /// # Errors
    /// As [`MatrixFunction::higher`].
    fn derivative(&self, a: &Matrix, e: &Matrix) -> Result<Matrix, Error> {
        self.higher(a, &[e])
    }

    /// The adjoint `L*(A,G)`, for which `⟨G, L(A,E)⟩ = ⟨L*(A,G), E⟩` with `⟨X,Y⟩ = tr(X'Y)`: the gradient of a scalar
    /// function of `F(A)` whose gradient by `F` is `G`.
    ///
    /// # Errors
    /// As [`MatrixFunction::derivative`].
    fn adjoint(&self, a: &Matrix, g: &Matrix) -> Result<Matrix, Error> {
        self.prepare(a)?.adjoint(g, &[])
    }

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
    fn residual(&self, _a: &Matrix, _x: &Matrix) -> Result<Option<f64>, Error> {
        Ok(None)
    }
}

/// A function at one matrix `A`.
pub trait Prepared: Send + Sync {
    /// `F(A)`.
    ///
    /// # Errors
    /// As [`MatrixFunction::value`].
    fn value(&self) -> Result<Matrix, Error>;

    /// `D_k(A; E₁, …, E_k)`.
    ///
    /// # Errors
    /// As [`MatrixFunction::higher`].
    fn higher(&self, directions: &[&Matrix]) -> Result<Matrix, Error>;

    /// The `X` for which `⟨G, D_{k+1}(A; E₁, …, E_k, E)⟩ = ⟨X, E⟩` for every `E`: the derivative of the gradient with
    /// weight `G` along the directions, the gradient itself for none.
    ///
    /// # Errors
    /// As [`MatrixFunction::higher`].
    fn adjoint(&self, g: &Matrix, directions: &[&Matrix]) -> Result<Matrix, Error>;
}
