//! Sums of two Kronecker products of symmetric matrices, diagonalised factor by factor.

use crate::error::Error;
use crate::factor::cholesky::Cholesky;
use crate::factor::eigen::SymmetricEigen;
use crate::factor::lu::Lu;
use crate::matrix::Matrix;
use crate::product::{product, transposed_product};
use crate::structured::apply::around;

/// `A = v*(L₁⊗R₁) + w*(L₂⊗R₂)` with symmetric factors, one of the two `L` and one of the two `R` positive definite:
/// `(T⊗S)'*A*(T⊗S)` is diagonal.
///
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, sections 8.7 and 12.3.
#[derive(Clone, Debug)]
pub struct Pencil {
    left: Pair,
    right: Pair,
    /// The diagonal, with the index of `left` outside.
    values: Vec<f64>,
}

/// `T'*A₁*T` and `T'*A₂*T` are diagonal, one of them the identity.
#[derive(Clone, Debug)]
struct Pair {
    t: Matrix,
    first: Vec<f64>,
    second: Vec<f64>,
    /// `log|det(T)|`.
    log_det: f64,
}

impl Pencil {
    /// From the two weights and factors; a factor that is an identity is `None`.
    ///
    /// # Errors
    /// [`Error::NotSymmetric`], [`Error::NotPositiveDefinite`] where neither of two factors is, [`Error::Shape`],
    /// [`Error::Singular`].
    pub fn new(
        [v, w]: [f64; 2],
        [l1, r1]: [&Matrix; 2],
        [l2, r2]: [&Matrix; 2],
    ) -> Result<Pencil, Error> {
        let (left, right) = (Pair::new(l1, l2)?, Pair::new(r1, r2)?);
        let values: Vec<f64> = (0..left.first.len())
            .flat_map(|i| (0..right.first.len()).map(move |j| (i, j)))
            .map(|(i, j)| v * left.first[i] * right.first[j] + w * left.second[i] * right.second[j])
            .collect();
        // Each value is a difference of terms of the size of the largest, and has lost what they have in common.
        let sizes = |i: usize, j: usize| {
            (v * left.first[i] * right.first[j]).abs()
                + (w * left.second[i] * right.second[j]).abs()
        };
        for (place, value) in values.iter().enumerate() {
            let (i, j) = (place / right.first.len(), place % right.first.len());
            if value.abs() <= 8.0 * f64::EPSILON * sizes(i, j) {
                return Err(Error::Singular { rcond: 0.0 });
            }
        }
        Ok(Pencil { left, right, values })
    }

    /// The solutions for the columns of `b`.
    pub(crate) fn solve(&self, b: &Matrix) -> Matrix {
        let n = self.right.t.rows();
        let turn = |pair: &Pair, x: &Matrix| Some(transposed_product(&pair.t, x));
        let inside = around(b, n, |x| turn(&self.left, x), |x| turn(&self.right, x));
        let inside =
            Matrix::from_fn(inside.rows(), inside.cols(), |i, j| inside[(i, j)] / self.values[i]);
        around(&inside, n, |x| Some(product(&self.left.t, x)), |x| Some(product(&self.right.t, x)))
    }

    /// The sign of the determinant and the logarithm of its absolute value.
    pub(crate) fn log_abs_det(&self) -> (f64, f64) {
        let (p, r) = (self.left.t.rows() as f64, self.right.t.rows() as f64);
        let turned = -2.0 * (r * self.left.log_det + p * self.right.log_det);
        self.values
            .iter()
            .fold((1.0, turned), |(sign, log), x| (sign * x.signum(), log + x.abs().ln()))
    }
}

impl Pair {
    fn new(first: &Matrix, second: &Matrix) -> Result<Pair, Error> {
        let n = first.rows();
        if second.rows() != n {
            let detail = format!("factors of size {n} and {}", second.rows());
            return Err(Error::Shape { function: "pencil", detail });
        }
        match Pair::by(first, second) {
            Ok((t, values, log_det)) => {
                Ok(Pair { t, first: values, second: vec![1.0; n], log_det })
            }
            Err(Error::NotPositiveDefinite { .. }) => {
                let (t, values, log_det) = Pair::by(second, first)?;
                Ok(Pair { t, first: vec![1.0; n], second: values, log_det })
            }
            Err(error) => Err(error),
        }
    }

    /// `T` with `T'*definite*T = I`, and the diagonal of `T'*A*T`.
    fn by(a: &Matrix, definite: &Matrix) -> Result<(Matrix, Vec<f64>, f64), Error> {
        let cholesky = Cholesky::new(definite)?;
        let lower = Lu::new(&cholesky.lower())?;
        let half = lower.solve(a)?;
        let turned = lower.solve(&half.transpose())?;
        let eigen = SymmetricEigen::new(&turned.symmetric_part())?;
        // Asymmetry of `A` itself must not be averaged away.
        if a.asymmetry() > 1e-10 {
            return Err(Error::NotSymmetric { asymmetry: a.asymmetry() });
        }
        let t = Lu::new(&cholesky.lower().transpose())?.solve(&eigen.vectors)?;
        Ok((t, eigen.values, -0.5 * cholesky.logdet()))
    }
}
