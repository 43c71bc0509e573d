//! Matrix products.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, Par};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::dense::{Element, Vectors, View};

/// Multiplications up to which the loop is faster than faer's dispatch and packing, about 400 ns.
const SMALL: usize = 2048;

/// Multiplications from which the work is cut into panels of rows.
const LARGE: usize = 1 << 18;

/// `out ← factor*A*B`, or with `keep` `out ← out + factor*A*B`; `out` is stored row by row.
///
/// # Panics
/// When the sizes do not fit.
pub fn product<T: Element>(
    out: &mut [T],
    keep: bool,
    a: View<'_, T>,
    b: View<'_, T>,
    factor: T,
    threads: usize,
) {
    let (m, k, n) = (a.rows, a.cols, b.cols);
    assert!(k == b.rows && out.len() == m * n, "{m}×{k} times {}×{n}", b.rows);
    if out.is_empty() {
        return;
    }
    let work = m.saturating_mul(k).saturating_mul(n);
    if work <= SMALL {
        return Vectors::new().run(
            #[inline(always)]
            || small(out, keep, a, b, factor),
        );
    }
    // Eight panels keep several threads busy to the end, and 32 rows fill faer's kernels.
    let rows = if work < LARGE { m } else { m.div_ceil(8).next_multiple_of(32) };
    let panel = |place: usize, out: &mut [T]| {
        let height = out.len() / n;
        let a = a.faer().subrows(place * rows, height);
        let mode = if keep { Accum::Add } else { Accum::Replace };
        let out = MatMut::from_row_major_slice_mut(out, height, n);
        matmul(out, mode, a, b.faer(), factor, Par::Seq);
    };
    if threads > 1 && rows < m {
        out.par_chunks_mut(rows * n).enumerate().for_each(|(place, out)| panel(place, out));
    } else {
        out.chunks_mut(rows * n).enumerate().for_each(|(place, out)| panel(place, out));
    }
}

/// Rows of `B` added where they lie along memory, and rows of both multiplied where those of `B'` do.
#[inline(always)]
fn small<T: Element>(out: &mut [T], keep: bool, a: View<'_, T>, b: View<'_, T>, factor: T) {
    let (k, n) = (a.cols, b.cols);
    let (step, across) = if a.transposed { (1, a.rows) } else { (a.cols, 1) };
    for (i, out) in out.chunks_exact_mut(n).enumerate() {
        if !keep {
            out.fill(T::ZERO);
        }
        if b.transposed {
            for (out, b) in out.iter_mut().zip(b.data.chunks_exact(k.max(1))) {
                let mut sum = T::ZERO;
                for (l, b) in b.iter().enumerate() {
                    sum += a.data[i * step + l * across] * *b;
                }
                *out += factor * sum;
            }
        } else {
            for (l, b) in b.data.chunks_exact(n).enumerate() {
                let x = factor * a.data[i * step + l * across];
                for (out, b) in out.iter_mut().zip(b) {
                    *out += x * *b;
                }
            }
        }
    }
}
