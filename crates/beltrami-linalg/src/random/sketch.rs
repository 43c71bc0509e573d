//! The part of an operator that two growing bases capture: `A ≈ Q*T'*W'`.

use crate::error::Error;
use crate::factor::residual::{frobenius, sum_of_squares};
use crate::factor::svd::{Svd, singular_values};
use crate::matrix::Matrix;
use crate::operator::LinearOperator;
use crate::product::{product, transposed_product};
use crate::random::Method;
use crate::random::basis::{Basis, Split};
use crate::random::estimate::{Estimate, PROBES, Remainder, rounding};
use crate::random::gaussian::Gaussian;
use crate::random::scaled::Scaled;
use crate::scale::ldexp;
use crate::truncate::Rule;

/// Bases `Q` of columns and `W` of rows with `A'*Q = W*T`.
///
/// All numbers are those of the operator divided by `2^exponent`.
pub(crate) struct Sketch<'a> {
    a: Scaled<'a>,
    random: Gaussian,
    left: Basis,
    right: Basis,
    /// The columns of `T`, block by block; each as long as `W` was then.
    coefficients: Vec<Matrix>,
    /// The last block of `W`, with which a Krylov step goes on.
    last: Matrix,
    /// Images of random vectors that have no part in the basis, without what the basis captures of them.
    probes: Matrix,
    products: usize,
}

impl<'a> Sketch<'a> {
    pub(crate) fn new(a: &'a dyn LinearOperator, seed: u64) -> Result<Sketch<'a>, Error> {
        let mut random = Gaussian::new(seed);
        let probe = random.block(a.shape().1, PROBES);
        let a = Scaled::new(a, &probe)?;
        let probes = a.apply(&probe)?;
        Ok(Sketch::started(a, random, probes))
    }

    /// The norm and the images of the probes are those of another operator, which differs by its rounding alone.
    pub(crate) fn probed_by(
        a: &'a dyn LinearOperator,
        rounded: &dyn LinearOperator,
        seed: u64,
    ) -> Result<Sketch<'a>, Error> {
        let mut random = Gaussian::new(seed);
        let probe = random.block(a.shape().1, PROBES);
        let norm = rounded.frobenius_norm();
        let probes = Scaled::with_norm(rounded, norm, &probe)?.apply(&probe)?;
        Ok(Sketch::started(Scaled::with_norm(a, norm, &probe)?, random, probes))
    }

    fn started(a: Scaled<'a>, random: Gaussian, probes: Matrix) -> Sketch<'a> {
        Sketch {
            random,
            left: Basis::new(a.rows()),
            right: Basis::new(a.cols()),
            coefficients: Vec::new(),
            last: Matrix::zeros(a.cols(), 0),
            probes,
            products: PROBES,
            a,
        }
    }

    /// Vectors in the basis.
    pub(crate) fn columns(&self) -> usize {
        self.left.count()
    }

    /// Products with a vector so far.
    pub(crate) fn products(&self) -> usize {
        self.products
    }

    /// Whether the bases span everything there is.
    pub(crate) fn complete(&self) -> bool {
        self.columns() == self.a.rows().min(self.a.cols())
    }

    /// Adds a block; false when the range has nothing more to give.
    pub(crate) fn grow(&mut self, method: Method, block: usize) -> Result<bool, Error> {
        if self.complete() {
            return Ok(false);
        }
        let start = match method {
            Method::Krylov if self.last.cols() > 0 => {
                let last = std::mem::replace(&mut self.last, Matrix::zeros(0, 0));
                self.image(&last)?
            }
            Method::Krylov => self.fresh_start(block)?,
            Method::Power { iterations } => self.powered(block, iterations)?,
        };
        if self.append(start)? {
            return Ok(true);
        }
        // A Krylov space can be exhausted before the range is: then another start goes on.
        let start = match method {
            Method::Krylov => self.fresh_start(block)?,
            Method::Power { .. } => return Ok(false),
        };
        self.append(start)
    }

    fn image(&mut self, x: &Matrix) -> Result<Matrix, Error> {
        self.products += x.cols();
        self.a.apply(x)
    }

    fn preimage(&mut self, y: &Matrix) -> Result<Matrix, Error> {
        self.products += y.cols();
        self.a.apply_transpose(y)
    }

    fn fresh_start(&mut self, block: usize) -> Result<Matrix, Error> {
        let omega = self.random.block(self.a.cols(), block);
        self.image(&omega)
    }

    /// `(AA')ᵠAΩ` without what the basis has, orthonormalised after each product.
    fn powered(&mut self, block: usize, iterations: usize) -> Result<Matrix, Error> {
        let mut y = self.fresh_start(block)?;
        let negligible = self.negligible();
        for _ in 0..iterations {
            // Both sides, and twice: a trace of the leading vectors would be enlarged by their singular values.
            let q = self.left.split(y, negligible)?.fresh;
            let z = self.preimage(&q)?;
            let w = self.right.split(z, negligible)?.fresh;
            y = self.image(&w)?;
        }
        Ok(y)
    }

    /// Adds what is new of given vectors; false when that is nothing.
    pub(crate) fn append(&mut self, y: Matrix) -> Result<bool, Error> {
        let negligible = self.negligible();
        let Split { fresh, .. } = self.left.append(y, negligible)?;
        if fresh.cols() == 0 {
            return Ok(false);
        }
        let seen = transposed_product(&fresh, &self.probes);
        let probes = std::mem::replace(&mut self.probes, Matrix::zeros(0, 0));
        let captured = product(&fresh, &seen);
        self.probes = probes.plus(-1.0, &captured);
        let z = self.preimage(&fresh)?;
        let Split { fresh, coefficients } = self.right.append(z, negligible)?;
        self.coefficients.push(coefficients);
        self.last = fresh;
        Ok(true)
    }

    /// The scaled operator has a norm near 1, and what is as small as the rounding of a product has no direction.
    fn negligible(&self) -> f64 {
        8.0 * f64::EPSILON * (self.a.rows().max(self.a.cols()) as f64).sqrt()
    }

    /// `T`, rows for `W` and columns for `Q`.
    fn small(&self) -> Matrix {
        let mut t = Matrix::zeros(self.right.count(), self.left.count());
        let mut from = 0;
        for block in &self.coefficients {
            for i in 0..block.rows() {
                for j in 0..block.cols() {
                    t[(i, from + j)] = block[(i, j)];
                }
            }
            from += block.cols();
        }
        t
    }

    /// The singular values of what is captured.
    pub(crate) fn values(&self) -> Result<Vec<f64>, Error> {
        singular_values(&self.small())
    }

    /// The sum of their squares.
    fn captured(&self) -> f64 {
        self.coefficients.iter().map(|block| sum_of_squares(block.data())).sum()
    }

    /// The leading left singular vectors of what is captured.
    pub(crate) fn leading(&self, count: usize) -> Result<Matrix, Error> {
        let inner = Svd::new(&self.small().transpose())?;
        Ok(self.left.times(&inner.leading(count).u))
    }

    /// What is not captured.
    pub(crate) fn remainder(&self) -> Remainder {
        let (m, n) = (self.a.rows(), self.a.cols());
        let rounding = rounding((m, n), self.columns());
        let probes = (&self.probes, n);
        let remainder = Remainder::new(self.a.norm, self.captured(), probes, rounding);
        if !remainder.cancelled() {
            return remainder;
        }
        // Q*B with B = T'*W' is compared entry by entry.
        let q = self.left.times(&Matrix::identity(self.left.count()));
        let b = self.right.times(&self.small()).transpose();
        remainder.compared(self.a.distance(&q, &b))
    }

    /// A limit of the operator for the scaled one.
    pub(crate) fn scaled_limit(&self, limit: f64) -> f64 {
        ldexp(limit, -self.a.exponent)
    }

    /// The factors that a rule keeps, and their distance from the operator.
    pub(crate) fn finish(self, rule: Rule) -> Result<(Svd, Estimate), Error> {
        let inner = Svd::new(&self.small().transpose())?;
        let remainder = self.remainder();
        let rank = remainder.rank(&inner.s, rule, &|limit| self.scaled_limit(limit));
        let kept = inner.leading(rank);
        let svd = Svd { u: self.left.times(&kept.u), v: self.right.times(&kept.v), s: kept.s };
        let mut error = remainder.estimate(&inner.s, rank);
        if remainder.is_beneath(error.frobenius) {
            let us = Matrix::from_fn(svd.u.rows(), rank, |i, j| svd.u[(i, j)] * svd.s[j]);
            // The values are rounded once more where they scale the vectors.
            let rounded = f64::EPSILON * frobenius(&us);
            let distance = self.a.distance(&us, &svd.v.transpose());
            error = error.compared(distance.map(|distance| distance + rounded), &remainder);
        }
        let exponent = self.a.exponent;
        let s: Vec<f64> = svd.s.iter().map(|s| ldexp(*s, exponent)).collect();
        if s.iter().any(|s| !s.is_finite()) {
            return Err(Error::Overflow { function: "random_svd" });
        }
        Ok((Svd { s, ..svd }, error.scaled(exponent)))
    }
}
