//! The determinant and the adjugate along directions, at singular matrices too.

mod number;

use crate::error::Error;
use crate::extended::Extended;
use crate::factor::lu::Lu;
use crate::factor::svd::Svd;
use crate::matfun::adjugate::adjugate;
use crate::matfun::function::{MatrixFunction, Prepared};
use crate::matfun::perturbed::{Directions, Perturbed};
use crate::matrix::Matrix;
use crate::product::product;
use number::{Numbers, exponential, minors};

/// The determinant.
#[derive(Clone, Copy, Debug)]
pub struct Determinant;

/// The adjugate, the transpose of the gradient of the determinant.
#[derive(Clone, Copy, Debug)]
pub struct Adjugate;

impl MatrixFunction for Determinant {
    fn name(&self) -> &'static str {
        "det"
    }

    fn prepare(&self, a: &Matrix) -> Result<Box<dyn Prepared>, Error> {
        Ok(Box::new(Number(At::new("det", a)?)))
    }

    fn value(&self, a: &Matrix) -> Result<Matrix, Error> {
        Ok(Matrix::diagonal(&[Lu::new(a)?.det()?]))
    }
}

impl MatrixFunction for Adjugate {
    fn name(&self) -> &'static str {
        "adj"
    }

    fn prepare(&self, a: &Matrix) -> Result<Box<dyn Prepared>, Error> {
        Ok(Box::new(Cofactors(At::new("adj", a)?)))
    }

    fn value(&self, a: &Matrix) -> Result<Matrix, Error> {
        adjugate(a)
    }
}

/// Directions that are taken at once: the work beside products of matrices grows as `6^k`.
const MOST_DIRECTIONS: usize = 10;

/// A decomposition of `2^exponent*A`.
struct At {
    a: Matrix,
    svd: Svd,
    /// `det(U)*det(V)`, each a sign.
    sign: f64,
    exponent: i32,
}

struct Number(At);

struct Cofactors(At);

/// `[G, B; C, D]` with a perturbed matrix between the singular vectors: `D` belongs to the smallest singular values.
///
/// A derivative of order `k` has all singular values but `k` as factors.
/// With `k` in `D`, of whose determinant only products are formed, nothing is divided by those that may vanish.
struct Parts {
    /// The product of the singular values of `G`.
    product: Extended,
    /// `det(G)` divided by that product.
    determinant: Numbers,
    /// `G⁻¹`.
    inverse: Perturbed,
    /// `G⁻¹B`.
    right: Perturbed,
    /// `C*G⁻¹`.
    left: Perturbed,
    /// `D - C*G⁻¹*B`.
    complement: Perturbed,
}

impl At {
    fn new(function: &'static str, a: &Matrix) -> Result<At, Error> {
        a.checked_square(function)?;
        let found = Svd::normalised(a)?;
        let svd = found.values;
        let sign = Lu::new(&svd.u)?.det()?.signum() * Lu::new(&svd.v)?.det()?.signum();
        Ok(At { a: a.clone(), svd, sign, exponent: found.exponent })
    }

    /// Nothing where so many singular values are 0 that the derivative vanishes.
    fn parts(&self, e: &[Matrix], small: usize) -> Result<Option<Parts>, Error> {
        // The minors of so many rows, each a product over pairs of sets of directions.
        if e.len() > MOST_DIRECTIONS {
            return Err(Error::TooLarge {
                function: "det",
                rows: 1 << e.len().min(40),
                cols: 1 << e.len().min(20),
            });
        }
        let Svd { u, s, v } = &self.svd;
        let n = s.len();
        let small = small.min(n);
        let large = n - small;
        if s[..large].contains(&0.0) {
            return Ok(None);
        }
        let back = u.transpose();
        let turned: Vec<Matrix> = e.iter().map(|e| product(&product(&back, e), v)).collect();
        let x = Perturbed::new("det", Matrix::diagonal(s), &turned)?;
        let (g, b) = (x.block(0, 0, large, large), x.block(0, large, large, small));
        let (c, d) = (x.block(large, 0, small, large), x.block(large, large, small, small));
        let divided = |m: &Matrix| Matrix::from_fn(m.rows(), m.cols(), |i, j| m[(i, j)] / s[i]);
        // I + M with M = S⁻¹(G - S), whose powers end with the number of directions.
        let near_identity = g.map(divided);
        let mut m = near_identity.clone();
        m.put(0, Matrix::zeros(large, large));
        let identity = Perturbed::constant(Matrix::identity(large), x.sets());
        let mut log = vec![0.0; x.sets()];
        let mut power = m.clone();
        for order in 1..=e.len() {
            let weight = if order % 2 == 1 { 1.0 } else { -1.0 } / order as f64;
            for (set, log) in log.iter_mut().enumerate() {
                let trace = |part: &Matrix| (0..large).map(|i| part[(i, i)]).sum::<f64>();
                *log += weight * power.part(set).map_or(0.0, trace);
            }
            if order < e.len() {
                power = power.product(&m);
            }
        }
        let solve = |rhs: &Perturbed| near_identity.solved(rhs, |b| Ok(b.clone()));
        let inverse = solve(&identity.map(divided))?;
        let right = solve(&b.map(divided))?;
        let left = c.product(&inverse);
        let complement = d.plus(-1.0, &c.product(&right));
        Ok(Some(Parts {
            product: Extended::product(s[..large].iter().copied()),
            determinant: exponential(&log),
            inverse,
            right,
            left,
            complement,
        }))
    }

    fn directions(&self, function: &'static str, e: &[&Matrix]) -> Result<Directions, Error> {
        Directions::new(function, (self.a.rows(), self.a.cols()), e)
    }

    /// A multiple of the derivative, of a function of this degree, as the derivative.
    fn restored(
        &self,
        function: &'static str,
        found: &Matrix,
        product: Extended,
        degree: usize,
        directions: (usize, i32),
    ) -> Result<Matrix, Error> {
        let (order, exponent) = directions;
        let power = i64::from(self.exponent) * (degree as i64 - order as i64) + i64::from(exponent);
        let (mantissa, own) = product.parts();
        // Beyond ±10000 every number has over- or underflowed.
        let shift = (own + power).clamp(-10_000, 10_000) as i32;
        found.scaled(self.sign * mantissa).scaled_by_power(shift).checked_result(function)
    }

    /// `D_k(A; ·)` of the adjugate.
    fn cofactors(&self, function: &'static str, e: &[&Matrix]) -> Result<Matrix, Error> {
        if e.is_empty() {
            return adjugate(&self.a);
        }
        let n = self.a.rows();
        let Directions { near_one, exponent } = self.directions(function, e)?;
        let zero = || Ok(Matrix::zeros(n, n));
        // Of degree n - 1, so that derivatives of order n vanish; the parts would be as large as the matrix.
        if e.len() >= n {
            return zero();
        }
        let Some(parts) = self.parts(&near_one, e.len() + 1)? else { return zero() };
        let (determinant, adjugate) = minors(&parts.complement);
        let sets = adjugate.sets();
        // det(G)*[G⁻¹δ + Y*adj(D)*Z, -Y*adj(D); -adj(D)*Z, adj(D)] with Y = G⁻¹B and Z = CG⁻¹.
        let (y, z) = (&parts.right, &parts.left);
        let above = y.product(&adjugate);
        let corner = parts.inverse.times(&determinant).plus(1.0, &above.product(z));
        let below = adjugate.product(z);
        let all = sets - 1;
        let [corner, above, below, last] = [corner, above, below, adjugate]
            .map(|block| block.times(&parts.determinant).part(all).cloned());
        let large = parts.inverse.base().rows();
        let of = |block: &Option<Matrix>, i: usize, j: usize| {
            block.as_ref().map_or(0.0, |block| block[(i, j)])
        };
        let x = Matrix::from_fn(n, n, |i, j| match (i < large, j < large) {
            (true, true) => of(&corner, i, j),
            (true, false) => -of(&above, i, j - large),
            (false, true) => -of(&below, i - large, j),
            (false, false) => of(&last, i - large, j - large),
        });
        let Svd { u, v, .. } = &self.svd;
        let found = product(&product(v, &x), &u.transpose());
        self.restored(function, &found, parts.product, n - 1, (e.len(), exponent))
    }
}

impl Prepared for Number {
    fn value(&self) -> Result<Matrix, Error> {
        Determinant.value(&self.0.a)
    }

    fn higher(&self, e: &[&Matrix]) -> Result<Matrix, Error> {
        if e.is_empty() {
            return self.value();
        }
        let Number(at) = self;
        let n = at.a.rows();
        let Directions { near_one, exponent } = at.directions("det", e)?;
        let zero = || Ok(Matrix::zeros(1, 1));
        if e.len() > n {
            return zero();
        }
        let Some(parts) = at.parts(&near_one, e.len())? else { return zero() };
        let (small, _) = minors(&parts.complement);
        let last = number::times(&parts.determinant, &small).pop().unwrap_or(0.0);
        at.restored("det", &Matrix::diagonal(&[last]), parts.product, n, (e.len(), exponent))
    }

    fn adjoint(&self, g: &Matrix, e: &[&Matrix]) -> Result<Matrix, Error> {
        let [weight] = g.data() else {
            let detail = format!("a number and a weight {}×{}", g.rows(), g.cols());
            return Err(Error::Shape { function: "det", detail });
        };
        g.checked_finite("det")?;
        self.0.cofactors("det", e)?.transpose().scaled(*weight).checked_result("det")
    }
}

impl Prepared for Cofactors {
    fn value(&self) -> Result<Matrix, Error> {
        adjugate(&self.0.a)
    }

    fn higher(&self, e: &[&Matrix]) -> Result<Matrix, Error> {
        self.0.cofactors("adj", e)
    }

    /// `⟨G, D adj(A; E)⟩ = D₂det(A; E, G')`, symmetric in both.
    fn adjoint(&self, g: &Matrix, e: &[&Matrix]) -> Result<Matrix, Error> {
        let g = g.transpose();
        let all: Vec<&Matrix> = e.iter().copied().chain([&g]).collect();
        Ok(self.higher(&all)?.transpose())
    }
}
