//! Linear least squares, to as many digits as the data holds.

use crate::error::Error;
use crate::factor::qr::Qr;
use crate::factor::svd::Svd;
use crate::matrix::Matrix;
use crate::scale::exponent_of;

/// The `x` for which `‖A*x - b‖` is least; of several the shortest one.
#[derive(Clone, Debug)]
pub struct LeastSquares {
    /// The solution.
    pub x: Vec<f64>,
    /// What is left, `b - A*x`.
    pub residual: Vec<f64>,
    /// The rank of `A`, its columns scaled to one length.
    pub rank: usize,
    /// The condition number of `A` with scaled columns, on the space of its rows.
    pub condition: f64,
}

/// Refinements: each gains the digits that the condition leaves, so that more would gain none.
const REFINEMENTS: usize = 8;

impl LeastSquares {
    /// Solves by QR of the matrix with columns of about one length, and refines the solution and its residual together, with
    /// residuals in twice the precision.
    ///
    /// # Errors
    /// [`Error::NotFinite`], [`Error::Overflow`], [`Error::Shape`].
    /// # References
    /// Björck 1967, *Iterative refinement of linear least squares solutions I*; Higham 2002, *Accuracy and Stability of Numerical
    /// Algorithms*, section 20.5; Ogita, Rump and Oishi 2005, *Accurate sum and dot product*, for the residuals.
    pub fn new(a: &Matrix, b: &[f64]) -> Result<LeastSquares, Error> {
        a.checked_finite("least_squares")?;
        let (m, n) = (a.rows(), a.cols());
        // Powers of two, by which nothing is rounded.
        let scales: Vec<f64> = (0..n).map(|j| unit(a.col(j).into_iter())).collect();
        let height = unit(b.iter().copied());
        let scaled = Matrix::from_fn(m, n, |i, j| a[(i, j)] * scales[j]);
        let b: Vec<f64> = b.iter().map(|b| b * height).collect();
        let solver = Solver::new(&scaled)?;
        let (rank, condition) = (solver.rank, solver.condition);
        let mut x = vec![0.0; n];
        let mut r = b.clone();
        let mut last = f64::INFINITY;
        for _ in 0..=REFINEMENTS {
            let f: Vec<f64> = (0..m).map(|i| left(b[i], r[i], scaled.row(i), &x)).collect();
            let g: Vec<f64> = (0..n).map(|j| -dot(&scaled.col(j), &r)).collect();
            let (dr, dx) = solver.augmented(&f, &g);
            let size = length(&dx);
            // A refinement that does not halve the one before is rounding.
            if !size.is_finite() || size > 0.5 * last {
                break;
            }
            x.iter_mut().zip(&dx).for_each(|(x, d)| *x += d);
            r.iter_mut().zip(&dr).for_each(|(r, d)| *r += d);
            last = size;
            if size <= 0.25 * f64::EPSILON * length(&x) {
                break;
            }
        }
        for (x, scale) in x.iter_mut().zip(&scales) {
            *x *= scale / height;
        }
        if rank < n {
            solver.shorten(&mut x, &scales)?;
        }
        let residual: Vec<f64> = r.iter().map(|r| r / height).collect();
        if !x.iter().chain(&residual).all(|x| x.is_finite()) {
            return Err(Error::Overflow { function: "least_squares" });
        }
        Ok(LeastSquares { x, residual, rank, condition })
    }
}

/// A matrix taken apart.
struct Solver {
    qr: Qr,
    /// Of the triangle, where it has no full rank or is small.
    svd: Option<Svd>,
    rank: usize,
    condition: f64,
}

/// Singular values of more columns are computed only where an estimate asks for them.
const FEW: usize = 300;
/// Steps of inverse iteration, which overestimates the least singular value by a small factor.
const ESTIMATES: usize = 4;

impl Solver {
    fn new(a: &Matrix) -> Result<Solver, Error> {
        let (m, n) = (a.rows(), a.cols());
        let qr = Qr::new(a)?;
        // What rounding in the matrix alone may make of a zero (Golub and Van Loan 2013, section 5.4.1).
        let floor = m.max(n) as f64 * f64::EPSILON;
        if n > FEW
            && m >= n
            && let Some(part) = least_part(&qr.r)
            && part > 1e2 * floor
        {
            return Ok(Solver { qr, svd: None, rank: n, condition: 1.0 / part });
        }
        let svd = Svd::full(&qr.r)?;
        let largest = svd.s.first().copied().unwrap_or(0.0);
        let rank = svd.s.iter().filter(|s| **s > floor * largest).count();
        let condition = if rank == 0 { 1.0 } else { largest / svd.s[rank - 1] };
        Ok(Solver { qr, svd: Some(svd), rank, condition })
    }

    /// The `r` and `x` with `r + A*x = f` and `A'*r = g`, as far as the rank goes.
    fn augmented(&self, f: &[f64], g: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (q, triangle) = (&self.qr.q, &self.qr.r);
        let inside: Vec<f64> = (0..q.cols()).map(|j| plain(&q.col(j), f)).collect();
        let (x, change) = match &self.svd {
            Some(svd) if self.rank < g.len() => {
                let mut x = vec![0.0; g.len()];
                let mut change = vec![0.0; q.cols()];
                for j in 0..self.rank {
                    let (u, v) = (svd.u.col(j), svd.v.col(j));
                    let (part, h) = (plain(&u, &inside), plain(&v, g) / svd.s[j]);
                    add(&mut x, (part - h) / svd.s[j], &v);
                    add(&mut change, h - part, &u);
                }
                (x, change)
            }
            _ => {
                let h = forward(triangle, g);
                let change: Vec<f64> = h.iter().zip(&inside).map(|(h, d)| h - d).collect();
                let mut x = backward(triangle, &change);
                x.iter_mut().for_each(|x| *x = -*x);
                (x, change)
            }
        };
        // What of `f` is in the range went to `x`, the rest is residual.
        let r = (0..f.len()).map(|i| f[i] + plain(q.row(i), &change)).collect();
        (r, x)
    }

    /// Takes away what the matrix does not see.
    fn shorten(&self, x: &mut [f64], scales: &[f64]) -> Result<(), Error> {
        let Some(Svd { v, .. }) = &self.svd else { return Ok(()) };
        let n = x.len();
        let unseen = Matrix::from_fn(n, n - self.rank, |i, j| v[(i, self.rank + j)] * scales[i]);
        let basis = Qr::new(&unseen)?.q;
        for j in 0..basis.cols() {
            let column = basis.col(j);
            let part = plain(&column, x);
            add(x, -part, &column);
        }
        Ok(())
    }
}

/// About the least singular value of a triangle as a part of the largest entry; `None` where it is singular.
fn least_part(r: &Matrix) -> Option<f64> {
    let n = r.cols();
    let largest = r.data().iter().fold(0.0_f64, |m, x| x.abs().max(m));
    let mut z: Vec<f64> = (0..n).map(|i| 1.0 + 0.5 * (i as f64).sin()).collect();
    let mut part = 0.0;
    for _ in 0..ESTIMATES {
        let size = length(&z);
        z.iter_mut().for_each(|z| *z /= size);
        z = backward(r, &forward(r, &z));
        part = length(&z).recip().sqrt() / largest;
    }
    part.is_finite().then_some(part)
}

/// The solution of `R'*x = b`.
fn forward(r: &Matrix, b: &[f64]) -> Vec<f64> {
    let mut x = b.to_vec();
    for i in 0..x.len() {
        let (done, rest) = x.split_at_mut(i + 1);
        done[i] /= r[(i, i)];
        rest.iter_mut().zip(&r.row(i)[i + 1..]).for_each(|(x, r)| *x -= r * done[i]);
    }
    x
}

/// The solution of `R*x = b`.
fn backward(r: &Matrix, b: &[f64]) -> Vec<f64> {
    let mut x = b.to_vec();
    for i in (0..x.len()).rev() {
        x[i] = (x[i] - plain(&r.row(i)[i + 1..], &x[i + 1..])) / r[(i, i)];
    }
    x
}

/// The power of two that brings the largest of the numbers near 1.
fn unit(numbers: impl Iterator<Item = f64>) -> f64 {
    let largest = numbers.fold(0.0_f64, |m, x| x.abs().max(m));
    if largest == 0.0 { 1.0 } else { 2.0_f64.powi(-exponent_of(largest)) }
}

/// `b - r - a*x`, rounded about once.
fn left(b: f64, r: f64, a: &[f64], x: &[f64]) -> f64 {
    let (mut sum, mut rest) = two_sum(b, -r);
    for (a, x) in a.iter().zip(x) {
        let product = -a * x;
        let lost = (-a).mul_add(*x, -product);
        let (next, error) = two_sum(sum, product);
        (sum, rest) = (next, rest + (error + lost));
    }
    sum + rest
}

/// `a'*b`, rounded about once.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    -left(0.0, 0.0, a, b)
}

fn plain(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], part: f64, vector: &[f64]) {
    to.iter_mut().zip(vector).for_each(|(x, v)| *x += part * v);
}

fn length(v: &[f64]) -> f64 {
    plain(v, v).sqrt()
}

/// The rounded sum and its rounding error (Knuth 1969).
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let other = sum - a;
    (sum, (a - (sum - other)) + (b - other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solutions_of_ill_conditioned_columns_are_right_to_the_last_digits() {
        // Powers of 0 to 20: scaled columns have a condition of 1e5, and integers are exact.
        let power = |i: usize, j: usize| (i as f64).powi(j as i32);
        let a = Matrix::from_fn(21, 6, power);
        // Residuals that are orthogonal to all columns and huge: the sixth differences of one entry.
        let difference = [1.0, -6.0, 15.0, -20.0, 15.0, -6.0, 1.0];
        let b: Vec<f64> = (0..21)
            .map(|i| (0..6).map(|j| power(i, j)).sum::<f64>())
            .enumerate()
            .map(|(i, y)| y + difference.get(i.wrapping_sub(5)).map_or(0.0, |d| 1e6 * d))
            .collect();
        let found = LeastSquares::new(&a, &b).expect("finite");
        assert_eq!(found.rank, 6);
        for x in &found.x {
            // The data is exact, so a few roundings of the solution are left.
            assert!((x - 1.0).abs() < 1e-14, "{:?}", found.x);
        }
    }

    #[test]
    fn of_several_solutions_the_shortest_is_given() {
        for (rows, cols) in [(6, 4), (3, 5)] {
            // Rank two, columns of very different lengths.
            let entry = |i: usize, j: usize| {
                let (u, w) = ((i as f64 + 1.0).sin(), (i as f64 * 0.7).cos());
                (u * (j as f64 + 0.5) + w * (2.0 - j as f64)) * 10.0_f64.powi(j as i32 - 2)
            };
            let a = Matrix::from_fn(rows, cols, entry);
            let b: Vec<f64> = (0..rows).map(|i| 1.0 + i as f64).collect();
            let found = LeastSquares::new(&a, &b).expect("finite");
            assert_eq!(found.rank, 2, "{rows}x{cols}");
            let left: Vec<f64> = (0..rows).map(|i| b[i] - plain(a.row(i), &found.x)).collect();
            for j in 0..cols {
                let column = a.col(j);
                let cosine = plain(&column, &left) / length(&column) / length(&b);
                assert!(cosine.abs() < 1e-13, "{rows}x{cols}: {cosine:e}");
            }
            // The shortest one is a sum of rows.
            let rows_of = a.transpose();
            let fit = LeastSquares::new(&rows_of, &found.x).expect("finite");
            // Columns whose lengths differ by 1e4 share their rounding.
            assert!(length(&fit.residual) < 1e-11 * length(&found.x), "{rows}x{cols}");
        }
    }
}
