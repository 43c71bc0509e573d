//! Dynamically weighted Halley steps with Cholesky, `X ← X*(b/c*I + (a - b/c)*inv(I + c*X'X))`.

use faer::{Mat, MatRef};

use crate::polar::arithmetic::{Arithmetic, Real};
use crate::polar::layout::{converted, zipped};

/// The weights of one step: the best rational function of type (3,2) that takes `[l, 1]` near 1.
///
/// Source: Nakatsukasa, Bai and Gygi 2010, *Optimizing Halley's iteration for computing the matrix polar decomposition*,
/// equations (3.7) and (3.8).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Weights {
    a: f64,
    b: f64,
    /// How ill-conditioned `I + c*X'X` may be.
    pub(crate) c: f64,
}

impl Weights {
    /// For singular values from `l` to 1.
    pub(crate) fn new(l: f64) -> Weights {
        let l = l.clamp(f64::MIN_POSITIVE.sqrt(), 1.0);
        let square = l * l;
        let d = (4.0 * (1.0 - square) / (square * square)).cbrt();
        let root = (1.0 + d).sqrt();
        let a =
            root + 0.5 * (8.0 - 4.0 * d + 8.0 * (2.0 - square) / (square * root)).max(0.0).sqrt();
        let b = 0.25 * (a - 1.0).powi(2);
        Weights { a, b, c: a + b - 1.0 }
    }

    /// Where a singular value goes.
    pub(crate) fn value(self, x: f64) -> f64 {
        x * (self.a + self.b * x * x) / (1.0 + self.c * x * x)
    }
}

/// One step, the Gram matrix and its Cholesky factor in a number type of their own; `None` where the factorisation breaks
/// down, which only numbers that are not finite cause.
///
/// Rounding of `I + c*X'X` is enlarged by `c`, but rounding of its factor and of the solution by `√c` alone: so a longer type
/// is needed for the first two and not for the solution, which is most of the work.
pub(crate) fn step<T: Real, S: Real>(
    x: MatRef<'_, T>,
    gram: MatRef<'_, S>,
    weights: Weights,
    arithmetic: Arithmetic,
) -> Option<Mat<T>> {
    let Weights { a, b, c } = weights;
    let mut z = converted::<S, S>(gram, c);
    for i in 0..z.nrows() {
        z[(i, i)] += S::of(1.0);
    }
    let l = arithmetic.cholesky(z)?;
    let (kept, added) = (T::of(b / c), T::of(a - b / c));
    let solved = arithmetic.right_solve(l.as_ref(), converted::<T, S>(x, 1.0));
    let solved = converted::<S, T>(solved.as_ref(), 1.0);
    let next = zipped(x, solved.as_ref(), |x, solved| kept * x + added * solved);
    Some(arithmetic.stored(next))
}
