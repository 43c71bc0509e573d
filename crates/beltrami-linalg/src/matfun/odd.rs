//! Odd functions of singular values.

mod at;
mod clip;
mod group;
mod low_rank;
mod scalar;
mod sign;
mod smooth;
mod threshold;

use crate::error::Error;
use crate::matfun::condition::relative;
use crate::matfun::expm::checked_direction;
use crate::matfun::function::{MatrixFunction, Prepared};
use crate::matrix::Matrix;
pub(crate) use at::{At, Framed};
pub(crate) use low_rank::top_dyad_at;

pub use clip::Clip;
pub use low_rank::{LowRank, TopDyad};
pub use scalar::{Line, OddScalar};
pub use sign::Sign;
pub use smooth::{Smooth, Tanh};
pub use threshold::SoftThreshold;

/// `F(A) = U*f(S)*V'` for `A = U*S*V'` of any shape and an odd scalar function `f`.
///
/// The derivative is its own adjoint:
/// `L(A,E) = U(G₋∘sym(K) + G₊∘skew(K))V' + (I - UU')EV*diag(f(s)/s)V'` for `m ≥ n`, with `K = U'EV`,
/// `G₋ = (f(sᵢ) - f(sⱼ))/(sᵢ - sⱼ)` and `G₊ = (f(sᵢ) + f(sⱼ))/(sᵢ + sⱼ)`; by transposition for `m < n`.
/// Higher derivatives exist for functions that are made of [lines](Line); `⟨G, D_k(A; E₁, …, E_k)⟩` is the same in any order
/// of `G` and the directions.
/// Equal and clustered singular values are no exception.
/// # Errors
/// Where values are refused: [`Error::RankDeficient`] where a singular value vanishes and `f` jumps at 0;
/// [`Error::NotFinite`], [`Error::NotConverged`], [`Error::Overflow`].
/// Derivatives: also [`Error::Kink`] where a singular value lies on a kink of `f`; [`Error::Shape`].
/// # References
/// Noferini 2017, *A formula for the Fréchet derivative of a generalized matrix function*.
#[derive(Clone, Copy, Debug)]
pub struct Odd<F>(pub F);

impl<F: OddScalar> MatrixFunction for Odd<F> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn prepare(&self, a: &Matrix) -> Result<Box<dyn Prepared>, Error> {
        Ok(Box::new(At::new(self.0.clone(), a)?))
    }

    /// Exact: the singular values of the derivative are the entries of `G₋`, those of `G₊` off the diagonal, and
    /// `f(s)/s` unless the matrix is square.
    fn condition(&self, a: &Matrix) -> Result<f64, Error> {
        let at = At::new(self.0.clone(), a)?;
        let norm = at.derivative_norm()?;
        // ‖L(A,·)‖ of the scaled matrix goes with the scaled matrix.
        relative(self.0.name(), norm, &a.scaled_by_power(-at.exponent()), &at.near_one())
    }

    fn residual(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        checked_direction(self.0.name(), a, x)?;
        self.0.residual(a, x)
    }
}
