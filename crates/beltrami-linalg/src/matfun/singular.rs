//! Functions of singular values: the values themselves, clipping, the best approximation of low rank.

use crate::error::Error;
use crate::factor::svd::Svd;
use crate::matfun::function::{MatrixFunction, Prepared};
use crate::matfun::kronecker::frechet_matrix;
use crate::matfun::odd::{Clip, Framed, LowRank, Odd};
use crate::matfun::perturbed::{Directions, Perturbed};
use crate::matrix::Matrix;
use crate::scale::ldexp;

/// The matrix with the same singular vectors and singular values clipped to `[low, high]`; a bound below zero is none for
/// the lower one.
///
/// # Errors
/// [`Error::RankDeficient`] when 0 is outside the interval and a singular value vanishes to working precision, because then
/// its singular vectors are not unique; [`Error::Shape`] unless `low <= high`; [`Error::NotFinite`], [`Error::NotConverged`].
pub fn clip_singular_values(a: &Matrix, low: f64, high: f64) -> Result<Matrix, Error> {
    clipping(low, high)?.value(a)
}

/// The matrix of the Fréchet derivative of [`clip_singular_values`] on stacked columns; symmetric.
///
/// # Errors
/// As [`clip_singular_values`]; [`Error::Kink`] where a singular value equals a bound.
pub fn clip_frechet_matrix(a: &Matrix, low: f64, high: f64) -> Result<Matrix, Error> {
    frechet_matrix(&clipping(low, high)?, a)
}

/// The nearest matrix of rank at most `rank`, in the Frobenius and the spectral norm.
///
/// # Errors
/// [`Error::NotUnique`] when singular values `rank` and `rank + 1` agree to working precision; [`Error::NotFinite`],
/// [`Error::NotConverged`].
pub fn low_rank(a: &Matrix, rank: usize) -> Result<Matrix, Error> {
    LowRank(rank).value(a)
}

/// The matrix of the Fréchet derivative of [`low_rank`] on stacked columns; symmetric.
///
/// # Errors
/// As [`low_rank`].
pub fn low_rank_frechet_matrix(a: &Matrix, rank: usize) -> Result<Matrix, Error> {
    frechet_matrix(&LowRank(rank), a)
}

/// The matrix `K` with `ds = K*vec(dA)` for the singular values in descending order: row `i` is `vec(uᵢ*vᵢ')'`.
///
/// # Errors
/// [`Error::NotUnique`] when two singular values agree to working precision, or one vanishes; [`Error::NotFinite`],
/// [`Error::NotConverged`].
pub fn singular_values_frechet_matrix(a: &Matrix) -> Result<Matrix, Error> {
    let at = At::new(a)?;
    at.refuse_coincidence()?;
    let (svd, rows) = (&at.svd, a.rows());
    let (u, v) = if at.wide { (&svd.v, &svd.u) } else { (&svd.u, &svd.v) };
    Ok(Matrix::from_fn(svd.s.len(), rows * a.cols(), |i, at| u[(at % rows, i)] * v[(at / rows, i)]))
}

fn clipping(low: f64, high: f64) -> Result<Odd<Clip>, Error> {
    Clip::new(low, high).map(Odd).ok_or_else(|| Error::Shape {
        function: "clip_singular_values",
        detail: format!("the interval [{low}, {high}] is empty"),
    })
}

/// The column of the singular values, descending.
///
/// Derivatives exist where all are distinct and positive.
#[derive(Clone, Copy, Debug)]
pub struct SingularValues;

impl MatrixFunction for SingularValues {
    fn name(&self) -> &'static str {
        "svdvals"
    }

    fn prepare(&self, a: &Matrix) -> Result<Box<dyn Prepared>, Error> {
        Ok(Box::new(At::new(a)?))
    }
}

/// The singular values of `2^exponent*A`.
struct At {
    /// Of `A`, or of its transpose where that is tall.
    svd: Svd,
    wide: bool,
    exponent: i32,
}

impl At {
    fn new(a: &Matrix) -> Result<At, Error> {
        let found = Svd::normalised(a)?;
        let Svd { u, s, v } = found.values;
        let wide = a.rows() < a.cols();
        let svd = if wide { Svd { u: v, s, v: u } } else { Svd { u, s, v } };
        Ok(At { svd, wide, exponent: found.exponent })
    }

    fn refuse_coincidence(&self) -> Result<(), Error> {
        let s = &self.svd.s;
        let largest = s.first().copied().unwrap_or(0.0);
        // The rounding error of singular values, relative to the largest.
        let tolerance = self.svd.u.rows() as f64 * f64::EPSILON;
        for (i, x) in s.iter().enumerate() {
            // The smallest one meets its own negative at zero, where it has a kink.
            let gap = (x - s.get(i + 1).copied().unwrap_or(0.0)) / largest;
            if largest == 0.0 || gap <= tolerance {
                return Err(Error::NotUnique { what: "a pair of singular vectors", gap });
            }
        }
        Ok(())
    }

    fn perturbed(&self, directions: &[&Matrix]) -> Result<(Framed, Factors, i32), Error> {
        let (m, n) = (self.svd.u.rows(), self.svd.v.rows());
        let shape = if self.wide { (n, m) } else { (m, n) };
        let Directions { mut near_one, exponent } = Directions::new("svdvals", shape, directions)?;
        self.refuse_coincidence()?;
        if self.wide {
            near_one.iter_mut().for_each(|e| *e = e.transpose());
        }
        let framed = Framed::new("svdvals", &self.svd, &near_one)?;
        let factors = Factors::new(&self.svd.s, &framed.a);
        Ok((framed, factors, exponent))
    }
}

impl Prepared for At {
    fn value(&self) -> Result<Matrix, Error> {
        let s: Vec<f64> = self.svd.s.iter().map(|s| ldexp(*s, self.exponent)).collect();
        Matrix::new(s.len(), 1, s)?.checked_result("svdvals")
    }

    fn higher(&self, directions: &[&Matrix]) -> Result<Matrix, Error> {
        if directions.is_empty() {
            return self.value();
        }
        let (_, factors, exponent) = self.perturbed(directions)?;
        let order = directions.len() as i32 - 1;
        factors.s.full().scaled_by_power(exponent - self.exponent * order).checked_result("svdvals")
    }

    /// The gradient with weight `w` is `U*diag(w)*V'`.
    fn adjoint(&self, g: &Matrix, directions: &[&Matrix]) -> Result<Matrix, Error> {
        if (g.rows(), g.cols()) != (self.svd.s.len(), 1) {
            let detail =
                format!("{} values and a weight {}×{}", self.svd.s.len(), g.rows(), g.cols());
            return Err(Error::Shape { function: "svdvals", detail });
        }
        g.checked_finite("svdvals")?;
        let (framed, Factors { u, v, .. }, exponent) = self.perturbed(directions)?;
        let weighted = u.map(|u| Matrix::from_fn(u.rows(), u.cols(), |i, j| u[(i, j)] * g[(j, 0)]));
        let gradient = framed.back(&self.svd, &weighted.product(&v.transpose()).full());
        let gradient = if self.wide { gradient.transpose() } else { gradient };
        let order = directions.len() as i32;
        gradient.scaled_by_power(exponent - self.exponent * order).checked_result("svdvals")
    }
}

/// The singular value decomposition of a perturbed matrix in the bases of its singular vectors, which has `n` columns.
struct Factors {
    u: Perturbed,
    /// A column.
    s: Perturbed,
    v: Perturbed,
}

impl Factors {
    /// From `AV = US` and `A'U = VS`, set by set: the sum and the difference of `U` and `V` come from `sⱼ - sᵢ` and
    /// `sⱼ + sᵢ`, their diagonals from the lengths of the columns.
    fn new(s: &[f64], a: &Perturbed) -> Factors {
        let (n, height) = (s.len(), a.base().rows());
        let transposed = a.transpose();
        let unit = Matrix::from_fn(height, n, |i, j| f64::from(u8::from(i == j)));
        let mut u = Perturbed::constant(unit, a.sets());
        let mut v = Perturbed::constant(Matrix::identity(n), a.sets());
        let column = |of: &dyn Fn(usize) -> f64| Matrix::from_fn(n, 1, |i, _| of(i));
        let mut values = Perturbed::constant(column(&|i| s[i]), a.sets());
        let mut diagonal = Perturbed::constant(Matrix::diagonal(s), a.sets());
        for set in 1..a.sets() {
            let proper = |subset: usize| subset != 0 && subset != set;
            let minus = |x: Option<Matrix>, y: Option<Matrix>, rows: usize| {
                let x = x.unwrap_or_else(|| Matrix::zeros(rows, n));
                match y {
                    Some(y) => x.plus(-1.0, &y),
                    None => x,
                }
            };
            let nonzero = |subset: usize| subset != 0;
            let b =
                minus(a.convolved(&v, set, nonzero), u.convolved(&diagonal, set, proper), height);
            let c = minus(
                transposed.convolved(&u, set, nonzero),
                v.convolved(&diagonal, set, proper),
                n,
            );
            let (lengths_u, lengths_v) =
                (u.transposed_convolved(set, proper), v.transposed_convolved(set, proper));
            let length =
                |x: &Option<Matrix>, i: usize| x.as_ref().map_or(0.0, |x| -0.5 * x[(i, i)]);
            let pair = |i: usize, j: usize| {
                let (sum, difference) = (b[(i, j)] + c[(i, j)], b[(i, j)] - c[(i, j)]);
                (0.5 * sum / (s[j] - s[i]), 0.5 * difference / (s[j] + s[i]))
            };
            u.put(
                set,
                Matrix::from_fn(height, n, |i, j| {
                    if i >= n {
                        b[(i, j)] / s[j]
                    } else if i == j {
                        length(&lengths_u, i)
                    } else {
                        let (half_sum, half_difference) = pair(i, j);
                        half_sum + half_difference
                    }
                }),
            );
            v.put(
                set,
                Matrix::from_fn(n, n, |i, j| {
                    if i == j {
                        length(&lengths_v, i)
                    } else {
                        let (half_sum, half_difference) = pair(i, j);
                        half_sum - half_difference
                    }
                }),
            );
            let own = |i: usize| 0.5 * (b[(i, i)] + c[(i, i)]);
            values.put(set, column(&own));
            diagonal.put(set, Matrix::diagonal(&(0..n).map(own).collect::<Vec<_>>()));
        }
        Factors { u, s: values, v }
    }
}
