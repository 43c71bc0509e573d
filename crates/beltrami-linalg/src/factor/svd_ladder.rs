//! From the fast method for singular values to the sure one, by what comes out.

use faer::MatRef;

use crate::error::Error;
use crate::factor::jacobi::jacobi;
use crate::factor::residual::{frobenius, sum_of_squares};
use crate::factor::svd::Svd;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::{ldexp, sequential};

/// The thin decomposition of a matrix whose largest entry is near 1.
///
/// The first of these that reproduces the matrix: divide and conquer, the same on the transpose, whose rounding differs,
/// and Jacobi rotations, which have nothing that can fail but time.
pub(crate) fn thin(a: &Matrix) -> Result<Svd, Error> {
    sequential();
    let first = divide_and_conquer(a.as_faer()).filter(|svd| fits(a, svd));
    let found = first.or_else(|| {
        divide_and_conquer(a.as_faer().transpose())
            .map(|Svd { u, s, v }| Svd { u: v, s, v: u })
            .filter(|svd| fits(a, svd))
    });
    match found {
        Some(svd) => Ok(svd),
        None => jacobi(a),
    }
}

fn divide_and_conquer(a: MatRef<'_, f64>) -> Option<Svd> {
    let svd = a.thin_svd().ok()?;
    let s = (0..a.nrows().min(a.ncols())).map(|i| svd.S()[i]).collect();
    Some(Svd { u: Matrix::from_faer(svd.U()), s, v: Matrix::from_faer(svd.V()) })
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
    let vx = product(&svd.v.transpose(), &x);
    let image = Matrix::from_fn(k, x.cols(), |i, j| svd.s[i] * vx[(i, j)]);
    let left = product(a, &x).plus(-1.0, &product(&svd.u, &image));
    let y = signs(k);
    let departure = |q: &Matrix| {
        frobenius(&product(&q.transpose(), &product(q, &y)).plus(-1.0, &y))
            <= tolerance * frobenius(&y)
    };
    let norm = frobenius(a) * (x.cols() as f64).sqrt();
    frobenius(&left) <= tolerance * norm && departure(&svd.u) && departure(&svd.v)
}

/// Whether singular values have the sum of squares that the entries of the matrix have.
pub(crate) fn values_fit(scaled: &Matrix, exponent: i32, values: &[f64]) -> bool {
    let sound = values.iter().all(|s| s.is_finite() && *s >= 0.0)
        && values.windows(2).all(|pair| pair[0] >= pair[1]);
    let scaled_values: Vec<f64> = values.iter().map(|s| ldexp(*s, -exponent)).collect();
    let sum = sum_of_squares(&scaled_values).sqrt();
    let norm = frobenius(scaled);
    sound && (sum - norm).abs() <= tolerance(scaled.rows(), scaled.cols()) * norm
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
