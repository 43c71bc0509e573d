//! Eigenvalues: the symmetric decomposition, its leading pair, and the spectrum of a general matrix.

use faer::Side;

use crate::error::Error;
use crate::factor::residual::Residual;
use crate::matrix::Matrix;
use crate::product::symmetric_product;
use crate::scale::{ldexp, normalised, sequential};

/// The relative asymmetry that counts as rounding.
///
/// Products such as `A'*D*A` of moderate size come out asymmetric by a few hundred roundoffs; 1e-10 leaves room for
/// sums of many, and is far below any asymmetry that is meant.
const SYMMETRY_TOLERANCE: f64 = 1e-10;

/// The decomposition `A = V*diag(λ)*V'` of a symmetric matrix, eigenvalues ascending.
///
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, chapter 8.
#[derive(Clone, Debug)]
pub struct SymmetricEigen {
    /// Eigenvalues, ascending.
    pub values: Vec<f64>,
    /// Orthonormal eigenvectors, one a column.
    pub vectors: Matrix,
}

impl SymmetricEigen {
    /// Decomposes `A`.
    ///
    /// # Errors
    /// [`Error::NotSymmetric`], [`Error::NotSquare`], [`Error::NotFinite`], [`Error::NotConverged`],
    /// [`Error::Overflow`].
    pub fn new(a: &Matrix) -> Result<SymmetricEigen, Error> {
        let (scaled, exponent) = normalised(&symmetric_part_checked(a, "eigen")?);
        // faer's eigenvalue routines panic on 0×0.
        if a.rows() == 0 {
            return Ok(SymmetricEigen { values: Vec::new(), vectors: scaled });
        }
        sequential();
        let eigen = scaled
            .as_faer()
            .self_adjoint_eigen(Side::Lower)
            .map_err(|_| Error::NotConverged { method: "symmetric eigenvalues", iterations: 30 })?;
        let values: Vec<f64> = (0..a.rows()).map(|i| ldexp(eigen.S()[i], exponent)).collect();
        if values.iter().any(|x| !x.is_finite()) {
            return Err(Error::Overflow { function: "eigen" });
        }
        Ok(SymmetricEigen { values, vectors: Matrix::from_faer(eigen.U()) })
    }

    /// `V*diag(f(λ))*V'`.
    pub fn apply(&self, f: impl Fn(f64) -> f64) -> Matrix {
        let v = &self.vectors;
        let values: Vec<f64> = self.values.iter().map(|&x| f(x)).collect();
        let mut scaled = v.clone();
        for row in scaled.data_mut().chunks_exact_mut(values.len().max(1)) {
            row.iter_mut().zip(&values).for_each(|(x, value)| *x *= value);
        }
        symmetric_product(scaled.as_faer(), v.as_faer().transpose())
    }

    /// How well the factors reproduce `A`.
    pub fn residual(&self, a: &Matrix) -> Residual {
        Residual::of(a, &self.apply(|x| x), &[&self.vectors])
    }
}

/// Largest eigenvalue of a symmetric matrix.
///
/// # Errors
/// As [`SymmetricEigen::new`]; [`Error::Shape`] for an empty matrix.
pub fn lambda_max(a: &Matrix) -> Result<f64, Error> {
    let eigen = SymmetricEigen::new(a)?;
    eigen.values.last().copied().ok_or_else(empty)
}

/// Unit eigenvector of the largest eigenvalue of a symmetric matrix, its entry of largest absolute value positive.
///
/// When several entries are largest to within 1e-8, the first of them is made positive.
/// # Errors
/// [`Error::NotUnique`] when the two largest eigenvalues agree to working precision, and as [`lambda_max`].
pub fn vector_max(a: &Matrix) -> Result<Vec<f64>, Error> {
    oriented(&SymmetricEigen::new(a)?)
}

/// The same from the decomposition.
pub(crate) fn oriented(eigen: &SymmetricEigen) -> Result<Vec<f64>, Error> {
    let n = eigen.values.len();
    let largest = eigen.values.last().copied().ok_or_else(empty)?;
    let scale = eigen.values[0].abs().max(largest.abs());
    if n > 1 {
        let gap = if scale == 0.0 { 0.0 } else { largest / scale - eigen.values[n - 2] / scale };
        // The vector is wrong by about eps/gap, so nothing is left of it here.
        if gap <= n as f64 * f64::EPSILON {
            return Err(Error::NotUnique { what: "the leading eigenvector", gap });
        }
    }
    let mut v = eigen.vectors.col(n - 1);
    let peak = v.iter().fold(0.0_f64, |m, x| x.abs().max(m));
    // Without a tolerance rounding would choose the sign of vectors such as (1, -1)/sqrt(2).
    if v.iter().find(|x| x.abs() >= (1.0 - 1e-8) * peak).is_some_and(|x| *x < 0.0) {
        v.iter_mut().for_each(|x| *x = -*x);
    }
    Ok(v)
}

/// Real and imaginary parts of the eigenvalues of a square matrix, in faer's order.
///
/// # Errors
/// [`Error::NotSquare`], [`Error::NotFinite`], [`Error::NotConverged`], [`Error::Overflow`].
pub fn eigenvalues(a: &Matrix) -> Result<Vec<(f64, f64)>, Error> {
    if a.checked_square("eigenvalues")? == 0 {
        return Ok(Vec::new());
    }
    sequential();
    let (scaled, exponent) = normalised(a);
    let values = scaled
        .as_faer()
        .eigenvalues()
        .map_err(|_| Error::NotConverged { method: "eigenvalues", iterations: 30 })?;
    let values: Vec<_> =
        values.iter().map(|z| (ldexp(z.re, exponent), ldexp(z.im, exponent))).collect();
    if values.iter().all(|(re, im)| re.is_finite() && im.is_finite()) {
        Ok(values)
    } else {
        Err(Error::Overflow { function: "eigenvalues" })
    }
}

pub(crate) fn symmetric_part_checked(a: &Matrix, function: &'static str) -> Result<Matrix, Error> {
    a.checked_square(function)?;
    let asymmetry = a.asymmetry();
    if asymmetry > SYMMETRY_TOLERANCE {
        return Err(Error::NotSymmetric { asymmetry });
    }
    Ok(a.symmetric_part())
}

/// `(A + A')/2` of a matrix that is symmetric but for rounding.
///
/// # Errors
/// [`Error::NotSymmetric`], [`Error::NotSquare`], [`Error::NotFinite`].
pub fn symmetric_part(a: &Matrix) -> Result<Matrix, Error> {
    symmetric_part_checked(a, "symmetric_part")
}

fn empty() -> Error {
    Error::Shape { function: "eigen", detail: "the matrix is 0×0".to_owned() }
}
