//! Functions of singular values and inverse roots, with the matrices of their derivatives.
//!
//! Real values and first derivatives come from beltrami-linalg, everything else from the ring.

use std::num::NonZeroU32;

use beltrami_core::Kernel;
use beltrami_linalg::{self as linalg, Matrix};

use crate::error::ExecError;
use crate::ring;
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// Highest order of a root; beyond it powers of a matrix are not what is meant.
const MAX_ROOT: usize = 1 << 10;

/// What a kernel of this file computes, apart from the matrix.
#[derive(Clone, Copy)]
pub(crate) enum Function<S> {
    Clip(S, S),
    LowRank(usize),
    Values,
    InverseRoot(usize),
}

/// Which of them a kernel is, and whether it is the derivative.
pub(crate) fn is_derivative(kernel: Kernel) -> Option<bool> {
    match kernel {
        Kernel::SingularClip | Kernel::LowRank | Kernel::SingularValues | Kernel::InverseRoot => {
            Some(false)
        }
        Kernel::SingularClipDerivative
        | Kernel::LowRankDerivative
        | Kernel::SingularValuesDerivative
        | Kernel::InverseRootDerivative => Some(true),
        _ => None,
    }
}

impl<S: Scalar> Function<S> {
    pub(crate) fn value(self, a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
        if self.is_constant() && a.is_constant() {
            return real(a, |a| match self {
                Function::Clip(low, high) => {
                    checked_interval(low, high)?;
                    Ok(linalg::clip_singular_values(a, low.real(), high.real())?)
                }
                Function::LowRank(rank) => Ok(linalg::low_rank(a, rank)?),
                Function::Values => {
                    let values = linalg::singular_values(a)?;
                    Ok(Matrix::new(values.len(), 1, values)?)
                }
                Function::InverseRoot(p) => {
                    ring::definite(a)?;
                    Ok(linalg::invroot(a, order(p)?)?)
                }
            });
        }
        match self {
            Function::Clip(low, high) => ring::clip(a, low, high),
            Function::LowRank(rank) => ring::low_rank(a, rank),
            Function::Values => ring::singular_values(a),
            Function::InverseRoot(p) => ring::inverse_root(a, order(p)?),
        }
    }

    /// The matrix of the derivative of order `k`: column `(e₁, …, eₖ)`, first index slow, is the stacked mixed derivative.
    pub(crate) fn derivative(self, a: &Tensor<S>, k: usize) -> Result<Tensor<S>, ExecError> {
        if k == 1 && self.is_constant() && a.is_constant() {
            return real(a, |a| match self {
                Function::Clip(low, high) => {
                    checked_interval(low, high)?;
                    Ok(linalg::clip_frechet_matrix(a, low.real(), high.real())?)
                }
                Function::LowRank(rank) => Ok(linalg::low_rank_frechet_matrix(a, rank)?),
                Function::Values => Ok(linalg::singular_values_frechet_matrix(a)?),
                Function::InverseRoot(p) => {
                    ring::definite(a)?;
                    Ok(linalg::invroot_frechet_matrix(a, order(p)?)?)
                }
            });
        }
        match self {
            Function::Clip(low, high) => ring::clip_derivative(a, low, high, k),
            Function::LowRank(rank) => ring::low_rank_derivative(a, rank, k),
            Function::Values => ring::singular_values_derivative(a, k),
            Function::InverseRoot(p) => ring::inverse_root_derivative(a, order(p)?, k),
        }
    }

    fn is_constant(self) -> bool {
        match self {
            Function::Clip(low, high) => low.is_constant() && high.is_constant(),
            _ => true,
        }
    }
}

fn checked_interval<S: Scalar>(low: S, high: S) -> Result<(), ExecError> {
    let length = high.real() - low.real();
    if length >= 0.0 {
        return Ok(());
    }
    Err(ExecError::domain("clipping to an empty interval (by its length)", length))
}

fn order(p: usize) -> Result<NonZeroU32, ExecError> {
    let p = u32::try_from(p).ok().filter(|p| *p <= MAX_ROOT as u32).and_then(NonZeroU32::new);
    p.ok_or_else(|| {
        ExecError::shape(Kernel::InverseRoot, format!("the order of a root is 1 to {MAX_ROOT}"))
    })
}

fn real<S: Scalar>(
    a: &Tensor<S>,
    f: impl Fn(&Matrix) -> Result<Matrix, ExecError>,
) -> Result<Tensor<S>, ExecError> {
    Ok(S::lift_tensor(Tensor::from_matrix(f(&S::real_tensor(a).to_matrix()?)?)))
}
