//! Primary functions: those that act on the eigenvalues of a square matrix.

use crate::error::Error;
use crate::factor::eigen::SymmetricEigen;
use crate::matfun::condition::{derivative_norm, frobenius, relative};
use crate::matfun::expm::checked_direction;
use crate::matfun::function::{MatrixFunction, Prepared};
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{exponent_of, ldexp, normalised};

/// A function that is given by a real scalar function of the eigenvalues.
///
/// Symmetric matrices go through their eigenvalues, with divided differences that are exact at any gap; others through
/// [`Primary::general`].
/// The derivative satisfies `L*(A,·) = L(A',·)`.
/// # References
/// Higham 2008, *Functions of Matrices*, Theorem 3.11 (Daleckii and Kreĭn) and section 3.2.
pub trait Primary: Clone + Send + Sync + 'static {
    /// The name in messages.
    fn name(&self) -> &'static str;

    /// `f(x)` at an eigenvalue.
    fn scalar(&self, x: f64) -> f64;

    /// `(f(x) - f(y))/(x - y)`, and `f'(x)` where `x = y`.
    fn difference(&self, x: f64, y: f64) -> f64;

    /// Refuses a spectrum, ascending, at which the function is not differentiable; `tolerance` is its rounding error.
    ///
    /// # Errors
    /// The reason.
    fn check(&self, spectrum: &[f64], tolerance: f64) -> Result<(), Error>;

    /// `F(A)`.
    ///
    /// # Errors
    /// As [`MatrixFunction::value`].
    fn evaluate(&self, a: &Matrix) -> Result<Matrix, Error>;

    /// `L(A,E)` of a matrix that is not symmetric, read from `F([A, E; 0, A]) = [F(A), L; 0, F(A)]`.
    ///
    /// # Errors
    /// As [`MatrixFunction::derivative`].
    /// # References
    /// Higham 2008, *Functions of Matrices*, (3.16).
    fn general(&self, a: &Matrix, e: &Matrix) -> Result<Matrix, Error> {
        let n = a.rows();
        Ok(self.evaluate(&a.blocks(e, &Matrix::zeros(n, n), a))?.block(0, n, n, n))
    }

    /// The degree `d` with `L(cA,E) = c^d*L(A,E)` for `c > 0`, where there is one.
    fn degree(&self) -> Option<f64>;

    /// As [`MatrixFunction::residual`].
    ///
    /// # Errors
    /// As [`MatrixFunction::value`].
    fn defect(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error>;
}

/// A primary function at a matrix.
struct At<F> {
    function: F,
    a: Matrix,
}

impl<F: Primary> Prepared for At<F> {
    fn value(&self) -> Result<Matrix, Error> {
        self.function.evaluate(&self.a)
    }

    fn higher(&self, directions: &[&Matrix]) -> Result<Matrix, Error> {
        match directions {
            [] => self.value(),
            [e] => self.function.derivative(&self.a, e),
            _ => Err(Error::NoMethod {
                function: Primary::name(&self.function),
                reason: "second derivatives are not computed",
            }),
        }
    }

    fn adjoint(&self, g: &Matrix, directions: &[&Matrix]) -> Result<Matrix, Error> {
        let g = g.transpose();
        let all: Vec<&Matrix> = directions.iter().copied().chain([&g]).collect();
        Ok(self.higher(&all)?.transpose())
    }
}

impl<F: Primary> MatrixFunction for F {
    fn name(&self) -> &'static str {
        Primary::name(self)
    }

    fn prepare(&self, a: &Matrix) -> Result<Box<dyn Prepared>, Error> {
        Ok(Box::new(At { function: self.clone(), a: a.clone() }))
    }

    fn derivative(&self, a: &Matrix, e: &Matrix) -> Result<Matrix, Error> {
        let name = Primary::name(self);
        a.checked_square(name)?;
        checked_direction(name, a, e)?;
        // The derivative is linear in E, and where it is homogeneous in A both are brought near 1.
        let (a, shift) = self.near_one(a);
        let size = exponent_of(e.max_abs());
        // A direction of the size of A keeps the block matrix balanced.
        let size = size - if shift.is_some() { 0 } else { exponent_of(a.max_abs()).min(0) };
        let e = e.scaled_by_power(-size);
        let (factor, exponent) = power_of_two(shift.unwrap_or(0.0));
        let l = match spectrum(self, &a)? {
            Some(eigen) => {
                let v = &eigen.vectors;
                let k = product(&product(&v.transpose(), &e), v);
                let s = &eigen.values;
                let k = Matrix::from_fn(s.len(), s.len(), |i, j| {
                    self.difference(s[i], s[j]) * k[(i, j)]
                });
                product(&product(v, &k), &v.transpose())
            }
            None => {
                // A direction larger than A would cost the block matrix roots or squarings, a smaller one digits.
                let balance = exponent_of(e.norm_one()) - exponent_of(a.norm_one());
                self.general(&a, &e.scaled_by_power(-balance))?.scaled_by_power(balance)
            }
        };
        l.scaled(factor).scaled_by_power(exponent + size).checked_result(name)
    }

    fn adjoint(&self, a: &Matrix, g: &Matrix) -> Result<Matrix, Error> {
        self.derivative(&a.transpose(), g)
    }

    fn condition(&self, a: &Matrix) -> Result<f64, Error> {
        let name = Primary::name(self);
        a.checked_square(name)?;
        let (scaled, shift) = self.near_one(a);
        let norm = match spectrum(self, &scaled)? {
            Some(eigen) => {
                let s = &eigen.values;
                let pairs = s.iter().flat_map(|x| s.iter().map(|y| self.difference(*x, *y)));
                pairs.fold(0.0, |m: f64, d| m.max(d.abs()))
            }
            None => derivative_norm(self, &scaled)?,
        };
        // Of degree -1 the product ‖L‖·‖A‖ does not depend on the scale, but the value does.
        let value = if shift.is_some() && self.degree() == Some(-1.0) {
            self.evaluate(a)?
        } else {
            self.evaluate(&scaled)?
        };
        relative(name, norm, &scaled, &value)
    }

    fn residual(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        self.defect(a, x)
    }
}

/// Scaling, for functions whose derivative is homogeneous.
trait NearOne {
    /// `A/2^e` and `e*d`, by whose power of two `L(A/2^e, ·)` differs from `L(A, ·)`.
    fn near_one(&self, a: &Matrix) -> (Matrix, Option<f64>);
}

impl<F: Primary> NearOne for F {
    fn near_one(&self, a: &Matrix) -> (Matrix, Option<f64>) {
        match self.degree() {
            Some(degree) => {
                let (scaled, exponent) = normalised(a);
                (scaled, Some(f64::from(exponent) * degree))
            }
            None => (a.clone(), None),
        }
    }
}

/// Whether a square matrix is symmetric to working precision.
pub(crate) fn is_symmetric(a: &Matrix) -> bool {
    a.asymmetry() <= a.rows() as f64 * f64::EPSILON
}

/// `2^x` as a number in `[1, 2)` and an exponent.
pub(crate) fn power_of_two(x: f64) -> (f64, i32) {
    let whole = x.floor();
    ((x - whole).exp2(), whole as i32)
}

/// `‖D‖/‖A‖` in the Frobenius norm, `‖D‖` where `A = 0`.
pub(crate) fn ratio(d: &Matrix, a: &Matrix) -> f64 {
    let size = frobenius(a);
    let error = frobenius(d);
    if size == 0.0 {
        error
    } else {
        ldexp(error, -exponent_of(size)) / ldexp(size, -exponent_of(size))
    }
}

/// The decomposition of a symmetric matrix at whose spectrum the function is differentiable; nothing for others.
fn spectrum<F: Primary>(function: &F, a: &Matrix) -> Result<Option<SymmetricEigen>, Error> {
    if !is_symmetric(a) {
        return Ok(None);
    }
    let eigen = SymmetricEigen::new(a)?;
    // The rounding error of computed eigenvalues.
    function.check(&eigen.values, a.rows() as f64 * f64::EPSILON * a.norm_one())?;
    Ok(Some(eigen))
}
