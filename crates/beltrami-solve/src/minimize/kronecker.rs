//! Blocks of a Hessian that are Kronecker products, solved and judged by their factors.

use beltrami_linalg::{Matrix, SymmetricEigen, matmul};

/// `weight·(B ⊗ A) + shift·I`, applied to the stacked columns of an `m×n` matrix `X`: `weight·A*X*B + shift·X`, with
/// symmetric `A`, `m×m`, and `B`, `n×n`.
#[derive(Clone, Debug)]
pub struct Kronecker {
    rows: usize,
    cols: usize,
    weight: f64,
    shift: f64,
    left: Factor,
    right: Factor,
}

/// A block in the basis of its eigenvectors, `u_i v_j'`, row by row.
pub(crate) struct Spectrum {
    pub values: Vec<f64>,
    /// A gradient in the basis.
    pub slopes: Vec<f64>,
}

/// Eigenvalues and eigenvectors; none of the identity.
#[derive(Clone, Debug)]
struct Factor(Option<SymmetricEigen>);

/// Eigenvalues below this part of the largest are taken for it, so that the block can be divided by.
const LEAST: f64 = 1e-12;

impl Kronecker {
    /// From the factors, `None` standing for an identity; `None` where a factor is not symmetric or nothing is positive.
    pub fn new(
        (rows, cols): (usize, usize),
        weight: f64,
        left: Option<&Matrix>,
        right: Option<&Matrix>,
        shift: f64,
    ) -> Option<Kronecker> {
        let factor = |matrix: Option<&Matrix>| match matrix {
            None => Some(Factor(None)),
            Some(matrix) => SymmetricEigen::new(matrix).ok().map(|eigen| Factor(Some(eigen))),
        };
        let (left, right) = (factor(left)?, factor(right)?);
        let block = Kronecker { rows, cols, weight, shift, left, right };
        (block.largest() > 0.0).then_some(block)
    }

    /// Multiplies by a number above 0.
    pub(crate) fn scale(&mut self, by: f64) {
        self.weight *= by;
        self.shift *= by;
    }

    /// The number of entries of `X`.
    pub fn len(&self) -> usize {
        self.rows * self.cols
    }

    /// Whether `X` has no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The `X`, row by row, that the block maps to `g`.
    ///
    /// # References
    /// Golub and Van Loan 2013, *Matrix Computations*, section 12.3.
    pub fn solve(&self, g: &[f64]) -> Option<Vec<f64>> {
        let mut inside = self.inside(g)?;
        let least = LEAST * self.largest();
        for i in 0..self.rows {
            for j in 0..self.cols {
                inside[(i, j)] /= self.value(i, j).max(least);
            }
        }
        let outside = self.left.times(&inside, false)?;
        Some(self.right.times(&outside.transpose(), false)?.transpose().into_data())
    }

    /// The eigenvalues with the parts of a gradient.
    pub(crate) fn spectrum(&self, g: &[f64]) -> Option<Spectrum> {
        let places = (0..self.rows).flat_map(|i| (0..self.cols).map(move |j| (i, j)));
        let values = places.map(|(i, j)| self.value(i, j)).collect();
        Some(Spectrum { values, slopes: self.inside(g)?.into_data() })
    }

    /// The eigenvector of an eigenvalue of the spectrum, a unit vector.
    pub(crate) fn vector(&self, place: usize) -> Vec<f64> {
        let (u, v) = (
            self.left.vector(place / self.cols, self.rows),
            self.right.vector(place % self.cols, self.cols),
        );
        u.iter().flat_map(|u| v.iter().map(move |v| u * v)).collect()
    }

    /// A vector in the basis of the eigenvectors.
    fn inside(&self, g: &[f64]) -> Option<Matrix> {
        let g = Matrix::new(self.rows, self.cols, g.to_vec()).ok()?;
        let inside = self.left.times(&g, true)?;
        Some(self.right.times(&inside.transpose(), true)?.transpose())
    }

    fn value(&self, i: usize, j: usize) -> f64 {
        self.weight * self.left.value(i) * self.right.value(j) + self.shift
    }

    fn largest(&self) -> f64 {
        self.weight * self.left.last(self.rows) * self.right.last(self.cols) + self.shift
    }
}

impl Factor {
    fn value(&self, i: usize) -> f64 {
        self.0.as_ref().map_or(1.0, |eigen| eigen.values[i])
    }

    fn vector(&self, i: usize, n: usize) -> Vec<f64> {
        match &self.0 {
            Some(eigen) => eigen.vectors.col(i),
            None => (0..n).map(|k| f64::from(u8::from(i == k))).collect(),
        }
    }

    fn last(&self, n: usize) -> f64 {
        (0..n).map(|i| self.value(i)).fold(0.0, f64::max)
    }

    /// The eigenvectors, or their transpose, times a matrix.
    fn times(&self, x: &Matrix, transposed: bool) -> Option<Matrix> {
        let Some(eigen) = &self.0 else { return Some(x.clone()) };
        if transposed { matmul(&eigen.vectors.transpose(), x) } else { matmul(&eigen.vectors, x) }
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_times_its_solution_is_the_right_side() {
        let spd = |n: usize, seed: f64| {
            let g = Matrix::from_fn(n, n, |i, j| ((3 * i + 7 * j) as f64 * seed).sin());
            let mut a = matmul(&g.transpose(), &g).expect("they fit");
            (0..n).for_each(|i| a[(i, i)] += 1.0);
            a
        };
        let (a, b) = (spd(3, 0.7), spd(2, 1.3));
        let block = Kronecker::new((3, 2), 2.0, Some(&a), Some(&b), 0.5).expect("it is positive");
        let g: Vec<f64> = (0..6).map(|k| f64::from(k) - 2.2).collect();
        let x = Matrix::new(3, 2, block.solve(&g).expect("it is regular")).expect("six entries");
        let image = matmul(&matmul(&a, &x).expect("they fit"), &b).expect("they fit");
        for (k, g) in g.iter().enumerate() {
            // Condition numbers below 100.
            assert!((2.0 * image.data()[k] + 0.5 * x.data()[k] - g).abs() < 1e-12);
        }
        assert!(Kronecker::new((3, 2), 0.0, None, None, 0.0).is_none());
    }

    #[test]
    fn the_spectrum_is_that_of_the_whole_matrix() {
        let a = Matrix::from_fn(3, 3, |i, j| ((i + 1) * (j + 1)) as f64 - 3.0);
        let b = Matrix::from_fn(2, 2, |i, j| if i == j { 1.0 } else { 2.0 });
        let block = Kronecker::new((3, 2), 0.5, Some(&a), Some(&b), 0.25).expect("one is positive");
        let spectrum = block.spectrum(&[1.0; 6]).expect("six entries");
        for (k, value) in spectrum.values.iter().enumerate() {
            let x = Matrix::new(3, 2, block.vector(k)).expect("six entries");
            let image = matmul(&matmul(&a, &x).expect("they fit"), &b).expect("they fit");
            for (image, x) in image.data().iter().zip(x.data()) {
                // Entries up to 6: a few roundings.
                assert!((0.5 * image + 0.25 * x - value * x).abs() < 1e-13);
            }
            let slope: f64 = x.data().iter().sum();
            assert!((spectrum.slopes[k] - slope).abs() < 1e-13);
        }
        // Of two skew factors the product is symmetric, and they have no real eigenvalues.
        let skew = Matrix::from_fn(2, 2, |i, j| i as f64 - j as f64);
        assert!(Kronecker::new((2, 2), 1.0, Some(&skew), Some(&skew), 1.0).is_none());
    }
}
