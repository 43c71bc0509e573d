//! Products and factorisations in one number format.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor as llt;
use faer::linalg::matmul::triangular::BlockStructure;
use faer::linalg::matmul::{matmul, triangular};
use faer::linalg::triangular_solve::{
    solve_lower_triangular_in_place, solve_upper_triangular_in_place,
};
use faer::{Accum, Mat, MatMut, MatRef, Par, Spec};

use crate::format::Format;
use crate::polar::layout::scale;
use crate::polar::panel::{Part, columns, lower_triangle, mirror, on_diagonal, on_threads, rows};

/// The numbers that are computed with: `f64`, or `f32` for the formats up to binary32.
pub(crate) trait Real: faer::traits::RealField + Copy {
    /// Half the distance from 1 to the next number.
    const UNIT_ROUNDOFF: f64;
    /// The nearest number.
    fn of(x: f64) -> Self;
    /// The same number.
    fn wide(self) -> f64;
}

impl Real for f64 {
    const UNIT_ROUNDOFF: f64 = f64::EPSILON / 2.0;
    fn of(x: f64) -> f64 {
        x
    }
    fn wide(self) -> f64 {
        self
    }
}

impl Real for f32 {
    const UNIT_ROUNDOFF: f64 = f32::EPSILON as f64 / 2.0;
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
    pub(crate) threads: usize,
    pub(crate) storage: Storage,
}

/// Diagonal blocks of this size are factored on one thread.
const FACTORED: usize = 256;

impl Arithmetic {
    /// The arithmetic of a number type itself.
    pub(crate) fn full<T: Real>(threads: usize) -> Arithmetic {
        let format = if T::nbits_impl() > 32 { Format::F64 } else { Format::F32 };
        Arithmetic { threads, storage: Storage::plain(format) }
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
        let run = |Part { col, part, .. }: Part<'_, T>| {
            let b = b.subcols(col, part.ncols());
            matmul(part, accumulate, a, b, T::of(factor), Par::Seq);
        };
        on_threads(self.threads, columns(c.as_mut()), run);
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
        self.lower(factor, a, b, c.as_mut(), accumulate);
        mirror(c.as_mut());
        self.stored(c)
    }

    /// The lower triangle of `C + factor*A*B`, or without the sum.
    fn lower<T: Real>(
        self,
        factor: f64,
        a: MatRef<'_, T>,
        b: MatRef<'_, T>,
        c: MatMut<'_, T>,
        accumulate: Accum,
    ) {
        let factor = T::of(factor);
        let run = |part: Part<'_, T>| {
            let diagonal = on_diagonal(&part);
            let Part { row, col, part } = part;
            let a = a.subrows(row, part.nrows());
            let b = b.subcols(col, part.ncols());
            if diagonal {
                let all = BlockStructure::Rectangular;
                let lower = BlockStructure::TriangularLower;
                triangular::matmul(part, lower, accumulate, a, all, b, all, factor, Par::Seq);
            } else {
                matmul(part, accumulate, a, b, factor, Par::Seq);
            }
        };
        on_threads(self.threads, lower_triangle(c), run);
    }

    /// `X'*X`.
    pub(crate) fn gram<T: Real>(self, x: MatRef<'_, T>) -> Mat<T> {
        self.symmetric(1.0, x.transpose(), x, None)
    }

    /// The lower Cholesky factor of a symmetric matrix, 0 above the diagonal; `None` where a pivot is not positive.
    pub(crate) fn cholesky<T: Real>(self, mut a: Mat<T>) -> Option<Mat<T>> {
        let n = a.nrows();
        let mut done = 0;
        while done < n {
            let size = FACTORED.min(n - done);
            let (left, right) = a.as_mut().split_at_col_mut(done + size);
            let (_, left) = left.split_at_row_mut(done);
            let (_, right) = right.split_at_row_mut(done + size);
            let block = left.subcols_mut(done, size);
            let (mut square, mut below) = block.split_at_row_mut(size);
            factored(square.as_mut())?;
            let l = square.as_ref();
            on_threads(self.threads, rows(below.as_mut()), |Part { part, .. }| {
                solve_lower_triangular_in_place(l, part.transpose_mut(), Par::Seq);
            });
            let below = below.as_ref();
            self.lower(-1.0, below, below.transpose(), right, Accum::Add);
            done += size;
        }
        for col in 1..n {
            a.col_as_slice_mut(col)[..col].fill(T::of(0.0));
        }
        Some(a)
    }

    /// `X*inv(L*L')`.
    pub(crate) fn right_solve<T: Real>(self, l: MatRef<'_, T>, mut x: Mat<T>) -> Mat<T> {
        on_threads(self.threads, rows(x.as_mut()), |Part { part, .. }| {
            let mut part = part.transpose_mut();
            solve_lower_triangular_in_place(l, part.as_mut(), Par::Seq);
            solve_upper_triangular_in_place(l.transpose(), part, Par::Seq);
        });
        x
    }
}

fn factored<T: Real>(a: MatMut<'_, T>) -> Option<()> {
    let scratch = llt::cholesky_in_place_scratch::<T>(a.nrows(), Par::Seq, Spec::default());
    let mut memory = MemBuffer::new(scratch);
    let stack = MemStack::new(&mut memory);
    let plain = llt::LltRegularization::default();
    llt::cholesky_in_place(a, plain, Par::Seq, stack, Spec::default()).ok().map(|_| ())
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
