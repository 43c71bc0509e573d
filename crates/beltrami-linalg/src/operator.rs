//! Linear maps by what can be done with them, whatever they are made of.

use crate::error::Error;
use crate::factor::lu::Lu;
use crate::factor::residual::frobenius;
use crate::matrix::Matrix;
use crate::product::{product, transposed_product};
use crate::random::{Single, distance_by_panels};
use crate::scalar::Scalar;

/// A linear map `Tⁿ → Tᵐ`: products with blocks of columns, and more where there is a method for it.
pub trait LinearOperator<T: Scalar = f64> {
    /// `m` and `n`.
    fn shape(&self) -> (usize, usize);

    /// `A*X` of an `n×b` block, `m×b`.
    ///
    /// # Errors
    /// [`Error::Shape`] for a block of another height, and what stands in the way of a product.
    fn apply(&self, x: &Matrix<T>) -> Result<Matrix<T>, Error>;

    /// `A'*Y` of an `m×b` block, `n×b`, with the conjugate transpose where numbers are complex.
    ///
    /// # Errors
    /// As [`LinearOperator::apply`].
    fn apply_transpose(&self, y: &Matrix<T>) -> Result<Matrix<T>, Error>;

    /// What it is, in a few words.
    fn structure(&self) -> String {
        "products alone".to_owned()
    }

    /// Floating-point operations of a product with one column.
    fn cost(&self) -> f64 {
        let (m, n) = self.shape();
        2.0 * m as f64 * n as f64
    }

    /// What systems are solved from, and determinants taken.
    ///
    /// # Errors
    /// [`Error::NoMethod`] where products alone are known; what the method says.
    fn factored(&self) -> Result<Box<dyn Solver<T> + '_>, Error> {
        Err(Error::NoMethod {
            function: "factored",
            reason: "products alone are known; use conjugate gradients, or write it out",
        })
    }

    /// All entries.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above [`MOST_ENTRIES`], before anything is allocated.
    fn to_dense(&self) -> Result<Matrix<T>, Error> {
        let (rows, cols) = self.shape();
        room("to_dense", rows, cols)?;
        self.apply(&Matrix::identity(cols))
    }

    /// The Frobenius norm, where it is known; without it errors are estimated from random vectors.
    fn frobenius_norm(&self) -> Option<f64> {
        None
    }

    /// A bound on `‖A - Q*B‖` in the Frobenius norm for `Q` `m×r` and `B` `r×n`, with what rounding adds, where entries are at
    /// hand to compute it from; without it errors below 1e-5 of the norm are estimated from random vectors.
    fn distance(&self, _q: &Matrix<T>, _b: &Matrix<T>) -> Option<f64> {
        None
    }

    /// The same with products in single precision, where these are faster.
    fn single(&self) -> Option<Box<dyn LinearOperator<T> + '_>> {
        None
    }
}

/// What solves systems with an operator.
pub trait Solver<T: Scalar = f64> {
    /// What is done, in a few words.
    fn method(&self) -> String;

    /// `A⁻¹*B` of an `n×b` block.
    ///
    /// # Errors
    /// [`Error::Shape`]; [`Error::Singular`]; what the method says.
    fn solve(&self, b: &Matrix<T>) -> Result<Matrix<T>, Error>;

    /// The sign of the determinant, for complex numbers its direction, and the logarithm of its absolute value.
    ///
    /// # Errors
    /// [`Error::Singular`]; [`Error::NoMethod`].
    fn log_abs_det(&self) -> Result<(T, f64), Error>;
}

/// The most entries that are written out, 2 GiB of numbers in double precision.
pub const MOST_ENTRIES: usize = 1 << 28;

/// Refuses a matrix that is not to be written out.
pub(crate) fn room(function: &'static str, rows: usize, cols: usize) -> Result<(), Error> {
    match rows.checked_mul(cols) {
        Some(entries) if entries <= MOST_ENTRIES => Ok(()),
        _ => Err(Error::TooLarge { function, rows, cols }),
    }
}

/// Refuses a block of another height.
pub(crate) fn fits<T: Scalar>(
    function: &'static str,
    block: &Matrix<T>,
    needed: usize,
) -> Result<(), Error> {
    if block.rows() == needed {
        return Ok(());
    }
    let detail = format!("a block of {} rows where {needed} are needed", block.rows());
    Err(Error::Shape { function, detail })
}

macro_rules! dense {
    ($number:ty { $($more:item)* }) => {
        impl LinearOperator<$number> for Matrix<$number> {
            fn shape(&self) -> (usize, usize) {
                (self.rows(), self.cols())
            }

            fn apply(&self, x: &Matrix<$number>) -> Result<Matrix<$number>, Error> {
                fits("product", x, self.cols())?;
                Ok(product(self, x))
            }

            fn apply_transpose(&self, y: &Matrix<$number>) -> Result<Matrix<$number>, Error> {
                fits("product", y, self.rows())?;
                Ok(transposed_product(self, y))
            }

            fn structure(&self) -> String {
                "dense".to_owned()
            }

            fn to_dense(&self) -> Result<Matrix<$number>, Error> {
                Ok(self.clone())
            }

            $($more)*
        }
    };
}

dense!(f32 {});
dense!(crate::scalar::Complex {});
dense!(f64 {
    fn factored(&self) -> Result<Box<dyn Solver + '_>, Error> {
        Ok(Box::new(Lu::new(self)?))
    }

    fn frobenius_norm(&self) -> Option<f64> {
        Some(frobenius(self))
    }

    fn distance(&self, q: &Matrix, b: &Matrix) -> Option<f64> {
        let panel = |top, height| self.block(top, 0, height, self.cols());
        Some(distance_by_panels(self.max_abs(), &panel, (q, b)))
    }

    fn single(&self) -> Option<Box<dyn LinearOperator + '_>> {
        Single::of(self).map(|single| Box::new(single) as Box<dyn LinearOperator>)
    }
});

impl Solver for Lu {
    fn method(&self) -> String {
        "LU".to_owned()
    }

    fn solve(&self, b: &Matrix) -> Result<Matrix, Error> {
        Lu::solve(self, b)
    }

    fn log_abs_det(&self) -> Result<(f64, f64), Error> {
        Lu::log_abs_det(self)
    }
}
