//! An odd function at a matrix.

use super::group::Group;
use super::{Line, OddScalar};
use crate::error::Error;
use crate::factor::basis::completed;
use crate::factor::qr::Qr;
use crate::factor::rank::deficient;
use crate::factor::svd::Svd;
use crate::matfun::function::Prepared;
use crate::matfun::perturbed::{Directions, Perturbed};
use crate::matrix::Matrix;
use crate::product::{accumulate, product, product_transposed, transposed_product};
use crate::scale::ldexp;

/// An odd function at `2^exponent*A`.
pub(crate) struct At<F> {
    scalar: F,
    /// Of `A`, or of its transpose where that is tall.
    svd: Svd,
    wide: bool,
    exponent: i32,
}

impl<F: OddScalar> At<F> {
    pub(crate) fn new(scalar: F, a: &Matrix) -> Result<At<F>, Error> {
        let found = Svd::normalised(a)?;
        let (mut svd, mut exponent) = (found.values, found.exponent);
        // Singular values that vanish to working precision are 0.
        let (rank, wanted) = (svd.rank(), svd.s.len());
        if rank < wanted && scalar.jumps() {
            return Err(deficient(scalar.name(), a, (rank, wanted)));
        }
        svd.s[rank..].fill(0.0);
        if scalar.degree().is_none() {
            for s in &mut svd.s {
                *s = ldexp(*s, exponent);
                if !s.is_finite() {
                    return Err(Error::Overflow { function: scalar.name() });
                }
            }
            exponent = 0;
        }
        Ok(At::decomposed(scalar, svd, exponent))
    }

    /// From the decomposition of `A`.
    pub(crate) fn decomposed(scalar: F, svd: Svd, exponent: i32) -> At<F> {
        let wide = svd.u.rows() < svd.v.rows();
        let Svd { u, s, v } = svd;
        let svd = if wide { Svd { u: v, s, v: u } } else { Svd { u, s, v } };
        At { scalar, svd, wide, exponent }
    }

    /// The exponent of the power of two by which the matrix is divided.
    pub(crate) fn exponent(&self) -> i32 {
        self.exponent
    }

    /// The singular values of `A` divided by that power.
    pub(crate) fn singular_values(&self) -> &[f64] {
        &self.svd.s
    }

    /// Directions near 1, transposed where the matrix is wide.
    pub(crate) fn directions(&self, directions: &[&Matrix]) -> Result<Directions, Error> {
        let (m, n) = (self.svd.u.rows(), self.svd.v.rows());
        let shape = if self.wide { (n, m) } else { (m, n) };
        let mut found = Directions::new(self.scalar.name(), shape, directions)?;
        if self.wide {
            found.near_one.iter_mut().for_each(|e| *e = e.transpose());
        }
        Ok(found)
    }

    /// A result for the tall matrix as one for `A`.
    pub(crate) fn oriented(&self, x: Matrix) -> Matrix {
        if self.wide { x.transpose() } else { x }
    }

    /// The value without the scaling.
    pub(crate) fn near_one(&self) -> Matrix {
        let Svd { u, s, v } = &self.svd;
        let (left, right) = if self.wide { (v, u) } else { (u, v) };
        let f: Vec<f64> = s.iter().map(|s| self.scalar.extended(*s)).collect();
        let scaled = Matrix::from_fn(left.rows(), s.len(), |i, j| left[(i, j)] * f[j]);
        product_transposed(&scaled, right)
    }

    /// `‖L(A,·)‖`.
    pub(crate) fn derivative_norm(&self) -> Result<f64, Error> {
        self.refuse_kink()?;
        let square = self.svd.u.rows() == self.svd.v.rows();
        let mut norm = 0.0_f64;
        for (i, x) in self.svd.s.iter().enumerate() {
            for (j, y) in self.svd.s.iter().enumerate().skip(i) {
                norm = norm.max(self.scalar.minus(*x, *y).abs());
                if i != j || !square {
                    norm = norm.max(self.scalar.plus(*x, *y).abs());
                }
            }
        }
        Ok(norm)
    }

    fn refuse_kink(&self) -> Result<(), Error> {
        // Computed singular values carry this error.
        let level = self.svd.u.rows() as f64 * f64::EPSILON;
        let largest = self.svd.s.first().copied().unwrap_or(0.0);
        for kink in self.scalar.kinks() {
            if let Some(value) = self.svd.s.iter().find(|s| (**s - kink).abs() <= level * largest) {
                return Err(Error::Kink { function: self.scalar.name(), value: *value, kink });
            }
        }
        Ok(())
    }

    /// The first derivative, of the tall matrix.
    fn first(&self, e: &Matrix) -> Matrix {
        let Svd { u, s, v } = &self.svd;
        let n = s.len();
        let mut right = product(e, v);
        let k = transposed_product(u, &right);
        let mut inner = Matrix::zeros(n, n);
        for i in 0..n {
            for j in 0..=i {
                // Both quotients are symmetric in their arguments.
                let minus = 0.5 * self.scalar.minus(s[i], s[j]) * (k[(i, j)] + k[(j, i)]);
                let plus = 0.5 * self.scalar.plus(s[i], s[j]) * (k[(i, j)] - k[(j, i)]);
                inner[(i, j)] = minus + plus;
                inner[(j, i)] = minus - plus;
            }
        }
        let sum = if u.rows() > n {
            // What lies outside the range of U, E*V - U*K, is multiplied by f(s)/s.
            let ratio: Vec<f64> = s.iter().map(|s| self.scalar.plus(*s, *s)).collect();
            for i in 0..n {
                for j in 0..n {
                    inner[(i, j)] -= ratio[j] * k[(i, j)];
                }
            }
            for row in right.data_mut().chunks_exact_mut(n.max(1)) {
                row.iter_mut().zip(&ratio).for_each(|(x, ratio)| *x *= ratio);
            }
            accumulate(&mut right, true, u.as_faer(), inner.as_faer(), 1.0);
            right
        } else {
            product(u, &inner)
        };
        product_transposed(&sum, v)
    }

    /// A derivative of second or higher order, of the tall matrix.
    fn of_lines(&self, directions: &[Matrix]) -> Result<Matrix, Error> {
        let name = self.scalar.name();
        let lines: Option<Vec<Line>> = self.svd.s.iter().map(|s| self.scalar.line(*s)).collect();
        let Some(lines) = lines else {
            let reason = "derivatives of second order are known for functions made of lines only";
            return Err(Error::NoMethod { function: name, reason });
        };
        if let ([first, second], Some(offset)) = (directions, same_step(&lines)) {
            return Ok(second_of_polar(&self.svd, first, second).scaled(offset));
        }
        let framed = Framed::new(name, &self.svd, directions)?;
        // A line through 0 is a multiple of A itself, whose second derivatives vanish; the others are relative to it.
        let through_zero = lines.iter().rev().find(|line| line.offset == 0.0).copied();
        let common = through_zero.unwrap_or(Line { slope: 0.0, offset: 0.0 });
        let mut sum: Option<Matrix> = None;
        let mut done: Vec<Line> = vec![common];
        for line in &lines {
            if done.contains(line) {
                continue;
            }
            done.push(*line);
            let member: Vec<bool> = lines.iter().map(|other| other == line).collect();
            let group = Group::new(&self.svd.s, &member, &framed.a);
            let part = group.image(&framed.a, line.slope - common.slope, line.offset);
            sum = Some(match sum {
                Some(sum) => sum.plus(1.0, &part),
                None => part,
            });
        }
        let (m, n) = (self.svd.u.rows(), self.svd.v.rows());
        Ok(sum.map_or_else(|| Matrix::zeros(m, n), |x| framed.back(&self.svd, &x)))
    }
}

impl<F: OddScalar> Prepared for At<F> {
    fn value(&self) -> Result<Matrix, Error> {
        let degree = self.scalar.degree().unwrap_or(0);
        self.near_one()
            .scaled_by_power(self.exponent.saturating_mul(degree))
            .checked_result(self.scalar.name())
    }

    fn higher(&self, directions: &[&Matrix]) -> Result<Matrix, Error> {
        let Directions { near_one, exponent } = self.directions(directions)?;
        if near_one.is_empty() {
            return self.value();
        }
        self.refuse_kink()?;
        let found = match &near_one[..] {
            [e] => self.first(e),
            several => self.of_lines(several)?,
        };
        let degree = self.scalar.degree().unwrap_or(0) - directions.len() as i32;
        self.oriented(found)
            .scaled_by_power(self.exponent.saturating_mul(degree).saturating_add(exponent))
            .checked_result(self.scalar.name())
    }

    fn adjoint(&self, g: &Matrix, directions: &[&Matrix]) -> Result<Matrix, Error> {
        let all: Vec<&Matrix> = directions.iter().copied().chain([g]).collect();
        self.higher(&all)
    }
}

/// The value of a function that is the same number at all singular values.
fn same_step(lines: &[Line]) -> Option<f64> {
    let first = lines.first()?;
    (first.slope == 0.0 && lines.iter().all(|line| line == first)).then_some(first.offset)
}

/// The second derivative of the polar factor `O = U*V'` of a tall matrix along two directions.
///
/// With `K = U'EV`, the first one is `(UΩ + W)V'`, where `Ωᵢⱼ = (Kᵢⱼ - Kⱼᵢ)/(sᵢ + sⱼ)` and `W = (EV - UK)/S`. The second one has
/// within the range of `U` the part `Z` that follows from `O'O = I` and from the symmetry of `O'X`, and outside of it
/// `-(W_E P_F + W_F P_E)/S` with the derivatives of the positive factor `P = O'X`. Nothing is divided by a difference.
fn second_of_polar(svd: &Svd, e: &Matrix, f: &Matrix) -> Matrix {
    let Svd { u, s, v } = svd;
    let n = s.len();
    let tall = u.rows() > n;
    let over_s = |mut x: Matrix| {
        for row in x.data_mut().chunks_exact_mut(n.max(1)) {
            row.iter_mut().zip(s).for_each(|(x, s)| *x /= s);
        }
        x
    };
    let times_s = |x: &Matrix| Matrix::from_fn(n, n, |i, j| x[(i, j)] * s[j]);
    let along = |direction: &Matrix| {
        let right = product(direction, v);
        let k = transposed_product(u, &right);
        let omega = Matrix::from_fn(n, n, |i, j| (k[(i, j)] - k[(j, i)]) / (s[i] + s[j]));
        let beyond = tall.then(|| over_s(outside(u, &right, &k)));
        (k, omega, beyond)
    };
    let ((k_e, omega_e, beyond_e), (k_f, omega_f, beyond_f)) = (along(e), along(f));
    let mut m = transposed_product(&omega_e, &omega_f);
    let mut c = transposed_product(&omega_e, &k_f).plus(1.0, &transposed_product(&omega_f, &k_e));
    if let (Some(e), Some(f)) = (&beyond_e, &beyond_f) {
        let g = transposed_product(e, f);
        c = c.plus(1.0, &times_s(&g.plus(1.0, &g.transpose())));
        m = m.plus(1.0, &g);
    }
    let m = m.plus(1.0, &m.transpose());
    let z =
        Matrix::from_fn(n, n, |i, j| (c[(i, j)] - c[(j, i)] - m[(i, j)] * s[j]) / (s[i] + s[j]));
    let mut sum = product(u, &z);
    if let (Some(beyond_e), Some(beyond_f)) = (beyond_e, beyond_f) {
        let factor = |k: &Matrix| {
            Matrix::from_fn(n, n, |i, j| (s[i] * k[(i, j)] + s[j] * k[(j, i)]) / (s[i] + s[j]))
        };
        let rest = product(&beyond_e, &factor(&k_f)).plus(1.0, &product(&beyond_f, &factor(&k_e)));
        sum = sum.plus(-1.0, &over_s(rest));
    }
    product_transposed(&sum, v)
}

/// What lies outside the range of `U`: `X - U*K` with `K = U'*X`.
fn outside(u: &Matrix, x: &Matrix, k: &Matrix) -> Matrix {
    let rest = x.plus(-1.0, &product(u, k));
    // Projecting twice removes what the first left in the range of U (Parlett's "twice is enough").
    rest.plus(-1.0, &product(u, &transposed_product(u, &rest)))
}

/// A perturbed matrix in the bases of its singular vectors.
pub(crate) struct Framed {
    /// `[S; 0]` with the directions.
    pub(crate) a: Perturbed,
    /// Orthonormal columns beside those of `U`, as far as the directions reach.
    beside: Option<Matrix>,
}

impl Framed {
    /// For a tall matrix.
    pub(crate) fn new(
        function: &'static str,
        svd: &Svd,
        directions: &[Matrix],
    ) -> Result<Framed, Error> {
        let Svd { u, s, v } = svd;
        let (m, n) = (u.rows(), v.rows());
        let right: Vec<Matrix> = directions.iter().map(|e| product(e, v)).collect();
        let inside: Vec<Matrix> = right.iter().map(|x| transposed_product(u, x)).collect();
        let parts: Vec<Matrix> = right.iter().zip(&inside).map(|(x, k)| outside(u, x, k)).collect();
        let beside = if m == n {
            None
        } else if directions.len() * n >= m - n {
            let all = completed(u, n, m);
            Some(all.block(0, n, m, m - n))
        } else {
            let joined = Matrix::from_fn(m, n * parts.len(), |i, j| parts[j / n][(i, j % n)]);
            Some(Qr::new(&joined)?.q)
        };
        let height = n + beside.as_ref().map_or(0, Matrix::cols);
        // Where directions depend on each other some of these columns are arbitrary, and not orthogonal to those of U: only
        // what lies outside may be measured along them, which is nothing there.
        let below = |part: &Matrix| beside.as_ref().map(|w| transposed_product(w, part));
        let framed: Vec<Matrix> = parts
            .iter()
            .zip(&inside)
            .map(|(part, k)| {
                let below = below(part);
                Matrix::from_fn(height, n, |i, j| match &below {
                    Some(below) if i >= n => below[(i - n, j)],
                    _ => k[(i, j)],
                })
            })
            .collect();
        let base = Matrix::from_fn(height, n, |i, j| if i == j { s[i] } else { 0.0 });
        Ok(Framed { a: Perturbed::new(function, base, &framed)?, beside })
    }

    /// From these bases to those of `A`.
    pub(crate) fn back(&self, svd: &Svd, x: &Matrix) -> Matrix {
        let n = svd.v.rows();
        let mut sum = product(&svd.u, &x.block(0, 0, n, x.cols()));
        if let Some(beside) = &self.beside {
            let rest = x.block(n, 0, x.rows() - n, x.cols());
            sum = sum.plus(1.0, &product(beside, &rest));
        }
        product_transposed(&sum, &svd.v)
    }
}
