//! Rows and columns brought to alike sizes by powers of two.
//!
//! The logarithms of the sizes of the entries that are not zero are fitted by a number for each row and one for each column,
//! by least squares (Curtis and Reid 1972, *On the automatic scaling of matrices for Gaussian elimination*).
//! The result depends on rows and columns that were scaled beforehand by nothing but rounding of the exponents: what is
//! judged of it is a property of the system and not of the units it was written in.

use crate::matrix::Matrix;
use crate::scale::{exponent_of, ldexp};

/// A matrix whose rows and columns were divided by powers of two.
#[derive(Clone, Debug)]
pub struct Equilibrated {
    /// `A[i,j]/2^(rows[i] + cols[j])`, of which the largest entry lies in `[1, 2)`.
    pub matrix: Matrix,
    /// The exponents of the rows.
    pub rows: Vec<i32>,
    /// The exponents of the columns.
    pub cols: Vec<i32>,
}

/// Sweeps over rows and columns in turn: one is exact where no entry is zero, and each brings others nearer by a factor.
const SWEEPS: usize = 60;

impl Equilibrated {
    /// Of a finite matrix.
    pub fn new(a: &Matrix) -> Equilibrated {
        let (m, n) = (a.rows(), a.cols());
        // Whole exponents: a row that was multiplied by a power of two moves by a whole number.
        let size: Vec<Option<f64>> =
            a.data().iter().map(|x| (*x != 0.0).then(|| f64::from(exponent_of(*x)))).collect();
        let (mut rows, mut cols) = (vec![0.0; m], vec![0.0; n]);
        for _ in 0..SWEEPS {
            let mut moved = 0.0_f64;
            for i in 0..m {
                let line = (0..n).filter_map(|j| size[i * n + j].map(|s| s - cols[j]));
                moved = moved.max(to_mean(line, &mut rows[i]));
            }
            for j in 0..n {
                let line = (0..m).filter_map(|i| size[i * n + j].map(|s| s - rows[i]));
                moved = moved.max(to_mean(line, &mut cols[j]));
            }
            // The exponents are rounded to whole numbers.
            if moved < 0.1 {
                break;
            }
        }
        let whole = |x: &f64| x.round() as i32;
        let mut rows: Vec<i32> = rows.iter().map(whole).collect();
        let cols: Vec<i32> = cols.iter().map(whole).collect();
        let left = |i: usize, j: usize| size[i * n + j].map(|s| s as i32 - rows[i] - cols[j]);
        let places = (0..m).flat_map(|i| (0..n).map(move |j| (i, j)));
        let largest = places.filter_map(|(i, j)| left(i, j)).max().unwrap_or(0);
        rows.iter_mut().for_each(|row| *row += largest);
        let matrix = Matrix::from_fn(m, n, |i, j| ldexp(a[(i, j)], -rows[i] - cols[j]));
        Equilibrated { matrix, rows, cols }
    }
}

/// Moves a number to the mean of others, if there are any, and says how far.
fn to_mean(others: impl Iterator<Item = f64>, place: &mut f64) -> f64 {
    let (count, sum) = others.fold((0.0, 0.0), |(count, sum), x| (count + 1.0, sum + x));
    if count == 0.0 {
        return 0.0;
    }
    let before = std::mem::replace(place, sum / count);
    (*place - before).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_scaled_comes_back() {
        let entry =
            |i: usize, j: usize| [3.0, -1.0, 0.0, 2.5, 1.0, -0.75, 4.0][(3 * i + 5 * j) % 7];
        let a = Matrix::from_fn(5, 4, entry);
        let once = Equilibrated::new(&a);
        let by = |k: usize| (k as i32 * 37) % 121 - 60;
        let b = Matrix::from_fn(5, 4, |i, j| ldexp(a[(i, j)], by(i) + by(j + 11)));
        let again = Equilibrated::new(&b);
        // Halves are rounded either way, so that entries may differ by a factor of two for a row and one for a column.
        for (x, y) in once.matrix.data().iter().zip(again.matrix.data()) {
            assert!(x == y || (0.24..4.1).contains(&(x / y)), "{x} {y}");
        }
        for i in 0..5 {
            for j in 0..4 {
                let back = ldexp(again.matrix[(i, j)], again.rows[i] + again.cols[j]);
                assert_eq!(back, b[(i, j)]);
            }
        }
    }

    #[test]
    fn entries_at_the_ends_of_the_range_do_not_overflow() {
        let a = Matrix::from_fn(2, 2, |i, j| if i == j { [1e308, 5e-324][i] } else { 0.0 });
        let scaled = Equilibrated::new(&a).matrix;
        assert!(scaled[(0, 0)].abs() >= 0.5 && scaled[(1, 1)].abs() >= 0.5, "{scaled:?}");
    }
}
