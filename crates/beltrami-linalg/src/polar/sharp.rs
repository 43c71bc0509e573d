//! Error and bound of a nearly exact polar factor to first order, with the rest bounded.
//!
//! For `X` with `E = X'X - I` small, a symmetric positive definite `H`, `R = A - X*H` and the polar decomposition `A = O*P`,
//! the difference `D = X - O` has the parts `G = -O'D` and `N = (I - OO')*D` with
//!
//! `P*G + G*H = O'R - R'X - H*E` and `N = -(I - OO')*R*inv(H)`
//!
//! exactly: multiply `O*P = X*H + R` by `O'` and by `X'`, and compare. Replacing `P` by `H` and `O` by `X` on the right changes
//! terms of second order, which are bounded; `‖P - H‖_F ≤ √2*‖A - Q*H‖_F` for the polar factor `Q` of `X` (Araki and Yamagami
//! 1981, *An inequality for Hilbert–Schmidt norm*).

use faer::{Mat, MatRef, Side};

use crate::polar::arithmetic::Arithmetic;
use crate::polar::exact_product::{self, Pair};
use crate::polar::layout::{frobenius, scale};

/// What is known of `X`.
pub(crate) struct Sharp {
    /// A proved bound on `‖X - O‖_F`.
    pub(crate) bound: f64,
    /// `X` minus the first-order error: the polar factor to rounding.
    pub(crate) corrected: Mat<f64>,
}

/// From `X`, the symmetric `H`, a lower bound `λ` of its smallest eigenvalue and a coarse bound on `‖X - O‖_F`; `None` where
/// the eigenvalues cannot be computed.
pub(crate) fn sharp(
    a: MatRef<'_, f64>,
    x: MatRef<'_, f64>,
    h: MatRef<'_, f64>,
    smallest: f64,
    coarse: f64,
    arithmetic: Arithmetic,
) -> Option<Sharp> {
    let (m, n) = (a.nrows(), a.ncols());
    let size = frobenius(h);
    let (r, r_error) = exact_product::difference(a, x, h, Pair::split_twice, arithmetic);
    let gram = Pair::split_twice(x, x, arithmetic);
    let e_error = gram.error;
    let mut e = gram.minus_identity();
    scale(&mut e, -1.0);
    let (r_size, e_size) = (frobenius(r.as_ref()), frobenius(e.as_ref()));
    let e_error = e_error + 2.0 * f64::EPSILON * e_size;
    // `e` is `I - X'X`, the negative of `E`.
    let inside = arithmetic.product(1.0, x.transpose(), r.as_ref(), None);
    let y = Mat::from_fn(n, n, |i, j| inside[(i, j)] - inside[(j, i)]);
    let y = arithmetic.product(1.0, h, e.as_ref(), Some((1.0, y.as_ref())));

    let eigen = h.self_adjoint_eigen(Side::Lower).ok()?;
    let (v, values) = (eigen.U(), eigen.S());
    let value = |i: usize| values[i].max(smallest);
    let turned = |a: MatRef<'_, f64>| {
        let half = arithmetic.product(1.0, a, v, None);
        arithmetic.product(1.0, v.transpose(), half.as_ref(), None)
    };
    let inner = turned(y.as_ref());
    let inner = Mat::from_fn(n, n, |i, j| inner[(i, j)] / (value(i) + value(j)));
    let half = arithmetic.product(1.0, v, inner.as_ref(), None);
    let g = arithmetic.product(1.0, half.as_ref(), v.transpose(), None);
    let g_size = frobenius(g.as_ref());
    // What the computed solution leaves of its equation bounds its error.
    let left = arithmetic.product(1.0, h, g.as_ref(), Some((-1.0, y.as_ref())));
    let left = arithmetic.product(1.0, g.as_ref(), h, Some((1.0, left.as_ref())));
    let unsolved = frobenius(left.as_ref())
        + 4.0 * n as f64 * f64::EPSILON * (size * g_size + frobenius(y.as_ref()));

    let outside = if m == n {
        Outside { solved: Mat::zeros(m, n), size: 0.0, unsolved: 0.0 }
    } else {
        let outside = arithmetic.product(-1.0, x, inside.as_ref(), Some((1.0, r.as_ref())));
        let half = arithmetic.product(1.0, outside.as_ref(), v, None);
        let half = Mat::from_fn(m, n, |i, j| half[(i, j)] / value(j));
        let solved = arithmetic.product(1.0, half.as_ref(), v.transpose(), None);
        let left = arithmetic.product(1.0, solved.as_ref(), h, Some((-1.0, outside.as_ref())));
        let size_of = frobenius(solved.as_ref());
        let rounding = 4.0 * n as f64 * f64::EPSILON * (size * size_of + r_size);
        Outside { size: size_of, unsolved: frobenius(left.as_ref()) + rounding + r_error, solved }
    };
    let moved = std::f64::consts::SQRT_2 * (r_size + r_error + 1.01 * (e_size + e_error) * size);
    let gap = 2.0 * smallest - moved;
    if gap.is_nan() || gap <= 0.0 {
        return None;
    }
    // Each pass bounds the difference by what the bound before it allows the terms of second order to be.
    let mut bound = coarse;
    for _ in 0..4 {
        let turned =
            g_size + (unsolved + 2.0 * r_error + size * e_error + bound * (r_size + moved)) / gap;
        let shifted = match m == n {
            true => 0.0,
            false => outside.size + (outside.unsolved + 2.0 * bound * r_size) / smallest,
        };
        // A per cent for the rounding of these norms themselves.
        bound = bound.min(1.01 * turned.hypot(shifted));
    }
    let corrected = arithmetic.product(1.0, x, g.as_ref(), Some((1.0, x)));
    let corrected = Mat::from_fn(m, n, |i, j| corrected[(i, j)] + outside.solved[(i, j)]);
    Some(Sharp { bound, corrected })
}

/// The part of the error that leaves the range of `X`.
struct Outside {
    solved: Mat<f64>,
    size: f64,
    /// The residual of its equation.
    unsolved: f64,
}
