//! Reduction to Hessenberg form.

use crate::matrix::Matrix;

/// `Q'` and `H` of `A = Q*H*Q'` with `H` zero below the first subdiagonal; `10n³/3` flops, and `4n³/3` more for `Q`.
///
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, algorithm 7.4.2.
pub(crate) fn hessenberg(a: &Matrix) -> (Matrix, Matrix) {
    let n = a.rows();
    let mut h = a.clone();
    let mut q = Matrix::identity(n);
    for k in 0..n.saturating_sub(2) {
        let column: Vec<f64> = (k + 1..n).map(|i| h[(i, k)]).collect();
        let Some(v) = Reflection::annihilating(&column) else { continue };
        v.on_rows(&mut h, k + 1, k..n);
        v.on_columns(&mut h, k + 1, 0..n);
        v.on_rows(&mut q, k + 1, 0..n);
        for i in k + 2..n {
            h[(i, k)] = 0.0;
        }
    }
    (q, h)
}

/// `I - 2vv'` with a unit vector `v`.
pub(crate) struct Reflection(Vec<f64>);

impl Reflection {
    /// The reflection that takes `x` to a multiple of the first unit vector; `None` where all but its first entry vanish.
    pub(crate) fn annihilating(x: &[f64]) -> Option<Reflection> {
        let scale = x.iter().fold(0.0_f64, |largest, x| x.abs().max(largest));
        if x.iter().skip(1).all(|x| *x == 0.0) {
            return None;
        }
        let mut v: Vec<f64> = x.iter().map(|x| x / scale).collect();
        let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        // The sign that adds, so that nothing cancels.
        v[0] += norm.copysign(v[0]);
        let length = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        v.iter_mut().for_each(|x| *x /= length);
        Some(Reflection(v))
    }

    /// From the left, on the rows from `top` on and these columns.
    pub(crate) fn on_rows(&self, a: &mut Matrix, top: usize, columns: std::ops::Range<usize>) {
        let width = a.cols();
        let mut sums = vec![0.0; columns.len()];
        for (i, v) in self.0.iter().enumerate() {
            let row = &a.data()[(top + i) * width..][columns.clone()];
            sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += v * x);
        }
        for (i, v) in self.0.iter().enumerate() {
            let row = &mut a.data_mut()[(top + i) * width..][columns.clone()];
            row.iter_mut().zip(&sums).for_each(|(x, sum)| *x -= 2.0 * v * sum);
        }
    }

    /// From the right, on the columns from `left` on and these rows.
    pub(crate) fn on_columns(&self, a: &mut Matrix, left: usize, rows: std::ops::Range<usize>) {
        let width = a.cols();
        let count = self.0.len();
        let (from, to) = (rows.start * width, rows.end * width);
        let mut blocks = a.data_mut()[from..to].chunks_exact_mut(ROWS * width);
        for block in &mut blocks {
            // Several sums at a time, as each has to wait for its own additions.
            let mut sums = [0.0; ROWS];
            for (j, v) in self.0.iter().enumerate() {
                for (r, sum) in sums.iter_mut().enumerate() {
                    *sum += block[r * width + left + j] * v;
                }
            }
            for (r, sum) in sums.iter().enumerate() {
                let row = &mut block[r * width + left..][..count];
                row.iter_mut().zip(&self.0).for_each(|(x, v)| *x -= 2.0 * v * sum);
            }
        }
        for row in blocks.into_remainder().chunks_exact_mut(width) {
            let row = &mut row[left..][..count];
            let sum = row.iter().zip(&self.0).fold(0.0, |sum, (x, v)| sum + x * v);
            row.iter_mut().zip(&self.0).for_each(|(x, v)| *x -= 2.0 * v * sum);
        }
    }
}

/// Rows of which the products with a reflection are summed at a time.
const ROWS: usize = 8;
