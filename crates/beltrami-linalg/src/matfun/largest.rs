//! The largest eigenvalue of a symmetric matrix and its eigenvector.

use crate::error::Error;
use crate::factor::eigen::{SymmetricEigen, lambda_max, oriented, vector_max};
use crate::matfun::function::{MatrixFunction, Prepared};
use crate::matfun::perturbed::{Directions, Perturbed};
use crate::matrix::Matrix;
use crate::product::{product, transposed_product};
use crate::scale::normalised;

/// The largest eigenvalue of a symmetric matrix; of directions the symmetric parts count.
///
/// Derivatives exist where it is simple.
#[derive(Clone, Copy, Debug)]
pub struct LambdaMax;

/// The unit eigenvector of the largest eigenvalue of a symmetric matrix, oriented as [`vector_max`] does; of directions the
/// symmetric parts count.
#[derive(Clone, Copy, Debug)]
pub struct VectorMax;

impl MatrixFunction for LambdaMax {
    fn name(&self) -> &'static str {
        "lmax"
    }

    fn prepare(&self, a: &Matrix) -> Result<Box<dyn Prepared>, Error> {
        Ok(Box::new(Value(At::new("lmax", a)?)))
    }

    fn value(&self, a: &Matrix) -> Result<Matrix, Error> {
        Ok(Matrix::diagonal(&[lambda_max(a)?]))
    }
}

impl MatrixFunction for VectorMax {
    fn name(&self) -> &'static str {
        "vmax"
    }

    fn prepare(&self, a: &Matrix) -> Result<Box<dyn Prepared>, Error> {
        Ok(Box::new(Vector(At::new("vmax", a)?)))
    }

    fn value(&self, a: &Matrix) -> Result<Matrix, Error> {
        let v = vector_max(a)?;
        Matrix::new(v.len(), 1, v)
    }
}

/// The leading pair of `2^exponent*A`, and the others.
struct At {
    function: &'static str,
    eigen: SymmetricEigen,
    exponent: i32,
}

struct Value(At);

struct Vector(At);

impl At {
    fn new(function: &'static str, a: &Matrix) -> Result<At, Error> {
        a.checked_square(function)?;
        if a.rows() == 0 {
            return Err(Error::Shape { function, detail: "the matrix is 0×0".to_owned() });
        }
        let (scaled, exponent) = normalised(a);
        Ok(At { function, eigen: SymmetricEigen::new(&scaled)?, exponent })
    }

    fn largest(&self) -> f64 {
        self.eigen.values.last().copied().unwrap_or(0.0)
    }

    /// The leading eigenvector, a column.
    ///
    /// # Errors
    /// [`Error::NotUnique`].
    fn leading(&self) -> Result<Matrix, Error> {
        let v = oriented(&self.eigen)?;
        Matrix::new(v.len(), 1, v)
    }

    /// The leading pair along directions, and the exponent that these leave.
    fn pair(&self, directions: &[&Matrix]) -> Result<(Pair, i32), Error> {
        let n = self.eigen.values.len();
        let Directions { near_one, exponent } = Directions::new(self.function, (n, n), directions)?;
        let near_one: Vec<Matrix> = near_one.iter().map(Matrix::symmetric_part).collect();
        Ok((self.perturbed_pair(&near_one)?, exponent))
    }

    /// `λ*v = A*v` and `v'v = 1`, set by set.
    fn perturbed_pair(&self, directions: &[Matrix]) -> Result<Pair, Error> {
        let v = self.leading()?;
        let n = v.rows();
        // The base takes no part in the sums below.
        let e = Perturbed::new(self.function, Matrix::zeros(n, n), directions)?;
        let mut lambda = Perturbed::constant(Matrix::diagonal(&[self.largest()]), e.sets());
        let mut vectors = Perturbed::constant(v.clone(), e.sets());
        for set in 1..e.sets() {
            let nonzero = |subset: usize| subset != 0;
            let proper = |subset: usize| subset != 0 && subset != set;
            let moved = e.convolved(&vectors, set, nonzero);
            let stretched = vectors.convolved(&lambda, set, proper);
            let zero = || Matrix::zeros(n, 1);
            let b = moved.unwrap_or_else(zero).plus(-1.0, &stretched.unwrap_or_else(zero));
            lambda.put(set, transposed_product(&v, &b));
            let length = vectors.transposed_convolved(set, proper);
            let along = length.map_or(0.0, |x| -0.5 * x[(0, 0)]);
            vectors.put(set, self.reduced(&b).plus(along, &v));
        }
        Ok(Pair { lambda, vectors, e })
    }

    /// `(λI - A)⁺b`, orthogonal to the leading eigenvector.
    fn reduced(&self, b: &Matrix) -> Matrix {
        let SymmetricEigen { values, vectors } = &self.eigen;
        let last = values.len() - 1;
        let coordinates = transposed_product(vectors, b);
        let divided = Matrix::from_fn(values.len(), 1, |i, _| {
            if i == last { 0.0 } else { coordinates[(i, 0)] / (values[last] - values[i]) }
        });
        product(vectors, &divided)
    }
}

/// A perturbed eigenpair, and the perturbation.
struct Pair {
    /// One entry.
    lambda: Perturbed,
    /// A column.
    vectors: Perturbed,
    e: Perturbed,
}

impl Prepared for Value {
    fn value(&self) -> Result<Matrix, Error> {
        let Value(at) = self;
        let value = Matrix::diagonal(&[at.largest()]).scaled_by_power(at.exponent);
        value.checked_result(at.function)
    }

    fn higher(&self, directions: &[&Matrix]) -> Result<Matrix, Error> {
        if directions.is_empty() {
            return self.value();
        }
        let Value(at) = self;
        let (pair, exponent) = at.pair(directions)?;
        let order = directions.len() as i32 - 1;
        let value = pair.lambda.full().scaled_by_power(exponent - at.exponent * order);
        value.checked_result(at.function)
    }

    /// The gradient is `vv'`.
    fn adjoint(&self, g: &Matrix, directions: &[&Matrix]) -> Result<Matrix, Error> {
        let Value(at) = self;
        let [weight] = g.data() else { return Err(weight(at.function, 1, g)) };
        g.checked_finite(at.function)?;
        let (Pair { vectors, .. }, exponent) = at.pair(directions)?;
        let order = directions.len() as i32;
        vectors
            .product(&vectors.transpose())
            .full()
            .scaled(*weight)
            .scaled_by_power(exponent - at.exponent * order)
            .checked_result(at.function)
    }
}

impl Prepared for Vector {
    fn value(&self) -> Result<Matrix, Error> {
        self.0.leading()
    }

    fn higher(&self, directions: &[&Matrix]) -> Result<Matrix, Error> {
        let Vector(at) = self;
        let (pair, exponent) = at.pair(directions)?;
        let order = directions.len() as i32;
        let value = pair.vectors.full().scaled_by_power(exponent - at.exponent * order);
        value.checked_result(at.function)
    }

    /// The gradient with weight `w` is the symmetric part of `(λI - A)⁺w*v'`.
    fn adjoint(&self, g: &Matrix, directions: &[&Matrix]) -> Result<Matrix, Error> {
        let Vector(at) = self;
        let n = at.eigen.values.len();
        if (g.rows(), g.cols()) != (n, 1) {
            return Err(weight(at.function, n, g));
        }
        g.checked_finite(at.function)?;
        let (Pair { lambda, vectors, e }, exponent) = at.pair(directions)?;
        let leading = vectors.base();
        let sets = e.sets();
        // (λI - A)z = w - v(v'w) and v'z = 0, set by set.
        let weighted = vectors.transpose().product(&Perturbed::constant(g.clone(), sets));
        let projected = vectors.product(&weighted);
        let right = Perturbed::constant(g.clone(), sets).plus(-1.0, &projected);
        let mut z = Perturbed::zero(n, 1, sets);
        for set in 0..sets {
            let nonzero = |subset: usize| subset != 0;
            let mut b = right.part(set).cloned().unwrap_or_else(|| Matrix::zeros(n, 1));
            if let Some(moved) = e.convolved(&z, set, nonzero) {
                b = b.plus(1.0, &moved);
            }
            if let Some(stretched) = z.convolved(&lambda, set, |subset| subset != set) {
                b = b.plus(-1.0, &stretched);
            }
            let across = vectors.transpose().convolved(&z, set, nonzero);
            let along = across.map_or(0.0, |x| -x[(0, 0)]);
            z.put(set, at.reduced(&b).plus(along, &leading));
        }
        let order = directions.len() as i32 + 1;
        z.product(&vectors.transpose())
            .full()
            .symmetric_part()
            .scaled_by_power(exponent - at.exponent * order)
            .checked_result(at.function)
    }
}

fn weight(function: &'static str, n: usize, g: &Matrix) -> Error {
    let detail = format!("{n} entries and a weight {}×{}", g.rows(), g.cols());
    Error::Shape { function, detail }
}
