//! From the fast method for singular values to the sure one, by what comes out.

use faer::traits::RealField;
use faer::{Mat, MatRef};

use crate::error::Error;
use crate::factor::jacobi::jacobi;
use crate::factor::reduction::{self, Thin};
use crate::factor::residual::{frobenius, sum_of_squares};
use crate::factor::svd::Svd;
use crate::matrix::Matrix;
use crate::product::{product, transposed_product};
use crate::scale::sequential;

/// The thin decomposition of a matrix whose largest entry is near 1.
///
/// The first of these that reproduces the matrix: the faster of two methods that share only the reduction to bidiagonal
/// form, the other, and Jacobi rotations, which have nothing that can fail but time.
pub(crate) fn thin(a: &Matrix) -> Result<Svd, Error> {
    sequential();
    let found = [Method::Faster, Method::Other].into_iter().find_map(|method| {
        let Thin { u, s, v } = by(method, a.as_faer())?;
        let (u, v) = (Matrix::from_faer(u.as_ref()), Matrix::from_faer(v.as_ref()));
        Some(Svd { u, s, v }).filter(|svd| fits(a, svd))
    });
    match found {
        Some(svd) => Ok(svd),
        None => jacobi(a),
    }
}

/// The singular values of a matrix whose largest entry is near 1, where they are found and fit.
pub(crate) fn values(a: &Matrix) -> Option<Vec<f64>> {
    sequential();
    let view = a.as_faer();
    let values = match a.rows().min(a.cols()) {
        0..SMALL => view.singular_values().ok()?,
        _ if a.rows() < a.cols() => reduction::values(view.transpose()),
        _ => reduction::values(view),
    };
    Some(values).filter(|values| values_fit(a, values))
}

/// One of the two fast methods.
#[derive(Clone, Copy)]
pub(crate) enum Method {
    Faster,
    Other,
}

/// Below this size the iteration of faer is faster than divide and conquer, and exact where the matrix is diagonal.
const SMALL: usize = 48;

/// The decomposition by the method that is faster at this size, or the other.
pub(crate) fn by<T: RealField + Copy + Into<f64>>(
    method: Method,
    a: MatRef<'_, T>,
) -> Option<Thin<T>> {
    let (m, n) = (a.nrows(), a.ncols());
    let small = m.min(n) < SMALL;
    if m.min(n) == 0 {
        return Some(Thin { u: Mat::zeros(m, 0), s: Vec::new(), v: Mat::zeros(n, 0) });
    }
    if matches!((method, small), (Method::Faster, true) | (Method::Other, false)) {
        let svd = a.thin_svd().ok()?;
        let s = (0..m.min(n)).map(|i| svd.S()[i].into()).collect();
        return Some(Thin { u: svd.U().to_owned(), s, v: svd.V().to_owned() });
    }
    if m >= n {
        return Some(reduction::thin(a));
    }
    let Thin { u, s, v } = reduction::thin(a.transpose());
    Some(Thin { u: v, s, v: u })
}

/// What the factors of a backward stable method leave, relative, at most.
///
/// The worst of divide and conquer over 18 structured families was 1e-14; a wrong result is off by 1e-2 or more, and one
/// that only lost accuracy is worth the time of the next method.
fn tolerance(m: usize, n: usize) -> f64 {
    64.0 * f64::EPSILON * (m.max(n) as f64).sqrt()
}

/// Whether the factors act like the matrix on four vectors of signs, and are orthonormal on them.
///
/// For random signs `E‖R*x‖² = ‖R‖²`, so four vectors miss an error as large as the matrix in no case that is not made
/// for them, at `16mn` operations beside the `O(mn²)` of the factorisation.
fn fits(a: &Matrix, svd: &Svd) -> bool {
    let (m, n, k) = (a.rows(), a.cols(), svd.s.len());
    let descending = svd.s.windows(2).all(|pair| pair[0] >= pair[1]);
    if !descending || svd.s.iter().any(|s| !(s.is_finite() && *s >= 0.0)) {
        return false;
    }
    let tolerance = tolerance(m, n);
    let x = signs(n);
    let vx = transposed_product(&svd.v, &x);
    let image = Matrix::from_fn(k, x.cols(), |i, j| svd.s[i] * vx[(i, j)]);
    let left = product(a, &x).plus(-1.0, &product(&svd.u, &image));
    let y = signs(k);
    let departure = |q: &Matrix| {
        frobenius(&transposed_product(q, &product(q, &y)).plus(-1.0, &y))
            <= tolerance * frobenius(&y)
    };
    let norm = frobenius(a) * (x.cols() as f64).sqrt();
    frobenius(&left) <= tolerance * norm && departure(&svd.u) && departure(&svd.v)
}

/// Whether singular values have the sum of squares that the entries of the matrix have.
fn values_fit(a: &Matrix, values: &[f64]) -> bool {
    let sound = values.iter().all(|s| s.is_finite() && *s >= 0.0)
        && values.windows(2).all(|pair| pair[0] >= pair[1]);
    let norm = frobenius(a);
    let difference = sum_of_squares(values).sqrt() - norm;
    sound && difference.abs() <= tolerance(a.rows(), a.cols()) * norm
}

/// `n×4` signs from a fixed sequence (SplitMix64), so that results repeat.
fn signs(n: usize) -> Matrix {
    let mut state = 0x5eed_u64;
    Matrix::from_fn(n, 4, |_, _| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        if (z ^ (z >> 31)) & 1 == 0 { 1.0 } else { -1.0 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divide_and_conquer_needs_no_help() {
        let n = 40;
        let entries: [fn(usize, usize) -> f64; 7] = [
            |_, _| 0.0,
            |_, _| 1.0,
            |i, j| f64::from(u8::from(i == j)),
            |i, j| f64::from(u8::from(i + 1 == j)),
            |i, j| f64::from(u8::from(i + 25 == j)),
            |i, j| ((i * i + 3 * i * j + j) as f64).sin(),
            |i, j| 0.25_f64.powi((i + j) as i32),
        ];
        for (place, entry) in entries.into_iter().enumerate() {
            for (rows, cols) in [(n, n), (2 * n, n), (n / 3, n)] {
                let a = Matrix::from_fn(rows, cols, entry);
                let Thin { u, s, v } = by(Method::Other, a.as_faer()).expect("no iteration");
                let (u, v) = (Matrix::from_faer(u.as_ref()), Matrix::from_faer(v.as_ref()));
                assert!(fits(&a, &Svd { u, s, v }), "{place}, {rows}×{cols}");
                assert!(values(&a).is_some(), "{place}, {rows}×{cols}");
            }
        }
    }

    #[test]
    fn wrong_factors_are_noticed() {
        let a = Matrix::from_fn(9, 6, |i, j| 1.0 / (1.0 + i as f64 + 2.0 * j as f64));
        let svd = thin(&a).unwrap();
        assert!(fits(&a, &svd));
        let with = |change: fn(&mut Svd)| {
            let mut other = svd.clone();
            change(&mut other);
            fits(&a, &other)
        };
        assert!(!with(|svd| svd.s[0] *= 1.0 + 1e-10));
        assert!(!with(|svd| svd.s.swap(0, 1)));
        assert!(!with(|svd| svd.u[(0, 5)] += 1e-10));
        assert!(!with(|svd| svd.v[(2, 0)] = f64::NAN));
    }
}
