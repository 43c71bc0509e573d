//! The inverse of a Cholesky factor, and what it weighs.
//!
//! With `H = L*L'` positive definite and `T = inv(L)`, the solution of `H*G + G*H = S` satisfies `‖G‖_F ≤ ½*‖T*S*T'‖_F`: in
//! eigenvectors of `H` the entries are `s/(hᵢ + hⱼ)` on the left and `s/(2*√(hᵢ*hⱼ))` on the right.

use faer::linalg::matmul::matmul;
use faer::linalg::triangular_inverse::invert_lower_triangular;
use faer::{Accum, Mat, MatRef, Par};

use crate::polar::arithmetic::{Arithmetic, Real};
use crate::polar::layout::{converted, distance_from_identity, frobenius};
use crate::polar::panel::{Part, columns, lower_triangle, on_diagonal, on_threads, rows};

/// A matrix near the inverse of a lower triangular `L`, compared with it.
pub(crate) struct Inverse<T> {
    t: Mat<T>,
    /// A bound on `‖T*L - I‖_F`, below 1: the exact inverse is `inv(I + J)*T` with such a `J`.
    off: f64,
    norm: f64,
}

/// Rounding of an inner product of length `k`, as a fraction of the product of the norms.
fn gamma<T: Real>(k: usize) -> f64 {
    let ku = (k + 2) as f64 * T::UNIT_ROUNDOFF;
    ku / (1.0 - ku)
}

/// From here on the number type is too short for the condition.
const FAR: f64 = 0.2;

impl<T: Real> Inverse<T> {
    /// `None` where the inverse is not good enough in this number type.
    pub(crate) fn new(l: MatRef<'_, f64>, threads: usize) -> Option<Inverse<T>> {
        let n = l.nrows();
        let short = converted::<f64, T>(l, 1.0);
        let mut t = Mat::<T>::zeros(n, n);
        invert_lower_triangular(t.as_mut(), short.as_ref(), Par::Seq);
        let mut product = Mat::<T>::zeros(n, n);
        on_threads(threads, columns(product.as_mut()), |Part { col, part, .. }| {
            // Above the diagonal both are 0.
            let (_, part) = part.split_at_row_mut(col);
            let width = part.ncols();
            let left = t.submatrix(col, col, n - col, n - col);
            let right = short.submatrix(col, col, n - col, width);
            matmul(part, Accum::Replace, left, right, T::of(1.0), Par::Seq);
        });
        let (norm, size) = (frobenius(t.as_ref()), frobenius(l));
        // The product, and `L` in the short type.
        let rounding = (gamma::<T>(n) + 2.0 * T::UNIT_ROUNDOFF) * norm * size;
        let off = 1.01 * (distance_from_identity(product.as_ref()) + rounding);
        (off < FAR).then_some(Inverse { t, off, norm })
    }

    /// A bound on `‖inv(L)‖₂²`, which is `1/λ_min(L*L')`: by the Frobenius norm of `T'T`, or of its square, at one product more.
    pub(crate) fn square(&self, closer: bool, arithmetic: Arithmetic) -> f64 {
        let n = self.t.nrows();
        let mut gram = Mat::<T>::zeros(n, n);
        on_threads(arithmetic.threads, lower_triangle(gram.as_mut()), |part| {
            // Rows of `T` above the part's own have zeros in its columns.
            let Part { row, col, part } = part;
            let left = self.t.submatrix(row, row, n - row, part.nrows()).transpose();
            let right = self.t.submatrix(row, col, n - row, part.ncols());
            matmul(part, Accum::Replace, left, right, T::of(1.0), Par::Seq);
        });
        crate::polar::panel::mirror(gram.as_mut());
        let rounding = gamma::<T>(n) * self.norm.powi(2);
        let size = frobenius(gram.as_ref());
        let mut bound = size + rounding;
        if closer {
            let square = arithmetic.gram(gram.as_ref());
            let again = frobenius(square.as_ref()) + gamma::<T>(n) * size.powi(2);
            bound = bound.min(again.sqrt() + rounding);
        }
        1.01 * bound.min(self.norm.powi(2)) / (1.0 - self.off).powi(2)
    }

    /// A bound on `‖inv(L)*S*inv(L)'‖_F` for a symmetric or skew `S`.
    pub(crate) fn weighed(&self, s: MatRef<'_, f64>, threads: usize) -> f64 {
        let n = self.t.nrows();
        let size = frobenius(s);
        if size == 0.0 {
            return 0.0;
        }
        // The size of `S` may be beyond the range of a short type.
        let s = converted::<f64, T>(s, 1.0 / size);
        let mut half = Mat::<T>::zeros(n, n);
        on_threads(threads, rows(half.as_mut()), |Part { row, part, .. }| {
            let known = row + part.nrows();
            let left = self.t.submatrix(row, 0, part.nrows(), known);
            matmul(part, Accum::Replace, left, s.subrows(0, known), T::of(1.0), Par::Seq);
        });
        let mut whole = Mat::<T>::zeros(n, n);
        let mut parts = lower_triangle(whole.as_mut());
        // Those with the longest sums first.
        parts.reverse();
        on_threads(threads, parts, |part| {
            let diagonal = on_diagonal(&part);
            let Part { row, col, mut part } = part;
            let (height, width) = (part.nrows(), part.ncols());
            let known = col + width;
            let left = half.submatrix(row, 0, height, known);
            let right = self.t.submatrix(col, 0, width, known).transpose();
            matmul(part.as_mut(), Accum::Replace, left, right, T::of(1.0), Par::Seq);
            if !diagonal {
                // Stands for its mirror image as well.
                part.col_iter_mut().for_each(|col| col.iter_mut().for_each(|x| *x *= T::of(ROOT)));
            }
        });
        let rounding = (2.1 * gamma::<T>(n) + 4.0 * T::UNIT_ROUNDOFF) * self.norm.powi(2);
        let weighed = 1.01 * frobenius(whole.as_ref()) + rounding;
        size * weighed / (1.0 - self.off).powi(2)
    }
}

/// An entry off the diagonal counts twice in the square of the norm.
const ROOT: f64 = std::f64::consts::SQRT_2;
