//! A dense matrix whose products are computed in single precision.

use faer::linalg::matmul::matmul;
use faer::reborrow::ReborrowMut;
use faer::{Accum, MatMut, MatRef, Par};

use crate::dense::Vectors;
use crate::error::Error;
use crate::factor::residual::frobenius;
use crate::matrix::Matrix;
use crate::operator::{LinearOperator, fits};
use crate::scale::exponent_of;

/// Entries of a panel of rows. Allocations of its size are kept by the allocator from call to call, and it stays in the cache
/// while it is multiplied.
const PANEL: usize = 1 << 21;

/// A matrix divided by a power of two and rounded.
pub(crate) struct Single<'a> {
    exact: &'a Matrix,
    /// Its Frobenius norm.
    norm: f64,
    /// So many rows each, but for the last.
    panels: Vec<Vec<f32>>,
    height: usize,
    exponent: i32,
}

impl<'a> Single<'a> {
    /// `None` where the norm is zero or not finite.
    pub(crate) fn of(exact: &'a Matrix) -> Option<Single<'a>> {
        let norm = frobenius(exact);
        if norm == 0.0 || !norm.is_finite() {
            return None;
        }
        let exponent = exponent_of(norm);
        let cols = exact.cols();
        let height = (PANEL / cols).max(1);
        let panels = exact.data().chunks(height * cols).map(|rows| shortened(rows, -exponent));
        Some(Single { exact, norm, panels: panels.collect(), height, exponent })
    }

    fn panel<'b>(&self, entries: &'b [f32]) -> MatRef<'b, f32> {
        let cols = self.exact.cols();
        MatRef::from_row_major_slice(entries, entries.len() / cols, cols)
    }

    /// A product of short blocks, where `multiply` makes it from panels.
    fn product(
        &self,
        rows: usize,
        x: &Matrix,
        multiply: impl Fn(MatRef<'_, f32>, MatMut<'_, f32>),
    ) -> Matrix {
        let before = exponent_of(x.max_abs());
        let short = shortened(x.data(), -before);
        let mut y = vec![0.0_f32; rows * x.cols()];
        multiply(
            MatRef::from_row_major_slice(&short, x.rows(), x.cols()),
            MatMut::from_row_major_slice_mut(&mut y, rows, x.cols()),
        );
        let y = lengthened(&y, self.exponent + before);
        Matrix::new(rows, x.cols(), y).unwrap_or_else(|_| Matrix::zeros(rows, x.cols()))
    }
}

impl LinearOperator for Single<'_> {
    fn shape(&self) -> (usize, usize) {
        (self.exact.rows(), self.exact.cols())
    }

    fn apply(&self, x: &Matrix) -> Result<Matrix, Error> {
        fits("product", x, self.exact.cols())?;
        Ok(self.product(self.exact.rows(), x, |x, mut y| {
            for (place, panel) in self.panels.iter().enumerate() {
                let panel = self.panel(panel);
                let to = y.rb_mut().subrows_mut(place * self.height, panel.nrows());
                matmul(to, Accum::Replace, panel, x, 1.0, Par::Seq);
            }
        }))
    }

    fn apply_transpose(&self, y: &Matrix) -> Result<Matrix, Error> {
        fits("product", y, self.exact.rows())?;
        Ok(self.product(self.exact.cols(), y, |y, mut x| {
            for (place, panel) in self.panels.iter().enumerate() {
                let panel = self.panel(panel);
                let part = y.subrows(place * self.height, panel.nrows());
                matmul(x.rb_mut(), Accum::Add, panel.transpose(), part, 1.0, Par::Seq);
            }
        }))
    }

    fn frobenius_norm(&self) -> Option<f64> {
        Some(self.norm)
    }
}

/// Numbers times a power of two, rounded.
fn shortened(x: &[f64], exponent: i32) -> Vec<f32> {
    let [half, rest] = factors(exponent);
    let mut short = vec![0.0_f32; x.len()];
    Vectors::new().run(
        #[inline(always)]
        || short.iter_mut().zip(x).for_each(|(to, x)| *to = (x * half * rest) as f32),
    );
    short
}

/// Short numbers times a power of two.
fn lengthened(x: &[f32], exponent: i32) -> Vec<f64> {
    let [half, rest] = factors(exponent);
    let mut long = vec![0.0_f64; x.len()];
    Vectors::new().run(
        #[inline(always)]
        || long.iter_mut().zip(x).for_each(|(to, x)| *to = f64::from(*x) * half * rest),
    );
    long
}

/// Two factors whose product is a power of two, each within the range of numbers.
fn factors(exponent: i32) -> [f64; 2] {
    let half = exponent / 2;
    [2.0_f64.powi(half), 2.0_f64.powi(exponent - half)]
}
