//! Kernels that move entries.

use beltrami_core::Kernel;

use crate::error::ExecError;
use crate::scalar::Scalar;
use crate::tensor::{Tensor, checked_len, kron_len, size_text};

/// The square matrix with a vector or row on the diagonal.
pub(crate) fn diagonal_matrix<S: Scalar>(x: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    if !x.is_line() {
        let detail = format!("a vector is needed, not {}", size_text(x.dims()));
        return Err(ExecError::shape(Kernel::DiagMatrix, detail));
    }
    let n = x.len();
    checked_len::<S>(&[n, n])?;
    let zero = S::from_real(0.0);
    Ok(Tensor::from_fn(n, n, |i, j| if i == j { x.data()[i] } else { zero }))
}

/// The diagonal of a square matrix as a column.
pub(crate) fn diagonal_vector<S: Scalar>(a: &Tensor<S>) -> Tensor<S> {
    Tensor::column((0..a.rows()).map(|i| a.at(i, i)).collect())
}

/// The matrix with zeros where `keep` says no.
pub(crate) fn triangle<S: Scalar>(a: &Tensor<S>, keep: impl Fn(usize, usize) -> bool) -> Tensor<S> {
    let zero = S::from_real(0.0);
    Tensor::from_fn(a.rows(), a.cols(), |i, j| if keep(i, j) { a.at(i, j) } else { zero })
}

/// The `rows × cols` matrix whose stacked columns are `x`.
pub(crate) fn unvec<S: Scalar>(
    x: &Tensor<S>,
    rows: usize,
    cols: usize,
) -> Result<Tensor<S>, ExecError> {
    if !x.is_line() || rows.checked_mul(cols) != Some(x.len()) {
        let detail = format!("{} cannot become {rows}×{cols}", size_text(x.dims()));
        return Err(ExecError::shape(Kernel::Unvec, detail));
    }
    Ok(Tensor::from_fn(rows, cols, |i, j| x.data()[j * rows + i]))
}

/// The Kronecker product.
pub(crate) fn kron<S: Scalar>(a: &Tensor<S>, b: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    let (p, q) = (b.rows(), b.cols());
    // Saturated sides are refused as their product would be.
    kron_len::<S>(&[a.rows().saturating_mul(p), a.cols().saturating_mul(q)])?;
    Ok(Tensor::from_fn(a.rows() * p, a.cols() * q, |i, j| a.at(i / p, j / q) * b.at(i % p, j % q)))
}

/// The column-wise Kronecker product.
pub(crate) fn khatri_rao<S: Scalar>(a: &Tensor<S>, b: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    if a.cols() != b.cols() {
        return Err(ExecError::shape(
            Kernel::KhatriRao,
            format!("{} and {} columns", a.cols(), b.cols()),
        ));
    }
    let p = b.rows();
    kron_len::<S>(&[a.rows().saturating_mul(p), a.cols()])?;
    Ok(Tensor::from_fn(a.rows() * p, a.cols(), |i, j| a.at(i / p, j) * b.at(i % p, j)))
}

/// Matrices side by side.
pub(crate) fn beside<S: Scalar>(parts: &[&Tensor<S>]) -> Result<Tensor<S>, ExecError> {
    let Some(first) = parts.first() else {
        return Err(ExecError::shape(Kernel::HCat, "no blocks are given"));
    };
    let rows = first.rows();
    if let Some(other) = parts.iter().find(|part| part.rows() != rows) {
        return Err(ExecError::shape(
            Kernel::HCat,
            format!("blocks with {rows} and {} rows side by side", other.rows()),
        ));
    }
    let cols = parts.iter().map(|part| part.cols()).sum();
    let mut data = Vec::with_capacity(checked_len::<S>(&[rows, cols])?);
    for i in 0..rows {
        for part in parts {
            data.extend_from_slice(&part.data()[i * part.cols()..(i + 1) * part.cols()]);
        }
    }
    Tensor::new(vec![rows, cols], data)
}

/// Matrices one below the other.
pub(crate) fn below<S: Scalar>(parts: &[&Tensor<S>]) -> Result<Tensor<S>, ExecError> {
    let Some(first) = parts.first() else {
        return Err(ExecError::shape(Kernel::VCat, "no blocks are given"));
    };
    let cols = first.cols();
    if let Some(other) = parts.iter().find(|part| part.cols() != cols) {
        let detail = format!("blocks with {cols} and {} columns one below the other", other.cols());
        return Err(ExecError::shape(Kernel::VCat, detail));
    }
    let rows = parts.iter().map(|part| part.rows()).sum();
    checked_len::<S>(&[rows, cols])?;
    Tensor::new(vec![rows, cols], parts.iter().flat_map(|part| part.data()).copied().collect())
}

/// One entry, indices counted from 1.
pub(crate) fn entry<S: Scalar>(a: &Tensor<S>, indices: &[usize]) -> Result<S, ExecError> {
    let place = match *indices {
        [i] if a.is_line() => (1..=a.len()).contains(&i).then(|| i - 1),
        [i, j] => {
            let inside = (1..=a.rows()).contains(&i) && (1..=a.cols()).contains(&j);
            inside.then(|| (i - 1) * a.cols() + j - 1)
        }
        _ => None,
    };
    place.map(|place| a.data()[place]).ok_or_else(|| {
        ExecError::shape(
            Kernel::Entry,
            format!("no entry {indices:?} in a value of size {}", size_text(a.dims())),
        )
    })
}
