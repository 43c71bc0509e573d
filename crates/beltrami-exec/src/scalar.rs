//! What kernels compute with: real numbers, or real numbers with infinitesimal parts.

use std::borrow::Cow;
use std::fmt::Debug;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

use crate::error::ExecError;
use crate::series::Series;
use crate::tensor::Tensor;

/// A commutative ring that contains the real numbers and on which smooth functions are defined.
pub trait Scalar:
    Copy
    + Debug
    + PartialEq
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + Send
    + Sync
    + 'static
{
    /// The number of infinitesimals; any product of more than this many infinitesimal parts is zero.
    const ORDER: usize;

    /// The number of real coefficients, `2^ORDER`.
    const COEFFICIENTS: usize = 1 << Self::ORDER;

    /// A real number.
    fn from_real(x: f64) -> Self;

    /// The number with given coefficients, indexed by sets of infinitesimals; the empty set is the real part.
    fn from_coefficients(coefficient: impl FnMut(usize) -> f64) -> Self;

    /// The coefficients, indexed by sets of infinitesimals as bit patterns.
    fn coefficients(&self) -> &[f64];

    /// The real part.
    fn real(&self) -> f64 {
        self.coefficients()[0]
    }

    /// Whether every infinitesimal part is zero.
    fn is_constant(&self) -> bool {
        self.coefficients()[1..].iter().all(|c| *c == 0.0)
    }

    /// Whether no coefficient is NaN or infinite; not called `is_finite`, which it would hide on `&f64`.
    fn all_finite(&self) -> bool {
        self.coefficients().iter().all(|c| c.is_finite())
    }

    /// The product with a real number.
    fn scale(self, factor: f64) -> Self {
        Self::from_coefficients(|set| factor * self.coefficients()[set])
    }

    /// The function with this Taylor series at the real part, evaluated here.
    fn compose(self, series: &Series) -> Self {
        let infinitesimal = self - Self::from_real(self.real());
        let mut sum = Self::from_real(series[Self::ORDER]);
        for c in series.coefficients()[..Self::ORDER].iter().rev() {
            sum = sum * infinitesimal + Self::from_real(*c);
        }
        sum
    }

    /// The quotient; an error when the real part of the divisor is zero.
    fn divide(self, divisor: Self) -> Result<Self, ExecError> {
        let x = divisor.real();
        if x == 0.0 {
            return Err(ExecError::domain("division", x));
        }
        Ok(if divisor.is_constant() {
            Self::from_coefficients(|set| self.coefficients()[set] / x)
        } else {
            self * divisor.compose(&Series::variable(x, Self::ORDER).reciprocal())
        })
    }

    /// The square root; an error below zero, and at zero when an infinitesimal part is present.
    fn square_root(self) -> Result<Self, ExecError> {
        crate::power::power(self, Self::from_real(0.5))
    }

    /// `m×k` times `k×n`, stored row by row.
    fn gemm(m: usize, k: usize, n: usize, a: &[Self], b: &[Self]) -> Result<Vec<Self>, ExecError> {
        let mut out = vec![Self::from_real(0.0); m * n];
        for i in 0..m {
            for l in 0..k {
                let x = a[i * k + l];
                for j in 0..n {
                    out[i * n + j] += x * b[l * n + j];
                }
            }
        }
        Ok(out)
    }

    /// The real parts of a tensor, borrowed where that is possible.
    fn real_tensor(tensor: &Tensor<Self>) -> Cow<'_, Tensor<f64>> {
        Cow::Owned(tensor.map(|x| x.real()))
    }

    /// A tensor of real numbers.
    fn lift_tensor(tensor: Tensor<f64>) -> Tensor<Self> {
        tensor.map(|x| Self::from_real(*x))
    }
}

impl Scalar for f64 {
    const ORDER: usize = 0;

    fn from_real(x: f64) -> f64 {
        x
    }

    fn from_coefficients(mut coefficient: impl FnMut(usize) -> f64) -> f64 {
        coefficient(0)
    }

    fn coefficients(&self) -> &[f64] {
        std::slice::from_ref(self)
    }

    fn gemm(m: usize, k: usize, n: usize, a: &[f64], b: &[f64]) -> Result<Vec<f64>, ExecError> {
        Ok(beltrami_linalg::gemm(m, k, n, a, b)?)
    }

    fn real_tensor(tensor: &Tensor<f64>) -> Cow<'_, Tensor<f64>> {
        Cow::Borrowed(tensor)
    }

    fn lift_tensor(tensor: Tensor<f64>) -> Tensor<f64> {
        tensor
    }
}
