//! Pieces of diagonals: written or added to where they lie in a matrix, and multiplied with one.

use beltrami_linalg::dense::{Element, Vectors};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::plan::memory::Column;
use crate::plan::tile::Value;

/// Rows that are written together, so that no page is left before all pieces have been there.
const ROWS: usize = 64;

/// Entries of a product that are worth a task of their own.
const TASK: usize = 1 << 15;

/// Entry `k` of a column in row `row + k` and column `col + k`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlacedStrip<T> {
    pub(crate) row: usize,
    pub(crate) col: usize,
    pub(crate) len: usize,
    pub(crate) entries: Column<T>,
}

impl<T> PlacedStrip<T> {
    /// Those of its entries that lie in rows from `first` to before `end`.
    fn within(&self, first: usize, end: usize) -> std::ops::Range<usize> {
        let here = |row: usize| row.saturating_sub(self.row).min(self.len);
        here(first)..here(end)
    }
}

/// Puts the entries in their places of a matrix of which row `i` begins at `first + i*stride`.
pub(crate) fn write<'a, T: Element>(
    out: &mut [T],
    strips: &[PlacedStrip<T>],
    (stride, first): (usize, usize),
    put: impl Fn(&mut T, T),
    value: impl Fn(Column<T>) -> Value<'a, T>,
) {
    let end = strips.iter().map(|strip| strip.row + strip.len).max().unwrap_or(0);
    let height = if strips.len() > 1 { ROWS } else { end.max(1) };
    for top in (0..end).step_by(height) {
        for strip in strips {
            let range = strip.within(top, top + height);
            if range.is_empty() {
                continue;
            }
            let start = first + (strip.row + range.start) * stride + strip.col + range.start;
            let places = out[start..].iter_mut().step_by(stride + 1);
            match value(strip.entries) {
                Value::Slice(entries) => {
                    places.zip(&entries[range]).for_each(|(to, x)| put(to, *x))
                }
                Value::Number(x) => places.take(range.len()).for_each(|to| put(to, x)),
            }
        }
    }
}

/// `out ← S*B` with a `B` of `cols` columns.
pub(crate) fn times<'a, T: Element>(
    out: &mut [T],
    strips: &[PlacedStrip<T>],
    b: &[T],
    cols: usize,
    value: impl Fn(Column<T>) -> Value<'a, T> + Sync,
    threads: usize,
) {
    let vectors = Vectors::new();
    by_rows(out, cols, threads, |top, out| {
        out.fill(T::ZERO);
        let end = top + out.len() / cols;
        for strip in strips {
            for k in strip.within(top, end) {
                let x = match value(strip.entries) {
                    Value::Slice(entries) => entries[k],
                    Value::Number(x) => x,
                };
                let to = &mut out[(strip.row + k - top) * cols..][..cols];
                let from = &b[(strip.col + k) * cols..][..cols];
                vectors.run(
                    #[inline(always)]
                    || to.iter_mut().zip(from).for_each(|(to, y)| *to += x * *y),
                );
            }
        }
    });
}

/// `out ← A*S`, of `width` columns, with an `A` of `cols` columns.
pub(crate) fn behind<'a, T: Element>(
    out: &mut [T],
    width: usize,
    strips: &[PlacedStrip<T>],
    a: &[T],
    cols: usize,
    value: impl Fn(Column<T>) -> Value<'a, T> + Sync,
    threads: usize,
) {
    let vectors = Vectors::new();
    by_rows(out, width, threads, |top, out| {
        out.fill(T::ZERO);
        for (row, out) in out.chunks_exact_mut(width).enumerate() {
            let from = &a[(top + row) * cols..][..cols];
            for strip in strips {
                let to = &mut out[strip.col..][..strip.len];
                let from = &from[strip.row..][..strip.len];
                vectors.run(
                    #[inline(always)]
                    || match value(strip.entries) {
                        Value::Slice(entries) => {
                            let those = to.iter_mut().zip(from).zip(entries);
                            those.for_each(|((to, y), x)| *to += *x * *y);
                        }
                        Value::Number(x) => {
                            to.iter_mut().zip(from).for_each(|(to, y)| *to += x * *y);
                        }
                    },
                );
            }
        }
    });
}

/// Runs over parts of whole rows, each with the number of its first one.
fn by_rows<T: Element>(
    out: &mut [T],
    width: usize,
    threads: usize,
    task: impl Fn(usize, &mut [T]) + Sync,
) {
    if out.is_empty() {
        return;
    }
    let height = TASK.div_ceil(width);
    if threads > 1 && out.len() > height * width {
        let parts = out.par_chunks_mut(height * width).enumerate();
        parts.for_each(|(place, out)| task(place * height, out));
    } else {
        task(0, out);
    }
}
