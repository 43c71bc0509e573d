//! Linear systems: Cholesky's factors of a definite matrix, or those of Gaussian elimination, kept in place.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt;
use faer::linalg::lu::partial_pivoting as lu;
use faer::perm::PermRef;
use faer::{Conj, MatMut, MatRef, Par};

use crate::dense::Element;

/// Why a matrix was not factored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refused {
    /// It is said to be definite and is not: the leading minor of this order is not positive.
    NotDefinite(usize),
    /// A pivot is below the unit roundoff, relative to the largest.
    Singular,
    /// An entry is NaN or infinite.
    NotFinite,
}

/// How a matrix is factored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Factorisation {
    /// Gaussian elimination with partial pivoting; `2n³/3` flops.
    Elimination,
    /// Cholesky's, of a matrix that is said to be definite; `n³/3` flops.
    Cholesky,
    /// Cholesky's, of a matrix that is semidefinite by its form, as `X'*X` is: definite unless it is singular.
    Gram,
}

impl Factorisation {
    /// Floating-point operations for so many rows.
    pub fn flops(self, n: usize) -> f64 {
        let share = if self.is_symmetric() { 1.0 } else { 2.0 };
        share / 3.0 * (n as f64).powi(3)
    }

    /// Whether the factors are those of a symmetric matrix.
    pub fn is_symmetric(self) -> bool {
        self != Factorisation::Elimination
    }
}

/// Memory for the factors of one `n×n` matrix after another.
pub struct Factors<T> {
    n: usize,
    way: Factorisation,
    entries: Vec<T>,
    forward: Vec<usize>,
    backward: Vec<usize>,
    memory: MemBuffer,
}

impl<T: Element> Factors<T> {
    /// Room for `n×n`, for right-hand sides of at most `width` columns.
    pub fn new(n: usize, width: usize, way: Factorisation) -> Factors<T> {
        let solve = lu::solve::solve_in_place_scratch::<usize, T>(n, width, Par::Seq)
            .or(lu::solve::solve_transpose_in_place_scratch::<usize, T>(n, width, Par::Seq));
        let factor =
            lu::factor::lu_in_place_scratch::<usize, T>(n, n, Par::Seq, Default::default());
        let cholesky = llt::factor::cholesky_in_place_scratch::<T>(n, Par::Seq, Default::default());
        Factors {
            n,
            way,
            entries: vec![T::ZERO; n * n],
            forward: vec![0; n],
            backward: vec![0; n],
            memory: MemBuffer::new(solve.or(factor).or(cholesky)),
        }
    }

    /// Factors a matrix stored row by row.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn factor(&mut self, a: &[T]) -> Result<(), Refused> {
        let n = self.n;
        self.entries.copy_from_slice(a);
        if self.entries.iter().any(|x| !x.to_f64().is_finite()) {
            return Err(Refused::NotFinite);
        }
        let stack = MemStack::new(&mut self.memory);
        if self.way.is_symmetric() {
            // Stored by rows a lower triangle is an upper one by columns; both hold the same symmetric matrix.
            let entries = MatMut::from_column_major_slice_mut(&mut self.entries, n, n);
            let found = llt::factor::cholesky_in_place(
                entries,
                Default::default(),
                Par::Seq,
                stack,
                Default::default(),
            );
            return match (found, self.way) {
                (Ok(_), Factorisation::Gram) => self.regular(|pivot| pivot * pivot),
                (Ok(_), _) => Ok(()),
                (Err(_), Factorisation::Gram) => Err(Refused::Singular),
                (Err(llt::factor::LltError::NonPositivePivot { index }), _) => {
                    Err(Refused::NotDefinite(index + 1))
                }
            };
        }
        // The factors are those of the transpose, for whose solves faer has the transposed way.
        let entries = MatMut::from_column_major_slice_mut(&mut self.entries, n, n);
        lu::factor::lu_in_place(
            entries,
            &mut self.forward,
            &mut self.backward,
            Par::Seq,
            stack,
            Default::default(),
        );
        self.regular(f64::abs)
    }

    /// Refuses pivots that span more than the unit roundoff; `pivot` makes them of the diagonal of the factors.
    fn regular(&self, pivot: impl Fn(f64) -> f64) -> Result<(), Refused> {
        let n = self.n;
        let pivots = (0..n).map(|i| pivot(self.entries[i * n + i].to_f64()));
        let (least, largest) =
            pivots.fold((f64::INFINITY, 0.0_f64), |(low, high), x| (low.min(x), high.max(x)));
        if n > 0 && (least <= T::EPSILON * largest || !largest.is_finite()) {
            return Err(Refused::Singular);
        }
        Ok(())
    }

    /// `B ← A⁻¹*B`, or `A⁻ᵀ*B`, for `n×width` numbers stored row by row.
    pub fn solve(&mut self, b: &mut [T], width: usize, transposed: bool) {
        let n = self.n;
        let right = MatMut::from_row_major_slice_mut(b, n, width);
        let stack = MemStack::new(&mut self.memory);
        let entries = MatRef::from_column_major_slice(&self.entries, n, n);
        if self.way.is_symmetric() {
            llt::solve::solve_in_place_with_conj(entries, Conj::No, right, Par::Seq, stack);
            return;
        }
        let permutation = PermRef::new_checked(&self.forward, &self.backward, n);
        // `entries` factor the transpose.
        if transposed {
            lu::solve::solve_in_place_with_conj(
                entries,
                entries,
                permutation,
                Conj::No,
                right,
                Par::Seq,
                stack,
            );
        } else {
            lu::solve::solve_transpose_in_place_with_conj(
                entries,
                entries,
                permutation,
                Conj::No,
                right,
                Par::Seq,
                stack,
            );
        }
    }

    /// `log|det(A)|`.
    pub fn log_determinant(&self) -> T {
        let logs = (0..self.n).map(|i| self.entries[i * self.n + i].to_f64().abs().ln());
        T::from_f64(logs.sum::<f64>() * if self.way.is_symmetric() { 2.0 } else { 1.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dense::{View, product};

    #[test]
    fn solutions_solve_their_systems() {
        for (n, width) in [(1, 1), (5, 2), (60, 3)] {
            for way in [Factorisation::Elimination, Factorisation::Cholesky, Factorisation::Gram] {
                let definite = way.is_symmetric();
                let noise = |k: usize| ((k * 7919 + 13) % 1009) as f64 / 1009.0 - 0.5;
                let entry = |i: usize, j: usize| {
                    let (i, j) = if definite { (i.min(j), i.max(j)) } else { (i, j) };
                    noise(i * n + j) + if i == j { n as f64 } else { 0.0 }
                };
                let a: Vec<f64> = (0..n * n).map(|k| entry(k / n, k % n)).collect();
                let b: Vec<f64> = (0..n * width).map(|k| noise(k + 5)).collect();
                let mut factors = Factors::new(n, width, way);
                factors.factor(&a).unwrap();
                for transposed in [false, true] {
                    let mut x = b.clone();
                    factors.solve(&mut x, width, transposed);
                    let view = View::new(&a, n, n);
                    let view = if transposed { view.transpose() } else { view };
                    let mut back = vec![0.0; n * width];
                    product(&mut back, false, view, View::new(&x, n, width), 1.0, 1);
                    // The matrix is diagonally dominant, so the residual is a few roundoffs.
                    let worst = back.iter().zip(&b).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
                    assert!(worst < 1e-14, "{n} {way:?} {transposed}: {worst}");
                }
            }
        }
    }
}
