//! Triangular matrices: systems by substitution, and the inverse; the other triangle is not read.

use faer::linalg::triangular_inverse::{invert_lower_triangular, invert_upper_triangular};
use faer::linalg::triangular_solve::{
    solve_lower_triangular_in_place, solve_upper_triangular_in_place,
};
use faer::{MatMut, Par};

use crate::dense::{Element, Refused, View};

/// `B ← A⁻¹*B` for `n×width` numbers stored row by row and a lower triangular `A`, or an upper one; `n²*width` flops.
///
/// # Errors
/// [`Refused::Singular`] by the measure of elimination, whose pivots are the diagonal; [`Refused::NotFinite`].
/// # Panics
/// When the sizes do not fit.
pub fn solve_triangular<T: Element>(
    a: View<'_, T>,
    lower: bool,
    b: &mut [T],
    width: usize,
) -> Result<(), Refused> {
    regular(a, lower)?;
    let right = MatMut::from_row_major_slice_mut(b, a.rows, width);
    match lower {
        true => solve_lower_triangular_in_place(a.faer(), right, Par::Seq),
        false => solve_upper_triangular_in_place(a.faer(), right, Par::Seq),
    }
    Ok(())
}

/// `out ← A⁻¹`, row by row, which is triangular as well; `n³/3` flops.
///
/// # Errors
/// As [`solve_triangular`].
/// # Panics
/// When the sizes do not fit.
pub fn invert_triangular<T: Element>(
    out: &mut [T],
    a: View<'_, T>,
    lower: bool,
) -> Result<(), Refused> {
    regular(a, lower)?;
    out.fill(T::ZERO);
    let out = MatMut::from_row_major_slice_mut(out, a.rows, a.rows);
    match lower {
        true => invert_lower_triangular(out, a.faer(), Par::Seq),
        false => invert_upper_triangular(out, a.faer(), Par::Seq),
    }
    Ok(())
}

/// Refuses a triangle with an entry that is not finite, or a diagonal that spans more than the unit roundoff.
fn regular<T: Element>(a: View<'_, T>, lower: bool) -> Result<(), Refused> {
    assert_eq!(a.rows, a.cols);
    let n = a.rows;
    let (mut least, mut largest) = (f64::INFINITY, 0.0_f64);
    for (i, row) in a.data.chunks_exact(n.max(1)).enumerate() {
        let part = if lower != a.transposed { &row[..=i] } else { &row[i..] };
        if part.iter().any(|x| !x.to_f64().is_finite()) {
            return Err(Refused::NotFinite);
        }
        let pivot = row[i].to_f64().abs();
        (least, largest) = (least.min(pivot), largest.max(pivot));
    }
    if n > 0 && least <= T::EPSILON * largest { Err(Refused::Singular) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dense::product;

    /// A triangle beside entries that are not to be read.
    fn triangle(n: usize, lower: bool) -> Vec<f64> {
        let entry = |i: usize, j: usize| match () {
            () if i == j => 2.0 + (i % 3) as f64,
            () if (i > j) == lower => ((7 * i + 3 * j) as f64).sin() / n as f64,
            () => f64::NAN,
        };
        (0..n * n).map(|k| entry(k / n, k % n)).collect()
    }

    #[test]
    fn solutions_and_inverses_multiply_back() {
        for (n, width) in [(0, 2), (1, 1), (5, 3), (70, 1), (70, 40)] {
            for (lower, transposed) in [(false, false), (false, true), (true, false), (true, true)]
            {
                let stored = triangle(n, lower != transposed);
                let view = View::new(&stored, n, n);
                let view = if transposed { view.transpose() } else { view };
                let plain: Vec<f64> =
                    stored.iter().map(|x| if x.is_nan() { 0.0 } else { *x }).collect();
                let whole = View::new(&plain, n, n);
                let whole = if transposed { whole.transpose() } else { whole };
                let b: Vec<f64> = (0..n * width).map(|k| (k as f64).cos()).collect();
                let mut x = b.clone();
                solve_triangular(view, lower, &mut x, width).unwrap();
                let mut back = vec![0.0; n * width];
                product(&mut back, false, whole, View::new(&x, n, width), 1.0, 1);
                let mut inverse = vec![f64::NAN; n * n];
                invert_triangular(&mut inverse, view, lower).unwrap();
                let mut other = vec![0.0; n * width];
                product(
                    &mut other,
                    false,
                    View::new(&inverse, n, n),
                    View::new(&b, n, width),
                    1.0,
                    1,
                );
                // The diagonal dominates, so each is a few roundoffs.
                for (k, (x, y)) in back.iter().zip(&b).chain(other.iter().zip(&x)).enumerate() {
                    assert!((x - y).abs() < 1e-14, "{n}, {lower}, {transposed}, {k}: {x}, {y}");
                }
                let zeros = (0..n * n).filter(|k| (k / n < k % n) == lower && k / n != k % n);
                assert!(zeros.into_iter().all(|k| inverse[k] == 0.0), "{n}, {lower}");
            }
        }
    }

    #[test]
    fn what_has_no_inverse_is_refused() {
        let check = |a: [f64; 4], refused: Refused| {
            let view = View::new(&a, 2, 2);
            assert_eq!(solve_triangular(view, true, &mut [1.0, 1.0], 1), Err(refused), "{a:?}");
            assert_eq!(invert_triangular(&mut [0.0; 4], view, true), Err(refused), "{a:?}");
        };
        check([1.0, 0.0, 1.0, 0.0], Refused::Singular);
        check([1.0, 0.0, 1.0, 1e-17], Refused::Singular);
        check([1.0, 0.0, f64::INFINITY, 1.0], Refused::NotFinite);
    }
}
