//! Refinement of an inaccurate polar factor by a Sylvester correction.

use faer::{Mat, MatRef, Side};

use crate::polar::arithmetic::Arithmetic;
use crate::polar::layout::distance_from_identity;
use crate::polar::newton_schulz;
use crate::schedule::OddPolynomial;

/// One correction of a nearly orthonormal `X` towards the polar factor of `A`, and one step towards orthonormality; the
/// error is squared, down to the rounding of `f64`. `None` where the eigenvalues cannot be computed.
///
/// With `W = X'A` and `P` its symmetric part, the skew `Ω` with `PΩ + ΩP = W - W'` turns `X` within its range, and
/// `(A - X*W)*inv(P)` moves the range: the Fréchet derivative of the polar factor, applied to what is left.
pub(crate) fn correction(
    a: MatRef<'_, f64>,
    x: MatRef<'_, f64>,
    arithmetic: Arithmetic,
) -> Option<Mat<f64>> {
    let n = a.ncols();
    let w = arithmetic.product(1.0, x.transpose(), a, None);
    let p = Mat::from_fn(n, n, |i, j| 0.5 * (w[(i, j)] + w[(j, i)]));
    let eigen = p.self_adjoint_eigen(Side::Lower).ok()?;
    let (v, values) = (eigen.U(), eigen.S());
    let largest = (0..n).fold(0.0_f64, |m, i| values[i].abs().max(m));
    // An eigenvalue that is 0 or below is noise: nothing can be said of its direction, so it is left alone.
    let floor = 4.0 * f64::EPSILON * largest;
    let divided = |x: f64, sum: f64| if sum > floor { x / sum } else { 0.0 };
    let skew = Mat::from_fn(n, n, |i, j| w[(i, j)] - w[(j, i)]);
    let half = arithmetic.product(1.0, skew.as_ref(), v, None);
    let inner = arithmetic.product(1.0, v.transpose(), half.as_ref(), None);
    let inner = Mat::from_fn(n, n, |i, j| divided(inner[(i, j)], values[i] + values[j]));
    let half = arithmetic.product(1.0, v, inner.as_ref(), None);
    let omega = arithmetic.product(1.0, half.as_ref(), v.transpose(), None);
    let mut next = arithmetic.product(1.0, x, omega.as_ref(), Some((1.0, x)));
    if a.nrows() > n {
        let outside = arithmetic.product(-1.0, x, w.as_ref(), Some((1.0, a)));
        let turned = arithmetic.product(1.0, outside.as_ref(), v, None);
        let turned = Mat::from_fn(a.nrows(), n, |i, j| divided(turned[(i, j)], values[j]));
        next = arithmetic.product(1.0, turned.as_ref(), v.transpose(), Some((1.0, next.as_ref())));
    }
    orthonormal(next, arithmetic)
}

/// The polar factor of a nearly orthonormal matrix; `None` where it is too far from that.
pub(crate) fn orthonormal(mut x: Mat<f64>, arithmetic: Arithmetic) -> Option<Mat<f64>> {
    let classic = OddPolynomial::new(&[15.0 / 8.0, -10.0 / 8.0, 3.0 / 8.0]);
    for _ in 0..12 {
        let gram = arithmetic.gram(x.as_ref());
        let distance = distance_from_identity(gram.as_ref());
        if distance <= 1e-13 * (x.ncols() as f64).sqrt() {
            return Some(x);
        }
        if !distance.is_finite() {
            return None;
        }
        x = newton_schulz::step(x.as_ref(), gram.as_ref(), &classic, arithmetic);
    }
    None
}
