//! Schur forms for functions that have a principal value off the closed negative real axis.

use crate::error::Error;
use crate::factor::schur::{Schur, diagonal_blocks};
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{exponent_of, ldexp};

/// `A = L*T*R` with a quasi-triangular `T` and `R = L⁻¹`, so that `F(A) = L*F(T)*R`.
pub(crate) struct Triangular {
    pub(crate) left: Matrix,
    pub(crate) t: Matrix,
    pub(crate) right: Matrix,
}

impl Triangular {
    fn new(Schur { q, t }: Schur) -> Triangular {
        Triangular { right: q.transpose(), left: q, t }
    }

    /// `L*X*R`.
    pub(crate) fn outwards(&self, x: &Matrix) -> Matrix {
        product(&product(&self.left, x), &self.right)
    }

    /// `R*X*L`.
    pub(crate) fn inwards(&self, x: &Matrix) -> Matrix {
        product(&product(&self.right, x), &self.left)
    }
}

/// The form of a matrix none of whose eigenvalues lies on the closed negative real axis, to within the rounding error of the
/// eigenvalues.
///
/// The eigenvalues of a block triangular matrix, in whatever order of its rows and columns, are those of its blocks, to
/// within the rounding of these: those of a triangular matrix are known exactly, however large the entries beside them.
/// Where entries are of very different sizes, rows and columns are balanced, so that rounding hides no small eigenvalue.
/// # Errors
/// [`Error::NegativeAxis`], and those of [`Schur::new`].
pub(crate) fn principal(function: &'static str, a: &Matrix) -> Result<Triangular, Error> {
    let exponents = balance(a);
    let n = a.rows();
    let balanced = Matrix::from_fn(n, n, |i, j| ldexp(a[(i, j)], exponents[j] - exponents[i]));
    if balanced.norm_one() > WORTHWHILE * a.norm_one() {
        return ordered(function, a).map(Triangular::new);
    }
    let Schur { q, t } = ordered(function, &balanced)?;
    // A = D*B*D⁻¹ with B = Q*T*Q'.
    let left = Matrix::from_fn(n, n, |i, j| ldexp(q[(i, j)], exponents[i]));
    let right = Matrix::from_fn(n, n, |i, j| ldexp(q[(j, i)], -exponents[j]));
    Ok(Triangular { left, t, right })
}

/// The exponents of the `D` for which rows and columns of `D⁻¹*A*D` are of alike sizes.
///
/// # References
/// Parlett and Reinsch 1969, *Balancing a matrix for calculation of eigenvalues and eigenvectors*.
fn balance(a: &Matrix) -> Vec<i32> {
    let n = a.rows();
    let mut exponents = vec![0_i32; n];
    for _ in 0..MAX_SWEEPS {
        let mut changed = false;
        for i in 0..n {
            let (mut row, mut column) = (0.0_f64, 0.0_f64);
            for j in (0..n).filter(|j| *j != i) {
                row = row.max(ldexp(a[(i, j)].abs(), exponents[j] - exponents[i]));
                column = column.max(ldexp(a[(j, i)].abs(), exponents[i] - exponents[j]));
            }
            if row == 0.0 || column == 0.0 || !row.is_finite() || !column.is_finite() {
                continue;
            }
            let step = (exponent_of(row) - exponent_of(column)) / 2;
            exponents[i] += step;
            changed |= step != 0;
        }
        if !changed {
            break;
        }
    }
    exponents
}

/// The part of the norm that balancing leaves where it is done: three digits.
const WORTHWHILE: f64 = 1e-3;

/// Sweeps of balancing; a few are usual.
const MAX_SWEEPS: usize = 50;

fn ordered(function: &'static str, a: &Matrix) -> Result<Schur, Error> {
    let Some(order) = triangular_order(a) else { return in_order(function, a) };
    let n = a.rows();
    let ordered = Matrix::from_fn(n, n, |i, j| a[(order[i], order[j])]);
    let Schur { q, t } = in_order(function, &ordered)?;
    let mut places = vec![0; n];
    order.iter().enumerate().for_each(|(place, i)| places[*i] = place);
    Ok(Schur { q: Matrix::from_fn(n, n, |i, j| q[(places[i], j)]), t })
}

fn in_order(function: &'static str, a: &Matrix) -> Result<Schur, Error> {
    let schur = Schur::new(a)?;
    let values = schur.eigenvalues();
    for block in diagonal_blocks(a) {
        let (start, size) = (block.start, block.len());
        let tolerance = if size == 1 {
            0.0
        } else {
            size as f64 * f64::EPSILON * a.block(start, start, size, size).norm_one()
        };
        for &(re, im) in &values[block] {
            if re <= tolerance && im.abs() <= tolerance {
                return Err(Error::NegativeAxis { function, eigenvalue: re });
            }
        }
    }
    Ok(schur)
}

/// The order of rows and columns in which the blocks on the diagonal are smallest; nothing where they are so as they stand.
fn triangular_order(a: &Matrix) -> Option<Vec<usize>> {
    let n = a.rows();
    let words = n.div_ceil(64);
    // Which columns a row leads to through entries that are not zero, one bit each: Warshall's closure.
    let mut reach = vec![0_u64; n * words];
    for i in 0..n {
        reach[i * words + i / 64] |= 1 << (i % 64);
        for (j, _) in a.row(i).iter().enumerate().filter(|(_, x)| **x != 0.0) {
            reach[i * words + j / 64] |= 1 << (j % 64);
        }
    }
    let reaches =
        |reach: &[u64], i: usize, j: usize| reach[i * words + j / 64] >> (j % 64) & 1 == 1;
    for via in 0..n {
        let row = reach[via * words..][..words].to_vec();
        for i in (0..n).filter(|i| *i != via) {
            if reaches(&reach, i, via) {
                let target = &mut reach[i * words..][..words];
                target.iter_mut().zip(&row).for_each(|(x, y)| *x |= y);
            }
        }
    }
    // A block is a set of rows that lead to each other; a row that leads to another block leads to more rows than that does.
    let first = |i: usize| (0..n).find(|j| reaches(&reach, i, *j) && reaches(&reach, *j, i));
    let blocks: Vec<usize> = (0..n).map(|i| first(i).unwrap_or(i)).collect();
    let count = (0..n).filter(|i| blocks[*i] == *i).count();
    if count == diagonal_blocks(a).len() {
        return None;
    }
    let size =
        |i: usize| -> u32 { reach[i * words..][..words].iter().map(|x| x.count_ones()).sum() };
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(size(*i)), blocks[*i], *i));
    Some(order)
}
