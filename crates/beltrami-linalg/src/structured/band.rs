//! Square matrices with few diagonals, and their LU factorisation.

use crate::error::Error;
use crate::matrix::Matrix;
use crate::scale::{exponent_of, ldexp};

/// An `n×n` matrix that is zero farther than `lower` below and `upper` above the diagonal.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    n: usize,
    lower: usize,
    upper: usize,
    /// Row by row the entries `a[i][i - lower ..= i + upper]`, zeros where there is no column.
    rows: Vec<f64>,
}

impl Band {
    /// All zeros.
    pub fn zeros(n: usize, lower: usize, upper: usize) -> Band {
        Band { n, lower, upper, rows: vec![0.0; n * (lower + upper + 1)] }
    }

    /// By its entries, as [`Band::rows`] has them.
    ///
    /// # Errors
    /// [`Error::Shape`] unless they fill whole rows, [`Error::NotFinite`].
    pub fn new(lower: usize, upper: usize, rows: Vec<f64>) -> Result<Band, Error> {
        const FUNCTION: &str = "band";
        let width = lower + upper + 1;
        if !rows.len().is_multiple_of(width) {
            let detail = format!("{} entries in rows of {width}", rows.len());
            return Err(Error::Shape { function: FUNCTION, detail });
        }
        if rows.iter().any(|x| !x.is_finite()) {
            return Err(Error::NotFinite { function: FUNCTION });
        }
        Ok(Band { n: rows.len() / width, lower, upper, rows })
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// The distances of the outermost diagonals below and above.
    pub fn widths(&self) -> (usize, usize) {
        (self.lower, self.upper)
    }

    /// Row by row the entries from `lower` before the diagonal to `upper` behind it, zeros where there is no column.
    pub fn rows(&self) -> &[f64] {
        &self.rows
    }

    /// The entry in row `i` and column `j`, counted from 0, for change.
    ///
    /// # Panics
    /// When the place is outside the band.
    pub fn entry(&mut self, i: usize, j: usize) -> &mut f64 {
        assert!(i < self.n && j < self.n && i <= j + self.lower && j <= i + self.upper);
        let stride = self.stride();
        &mut self.rows[i * stride + j + self.lower - i]
    }

    /// The transpose.
    pub fn transpose(&self) -> Band {
        let mut out = Band::zeros(self.n, self.upper, self.lower);
        self.places().for_each(|(i, j, value)| *out.entry(j, i) = value);
        out
    }

    /// `self*factor + other*other_factor`.
    pub(crate) fn plus(&self, factor: f64, other: &Band, other_factor: f64) -> Band {
        let (lower, upper) = (self.lower.max(other.lower), self.upper.max(other.upper));
        let mut out = Band::zeros(self.n, lower, upper);
        self.places().for_each(|(i, j, value)| *out.entry(i, j) += factor * value);
        other.places().for_each(|(i, j, value)| *out.entry(i, j) += other_factor * value);
        out
    }

    pub(crate) fn of_diagonal(entries: &[f64]) -> Band {
        Band { n: entries.len(), lower: 0, upper: 0, rows: entries.to_vec() }
    }

    fn stride(&self) -> usize {
        self.lower + self.upper + 1
    }

    /// Row, column and value of what lies inside the matrix.
    fn places(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        let stride = self.stride();
        (0..self.n).flat_map(move |i| {
            let columns = i.saturating_sub(self.lower)..(i + self.upper + 1).min(self.n);
            columns.map(move |j| (i, j, self.rows[i * stride + j + self.lower - i]))
        })
    }

    pub(crate) fn apply(&self, x: &Matrix, transposed: bool) -> Matrix {
        let width = x.cols();
        let mut out = Matrix::zeros(x.rows(), width);
        for (i, j, value) in self.places() {
            let (to, from) = if transposed { (j, i) } else { (i, j) };
            for column in 0..width {
                out[(to, column)] += value * x[(from, column)];
            }
        }
        out
    }
}

/// `P*A = L*U` with partial pivoting; `U` has `lower + upper` diagonals above its own.
///
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, section 4.3.
#[derive(Clone, Debug)]
pub(crate) struct BandLu {
    n: usize,
    lower: usize,
    /// Row by row `U[i][i ..= i + lower + upper]`, entries divided by `2^exponent`.
    upper: Vec<f64>,
    stride: usize,
    /// The multipliers of each step.
    multipliers: Vec<f64>,
    /// The row that was exchanged with row `k` in step `k`.
    pivots: Vec<usize>,
    exponent: i32,
}

impl BandLu {
    /// Factors; about `2n*lower*(lower + upper)` flops.
    ///
    /// # Errors
    /// [`Error::Singular`] where a pivot is lost in rounding, [`Error::NotFinite`].
    pub fn new(a: &Band) -> Result<BandLu, Error> {
        let (n, lower) = (a.n, a.lower);
        let stride = a.lower + a.upper + 1;
        let largest = a.rows.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        if !a.rows.iter().all(|x| x.is_finite()) {
            return Err(Error::NotFinite { function: "banded lu" });
        }
        let exponent = exponent_of(largest);
        // Row i starts at column max(first, i - lower) while it waits and at its own diagonal once it is a pivot.
        let mut waiting: Vec<Vec<f64>> = Vec::with_capacity(n);
        for i in 0..n {
            let first = i.saturating_sub(lower);
            let skipped = lower - (i - first);
            let row = &a.rows[i * stride + skipped..(i + 1) * stride];
            waiting.push(row.iter().map(|x| ldexp(*x, -exponent)).collect());
        }
        let mut upper = vec![0.0; n * stride];
        let mut multipliers = vec![0.0; n * lower];
        let mut pivots = Vec::with_capacity(n);
        for k in 0..n {
            let last = (k + lower).min(n.saturating_sub(1));
            // All rows from k to last start at column k here.
            let head = |row: &Vec<f64>| row.first().map_or(0.0, |x| x.abs());
            let best = (k..=last)
                .fold(k, |best, i| if head(&waiting[i]) > head(&waiting[best]) { i } else { best });
            waiting.swap(k, best);
            pivots.push(best);
            let row = std::mem::take(&mut waiting[k]);
            let pivot = row.first().copied().unwrap_or(0.0);
            if pivot == 0.0 {
                return Err(Error::Singular { rcond: 0.0 });
            }
            for i in k + 1..=last {
                let other = &mut waiting[i];
                let multiplier = other.first().map_or(0.0, |x| x / pivot);
                multipliers[k * lower + i - k - 1] = multiplier;
                other.resize(other.len().max(row.len()), 0.0);
                other.iter_mut().zip(&row).for_each(|(x, y)| *x -= multiplier * y);
                other.remove(0);
            }
            upper[k * stride..][..row.len().min(stride)]
                .copy_from_slice(&row[..row.len().min(stride)]);
        }
        Ok(BandLu { n, lower, upper, stride, multipliers, pivots, exponent })
    }

    /// The solution of `A*x = b`.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let mut x = b.to_vec();
        for k in 0..self.n {
            x.swap(k, self.pivots[k]);
            let last = (k + self.lower).min(self.n - 1);
            for i in k + 1..=last {
                x[i] -= self.multipliers[k * self.lower + i - k - 1] * x[k];
            }
        }
        for k in (0..self.n).rev() {
            let row = &self.upper[k * self.stride..(k + 1) * self.stride];
            for (j, value) in (k + 1..self.n).zip(&row[1..]) {
                x[k] -= value * x[j];
            }
            x[k] /= row[0];
        }
        x.iter_mut().for_each(|x| *x = ldexp(*x, -self.exponent));
        x
    }

    /// The sign of the determinant and the logarithm of its absolute value.
    pub fn log_abs_det(&self) -> (f64, f64) {
        let swaps = self.pivots.iter().enumerate().filter(|(k, pivot)| k != *pivot).count();
        let start = if swaps.is_multiple_of(2) { 1.0 } else { -1.0 };
        let scale = f64::from(self.exponent) * self.n as f64 * std::f64::consts::LN_2;
        (0..self.n)
            .map(|k| self.upper[k * self.stride])
            .fold((start, scale), |(sign, log), x| (sign * x.signum(), log + x.abs().ln()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lu;

    #[test]
    fn it_agrees_with_the_dense_factorisation_for_every_width_and_every_pivot() {
        for (n, lower, upper) in [(1, 0, 0), (7, 1, 1), (9, 2, 0), (9, 0, 3), (12, 2, 3), (5, 4, 4)]
        {
            let mut band = Band::zeros(n, lower, upper);
            let mut dense = Matrix::zeros(n, n);
            for i in 0..n {
                for j in i.saturating_sub(lower)..(i + upper + 1).min(n) {
                    // Small diagonals force exchanges.
                    let value = ((7 * i + 3 * j + 1) as f64).sin() * if i == j { 0.1 } else { 1.0 };
                    *band.entry(i, j) = value;
                    dense[(i, j)] = value;
                }
            }
            let b: Vec<f64> = (0..n).map(|i| (i as f64).cos()).collect();
            let (factor, reference) =
                (BandLu::new(&band).expect("regular"), Lu::new(&dense).expect("square"));
            let right = Matrix::new(n, 1, b.clone()).expect("sizes fit");
            let x = reference.solve(&right).expect("regular");
            // Errors grow with the condition number.
            let tolerance = 1e-15 * n as f64 / reference.rcond() * (1.0 + x.max_abs());
            for (x, y) in factor.solve(&b).iter().zip(x.data()) {
                assert!((x - y).abs() <= tolerance, "{n} {lower} {upper}: {x} {y}");
            }
            let ((sign, log), (s, l)) =
                (factor.log_abs_det(), reference.log_abs_det().expect("regular"));
            assert!(
                sign == s && (log - l).abs() <= 1e-15 * n as f64 / reference.rcond(),
                "{log} {l}"
            );
            assert!(
                (band.apply(&right, true).plus(-1.0, &transposed(&dense, &right))).max_abs()
                    < 1e-14
            );
        }
    }

    fn transposed(a: &Matrix, x: &Matrix) -> Matrix {
        crate::matmul(&a.transpose(), x).expect("sizes fit")
    }
}
