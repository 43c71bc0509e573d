//! Matrix products.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, Par};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::dense::{Element, View};

/// Multiplications below which the loop is faster than faer's dispatch, about 200 ns.
const SMALL: usize = 512;

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
        return small(out, keep, a, b, factor);
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

fn small<T: Element>(out: &mut [T], keep: bool, a: View<'_, T>, b: View<'_, T>, factor: T) {
    let at = |v: &View<'_, T>, i: usize, j: usize| {
        if v.transposed { v.data[j * v.rows + i] } else { v.data[i * v.cols + j] }
    };
    for i in 0..a.rows {
        for j in 0..b.cols {
            let sum = (0..a.cols).fold(T::ZERO, |sum, l| sum + at(&a, i, l) * at(&b, l, j));
            let out = &mut out[i * b.cols + j];
            *out = if keep { *out + factor * sum } else { factor * sum };
        }
    }
}
