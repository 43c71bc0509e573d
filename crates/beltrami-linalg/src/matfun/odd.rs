//! Odd functions of singular values.

mod clip;
mod scalar;
mod sign;
mod smooth;
mod threshold;

use crate::error::Error;
use crate::factor::rank::deficient;
use crate::factor::svd::Svd;
use crate::matfun::condition::relative;
use crate::matfun::expm::checked_direction;
use crate::matfun::function::{MatrixFunction, Prepared};
use crate::matfun::primary::power_of_two;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{exponent_of, ldexp};

pub use clip::Clip;
pub use scalar::OddScalar;
pub use sign::Sign;
pub use smooth::{Smooth, Tanh};
pub use threshold::SoftThreshold;

/// `F(A) = U*f(S)*V'` for `A = U*S*V'` of any shape and an odd scalar function `f`.
///
/// The derivative is its own adjoint:
/// `L(A,E) = U(G₋∘sym(K) + G₊∘skew(K))V' + (I - UU')EV*diag(f(s)/s)V'` for `m ≥ n`, with `K = U'EV`,
/// `G₋ = (f(sᵢ) - f(sⱼ))/(sᵢ - sⱼ)` and `G₊ = (f(sᵢ) + f(sⱼ))/(sᵢ + sⱼ)`; by transposition for `m < n`.
/// Equal and clustered singular values are no exception.
/// # References
/// Noferini 2017, *A formula for the Fréchet derivative of a generalized matrix function*.
#[derive(Clone, Copy, Debug)]
pub struct Odd<F>(pub F);

/// An odd function at a matrix.
struct At<F> {
    function: Odd<F>,
    a: Matrix,
}

impl<F: OddScalar> Prepared for At<F> {
    fn value(&self) -> Result<Matrix, Error> {
        self.function.value(&self.a)
    }

    fn higher(&self, directions: &[&Matrix]) -> Result<Matrix, Error> {
        match directions {
            [] => self.value(),
            [e] => self.function.derivative(&self.a, e),
            _ => Err(Error::NoMethod {
                function: self.function.0.name(),
                reason: "second derivatives are not computed",
            }),
        }
    }

    fn adjoint(&self, g: &Matrix, directions: &[&Matrix]) -> Result<Matrix, Error> {
        let all: Vec<&Matrix> = directions.iter().copied().chain([g]).collect();
        self.higher(&all)
    }
}

impl<F: OddScalar> MatrixFunction for Odd<F> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn prepare(&self, a: &Matrix) -> Result<Box<dyn Prepared>, Error> {
        Ok(Box::new(At { function: self.clone(), a: a.clone() }))
    }

    /// `F(A)`.
    ///
    /// # Errors
    /// [`Error::RankDeficient`] where a singular value vanishes and `f` jumps at 0; [`Error::NotFinite`],
    /// [`Error::NotConverged`], [`Error::Overflow`].
    fn value(&self, a: &Matrix) -> Result<Matrix, Error> {
        let svd = self.decomposed(a)?.svd;
        let scaled =
            Matrix::from_fn(svd.u.rows(), svd.s.len(), |i, j| svd.u[(i, j)] * self.at(svd.s[j]));
        product(&scaled, &svd.v.transpose()).checked_result(self.0.name())
    }

    /// # Errors
    /// As the value; [`Error::Kink`] where a singular value lies on a kink of `f`; [`Error::Shape`].
    fn derivative(&self, a: &Matrix, e: &Matrix) -> Result<Matrix, Error> {
        checked_direction(self.0.name(), a, e)?;
        if a.rows() < a.cols() {
            return Ok(self.derivative(&a.transpose(), &e.transpose())?.transpose());
        }
        let Decomposed { svd, shift } = self.decomposed(a)?;
        self.refuse_kink(&svd)?;
        let size = exponent_of(e.max_abs());
        let e = e.scaled_by_power(-size);
        let (u, s, v) = (&svd.u, &svd.s, &svd.v);
        let right = product(&e, v);
        let k = product(&u.transpose(), &right);
        let inner = Matrix::from_fn(s.len(), s.len(), |i, j| {
            let (sym, skew) = (0.5 * (k[(i, j)] + k[(j, i)]), 0.5 * (k[(i, j)] - k[(j, i)]));
            self.0.minus(s[i], s[j]) * sym + self.0.plus(s[i], s[j]) * skew
        });
        let mut sum = product(u, &inner);
        if a.rows() > a.cols() {
            let outside = right.plus(-1.0, &product(u, &k));
            // Projecting twice removes what the first left in the range of U (Parlett's "twice is enough").
            let outside = outside.plus(-1.0, &product(u, &product(&u.transpose(), &outside)));
            let ratio: Vec<f64> = s.iter().map(|s| self.0.plus(*s, *s)).collect();
            let outside =
                Matrix::from_fn(outside.rows(), s.len(), |i, j| outside[(i, j)] * ratio[j]);
            sum = sum.plus(1.0, &outside);
        }
        let (factor, exponent) = power_of_two(shift);
        product(&sum, &v.transpose())
            .scaled(factor)
            .scaled_by_power(exponent + size)
            .checked_result(self.0.name())
    }

    fn adjoint(&self, a: &Matrix, g: &Matrix) -> Result<Matrix, Error> {
        self.derivative(a, g)
    }

    /// Exact: the singular values of the derivative are the entries of `G₋`, those of `G₊` off the diagonal, and
    /// `f(s)/s` unless the matrix is square.
    fn condition(&self, a: &Matrix) -> Result<f64, Error> {
        let svd = self.decomposed(a)?.svd;
        self.refuse_kink(&svd)?;
        let square = a.rows() == a.cols();
        let mut norm = 0.0_f64;
        for (i, x) in svd.s.iter().enumerate() {
            for (j, y) in svd.s.iter().enumerate().skip(i) {
                norm = norm.max(self.0.minus(*x, *y).abs());
                if i != j || !square {
                    norm = norm.max(self.0.plus(*x, *y).abs());
                }
            }
        }
        // ‖L(A,·)‖ of the scaled matrix goes with the scaled matrix.
        let exponent = if self.0.degree().is_some() { exponent_of(a.max_abs()) } else { 0 };
        relative(self.0.name(), norm, &a.scaled_by_power(-exponent), &self.value(a)?)
    }

    fn residual(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        checked_direction(self.0.name(), a, x)?;
        self.0.residual(a, x)
    }
}

/// A decomposition, and the exponent by which derivatives at it differ from those at the matrix itself.
struct Decomposed {
    svd: Svd,
    shift: f64,
}

impl<F: OddScalar> Odd<F> {
    /// The decomposition of `A`, or of `A` near 1 where that is only a factor; singular values that vanish to working
    /// precision are 0.
    fn decomposed(&self, a: &Matrix) -> Result<Decomposed, Error> {
        let scaled = Svd::normalised(a)?;
        let mut svd = scaled.values;
        let (rank, wanted) = (svd.rank(), svd.s.len());
        if rank < wanted && self.0.jumps() {
            return Err(deficient(self.0.name(), a, (rank, wanted)));
        }
        svd.s[rank..].fill(0.0);
        match self.0.degree() {
            Some(degree) => Ok(Decomposed { svd, shift: f64::from(scaled.exponent) * degree }),
            None => {
                for s in &mut svd.s {
                    *s = ldexp(*s, scaled.exponent);
                    if !s.is_finite() {
                        return Err(Error::Overflow { function: self.0.name() });
                    }
                }
                Ok(Decomposed { svd, shift: 0.0 })
            }
        }
    }

    fn at(&self, s: f64) -> f64 {
        if s == 0.0 { 0.0 } else { self.0.value(s) }
    }

    fn refuse_kink(&self, svd: &Svd) -> Result<(), Error> {
        // Computed singular values carry this error.
        let level = svd.u.rows().max(svd.v.rows()) as f64 * f64::EPSILON;
        let largest = svd.s.first().copied().unwrap_or(0.0);
        for kink in self.0.kinks() {
            if let Some(value) = svd.s.iter().find(|s| (**s - kink).abs() <= level * largest) {
                return Err(Error::Kink { function: self.0.name(), value: *value, kink });
            }
        }
        Ok(())
    }
}
