//! Kernels that add up or compare entries.

use beltrami_core::{Kernel, Map};

use crate::error::ExecError;
use crate::kernel::elementwise::{alike, apply_map};
use crate::power::power;
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// The sum of all entries.
pub(crate) fn sum<S: Scalar>(a: &Tensor<S>) -> S {
    total(a.data().iter().copied())
}

/// The sum of each column, a row.
pub(crate) fn sum_columns<S: Scalar>(a: &Tensor<S>) -> Tensor<S> {
    Tensor::row((0..a.cols()).map(|j| total((0..a.rows()).map(|i| a.at(i, j)))).collect())
}

/// The sum of each row, a column.
pub(crate) fn sum_rows<S: Scalar>(a: &Tensor<S>) -> Tensor<S> {
    Tensor::column((0..a.rows()).map(|i| total((0..a.cols()).map(|j| a.at(i, j)))).collect())
}

/// The mean of all entries.
pub(crate) fn mean<S: Scalar>(a: &Tensor<S>) -> Result<S, ExecError> {
    if a.is_empty() {
        return Err(ExecError::shape(Kernel::Mean, "the mean of no entries"));
    }
    sum(a).divide(S::from_real(a.len() as f64))
}

/// The trace of a square matrix.
pub(crate) fn trace<S: Scalar>(a: &Tensor<S>) -> S {
    total((0..a.rows()).map(|i| a.at(i, i)))
}

/// The sum of absolute values.
pub(crate) fn norm_one<S: Scalar>(a: &Tensor<S>) -> Result<S, ExecError> {
    Ok(sum(&a.try_map(|x| apply_map(Map::Abs, *x))?))
}

/// The square root of the sum of squares.
pub(crate) fn norm_two<S: Scalar>(a: &Tensor<S>) -> Result<S, ExecError> {
    let largest = a.data().iter().fold(0.0_f64, |m, x| x.real().abs().max(m));
    if largest == 0.0 {
        return if a.is_constant() {
            Ok(S::from_real(0.0))
        } else {
            Err(ExecError::not_differentiable("norm2 at zero"))
        };
    }
    // A power of two near the largest entry keeps the squares inside the range of numbers, and rounds nothing.
    let scale = largest.log2().floor().clamp(-1000.0, 1000.0).exp2();
    let squares = total(a.data().iter().map(|x| x.scale(1.0 / scale)).map(|x| x * x));
    Ok(power(squares, S::from_real(0.5))?.scale(scale))
}

/// The largest absolute value.
pub(crate) fn norm_infinity<S: Scalar>(a: &Tensor<S>) -> Result<S, ExecError> {
    let largest = a.data().iter().fold(0.0_f64, |m, x| x.real().abs().max(m));
    let peaks = a.data().iter().copied().filter(|x| x.real().abs() >= near(largest));
    let peaks = peaks.map(|x| apply_map(Map::Abs, x)).collect::<Result<Vec<S>, _>>()?;
    peak(&peaks, "norminf where two entries are largest")?;
    let first = peaks.into_iter().find(|x| x.real() == largest);
    Ok(first.unwrap_or_else(|| S::from_real(0.0)))
}

/// `1/k` at each of the `k` entries that are largest.
pub(crate) fn arg_max<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    let largest = a.data().iter().fold(f64::NEG_INFINITY, |m, x| x.real().max(m));
    let peaks = a.data().iter().copied().filter(|x| x.real() >= near(largest));
    peak(&peaks.collect::<Vec<S>>(), "argmax where two entries are largest")?;
    let count = a.data().iter().filter(|x| x.real() == largest).count();
    Ok(a.map(|x| S::from_real(if x.real() == largest { 1.0 / count as f64 } else { 0.0 })))
}

/// The least value that is equal to the largest but for rounding, as of two entries of a computed symmetric matrix.
fn near(largest: f64) -> f64 {
    largest - 1e-12 * largest.abs()
}

/// Whether entries of one value stay equal when they move, as those of `X + X'` do; else none is the largest beyond.
fn peak<S: Scalar>(peaks: &[S], what: &str) -> Result<(), ExecError> {
    let Some((first, others)) = peaks.split_first() else { return Ok(()) };
    match others.iter().all(|x| alike(*x, *first)) {
        true => Ok(()),
        false => Err(ExecError::not_differentiable(what)),
    }
}

/// `log(sum(exp(A)))`, the largest entry taken out first.
pub(crate) fn log_sum_exp<S: Scalar>(a: &Tensor<S>) -> Result<S, ExecError> {
    let (exponentials, shift) = shifted_exponentials(Kernel::LogSumExp, a)?;
    Ok(apply_map(Map::Log, sum(&exponentials))? + S::from_real(shift))
}

/// `exp(A)/sum(exp(A))`, the largest entry taken out first.
pub(crate) fn softmax<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    let (exponentials, _) = shifted_exponentials(Kernel::Softmax, a)?;
    let sum = sum(&exponentials);
    exponentials.try_map(|x| x.divide(sum))
}

/// `exp(A - m)` and `m`, the largest real part: at least one entry is 1, so the sum neither overflows nor vanishes.
fn shifted_exponentials<S: Scalar>(
    kernel: Kernel,
    a: &Tensor<S>,
) -> Result<(Tensor<S>, f64), ExecError> {
    if a.is_empty() {
        return Err(ExecError::shape(kernel, "no entries are given"));
    }
    let shift = a.data().iter().fold(f64::NEG_INFINITY, |m, x| x.real().max(m));
    Ok((a.try_map(|x| apply_map(Map::Exp, *x - S::from_real(shift)))?, shift))
}

fn total<S: Scalar>(entries: impl Iterator<Item = S>) -> S {
    entries.fold(S::from_real(0.0), |sum, x| sum + x)
}
