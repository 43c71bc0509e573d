//! The pseudoinverse, as a function of matrices of full rank.

use crate::error::Error;
use crate::factor::rank::deficient;
use crate::factor::svd::{Svd, pinv};
use crate::matfun::function::{MatrixFunction, Prepared};
use crate::matfun::perturbed::{Directions, Perturbed};
use crate::matrix::Matrix;
use crate::product::product;

/// The Moore–Penrose pseudoinverse.
///
/// Derivatives exist where the rank is full: elsewhere it is not continuous.
/// # References
/// Golub and Pereyra 1973, *The differentiation of pseudo-inverses and nonlinear least squares problems whose variables
/// separate*.
#[derive(Clone, Copy, Debug)]
pub struct Pinv;

impl MatrixFunction for Pinv {
    fn name(&self) -> &'static str {
        "pinv"
    }

    fn prepare(&self, a: &Matrix) -> Result<Box<dyn Prepared>, Error> {
        let found = Svd::normalised(a)?;
        let Svd { u, s, v } = found.values;
        let wide = a.rows() < a.cols();
        let svd = if wide { Svd { u: v, s, v: u } } else { Svd { u, s, v } };
        Ok(Box::new(At { a: a.clone(), svd, wide, exponent: found.exponent }))
    }

    fn value(&self, a: &Matrix) -> Result<Matrix, Error> {
        pinv(a)
    }
}

/// The pseudoinverse of `2^exponent*A`.
struct At {
    /// As it was given.
    a: Matrix,
    /// Of `A`, or of its transpose where that is tall.
    svd: Svd,
    wide: bool,
    exponent: i32,
}

impl At {
    /// The tall matrix and its pseudoinverse along directions, and the exponent that these leave.
    fn perturbed(&self, directions: &[&Matrix]) -> Result<(Perturbed, Perturbed, i32), Error> {
        let shape = (self.a.rows(), self.a.cols());
        let Directions { mut near_one, exponent } = Directions::new("pinv", shape, directions)?;
        let (rank, wanted) = (self.svd.rank(), self.svd.s.len());
        if rank < wanted {
            return Err(deficient("pinv", &self.a, (rank, wanted)));
        }
        if self.wide {
            near_one.iter_mut().for_each(|e| *e = e.transpose());
        }
        let Svd { u, s, v } = &self.svd;
        let a = Perturbed::new("pinv", self.svd.product(), &near_one)?;
        // With V/S from the right the columns are orthonormal but for the perturbation, and so is Q'Q the identity.
        let weighted = Matrix::from_fn(v.rows(), s.len(), |i, j| v[(i, j)] / s[j]);
        let mut q = a.map(|part| product(part, &weighted));
        q.put(0, u.clone());
        let q_transposed = q.transpose();
        let mut gram = q_transposed.product(&q);
        gram.put(0, Matrix::identity(s.len()));
        let inner = gram.solved(&q_transposed, |b| Ok(b.clone()))?;
        Ok((a, inner.map(|part| product(&weighted, part)), exponent))
    }

    fn oriented(&self, x: Matrix) -> Matrix {
        if self.wide { x.transpose() } else { x }
    }
}

impl Prepared for At {
    fn value(&self) -> Result<Matrix, Error> {
        pinv(&self.a)
    }

    fn higher(&self, directions: &[&Matrix]) -> Result<Matrix, Error> {
        if directions.is_empty() {
            return self.value();
        }
        let (_, x, exponent) = self.perturbed(directions)?;
        let order = directions.len() as i32 + 1;
        self.oriented(x.full())
            .scaled_by_power(exponent - self.exponent * order)
            .checked_result("pinv")
    }

    /// The gradient with weight `W` is `-X'WX' + (I - AX)W'XX'` for a tall `A`, of which `X` is the pseudoinverse.
    fn adjoint(&self, g: &Matrix, directions: &[&Matrix]) -> Result<Matrix, Error> {
        if (g.rows(), g.cols()) != (self.a.cols(), self.a.rows()) {
            let detail = format!(
                "a value {}×{} and a weight {}×{}",
                self.a.cols(),
                self.a.rows(),
                g.rows(),
                g.cols()
            );
            return Err(Error::Shape { function: "pinv", detail });
        }
        g.checked_finite("pinv")?;
        let (a, x, exponent) = self.perturbed(directions)?;
        let weight = if self.wide { g.transpose() } else { g.clone() };
        let w = Perturbed::constant(weight, a.sets());
        let x_transposed = x.transpose();
        let inside = x_transposed.product(&w).product(&x_transposed);
        let y = w.transpose().product(&x).product(&x_transposed);
        let outside = y.plus(-1.0, &a.product(&x.product(&y)));
        let order = directions.len() as i32 + 2;
        self.oriented(outside.plus(-1.0, &inside).full())
            .scaled_by_power(exponent - self.exponent * order)
            .checked_result("pinv")
    }
}
