//! What is easily solved plus something of low rank.

use crate::error::Error;
use crate::factor::lu::Lu;
use crate::factor::svd::singular_values;
use crate::matrix::Matrix;
use crate::product::product;

/// `A = B + U*V` by the solutions with `B`.
///
/// # References
/// Higham 2002, *Accuracy and Stability of Numerical Algorithms*, section 26.4; Golub and Van Loan 2013, section 2.1.4.
#[derive(Clone, Debug)]
pub(crate) struct Woodbury {
    /// `B⁻¹*U`.
    solved: Matrix,
    v: Matrix,
    /// `I + V*B⁻¹*U`.
    small: Lu,
}

impl Woodbury {
    /// From `B⁻¹*U`, `n×r`, and `V`, `r×n`.
    ///
    /// # Errors
    /// [`Error::Singular`] where the small matrix is lost in rounding: `A` is then singular, or `B` nearly so.
    pub fn new(solved: Matrix, v: Matrix) -> Result<Woodbury, Error> {
        let inside = product(&v, &solved);
        let size = 1.0 + inside.max_abs();
        let small = inside.shifted(1.0);
        let least = singular_values(&small)?.last().copied().unwrap_or(1.0);
        // Rounding of the sums of n products that the entries are, and of those of the decomposition.
        let lost = f64::EPSILON * (v.cols() as f64).sqrt().max(8.0) * v.rows() as f64;
        if least <= lost * size {
            return Err(Error::Singular { rcond: least / size });
        }
        Ok(Woodbury { solved, v, small: Lu::new(&small)? })
    }

    /// The number of columns of `U`.
    pub fn rank(&self) -> usize {
        self.v.rows()
    }

    /// The solution of `A*X = C` from that of `B*Y = C`.
    pub fn solve(&self, y: &Matrix) -> Result<Matrix, Error> {
        let inner = self.small.solve_without_condition(&product(&self.v, y))?;
        Ok(y.plus(-1.0, &product(&self.solved, &inner)))
    }

    /// Sign and logarithm of `det(A)/det(B)`.
    pub fn log_abs_det(&self) -> Result<(f64, f64), Error> {
        self.small.log_abs_det()
    }
}
