//! Projectors onto the singular vectors of some of the singular values.
//!
//! Singular values and vectors of `A` are eigenvalues and eigenvectors of `[0, A; A', 0]`. The projector onto a group of
//! them is the matrix `P` with `P*P = P` and `J*P = P*J` whose real part is the one of the group; it is lifted from there.
//! The Jacobian divides by distances of eigenvalues inside the group from those outside, and by no others, so that the
//! projector exists wherever the group stands apart.

use std::ops::Range;

use beltrami_linalg::{Matrix, SymmetricEigen};

use crate::error::ExecError;
use crate::ring::algebra::{matmul, zip};
use crate::ring::blocks::{blocked, mixed};
use crate::ring::eigen::MIN_GAP;
use crate::ring::lift::{lifted, newton, real_matrix};
use crate::scalar::Scalar;
use crate::tensor::{Tensor, checked_len};

/// `[0, A; A', 0]` in the basis of the eigenvectors of its real part, with a block for every set of directions.
pub(super) struct Doubled<S> {
    rows: usize,
    vectors: Matrix,
    /// Ascending.
    values: Vec<f64>,
    directions: usize,
    pub(super) matrix: Tensor<S>,
}

impl<S: Scalar> Doubled<S> {
    pub(super) fn new(a: &Tensor<S>, directions: &[Tensor<S>]) -> Result<Doubled<S>, ExecError> {
        let whole = doubled(a);
        let side = whole.rows() << directions.len();
        checked_len::<S>(&[side, side])?;
        let SymmetricEigen { values, vectors } = SymmetricEigen::new(&real_matrix(&whole)?)?;
        let basis = lifted(vectors.clone());
        let whole = turned(&basis, &whole)?;
        let directions: Vec<Tensor<S>> =
            directions.iter().map(|e| turned(&basis, &doubled(e))).collect::<Result<_, _>>()?;
        Ok(Doubled {
            rows: a.rows(),
            vectors,
            values,
            directions: directions.len(),
            matrix: blocked(&whole, &directions),
        })
    }

    /// The number of singular values, of both signs and zeros of a rectangular matrix.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The largest singular value.
    pub(super) fn largest(&self) -> f64 {
        self.values.last().copied().unwrap_or(0.0)
    }

    /// The places of the `count` largest singular values.
    pub(super) fn leading(&self, count: usize) -> Range<usize> {
        self.len() - count..self.len()
    }

    /// The number of singular values above a positive bound; refused where one equals it.
    pub(super) fn above(&self, bound: f64, what: &str) -> Result<usize, ExecError> {
        let near = |x: &&f64| (**x - bound).abs() <= MIN_GAP * self.largest();
        if self.values.iter().any(|x| near(&x)) {
            return Err(ExecError::not_differentiable(format!("a singular value equals {what}")));
        }
        Ok(self.values.iter().filter(|x| **x > bound).count())
    }

    /// The projector onto the eigenvectors at these places.
    pub(super) fn projector(&self, group: Range<usize>) -> Result<Tensor<S>, ExecError> {
        let n = self.len();
        let apart = |i: usize| self.values[i] - self.values[i - 1] > MIN_GAP * self.largest();
        if ![group.start, group.end].into_iter().all(|i| i == 0 || i == n || apart(i)) {
            return Err(ExecError::not_differentiable(
                "singular values that must differ are equal, or one that must not be is zero",
            ));
        }
        let inside = |i: usize| group.contains(&(i % n));
        let side = self.matrix.rows();
        let mut projector = Tensor::from_fn(side, side, |i, j| {
            S::from_real(f64::from(u8::from(i == j && inside(i))))
        });
        // Blocks are nilpotent as infinitesimals are, one order for each direction.
        for _ in 0..=self.directions {
            projector = newton(projector, |p| {
                let commutator =
                    zip(&matmul(&self.matrix, p)?, &matmul(p, &self.matrix)?, |x, y| x - y);
                let idempotence = zip(&matmul(p, p)?, p, |x, y| x - y);
                Ok(Tensor::from_fn(side, side, |i, j| match (inside(i), inside(j)) {
                    (true, true) => -idempotence.at(i, j),
                    (false, false) => idempotence.at(i, j),
                    _ => commutator.at(i, j).scale(1.0 / (self.values[j % n] - self.values[i % n])),
                }))
            })?;
        }
        Ok(projector)
    }

    /// The upper right block, of the shape of `A`, of a matrix in the basis of the eigenvectors: its mixed derivative.
    pub(super) fn upper_right(&self, value: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
        let (m, n) = (self.rows, self.len() - self.rows);
        let (top, bottom) =
            (self.vectors.block(0, 0, m, m + n), self.vectors.block(m, 0, n, m + n));
        let inner = mixed(value, m + n);
        matmul(&matmul(&lifted(top), &inner)?, &lifted(bottom.transpose()))
    }

    /// The trace of the mixed derivative.
    pub(super) fn trace(&self, value: &Tensor<S>) -> S {
        let inner = mixed(value, self.len());
        (0..self.len()).fold(S::from_real(0.0), |sum, i| sum + inner.at(i, i))
    }
}

fn doubled<S: Scalar>(a: &Tensor<S>) -> Tensor<S> {
    let (m, n) = (a.rows(), a.cols());
    Tensor::from_fn(m + n, m + n, |i, j| match (i < m, j < m) {
        (true, false) => a.at(i, j - m),
        (false, true) => a.at(j, i - m),
        _ => S::from_real(0.0),
    })
}

/// `V'*A*V`.
pub(super) fn turned<S: Scalar>(v: &Tensor<S>, a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    matmul(&matmul(&v.transpose(), a)?, v)
}
