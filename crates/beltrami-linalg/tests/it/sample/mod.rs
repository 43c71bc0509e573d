//! Random matrices from a printed seed.

// Each test program uses what it needs of this.
#![allow(dead_code)]

use beltrami_linalg::{Matrix, Qr, matmul};

/// A small generator (SplitMix64), so that the tests need no further crate.
pub struct Sampler(u64);

impl Sampler {
    pub fn new(seed: u64) -> Sampler {
        println!("seed {seed}");
        Sampler(seed)
    }

    /// Uniform in `[-1, 1)`.
    pub fn number(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    pub fn matrix(&mut self, rows: usize, cols: usize) -> Matrix {
        Matrix::from_fn(rows, cols, |_, _| self.number())
    }

    /// Orthonormal columns.
    pub fn orthogonal(&mut self, n: usize) -> Matrix {
        Qr::new(&self.matrix(n, n)).unwrap().q
    }

    /// Symmetric with given eigenvalues.
    pub fn symmetric(&mut self, values: &[f64]) -> Matrix {
        let q = self.orthogonal(values.len());
        product(&product(&q, &Matrix::diagonal(values)), &q.transpose()).symmetric_part()
    }
}

pub fn product(a: &Matrix, b: &Matrix) -> Matrix {
    matmul(a, b).unwrap()
}

/// `U*diag(s)*V'` of `m` rows and its factors.
pub fn with_values(s: &mut Sampler, m: usize, values: &[f64]) -> (Matrix, Matrix, Matrix) {
    let n = values.len();
    let u = Qr::new(&s.matrix(m, n)).unwrap().q;
    let v = Qr::new(&s.matrix(n, n)).unwrap().q;
    let scaled = Matrix::from_fn(m, n, |i, j| u[(i, j)] * values[j]);
    (product(&scaled, &v.transpose()), u, v)
}

/// The Frobenius norm.
pub fn norm(a: &Matrix) -> f64 {
    a.data().iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// `‖A - B‖ ≤ tol * ‖B‖` in the 1-norm.
#[track_caller]
pub fn assert_close(a: &Matrix, b: &Matrix, tol: f64) {
    let error = a.plus(-1.0, b).norm_one() / b.norm_one().max(f64::MIN_POSITIVE);
    assert!(error <= tol, "relative error {error:e} above {tol:e}\n{a:?}\n{b:?}");
}
