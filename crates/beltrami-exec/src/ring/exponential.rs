//! The matrix exponential.

use crate::error::ExecError;
use crate::ring::algebra::{identity, matmul, scaled, zip};
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// Degree of the Taylor polynomial: `0.5^j/j!` with four derivatives taken is below 1e-17 from `j = 20` on.
const DEGREE: i32 = 20;

/// Squarings allowed; a norm of 2^200 has no finite exponential unless the matrix is nilpotent.
const MAX_SQUARINGS: f64 = 200.0;

/// The matrix exponential by its Taylor series, scaled so that the real part has norm at most 1/2, then squared.
pub(crate) fn expm<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    let n = a.rows();
    let column = |j: usize| (0..n).map(|i| a.at(i, j).real().abs()).sum::<f64>();
    let norm = (0..n).map(column).fold(0.0, f64::max);
    let squarings = if norm > 0.5 { (2.0 * norm).log2().ceil() } else { 0.0 };
    if squarings > MAX_SQUARINGS {
        return Err(ExecError::NotFinite { function: "expm".to_owned() });
    }
    let base = scaled(a, (-squarings).exp2());
    let one = identity(n);
    let mut x = one.clone();
    for j in (1..=DEGREE).rev() {
        x = zip(&one, &matmul(&base, &x)?, |i, ax| i + ax.scale(1.0 / f64::from(j)));
    }
    for _ in 0..squarings as i32 {
        x = matmul(&x, &x)?;
    }
    Ok(x)
}
