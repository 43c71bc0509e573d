//! The smallest eigenvalues of `H`, weighed apart.
//!
//! In `H*G + G*H = 2*K` the weight `1/(2*√(hᵢ*hⱼ))` is far from `1/(hᵢ + hⱼ)` where one eigenvalue is small and the other is not.
//! For any `V` with few orthonormal columns, here near the eigenvectors of the smallest eigenvalues, `K = S + V*B - B'V'` with
//! `B = V'K*(I - V*V')`, and the solutions for the three parts add up. That for `V*B` is at most `2*‖V*B*inv(H)‖_F`, because
//! `1/(hᵢ + hⱼ)` is at most `1/hⱼ`; the same holds for its transpose.

use faer::{Mat, MatRef};

use crate::polar::arithmetic::Arithmetic;
use crate::polar::gamma;
use crate::polar::layout::{distance_from_identity, frobenius, zipped};

/// What a skew matrix is without the directions of small eigenvalues, and what those weigh.
pub(crate) struct Deflated {
    /// `K - V*B + B'V'`.
    pub(crate) rest: Mat<f64>,
    /// A bound on the Frobenius norm of the rounding errors of `rest`.
    pub(crate) rounding: f64,
    /// A bound on `‖V*B*inv(H)‖_F`.
    pub(crate) apart: f64,
}

/// Directions that are weighed apart.
const DIRECTIONS: usize = 12;

/// With `H = L*L'` and `square` a bound on `‖inv(H)‖₂`; `None` where nothing can be said of the directions.
pub(crate) fn deflated(
    k: MatRef<'_, f64>,
    l: MatRef<'_, f64>,
    square: f64,
    to: Arithmetic,
) -> Option<Deflated> {
    let n = k.nrows();
    let count = DIRECTIONS.min(n / 8);
    // As rows, which is how they are solved for.
    let mut v = Mat::from_fn(count, n, |i, j| ((i * n + j + 1) as f64).powi(2).sin());
    for _ in 0..2 {
        v = to.right_solve(l, v);
        orthonormalise(&mut v);
    }
    let gram = to.product(1.0, v.as_ref(), v.as_ref().transpose(), None);
    let off = distance_from_identity(gram.as_ref());
    // So near to orthonormal the norm of `V` is within the per cent that is added below.
    if off.is_nan() || off > 1e-3 {
        return None;
    }
    let b = to.product(1.0, v.as_ref(), k, None);
    let corner = to.product(1.0, b.as_ref(), v.as_ref().transpose(), None);
    let b = to.product(-1.0, corner.as_ref(), v.as_ref(), Some((1.0, b.as_ref())));
    let half = to.product(1.0, v.as_ref().transpose(), b.as_ref(), None);
    let rest = to.product(1.0, b.as_ref().transpose(), v.as_ref(), Some((1.0, k)));
    let rest = zipped(rest.as_ref(), half.as_ref(), |rest, half| rest - half);
    let b_size = frobenius(b.as_ref());
    let rounding = 2.0 * gamma(count + 2) * (frobenius(k) + 2.1 * frobenius(v.as_ref()) * b_size);
    let solved = to.right_solve(l, b);
    // Backward errors of both triangular solutions (Higham 2002, theorem 8.5), of up to twice the roundoff for reciprocals.
    let size = frobenius(l);
    let turned = 2.0 * gamma(n) * size;
    let enlarged = 1.0 + 1.1 * turned * (square.sqrt() + square * size);
    (enlarged < 2.0).then(|| Deflated {
        rest,
        rounding,
        apart: 1.01 * enlarged * frobenius(solved.as_ref()),
    })
}

/// Rows by the modified method of Gram and Schmidt, twice.
fn orthonormalise(v: &mut Mat<f64>) {
    let (count, n) = (v.nrows(), v.ncols());
    for _ in 0..2 {
        for i in 0..count {
            let size = (0..n).map(|j| v[(i, j)].powi(2)).sum::<f64>().sqrt();
            (0..n).for_each(|j| v[(i, j)] /= size);
            for other in i + 1..count {
                let along: f64 = (0..n).map(|j| v[(i, j)] * v[(other, j)]).sum();
                (0..n).for_each(|j| v[(other, j)] -= along * v[(i, j)]);
            }
        }
    }
}
