//! An operator whose norm is near 1, and how far a matrix is from a product.

use crate::error::Error;
use crate::factor::residual::frobenius;
use crate::matrix::Matrix;
use crate::operator::LinearOperator;
use crate::polar::Arithmetic;
use crate::polar::exact_product::{Pair, difference};
use crate::scale::{exponent_of, ldexp};

/// Rows of a panel, so that the difference takes little room beside the matrix.
const PANEL: usize = 256;

/// A bound on `‖A - Q*B‖` of a matrix with a largest entry, which gives rows from one on and so many.
pub(crate) fn distance_by_panels(
    largest: f64,
    panel: &dyn Fn(usize, usize) -> Matrix,
    (q, b): (&Matrix, &Matrix),
) -> f64 {
    // Products in parts must neither overflow nor underflow.
    let exponent = exponent_of(largest.max(b.max_abs()));
    let b = b.scaled_by_power(-exponent);
    let to = Arithmetic::full::<f64>(1);
    let mut norm = 0.0_f64;
    for top in (0..q.rows()).step_by(PANEL) {
        let height = PANEL.min(q.rows() - top);
        let panel = panel(top, height).scaled_by_power(-exponent);
        let q = q.block(top, 0, height, q.cols());
        let (rest, error) = difference(panel.as_faer(), q.as_faer(), b.as_faer(), Pair::split, to);
        norm = norm.hypot(frobenius(&Matrix::from_faer(rest.as_ref())) + error);
    }
    // Rounding of the norms is a few units.
    ldexp(norm * (1.0 + 1e-12), exponent)
}

/// An operator divided by a power of two, half of it before and half of it after the product, so that neither overflows.
pub(crate) struct Scaled<'a> {
    operator: &'a dyn LinearOperator,
    pub(crate) exponent: i32,
    /// The norm of the scaled operator, where it is known.
    pub(crate) norm: Option<f64>,
}

impl<'a> Scaled<'a> {
    /// Divides by about the norm, which is tried on a block where it is not known.
    pub(crate) fn new(
        operator: &'a dyn LinearOperator,
        probe: &Matrix,
    ) -> Result<Scaled<'a>, Error> {
        Scaled::with_norm(operator, operator.frobenius_norm(), probe)
    }

    /// The same where the norm has been computed.
    pub(crate) fn with_norm(
        operator: &'a dyn LinearOperator,
        norm: Option<f64>,
        probe: &Matrix,
    ) -> Result<Scaled<'a>, Error> {
        let size = match norm {
            Some(norm) => norm,
            None => operator.apply(probe)?.max_abs(),
        };
        let exponent = exponent_of(size);
        Ok(Scaled { operator, exponent, norm: norm.map(|norm| ldexp(norm, -exponent)) })
    }

    pub(crate) fn rows(&self) -> usize {
        self.operator.shape().0
    }

    pub(crate) fn cols(&self) -> usize {
        self.operator.shape().1
    }

    pub(crate) fn apply(&self, x: &Matrix) -> Result<Matrix, Error> {
        self.around(x, |x| self.operator.apply(x))
    }

    pub(crate) fn apply_transpose(&self, y: &Matrix) -> Result<Matrix, Error> {
        self.around(y, |y| self.operator.apply_transpose(y))
    }

    /// The distance of the scaled operator from `Q*B`.
    pub(crate) fn distance(&self, q: &Matrix, b: &Matrix) -> Option<f64> {
        let distance = self.operator.distance(q, &b.scaled_by_power(self.exponent))?;
        Some(ldexp(distance, -self.exponent))
    }

    fn around(
        &self,
        x: &Matrix,
        f: impl Fn(&Matrix) -> Result<Matrix, Error>,
    ) -> Result<Matrix, Error> {
        let before = self.exponent / 2;
        let after = self.exponent - before;
        let image = match self.exponent {
            0 => f(x)?,
            _ => f(&x.scaled_by_power(-before))?.scaled_by_power(-after),
        };
        image.checked_finite("random_svd")?;
        Ok(image)
    }
}
