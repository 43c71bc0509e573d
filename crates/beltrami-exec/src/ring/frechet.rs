//! Matrices of Fréchet derivatives, `vec(L(A,E)) = K*vec(E)`.
//!
//! Everything follows from `f([A, E; 0, A]) = [f(A), L(A,E); 0, f(A)]`, and for higher orders from the same with blocks
//! of blocks (Higham and Relton 2014, *Higher order Fréchet derivatives of matrix functions*, theorem 3.5).

use crate::error::ExecError;
use crate::ring::algebra::{identity, zip};
use crate::ring::exponential::expm;
use crate::ring::inverse::inverse;
use crate::ring::root::{checked_size, logm, sqrtm};
use crate::scalar::Scalar;
use crate::tensor::{Tensor, checked_len};

/// For the exponential, of any order: column `(e₁, …, eₖ)`, first index slow, is the stacked mixed derivative along the unit
/// matrices `E₁, …, Eₖ`. The order of the directions does not matter, so each set of them is computed once.
pub(crate) fn expm_derivative<S: Scalar>(
    a: &Tensor<S>,
    order: usize,
) -> Result<Tensor<S>, ExecError> {
    checked_size(a)?;
    let square = a.rows() * a.rows();
    let columns = u32::try_from(order).ok().and_then(|order| square.checked_pow(order));
    let columns =
        columns.ok_or_else(|| ExecError::TooLarge { size: format!("{square}^{order}") })?;
    checked_len::<S>(&[square, columns])?;
    let mut values: Vec<Option<Vec<S>>> = vec![None; columns];
    for column in 0..columns {
        let mut units = digits(column, square, order);
        units.sort_unstable();
        let first = units.iter().fold(0, |place, unit| place * square + unit);
        if values[first].is_none() {
            values[first] = Some(mixed_derivative(a, &units)?);
        }
        values[column] = values[first].clone();
    }
    let entry = |row: usize, column: usize| {
        values[column].as_ref().map_or(S::from_real(0.0), |stacked| stacked[row])
    };
    Ok(Tensor::from_fn(square, columns, entry))
}

/// The digits of a number in a base, the most significant first.
fn digits(number: usize, base: usize, count: usize) -> Vec<usize> {
    let mut digits: Vec<usize> = (0..count)
        .scan(number, |rest, _| Some(std::mem::replace(rest, *rest / base) % base))
        .collect();
    digits.reverse();
    digits
}

/// The stacked mixed derivative along unit matrices: blocks are numbered by sets of directions, and block `(s, t)` holds
/// the direction by which `t` is larger than `s`.
fn mixed_derivative<S: Scalar>(a: &Tensor<S>, units: &[usize]) -> Result<Vec<S>, ExecError> {
    let n = a.rows();
    let sets = 1 << units.len();
    let blocks = Tensor::from_fn(sets * n, sets * n, |i, j| {
        let (s, t, row, col) = (i / n, j / n, i % n, j % n);
        if s == t {
            return a.at(row, col);
        }
        let unit = units.iter().enumerate().find(|(k, _)| s | 1 << k == t && s != t);
        let here = unit.is_some_and(|(_, unit)| *unit == col * n + row);
        S::from_real(f64::from(u8::from(here)))
    });
    let value = expm(&blocks)?;
    let corner = (sets - 1) * n;
    Ok((0..n * n).map(|place| value.at(place % n, corner + place / n)).collect())
}

/// For the logarithm: the inverse of the matrix of the exponential at `logm(A)`.
pub(crate) fn logm_frechet<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    inverse(&expm_derivative(&logm(a)?, 1)?)
}

/// For the square root: squaring the block matrix `[X, L; 0, X]` gives `X*L + L*X = E`, so `K = (I⊗X + X'⊗I)⁻¹`.
pub(crate) fn sqrtm_frechet<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    let x = sqrtm(a)?;
    let n = a.rows();
    let one: Tensor<S> = identity(n);
    checked_len::<S>(&[n * n, n * n])?;
    let entry = |i: usize, j: usize| (i % n, i / n, j % n, j / n);
    let left = Tensor::from_fn(n * n, n * n, |i, j| {
        let (row, col, k, l) = entry(i, j);
        x.at(row, k) * one.at(col, l)
    });
    let right = Tensor::from_fn(n * n, n * n, |i, j| {
        let (row, col, k, l) = entry(i, j);
        one.at(row, k) * x.at(l, col)
    });
    inverse(&zip(&left, &right, |x, y| x + y))
}
