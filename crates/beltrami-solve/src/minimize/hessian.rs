//! Hessians with the structure that a method can use.

use beltrami_linalg::{BandedCholesky, Cholesky, Matrix};

/// Where entries of a Hessian may differ from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// Anywhere.
    Dense,
    /// Within this distance of the diagonal; 0 is a diagonal matrix, 1 a tridiagonal one.
    Banded(usize),
    /// In square blocks of this size along the diagonal.
    Blocks(usize),
}

/// A symmetric matrix.
#[derive(Clone, Debug)]
pub enum Hessian {
    /// All entries.
    Dense(Matrix),
    /// The entries near the diagonal.
    Banded(Banded),
    /// Square blocks along the diagonal, one below the other.
    Blocks(Vec<Matrix>),
}

/// A symmetric matrix with few diagonals.
#[derive(Clone, Debug, PartialEq)]
pub struct Banded {
    width: usize,
    /// Row by row the entries `a[i][i - width ..= i]`, zeros where there is no column.
    rows: Vec<f64>,
}

impl Banded {
    /// All zeros: `n` rows, entries within `width` of the diagonal.
    pub fn zeros(n: usize, width: usize) -> Banded {
        Banded { width, rows: vec![0.0; n * (width + 1)] }
    }

    /// The distance of the outermost diagonal.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len() / (self.width + 1)
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The entry in row `i` and column `j ≤ i`, for change; `i - j` must be at most the width.
    pub fn entry(&mut self, i: usize, j: usize) -> &mut f64 {
        let width = self.width;
        &mut self.rows[i * (width + 1) + width - (i - j)]
    }

    /// Row by row the entries up to the diagonal.
    pub fn rows(&self) -> &[f64] {
        &self.rows
    }

    /// The same, for change.
    pub fn rows_mut(&mut self) -> &mut [f64] {
        &mut self.rows
    }
}

impl Hessian {
    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Hessian::Dense(a) => a.rows(),
            Hessian::Banded(a) => a.len(),
            Hessian::Blocks(blocks) => blocks.iter().map(Matrix::rows).sum(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All entries that are stored, of blocks the first that is not finite if there is one.
    pub(crate) fn entries(&self) -> &[f64] {
        match self {
            Hessian::Dense(a) => a.data(),
            Hessian::Banded(a) => &a.rows,
            Hessian::Blocks(blocks) => {
                let wrong = blocks.iter().find(|block| !block.is_finite());
                wrong.map_or(&[], Matrix::data)
            }
        }
    }

    /// The diagonal.
    pub fn diagonal(&self) -> Vec<f64> {
        match self {
            Hessian::Dense(a) => (0..a.rows()).map(|i| a[(i, i)]).collect(),
            Hessian::Banded(a) => a.rows.chunks(a.width + 1).map(|row| row[a.width]).collect(),
            Hessian::Blocks(blocks) => {
                blocks.iter().flat_map(|block| (0..block.rows()).map(|i| block[(i, i)])).collect()
            }
        }
    }

    /// The sizes of all entries.
    pub(crate) fn sizes(mut self) -> Hessian {
        let size = |entry: &mut f64| *entry = entry.abs();
        match &mut self {
            Hessian::Dense(a) => a.data_mut().iter_mut().for_each(size),
            Hessian::Banded(a) => a.rows.iter_mut().for_each(size),
            Hessian::Blocks(blocks) => {
                blocks.iter_mut().flat_map(|block| block.data_mut()).for_each(size);
            }
        }
        self
    }

    /// The root of the curvature along each variable, and the largest of them where there is none; 1 where there is none at all.
    pub(crate) fn weights(&self) -> Vec<f64> {
        let roots: Vec<f64> = self.diagonal().iter().map(|h| h.abs().sqrt()).collect();
        let largest = roots.iter().copied().fold(0.0, f64::max);
        let other = if largest > 0.0 { largest } else { 1.0 };
        roots.into_iter().map(|root| if root > 0.0 { root } else { other }).collect()
    }

    /// The product with a vector.
    pub fn times(&self, v: &[f64]) -> Vec<f64> {
        match self {
            Hessian::Dense(a) => dense_times(a, v),
            Hessian::Banded(a) => {
                let mut out = vec![0.0; v.len()];
                for (i, row) in a.rows.chunks(a.width + 1).enumerate() {
                    let first = i.saturating_sub(a.width);
                    for j in first..i {
                        let entry = row[a.width - (i - j)];
                        out[i] += entry * v[j];
                        out[j] += entry * v[i];
                    }
                    out[i] += row[a.width] * v[i];
                }
                out
            }
            Hessian::Blocks(blocks) => {
                let mut out = Vec::with_capacity(v.len());
                for block in blocks {
                    let part = &v[out.len()..out.len() + block.rows()];
                    out.extend(dense_times(block, part));
                }
                out
            }
        }
    }

    /// All entries.
    pub fn dense(&self) -> Matrix {
        match self {
            Hessian::Dense(a) => a.clone(),
            Hessian::Banded(a) => {
                let mut out = Matrix::zeros(a.len(), a.len());
                for (i, row) in a.rows.chunks(a.width + 1).enumerate() {
                    for j in i.saturating_sub(a.width)..=i {
                        let entry = row[a.width - (i - j)];
                        out[(i, j)] = entry;
                        out[(j, i)] = entry;
                    }
                }
                out
            }
            Hessian::Blocks(blocks) => {
                let n = self.len();
                let mut out = Matrix::zeros(n, n);
                let mut top = 0;
                for block in blocks {
                    for i in 0..block.rows() {
                        out.data_mut()[(top + i) * n + top..][..block.rows()]
                            .copy_from_slice(block.row(i));
                    }
                    top += block.rows();
                }
                out
            }
        }
    }

    /// Multiplies by `units` from both sides and divides by `value`.
    pub(crate) fn scale(&mut self, units: &[f64], value: f64) {
        let scaled = |entry: &mut f64, i: usize, j: usize| {
            // In this order nothing between is larger than what goes in or comes out.
            *entry = *entry * units[i] / value * units[j];
        };
        match self {
            Hessian::Dense(a) => {
                let n = a.rows().max(1);
                let entries = a.data_mut().iter_mut().enumerate();
                entries.for_each(|(k, entry)| scaled(entry, k / n, k % n));
            }
            Hessian::Banded(a) => {
                let width = a.width;
                for (i, row) in a.rows.chunks_mut(width + 1).enumerate() {
                    for j in i.saturating_sub(width)..=i {
                        scaled(&mut row[width - (i - j)], i, j);
                    }
                }
            }
            Hessian::Blocks(blocks) => {
                let mut top = 0;
                for block in blocks {
                    let n = block.rows();
                    let entries = block.data_mut().iter_mut().enumerate();
                    entries.for_each(|(k, entry)| scaled(entry, top + k / n, top + k % n));
                    top += n;
                }
            }
        }
    }

    /// The Cholesky factorisation of `H + shift*diag(weights)^2`; `None` where that is not positive definite.
    pub(crate) fn factor(&self, shift: f64, weights: &[f64]) -> Option<Factor> {
        let added = |i: usize| shift * weights[i] * weights[i];
        match self {
            Hessian::Dense(a) => {
                let mut sum = a.clone();
                for i in 0..a.rows() {
                    sum[(i, i)] += added(i);
                }
                Cholesky::new(&sum).ok().map(Factor::Dense)
            }
            Hessian::Banded(a) => {
                let mut rows = a.rows.clone();
                for (i, row) in rows.chunks_mut(a.width + 1).enumerate() {
                    row[a.width] += added(i);
                }
                BandedCholesky::new(a.width, rows).ok().map(Factor::Banded)
            }
            Hessian::Blocks(blocks) => {
                let mut factors = Vec::with_capacity(blocks.len());
                let mut top = 0;
                for block in blocks {
                    let mut sum = block.clone();
                    for i in 0..block.rows() {
                        sum[(i, i)] += added(top + i);
                    }
                    top += block.rows();
                    factors.push(Cholesky::new(&sum).ok()?);
                }
                Some(Factor::Blocks(factors))
            }
        }
    }
}

/// A factored Hessian.
pub(crate) enum Factor {
    Dense(Cholesky),
    Banded(BandedCholesky),
    Blocks(Vec<Cholesky>),
}

impl Factor {
    /// The solution for one right-hand side; `None` where it overflows.
    pub fn solve(&self, b: &[f64]) -> Option<Vec<f64>> {
        match self {
            Factor::Dense(factor) => column(factor, b),
            Factor::Banded(factor) => {
                let mut x = b.to_vec();
                factor.solve(&mut x);
                x.iter().all(|x| x.is_finite()).then_some(x)
            }
            Factor::Blocks(factors) => {
                let size = b.len() / factors.len().max(1);
                let parts: Option<Vec<Vec<f64>>> = factors
                    .iter()
                    .zip(b.chunks(size.max(1)))
                    .map(|(factor, part)| column(factor, part))
                    .collect();
                parts.map(|parts| parts.concat())
            }
        }
    }
}

fn column(factor: &Cholesky, b: &[f64]) -> Option<Vec<f64>> {
    let b = Matrix::new(b.len(), 1, b.to_vec()).ok()?;
    factor.solve(&b).ok().map(Matrix::into_data)
}

fn dense_times(a: &Matrix, v: &[f64]) -> Vec<f64> {
    (0..a.rows()).map(|i| super::run::dot(a.row(i), v)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn banded() -> Banded {
        let mut a = Banded::zeros(4, 1);
        for i in 0..4 {
            *a.entry(i, i) = 3.0 + i as f64;
            if i > 0 {
                *a.entry(i, i - 1) = -1.0;
            }
        }
        a
    }

    #[test]
    fn every_structure_multiplies_and_solves_like_the_dense_matrix() {
        let block = Matrix::from_fn(2, 2, |i, j| if i == j { 2.0 } else { 0.5 });
        let all = [Hessian::Banded(banded()), Hessian::Blocks(vec![block.clone(), block])];
        let v = [1.0, -2.0, 0.5, 4.0];
        for hessian in all {
            let dense = Hessian::Dense(hessian.dense());
            assert_eq!(hessian.diagonal(), dense.diagonal());
            for (x, y) in hessian.times(&v).iter().zip(dense.times(&v)) {
                assert!((x - y).abs() < 1e-14, "{hessian:?}");
            }
            let weights = [1.0, 2.0, 1.0, 0.5];
            let factor = hessian.factor(0.3, &weights).expect("definite");
            let x = factor.solve(&v).expect("finite");
            let other = dense.factor(0.3, &weights).expect("definite").solve(&v).expect("finite");
            for (x, y) in x.iter().zip(&other) {
                // Four rows of condition below ten: a few roundings.
                assert!((x - y).abs() < 1e-13, "{hessian:?}");
            }
            assert!(hessian.factor(-100.0, &weights).is_none());
        }
    }
}
