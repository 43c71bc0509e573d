//! Determinant, its logarithm, and the adjugate.

use beltrami_linalg::Lu;

use crate::error::ExecError;
use crate::ring::algebra::{identity, matmul, zip};
use crate::ring::inverse::inverse;
use crate::ring::lift::real_matrix;
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// Largest size for Bird's division-free determinant, whose work grows as `n⁴` and whose rounding errors as a power of `n`.
const MAX_DIVISION_FREE: usize = 24;

/// Largest size for an adjugate from `n²` division-free minors.
const MAX_MINORS: usize = 10;

/// Size up to which minors cost nothing worth saving.
const SMALL: usize = 6;

/// The pivot, relative to the largest entry, below which elimination gives way to the division-free form.
///
/// Derivatives of order `k` divide by its `k`-th power: at 1e-3 the second loses six of sixteen digits. Larger matrices
/// have such pivots by chance, and the division-free form loses digits too, so there the bound is lower.
fn small_pivot(n: usize) -> f64 {
    if n <= 8 { 1e-3 } else { 1e-6 }
}

/// The determinant: by elimination, without division where the real part is nearly singular.
pub(crate) fn det<S: Scalar>(a: &Tensor<S>) -> Result<S, ExecError> {
    let one = S::from_real(1.0);
    match eliminate(a, small_pivot(a.rows())) {
        Some(pivots) => Ok(pivots.into_iter().fold(one, |product, p| product * p)),
        None if a.rows() <= MAX_DIVISION_FREE => division_free(a),
        None => eliminate(a, 0.0)
            .map(|pivots| pivots.into_iter().fold(one, |product, p| product * p))
            .ok_or_else(singular),
    }
}

/// `log|det(A)|`.
pub(crate) fn logdet<S: Scalar>(a: &Tensor<S>) -> Result<S, ExecError> {
    let pivots = eliminate(a, 0.0).ok_or_else(singular)?;
    let mut sum = S::from_real(0.0);
    for pivot in pivots {
        let magnitude = if pivot.real() < 0.0 { -pivot } else { pivot };
        let x = magnitude.real();
        sum += magnitude.compose(&crate::taylor::taylor(beltrami_core::Map::Log, x, S::ORDER)?);
    }
    Ok(sum)
}

/// The sign of the determinant, which is constant near an invertible matrix.
pub(crate) fn detsign<S: Scalar>(a: &Tensor<S>) -> Result<S, ExecError> {
    match eliminate(a, 0.0) {
        Some(pivots) => {
            Ok(S::from_real(pivots.iter().fold(1.0, |sign, pivot| sign * pivot.real().signum())))
        }
        None if S::ORDER == 0 => Ok(S::from_real(0.0)),
        None => Err(singular()),
    }
}

/// The adjugate: from the minors when small, else `det(A)*A⁻¹` where that is safe.
pub(crate) fn adjugate<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    let n = a.rows();
    if n > SMALL
        && let Some(pivots) = eliminate(a, small_pivot(n))
    {
        let det = pivots.into_iter().fold(S::from_real(1.0), |product, p| product * p);
        return Ok(inverse(a)?.map(|x| *x * det));
    }
    if n > MAX_MINORS {
        return Err(singular());
    }
    let mut minors = Vec::with_capacity(n * n);
    for i in 0..n {
        for j in 0..n {
            let skip = |k: usize, at: usize| if k < at { k } else { k + 1 };
            let minor =
                division_free(&Tensor::from_fn(n - 1, n - 1, |p, q| a.at(skip(p, j), skip(q, i))))?;
            minors.push(if (i + j) % 2 == 0 { minor } else { -minor });
        }
    }
    Tensor::new(vec![n, n], minors)
}

/// The derivative of the adjugate along directions.
///
/// Its entry `(i, j)` is the derivative of the determinant by the entry `(j, i)` and along them: of an invertible matrix the
/// determinant times a sum over permutations of products of traces (Jacobi), else a sum of signed minors.
pub(crate) fn adjugate_along<S: Scalar>(
    a: &Tensor<S>,
    directions: &[Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    let n = a.rows();
    if directions.is_empty() {
        return adjugate(a);
    }
    if n > SMALL
        && let Some(pivots) = eliminate(a, small_pivot(n))
    {
        let det = pivots.into_iter().fold(S::from_real(1.0), |product, p| product * p);
        return Ok(along_regular(&inverse(a)?, directions)?.map(|x| *x * det));
    }
    if n > MAX_MINORS {
        return Err(singular());
    }
    let mut along = Vec::with_capacity(n * n);
    for i in 0..n {
        for j in 0..n {
            along.push(minors_along(a, &mut vec![(j, i)], directions)?);
        }
    }
    Tensor::new(vec![n, n], along)
}

/// The sum over the permutations of the directions and the entry of the adjugate, divided by the determinant: each cycle is the
/// trace of a product, but that of the entry, which is a matrix.
fn along_regular<S: Scalar>(
    inverse: &Tensor<S>,
    directions: &[Tensor<S>],
) -> Result<Tensor<S>, ExecError> {
    let solved: Vec<Tensor<S>> =
        directions.iter().map(|e| matmul(inverse, e)).collect::<Result<_, _>>()?;
    let all: Vec<usize> = (0..solved.len()).collect();
    matmul(&cycles(&identity(inverse.rows()), &solved, &all)?, inverse)
}

/// The sum over the permutations of the directions that are left, with the cycle that begins with a matrix as a matrix.
fn cycles<S: Scalar>(
    head: &Tensor<S>,
    solved: &[Tensor<S>],
    left: &[usize],
) -> Result<Tensor<S>, ExecError> {
    // The cycle of the head ends here, and the others are those of a determinant.
    let closed = traces(solved, left)?;
    let mut sum = head.map(|x| *x * closed);
    for (place, next) in left.iter().enumerate() {
        let rest = [&left[..place], &left[place + 1..]].concat();
        let longer = cycles(&matmul(head, &solved[*next])?, solved, &rest)?;
        sum = zip(&sum, &longer, |x, y| x - y);
    }
    Ok(sum)
}

/// The derivative of the determinant at the identity along these directions.
fn traces<S: Scalar>(solved: &[Tensor<S>], left: &[usize]) -> Result<S, ExecError> {
    let Some((first, rest)) = left.split_first() else { return Ok(S::from_real(1.0)) };
    let cycle = cycles(&solved[*first], solved, rest)?;
    Ok((0..cycle.rows()).fold(S::from_real(0.0), |sum, i| sum + cycle.at(i, i)))
}

/// The derivative of the determinant by entries at these places and along directions.
fn minors_along<S: Scalar>(
    a: &Tensor<S>,
    entries: &mut Vec<(usize, usize)>,
    directions: &[Tensor<S>],
) -> Result<S, ExecError> {
    let Some((first, rest)) = directions.split_first() else { return signed_minor(a, entries) };
    let zero = S::from_real(0.0);
    let mut sum = zero;
    for i in 0..a.rows() {
        for j in 0..a.rows() {
            let weight = first.at(i, j);
            if weight == zero || entries.iter().any(|(row, col)| *row == i || *col == j) {
                continue;
            }
            entries.push((i, j));
            sum += weight * minors_along(a, entries, rest)?;
            entries.pop();
        }
    }
    Ok(sum)
}

/// The derivative of the determinant by entries at these places.
fn signed_minor<S: Scalar>(a: &Tensor<S>, entries: &[(usize, usize)]) -> Result<S, ExecError> {
    let mut negative = false;
    for (place, (row, col)) in entries.iter().enumerate() {
        for (other_row, other_col) in &entries[..place] {
            if row == other_row || col == other_col {
                return Ok(S::from_real(0.0));
            }
            negative ^= (other_row > row) != (other_col > col);
        }
        negative ^= (row + col) % 2 == 1;
    }
    let kept =
        |gone: &dyn Fn(usize) -> bool| (0..a.rows()).filter(|k| !gone(*k)).collect::<Vec<_>>();
    let rows = kept(&|i| entries.iter().any(|(row, _)| *row == i));
    let cols = kept(&|j| entries.iter().any(|(_, col)| *col == j));
    let minor = Tensor::from_fn(rows.len(), cols.len(), |p, q| a.at(rows[p], cols[q]));
    let minor = match minor.is_constant() && rows.len() > SMALL {
        true => S::from_real(Lu::new(&real_matrix(&minor)?)?.det()?),
        false => division_free(&minor)?,
    };
    Ok(if negative { -minor } else { minor })
}

fn singular() -> ExecError {
    ExecError::Singular {
        reason: "the matrix is singular, so its determinant has no logarithm and no inverse; add a multiple of eye(n)"
            .to_owned(),
    }
}

/// The pivots of Gaussian elimination with the sign of the row exchanges in the first; `None` when the real part of one
/// is at most `bound` times the largest real part.
fn eliminate<S: Scalar>(a: &Tensor<S>, bound: f64) -> Option<Vec<S>> {
    let n = a.rows();
    let mut rows: Vec<Vec<S>> = (0..n).map(|i| (0..n).map(|j| a.at(i, j)).collect()).collect();
    let bound = bound * a.data().iter().fold(0.0_f64, |m, x| x.real().abs().max(m));
    let mut pivots = Vec::with_capacity(n);
    let mut odd = false;
    for k in 0..n {
        let best = (k..n).fold(k, |best, i| {
            if rows[i][k].real().abs() > rows[best][k].real().abs() { i } else { best }
        });
        if rows[best][k].real().abs() <= bound {
            return None;
        }
        odd ^= best != k;
        rows.swap(k, best);
        let pivot_row = rows[k].clone();
        for row in &mut rows[k + 1..] {
            let factor = row[k].divide(pivot_row[k]).ok()?;
            for (x, p) in row.iter_mut().zip(&pivot_row).skip(k) {
                *x -= factor * *p;
            }
        }
        pivots.push(pivot_row[k]);
    }
    if let Some(first) = pivots.first_mut()
        && odd
    {
        *first = -*first;
    }
    Some(pivots)
}

/// Bird's determinant: `n - 1` products by the matrix and no division, so no pivot can fail.
///
/// Bird 2011, *A simple division-free algorithm for computing determinants*, Information Processing Letters 111.
fn division_free<S: Scalar>(a: &Tensor<S>) -> Result<S, ExecError> {
    let n = a.rows();
    if n == 0 {
        return Ok(S::from_real(1.0));
    }
    let zero = S::from_real(0.0);
    let mut f = a.clone();
    for _ in 1..n {
        // Below the diagonal zero, above it F, on it minus the sum of the later diagonal entries.
        let mut trailing = vec![zero; n];
        for i in (0..n - 1).rev() {
            trailing[i] = trailing[i + 1] - f.at(i + 1, i + 1);
        }
        let mu = Tensor::from_fn(n, n, |i, j| match i.cmp(&j) {
            std::cmp::Ordering::Less => f.at(i, j),
            std::cmp::Ordering::Equal => trailing[i],
            std::cmp::Ordering::Greater => zero,
        });
        f = matmul(&mu, a)?;
    }
    let corner = f.at(0, 0);
    Ok(if n % 2 == 1 { corner } else { -corner })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elimination_and_division_free_agree() {
        for n in 0..6 {
            let a = Tensor::from_fn(n, n, |i, j| {
                ((i * 7 + j * 3 + 1) as f64).sin() + f64::from(u8::from(i == j))
            });
            let by_elimination = det(&a).unwrap();
            assert!((division_free(&a).unwrap() - by_elimination).abs() < 1e-13, "{n}");
        }
    }
}
