//! Derivatives along directions by matrices of blocks: `f([A, E; 0, A]) = [f(A), L(A,E); 0, f(A)]`, and for higher orders
//! the same with blocks of blocks (Higham and Relton 2014, *Higher order Fréchet derivatives of matrix functions*,
//! theorem 3.5).

use crate::error::ExecError;
use crate::scalar::Scalar;
use crate::tensor::{Tensor, checked_len};

/// The matrix whose blocks are numbered by sets of directions: block `(s, t)` is `A` where the sets are equal, the
/// direction by which `t` is larger than `s`, and zero otherwise.
pub(super) fn blocked<S: Scalar>(a: &Tensor<S>, directions: &[Tensor<S>]) -> Tensor<S> {
    let n = a.rows();
    let sets = 1 << directions.len();
    Tensor::from_fn(sets * n, sets * n, |i, j| {
        let (s, t, row, col) = (i / n, j / n, i % n, j % n);
        if s == t {
            return a.at(row, col);
        }
        let step = directions.iter().enumerate().find(|(k, _)| s & 1 << k == 0 && s | 1 << k == t);
        step.map_or(S::from_real(0.0), |(_, step)| step.at(row, col))
    })
}

/// The block of the mixed derivative along all directions, of `n` rows and columns.
pub(super) fn mixed<S: Scalar>(value: &Tensor<S>, n: usize) -> Tensor<S> {
    let corner = value.cols() - n;
    Tensor::from_fn(n, n, |i, j| value.at(i, corner + j))
}

/// The matrix whose column `(e₁, …, eₖ)`, first index slow, is the derivative along the unit directions `e₁, …, eₖ` of
/// `inputs` ones. The order of the directions does not matter, so each set of them is computed once.
pub(super) fn symmetric_columns<S: Scalar>(
    rows: usize,
    inputs: usize,
    order: usize,
    derivative: impl Fn(&[usize]) -> Result<Vec<S>, ExecError>,
) -> Result<Tensor<S>, ExecError> {
    let columns = u32::try_from(order).ok().and_then(|order| inputs.checked_pow(order));
    let columns =
        columns.ok_or_else(|| ExecError::TooLarge { size: format!("{inputs}^{order}") })?;
    checked_len::<S>(&[rows, columns])?;
    let mut values: Vec<Option<Vec<S>>> = vec![None; columns];
    for column in 0..columns {
        let mut units = digits(column, inputs, order);
        units.sort_unstable();
        let first = units.iter().fold(0, |place, unit| place * inputs + unit);
        if values[first].is_none() {
            values[first] = Some(derivative(&units)?);
        }
        values[column] = values[first].clone();
    }
    let entry = |row: usize, column: usize| {
        values[column].as_ref().map_or(S::from_real(0.0), |stacked| stacked[row])
    };
    Ok(Tensor::from_fn(rows, columns, entry))
}

/// The digits of a number in a base, the most significant first.
fn digits(number: usize, base: usize, count: usize) -> Vec<usize> {
    let mut digits: Vec<usize> = (0..count)
        .scan(number, |rest, _| Some(std::mem::replace(rest, *rest / base) % base))
        .collect();
    digits.reverse();
    digits
}

/// The matrix with a one at a place of its stacked columns.
pub(super) fn unit<S: Scalar>(rows: usize, cols: usize, place: usize) -> Tensor<S> {
    Tensor::from_fn(rows, cols, |i, j| S::from_real(f64::from(u8::from(j * rows + i == place))))
}
