//! Condition numbers of functions of matrices, and the Frobenius norm.

use crate::error::Error;
use crate::matfun::function::{MatrixFunction, Prepared};
use crate::matrix::Matrix;
use crate::scale::{ldexp, normalised};

/// Steps of the power iteration; the estimate usually has two digits after three.
const MAX_STEPS: usize = 100;

/// The estimate counts as converged when a step changes it by less than this; a condition number needs no more digits.
const TOLERANCE: f64 = 1e-4;

/// The Frobenius norm, without overflow or underflow on the way.
pub(crate) fn frobenius(a: &Matrix) -> f64 {
    let (scaled, exponent) = normalised(a);
    ldexp(scaled.data().iter().fold(0.0, |sum, x| sum + x * x).sqrt(), exponent)
}

/// `‖L(A,·)‖` by the power iteration on `L*L`, a lower bound that is seldom low by more than a few per cent.
///
/// # References
/// Higham 2008, *Functions of Matrices*, Algorithm 3.20.
pub(crate) fn derivative_norm(
    at: &dyn Prepared,
    (rows, cols): (usize, usize),
) -> Result<f64, Error> {
    let mut z = start(rows, cols);
    let mut norm = 0.0_f64;
    for _ in 0..MAX_STEPS {
        let w = at.higher(&[&z])?;
        let size = frobenius(&w);
        if size == 0.0 {
            return Ok(norm);
        }
        let last = norm;
        norm = norm.max(size);
        if (norm - last) <= TOLERANCE * norm {
            return Ok(norm);
        }
        let back = at.adjoint(&w.scaled_by_power(-crate::scale::exponent_of(size)), &[])?;
        let length = frobenius(&back);
        if length == 0.0 {
            return Ok(norm);
        }
        z = unit(&back);
    }
    Ok(norm)
}

/// The relative condition number from [`derivative_norm`].
pub(crate) fn power_condition<F: MatrixFunction + ?Sized>(
    function: &F,
    a: &Matrix,
) -> Result<f64, Error> {
    let at = function.prepare(a)?;
    let norm = derivative_norm(&*at, (a.rows(), a.cols()))?;
    relative(function.name(), norm, a, &at.value()?)
}

/// `norm·‖A‖/‖F‖`.
pub(crate) fn relative(
    function: &'static str,
    norm: f64,
    a: &Matrix,
    value: &Matrix,
) -> Result<f64, Error> {
    let size = frobenius(value);
    if size == 0.0 {
        return Err(Error::ZeroValue { function });
    }
    let condition = norm * (frobenius(a) / size);
    if condition.is_finite() { Ok(condition) } else { Err(Error::Overflow { function }) }
}

/// A matrix of Frobenius norm 1 in the direction of another, which is not zero.
fn unit(a: &Matrix) -> Matrix {
    let (scaled, _) = normalised(a);
    let length = frobenius(&scaled);
    scaled.scaled(1.0 / length)
}

/// A fixed direction without structure (SplitMix64), so that it is orthogonal to no leading direction but by accident.
fn start(rows: usize, cols: usize) -> Matrix {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let random = Matrix::from_fn(rows, cols, |_, _| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    });
    if random.max_abs() == 0.0 { random } else { unit(&random) }
}
