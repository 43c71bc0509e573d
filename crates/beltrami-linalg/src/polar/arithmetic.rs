//! Products and factorisations in one number format.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor as llt;
use faer::linalg::matmul::triangular::BlockStructure;
use faer::linalg::matmul::{matmul, triangular};
use faer::linalg::triangular_solve::{
    solve_lower_triangular_in_place, solve_upper_triangular_in_place,
};
use faer::{Accum, Mat, MatRef, Par};

use crate::format::Format;
use crate::matrix::Matrix;

/// The numbers that are computed with: `f64`, or `f32` for the formats up to binary32.
pub(crate) trait Real: faer::traits::RealField + Copy {
    /// The nearest number.
    fn of(x: f64) -> Self;
    /// The same number.
    fn wide(self) -> f64;
}

impl Real for f64 {
    fn of(x: f64) -> f64 {
        x
    }
    fn wide(self) -> f64 {
        self
    }
}

impl Real for f32 {
    fn of(x: f64) -> f32 {
        x as f32
    }
    fn wide(self) -> f64 {
        f64::from(self)
    }
}

/// How the entries of stored matrices are rounded; sums are accumulated in `f64` or `f32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storage {
    /// The format.
    pub format: Format,
    /// A number is stored as the sum of this many numbers of the format, at least 1: so many times its significant bits, up to
    /// those of the accumulator.
    pub parts: u8,
}

impl Storage {
    /// One number for each entry.
    pub fn plain(format: Format) -> Storage {
        Storage { format, parts: 1 }
    }

    /// Half the distance from 1 to the next number that can be stored.
    pub fn unit_roundoff(self) -> f64 {
        self.format.unit_roundoff().powi(i32::from(self.parts.max(1)))
    }

    fn round(self, x: f64) -> f64 {
        (0..self.parts.max(1)).fold(0.0, |sum, _| sum + self.format.round(x - sum))
    }
}

/// Matrix products on one or more threads, their results stored in a format.
#[derive(Clone, Copy)]
pub(crate) struct Arithmetic {
    pub(crate) par: Par,
    pub(crate) storage: Storage,
}

impl Arithmetic {
    /// The arithmetic of a number type itself.
    pub(crate) fn full<T: Real>(par: Par) -> Arithmetic {
        let format = if T::nbits_impl() > 32 { Format::F64 } else { Format::F32 };
        Arithmetic { par, storage: Storage::plain(format) }
    }

    /// Entries rounded as they are stored.
    pub(crate) fn stored<T: Real>(self, mut a: Mat<T>) -> Mat<T> {
        // The formats of the arithmetic itself round nothing.
        if !matches!(self.storage.format, Format::F64 | Format::F32) {
            for col in 0..a.ncols() {
                a.col_as_slice_mut(col)
                    .iter_mut()
                    .for_each(|x| *x = T::of(self.storage.round(x.wide())));
            }
        }
        a
    }

    /// `factor*A*B + addend*C`.
    pub(crate) fn product<T: Real>(
        self,
        factor: f64,
        a: MatRef<'_, T>,
        b: MatRef<'_, T>,
        addend: Option<(f64, MatRef<'_, T>)>,
    ) -> Mat<T> {
        let (mut c, accumulate) = started(a.nrows(), b.ncols(), addend);
        matmul(c.as_mut(), accumulate, a, b, T::of(factor), self.par);
        self.stored(c)
    }

    /// `factor*A*B + addend*C` where the result is symmetric: one triangle is computed, at half the operations.
    pub(crate) fn symmetric<T: Real>(
        self,
        factor: f64,
        a: MatRef<'_, T>,
        b: MatRef<'_, T>,
        addend: Option<(f64, MatRef<'_, T>)>,
    ) -> Mat<T> {
        let (mut c, accumulate) = started(a.nrows(), b.ncols(), addend);
        triangular::matmul(
            c.as_mut(),
            BlockStructure::TriangularLower,
            accumulate,
            a,
            BlockStructure::Rectangular,
            b,
            BlockStructure::Rectangular,
            T::of(factor),
            self.par,
        );
        mirror(&mut c);
        self.stored(c)
    }

    /// `X'*X`.
    pub(crate) fn gram<T: Real>(self, x: MatRef<'_, T>) -> Mat<T> {
        self.symmetric(1.0, x.transpose(), x, None)
    }

    /// The lower Cholesky factor of a symmetric matrix; `None` where a pivot is not positive.
    pub(crate) fn cholesky<T: Real>(self, mut a: Mat<T>) -> Option<Mat<T>> {
        let mut memory = MemBuffer::new(llt::cholesky_in_place_scratch::<T>(
            a.nrows(),
            self.par,
            faer::Spec::default(),
        ));
        llt::cholesky_in_place(
            a.as_mut(),
            llt::LltRegularization::default(),
            self.par,
            MemStack::new(&mut memory),
            faer::Spec::default(),
        )
        .ok()?;
        Some(a)
    }

    /// `X*inv(L*L')`.
    pub(crate) fn right_solve<T: Real>(self, l: MatRef<'_, T>, mut x: Mat<T>) -> Mat<T> {
        solve_lower_triangular_in_place(l, x.as_mut().transpose_mut(), self.par);
        solve_upper_triangular_in_place(l.transpose(), x.as_mut().transpose_mut(), self.par);
        x
    }
}

fn started<T: Real>(
    rows: usize,
    cols: usize,
    addend: Option<(f64, MatRef<'_, T>)>,
) -> (Mat<T>, Accum) {
    match addend {
        None => (Mat::zeros(rows, cols), Accum::Replace),
        Some((factor, c)) => {
            let mut sum = c.to_owned();
            scale(&mut sum, factor);
            (sum, Accum::Add)
        }
    }
}

/// Every entry times a number.
pub(crate) fn scale<T: Real>(a: &mut Mat<T>, factor: f64) {
    if factor != 1.0 {
        let factor = T::of(factor);
        for col in 0..a.ncols() {
            a.col_as_slice_mut(col).iter_mut().for_each(|x| *x *= factor);
        }
    }
}

/// The upper triangle from the lower one, tile by tile so that both stay in the cache.
fn mirror<T: Real>(a: &mut Mat<T>) {
    const TILE: usize = 32;
    let n = a.nrows();
    for left in (0..n).step_by(TILE) {
        for top in (left..n).step_by(TILE) {
            for col in left..(left + TILE).min(n) {
                for row in top.max(col + 1)..(top + TILE).min(n) {
                    a[(col, row)] = a[(row, col)];
                }
            }
        }
    }
}

/// A copy in a number type.
pub(crate) fn narrowed<T: Real>(a: MatRef<'_, f64>) -> Mat<T> {
    Mat::from_fn(a.nrows(), a.ncols(), |i, j| T::of(a[(i, j)]))
}

/// A copy in `f64`.
pub(crate) fn widened<T: Real>(a: MatRef<'_, T>) -> Mat<f64> {
    Mat::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)].wide())
}

/// A copy as a row-major matrix.
pub(crate) fn as_matrix<T: Real>(a: MatRef<'_, T>) -> Matrix {
    Matrix::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)].wide())
}

/// The Frobenius norm, accumulated in `f64`.
pub(crate) fn frobenius<T: Real>(a: MatRef<'_, T>) -> f64 {
    (0..a.ncols())
        .map(|col| (0..a.nrows()).map(|row| a[(row, col)].wide().powi(2)).sum::<f64>())
        .sum::<f64>()
        .sqrt()
}

/// The Frobenius norm of `A - I`.
pub(crate) fn distance_from_identity<T: Real>(a: MatRef<'_, T>) -> f64 {
    let entry = |i: usize, j: usize| a[(i, j)].wide() - f64::from(u8::from(i == j));
    (0..a.ncols())
        .map(|j| (0..a.nrows()).map(|i| entry(i, j).powi(2)).sum::<f64>())
        .sum::<f64>()
        .sqrt()
}
