//! Eigenvalues and eigenvectors of a general matrix.

use crate::error::Error;
use crate::factor::residual::frobenius;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{ldexp, normalised, sequential};

/// Eigenvalues and unit right eigenvectors of a square matrix, which are complex in general.
///
/// Eigenvectors of a matrix that is nearly defective are nearly dependent; [`crate::Schur`] is stable for every matrix.
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, section 7.6.
#[derive(Clone, Debug)]
pub struct GeneralEigen {
    /// Real and imaginary parts of the eigenvalues.
    pub values: Vec<(f64, f64)>,
    /// Real parts of the eigenvectors, one a column, `n×n`.
    pub real: Matrix,
    /// Imaginary parts of the eigenvectors, `n×n`.
    pub imaginary: Matrix,
}

impl GeneralEigen {
    /// Decomposes `A`, `n×n`.
    ///
    /// # Errors
    /// [`Error::NotSquare`], [`Error::NotFinite`], [`Error::NotConverged`], [`Error::Overflow`].
    pub fn new(a: &Matrix) -> Result<GeneralEigen, Error> {
        const METHOD: &str = "eigenvectors";
        // faer's eigenvalue routines panic on 0×0.
        if a.checked_square(METHOD)? == 0 {
            return Ok(GeneralEigen { values: Vec::new(), real: a.clone(), imaginary: a.clone() });
        }
        sequential();
        let (scaled, exponent) = normalised(a);
        let eigen = scaled
            .as_faer()
            .eigen()
            .map_err(|_| Error::NotConverged { method: METHOD, iterations: 30 })?;
        let n = a.rows();
        let value = |i: usize| eigen.S()[i];
        let mut real = Matrix::from_fn(n, n, |i, j| eigen.U()[(i, j)].re);
        let mut imaginary = Matrix::from_fn(n, n, |i, j| eigen.U()[(i, j)].im);
        for j in 0..n {
            let length =
                (0..n).fold(0.0_f64, |sum, i| sum.hypot(real[(i, j)]).hypot(imaginary[(i, j)]));
            for i in 0..n {
                real[(i, j)] /= length;
                imaginary[(i, j)] /= length;
            }
        }
        let values: Vec<_> =
            (0..n).map(|i| (ldexp(value(i).re, exponent), ldexp(value(i).im, exponent))).collect();
        if !values.iter().all(|(re, im)| re.is_finite() && im.is_finite()) {
            return Err(Error::Overflow { function: METHOD });
        }
        let found = GeneralEigen {
            values,
            real: real.checked_result(METHOD)?,
            imaginary: imaginary.checked_result(METHOD)?,
        };
        // Each pair solves a nearby problem, however badly conditioned it is; a larger residual is a failure.
        if found.backward(a) > 1e3 * n as f64 * f64::EPSILON {
            return Err(Error::NotConverged { method: METHOD, iterations: 30 });
        }
        Ok(found)
    }

    /// The largest `‖A*v - λ*v‖/‖A‖` over the pairs, Frobenius norm of `A`: how far the nearest matrix is of which the pair
    /// is an exact one.
    pub fn backward(&self, a: &Matrix) -> f64 {
        let (a, exponent) = normalised(a);
        let n = a.rows();
        let (re, im) = (product(&a, &self.real), product(&a, &self.imaginary));
        let norm = frobenius(&a);
        if norm == 0.0 {
            return 0.0;
        }
        let left = |j: usize| {
            let (x, y) = self.values[j];
            let (x, y) = (ldexp(x, -exponent), ldexp(y, -exponent));
            (0..n).fold(0.0_f64, |sum, i| {
                let (v, w) = (self.real[(i, j)], self.imaginary[(i, j)]);
                sum.hypot(re[(i, j)] - (x * v - y * w)).hypot(im[(i, j)] - (x * w + y * v))
            })
        };
        (0..n).map(left).fold(0.0, f64::max) / norm
    }
}
