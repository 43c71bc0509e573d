//! Kernels that make values from sizes.

use beltrami_core::Kernel;

use crate::error::ExecError;
use crate::scalar::Scalar;
use crate::tensor::{Tensor, checked_len};

/// The identity.
pub(crate) fn eye<S: Scalar>(n: usize) -> Result<Tensor<S>, ExecError> {
    checked_len::<S>(&[n, n])?;
    Ok(Tensor::from_fn(n, n, |i, j| unit_entry(i == j)))
}

/// All entries equal; a missing second size gives a column.
pub(crate) fn filled<S: Scalar>(sizes: &[usize], x: f64) -> Result<Tensor<S>, ExecError> {
    let len = checked_len::<S>(sizes)?;
    Tensor::new(sizes.to_vec(), vec![S::from_real(x); len])
}

/// The commutation matrix: `K*vec(A) = vec(A')` for `A` of size `m×n`.
pub(crate) fn commutation<S: Scalar>(m: usize, n: usize) -> Result<Tensor<S>, ExecError> {
    checked_len::<S>(&[m, n, m, n])?;
    // vec(A) has A[i,j] at place j*m + i, vec(A') has it at place i*n + j.
    Ok(Tensor::from_fn(m * n, m * n, |row, col| {
        unit_entry((row / n, row % n) == (col % m, col / m))
    }))
}

/// The `i`-th column of the identity, counted from 1.
pub(crate) fn unit<S: Scalar>(i: usize, n: usize) -> Result<Tensor<S>, ExecError> {
    if !(1..=n).contains(&i) {
        return Err(ExecError::shape(Kernel::Unit, format!("no unit vector {i} of {n}")));
    }
    checked_len::<S>(&[n])?;
    Ok(Tensor::column((1..=n).map(|k| unit_entry(k == i)).collect()))
}

fn unit_entry<S: Scalar>(one: bool) -> S {
    S::from_real(f64::from(u8::from(one)))
}
