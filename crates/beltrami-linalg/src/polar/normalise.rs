//! Upper bounds on the largest singular value, by which an iteration divides first.

use faer::{Mat, MatRef};

use crate::polar::arithmetic::{Arithmetic, Real};
use crate::polar::layout::frobenius;

/// How a matrix is scaled so that its singular values are at most 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalisation {
    /// By `‖A‖_F`; always enough.
    Frobenius,
    /// By `sqrt(‖A'A‖_F)`, the Schatten-4 norm: closer, and free with the first Gram matrix.
    Schatten4,
    /// By the fourth root of `‖(A'A)²‖_F`, the Schatten-8 norm.
    Schatten8,
    /// Column `i` by `sqrt(Σⱼ|(A'A)ᵢⱼ|)`: almost orthogonal layers (Prach and Lampert 2022). It changes the singular
    /// vectors, so the result is the polar factor of another matrix.
    Aol,
    /// By 1.1 times the estimate of ten steps of power iteration; usually enough, never proved.
    PowerIteration,
}

/// The scaled matrix.
pub(crate) fn normalised<T: Real>(
    a: MatRef<'_, T>,
    by: Normalisation,
    arithmetic: Arithmetic,
) -> Mat<T> {
    let divided = |norm: f64| {
        // A norm is rounded as well: the largest quotient must not exceed 1 by it.
        let factor = T::of(1.0 / (norm * (1.0 + 8.0 * f64::EPSILON)));
        Mat::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)] * factor)
    };
    match by {
        Normalisation::Frobenius => divided(frobenius(a)),
        Normalisation::Schatten4 => divided(frobenius(arithmetic.gram(a).as_ref()).sqrt()),
        Normalisation::Schatten8 => {
            let gram = arithmetic.gram(a);
            let square = arithmetic.symmetric(1.0, gram.as_ref(), gram.as_ref(), None);
            divided(frobenius(square.as_ref()).sqrt().sqrt())
        }
        Normalisation::Aol => {
            let gram = arithmetic.gram(a);
            let sums = |j: usize| (0..a.ncols()).map(|i| gram[(i, j)].wide().abs()).sum::<f64>();
            let factors: Vec<T> = (0..a.ncols())
                .map(sums)
                .map(|sum| T::of(if sum > 0.0 { 1.0 / sum.sqrt() } else { 0.0 }))
                .collect();
            Mat::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)] * factors[j])
        }
        Normalisation::PowerIteration => {
            divided(largest_singular_value(arithmetic.gram(a).as_ref()))
        }
    }
}

/// Steps of power iteration. On a spectrum that is dense up to the largest singular value the estimate stays below it by about
/// a tenth after these, which is what is added.
const POWER_STEPS: usize = 6;

/// 1.1 times the power-iteration estimate from a Gram matrix, at most its Schatten bound.
pub(crate) fn largest_singular_value<T: Real>(gram: MatRef<'_, T>) -> f64 {
    let n = gram.nrows();
    let mut v: Vec<f64> = (0..n).map(|i| 1.0 + 0.3 * ((i * i + 1) as f64).sin()).collect();
    let mut estimate = 0.0;
    let mut next = vec![0.0; n];
    for _ in 0..POWER_STEPS {
        let size = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        v.iter_mut().for_each(|x| *x /= size);
        for (sum, col) in next.iter_mut().zip(gram.col_iter()) {
            // The matrix is symmetric: its columns are its rows.
            *sum = match col.try_as_col_major() {
                Some(col) => inner(col.as_slice(), &v),
                None => col.iter().zip(&v).map(|(g, x)| g.wide() * x).sum(),
            };
        }
        estimate = next.iter().map(|x| x * x).sum::<f64>().sqrt();
        std::mem::swap(&mut v, &mut next);
    }
    (1.21 * estimate).min(frobenius(gram)).sqrt()
}

/// An inner product in lanes, which the compiler turns into vectors.
fn inner<T: Real>(a: &[T], b: &[f64]) -> f64 {
    const LANES: usize = 16;
    let mut sums = [0.0; LANES];
    let chunks = a.chunks_exact(LANES).zip(b.chunks_exact(LANES));
    for (a, b) in chunks {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a.wide() * b;
        }
    }
    let done = a.len() / LANES * LANES;
    let rest: f64 = a[done..].iter().zip(&b[done..]).map(|(a, b)| a.wide() * b).sum();
    sums.iter().sum::<f64>() + rest
}
