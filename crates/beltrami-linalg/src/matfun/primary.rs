//! Primary functions: those that act on the eigenvalues of a square matrix.

use crate::error::Error;
use crate::factor::eigen::SymmetricEigen;
use crate::matfun::action::low_rank;
use crate::matfun::condition::{derivative_norm, frobenius, relative};
use crate::matfun::function::{MatrixFunction, Prepared};
use crate::matfun::perturbed::{Directions, Perturbed};
use crate::matfun::principal::{Triangular, principal};
use crate::matfun::second::second_derivative;
use crate::matrix::Matrix;
use crate::product::{product, product_transposed, symmetric_product, transposed_product};
use crate::scale::{exponent_of, ldexp};

/// A function that is given by a real scalar function of the eigenvalues.
///
/// First derivatives at symmetric matrices go through the eigenvalues, with divided differences that are exact at any gap;
/// everything else goes through an algorithm for the value that is run with a perturbed matrix.
/// As `⟨G, D_{k+1}(A; E₁, …, E_k, E)⟩ = ⟨D_{k+1}(A'; E₁', …, E_k', G), E⟩`, adjoints are derivatives.
/// # References
/// Higham 2008, *Functions of Matrices*, Theorem 3.11 (Daleckii and Kreĭn) and section 3.2.
pub(crate) trait Primary: Clone + Send + Sync + 'static {
    /// The name in messages.
    fn name(&self) -> &'static str;

    /// `(f(x) - f(y))/(x - y)`, and `f'(x)` where `x = y`.
    fn difference(&self, x: f64, y: f64) -> f64;

    /// `f''(x)`, where second derivatives at symmetric matrices are to go through the eigenvalues.
    fn curvature(&self, _x: f64) -> Option<f64> {
        None
    }

    /// [`Primary::difference`] of all pairs.
    fn differences(&self, values: &[f64]) -> Matrix {
        of_pairs(values, |x, y| self.difference(x, y))
    }

    /// The second derivative at `diag(λ)`, ascending, along two directions, both `symmetric` or not; nothing where
    /// [`Primary::perturbed`] takes less.
    fn second(
        &self,
        values: &[f64],
        directions: (&Matrix, &Matrix),
        symmetric: bool,
    ) -> Option<Matrix> {
        second_derivative(self, values, directions, symmetric)
    }

    /// The distance over which `f` varies between `x` and `y`: from them to the nearest singularity, 0.
    fn scale(&self, x: f64, y: f64) -> f64 {
        x.abs().max(y.abs())
    }

    /// `F(A)` of a symmetric matrix from its decomposition; `tolerance` is the rounding error of the eigenvalues.
    ///
    /// # Errors
    /// As [`MatrixFunction::value`].
    fn symmetric(&self, eigen: &SymmetricEigen, tolerance: f64) -> Result<Matrix, Error>;

    /// Refuses eigenvalues, ascending, of a symmetric matrix at which the function is not differentiable.
    ///
    /// # Errors
    /// The reason.
    fn check(&self, spectrum: &[f64], tolerance: f64) -> Result<(), Error>;

    /// The basis that [`Primary::perturbed`] needs.
    fn basis(&self) -> Basis;

    /// `F(A)` of a perturbed matrix, quasi-triangular without its perturbation where [`Primary::basis`] says so.
    ///
    /// # Errors
    /// As [`MatrixFunction::higher`].
    fn perturbed(&self, a: &Perturbed) -> Result<Perturbed, Error>;

    /// The derivative at `A` along `U*W'` and other directions, where that takes less than with whole matrices.
    fn low_rank(
        &self,
        _a: &Matrix,
        _factors: (&Matrix, &Matrix),
        _others: &[Matrix],
    ) -> Option<Result<Matrix, Error>> {
        None
    }

    /// The columns of factors with which [`Primary::low_rank`] is worth asking.
    fn low_rank_columns(&self) -> usize {
        0
    }

    /// Whether [`Primary::symmetric`] gives the value, so that symmetric matrices are decomposed for it.
    fn decomposes(&self) -> bool {
        true
    }

    /// How `F(2^e*A)` follows from `F(A)`, where it does.
    fn scaling(&self) -> Option<Scaling> {
        None
    }

    /// As [`MatrixFunction::residual`].
    ///
    /// # Errors
    /// As [`MatrixFunction::value`].
    fn defect(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error>;
}

/// The basis in which a function is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Basis {
    /// Its own.
    Given,
    /// That of eigenvectors for symmetric matrices, of Schur vectors for others; eigenvalues on the closed negative real
    /// axis are refused.
    Triangular,
}

/// How a function scales.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scaling {
    /// `F(2^unit*A) = 2^step*F(A)`; matrices are divided by powers of `2^unit`.
    Power {
        /// The step of the exponents of `A`.
        unit: i32,
        /// The step of the exponents of `F(A)`, a whole number where scaling is exact.
        step: f64,
    },
    /// `F(cA) = F(A) + log(c)*I`.
    Logarithm,
}

impl Scaling {
    /// The `e` by whose power of two a matrix with this largest entry is divided.
    fn exponent(self, largest: f64) -> i32 {
        let exponent = exponent_of(largest);
        match self {
            Scaling::Power { unit, .. } => exponent - exponent.rem_euclid(unit),
            Scaling::Logarithm => exponent,
        }
    }

    /// `F(2^e*A)` from `F(A)`.
    fn restored(self, value: &Matrix, e: i32) -> Matrix {
        match self {
            Scaling::Power { unit, step } => {
                let (factor, shift) = power_of_two(f64::from(e / unit) * step);
                value.scaled(factor).scaled_by_power(shift)
            }
            Scaling::Logarithm => value.shifted(f64::from(e) * std::f64::consts::LN_2),
        }
    }

    /// The degree of `D_k(A; ·)` in `A`.
    fn degree(self, order: usize) -> f64 {
        let own = match self {
            Scaling::Power { unit, step } => step / f64::from(unit),
            Scaling::Logarithm => 0.0,
        };
        own - order as f64
    }
}

/// A primary function at `2^exponent*A`.
struct At<F> {
    function: F,
    a: Matrix,
    exponent: i32,
    form: Form,
}

enum Form {
    Symmetric(SymmetricEigen),
    Triangular(Triangular),
    Given,
}

impl<F: Primary> At<F> {
    fn new(function: &F, a: &Matrix) -> Result<At<F>, Error> {
        a.checked_square(Primary::name(function))?;
        let exponent = function.scaling().map_or(0, |scaling| scaling.exponent(a.max_abs()));
        let a = if exponent == 0 { a.clone() } else { a.scaled_by_power(-exponent) };
        let form = if is_symmetric(&a) {
            Form::Symmetric(SymmetricEigen::new(&a)?)
        } else if function.basis() == Basis::Triangular {
            Form::Triangular(
                principal(Primary::name(function), &a)
                    .map_err(|error| error.of_multiple(exponent))?,
            )
        } else {
            Form::Given
        };
        Ok(At { function: function.clone(), a, exponent, form })
    }

    /// The rounding error of eigenvalues.
    fn tolerance(&self) -> f64 {
        self.a.rows() as f64 * f64::EPSILON * self.a.norm_one()
    }

    /// The value without the scaling.
    fn near_one(&self) -> Result<Matrix, Error> {
        match &self.form {
            Form::Symmetric(eigen) if self.function.decomposes() => {
                self.function.symmetric(eigen, self.tolerance())
            }
            Form::Triangular(form) => {
                let x = self.function.perturbed(&Perturbed::constant(form.t.clone(), 1))?;
                Ok(form.outwards(&x.full()))
            }
            _ => Ok(self.function.perturbed(&Perturbed::constant(self.a.clone(), 1))?.full()),
        }
    }

    /// The derivative along directions near 1, without the scaling of the matrix.
    fn along(&self, directions: &[Matrix]) -> Result<Matrix, Error> {
        let name = Primary::name(&self.function);
        let image = |base: &Matrix, directions: &[Matrix]| {
            let a = Perturbed::new(name, base.clone(), directions)?;
            Ok(self.function.perturbed(&a)?.full())
        };
        match &self.form {
            Form::Symmetric(eigen) => {
                self.function.check(&eigen.values, self.tolerance())?;
                let SymmetricEigen { values, vectors } = eigen;
                let symmetric = directions.iter().all(|e| *e == e.transpose());
                let inwards = |e: &Matrix| {
                    let right = product(e, vectors);
                    match symmetric {
                        true => symmetric_product(vectors.as_faer().transpose(), right.as_faer()),
                        false => transposed_product(vectors, &right),
                    }
                };
                let outwards = |x: &Matrix| {
                    let left = product(vectors, x);
                    match symmetric {
                        true => symmetric_product(left.as_faer(), vectors.as_faer().transpose()),
                        false => product_transposed(&left, vectors),
                    }
                };
                if let [e] = directions {
                    let mut found = self.function.differences(values);
                    let inner = inwards(e);
                    found.data_mut().iter_mut().zip(inner.data()).for_each(|(d, x)| *d *= x);
                    return Ok(outwards(&found));
                }
                if let [e, d] = directions
                    && let Some(found) =
                        self.function.second(values, (&inwards(e), &inwards(d)), symmetric)
                {
                    return Ok(outwards(&found));
                }
                match self.function.basis() {
                    Basis::Triangular => {
                        let directions: Vec<Matrix> = directions.iter().map(inwards).collect();
                        Ok(outwards(&image(&Matrix::diagonal(values), &directions)?))
                    }
                    Basis::Given => image(&self.a, directions),
                }
            }
            Form::Triangular(form) => {
                let directions: Vec<Matrix> = directions.iter().map(|e| form.inwards(e)).collect();
                Ok(form.outwards(&image(&form.t, &directions)?))
            }
            Form::Given => match self.along_low_rank(directions) {
                Some(found) => found,
                None => image(&self.a, directions),
            },
        }
    }

    /// The derivative by factors of the first direction that has few.
    fn along_low_rank(&self, directions: &[Matrix]) -> Option<Result<Matrix, Error>> {
        let most = self.function.low_rank_columns();
        if most == 0 {
            return None;
        }
        let factored = directions.iter().enumerate().map(|(i, e)| (i, low_rank(e, most)));
        let (place, (u, w)) = factored.filter_map(|(i, found)| Some((i, found?))).next()?;
        let mut others = directions.to_vec();
        others.remove(place);
        self.function.low_rank(&self.a, (&u, &w), &others)
    }
}

impl<F: Primary> Prepared for At<F> {
    fn value(&self) -> Result<Matrix, Error> {
        let value = self.near_one().map_err(|error| error.of_multiple(self.exponent))?;
        let value = match self.function.scaling() {
            Some(scaling) if self.exponent != 0 => scaling.restored(&value, self.exponent),
            _ => value,
        };
        value.checked_result(Primary::name(&self.function))
    }

    fn higher(&self, directions: &[&Matrix]) -> Result<Matrix, Error> {
        if directions.is_empty() {
            return self.value();
        }
        let name = Primary::name(&self.function);
        let n = self.a.rows();
        let Directions { near_one, exponent } = Directions::new(name, (n, n), directions)?;
        let found = self.along(&near_one).map_err(|error| error.of_multiple(self.exponent))?;
        let degree = self.function.scaling().map_or(0.0, |s| s.degree(directions.len()));
        let (factor, shift) = power_of_two(f64::from(self.exponent) * degree);
        found.scaled(factor).scaled_by_power(shift + exponent).checked_result(name)
    }

    fn adjoint(&self, g: &Matrix, directions: &[&Matrix]) -> Result<Matrix, Error> {
        // F(A') = F(A)', so the derivative at A' along transposes is the transpose of that at A.
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
        Ok(Box::new(At::new(self, a)?))
    }

    fn value(&self, a: &Matrix) -> Result<Matrix, Error> {
        if !self.decomposes() {
            // Eigenvalues would serve derivatives alone.
            a.checked_square(Primary::name(self))?;
            let value = self.perturbed(&Perturbed::constant(a.clone(), 1))?.full();
            return value.checked_result(Primary::name(self));
        }
        At::new(self, a)?.value()
    }

    fn condition(&self, a: &Matrix) -> Result<f64, Error> {
        let name = Primary::name(self);
        let mut at = At::new(self, a)?;
        // ‖L‖·‖A‖/‖F‖ of powers does not depend on the scale; of the logarithm ‖L‖·‖A‖ does not.
        let exponent = std::mem::take(&mut at.exponent);
        let of_multiple = |error: Error| error.of_multiple(exponent);
        let norm = match &at.form {
            Form::Symmetric(eigen) => {
                let s = &eigen.values;
                self.check(s, at.tolerance()).map_err(of_multiple)?;
                let pairs = s.iter().flat_map(|x| s.iter().map(|y| self.difference(*x, *y)));
                pairs.fold(0.0, |m: f64, d| m.max(d.abs()))
            }
            _ => derivative_norm(&at, (at.a.rows(), at.a.rows())).map_err(of_multiple)?,
        };
        let value = at.near_one().map_err(of_multiple)?;
        let value = match self.scaling() {
            Some(Scaling::Logarithm) => Scaling::Logarithm.restored(&value, exponent),
            _ => value,
        };
        relative(name, norm, &at.a, &value)
    }

    fn residual(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        self.defect(a, x)
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

/// `f(vᵢ, vⱼ)` for a symmetric `f`.
pub(crate) fn of_pairs(v: &[f64], f: impl Fn(f64, f64) -> f64) -> Matrix {
    let mut found = Matrix::zeros(v.len(), v.len());
    for i in 0..v.len() {
        for j in 0..=i {
            found[(i, j)] = f(v[i], v[j]);
            found[(j, i)] = found[(i, j)];
        }
    }
    found
}
