//! Kronecker products, of matrices and of their columns: rows of the result are products of rows of the factors, and zeros of a diagonal one stay.

use beltrami_linalg::dense::{Element, Vectors};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

/// Entries written that are worth a task of their own.
const TASK: usize = 1 << 16;

/// A factor to read.
#[derive(Clone, Copy)]
pub(crate) enum Factor<'a, T> {
    /// Row by row, or the transpose of what lies there.
    Dense { data: &'a [T], rows: usize, cols: usize, turned: bool },
    /// One number, or one for each row.
    Diagonal { entries: &'a [T], n: usize },
}

impl<T: Element> Factor<'_, T> {
    fn size(&self) -> (usize, usize) {
        match *self {
            Factor::Dense { rows, cols, .. } => (rows, cols),
            Factor::Diagonal { n, .. } => (n, n),
        }
    }

    #[inline(always)]
    fn entry(&self, i: usize, j: usize) -> T {
        match *self {
            Factor::Dense { data, rows, turned: true, .. } => data[j * rows + i],
            Factor::Dense { data, cols, .. } => data[i * cols + j],
            Factor::Diagonal { .. } if i != j => T::ZERO,
            Factor::Diagonal { entries: [x], .. } => *x,
            Factor::Diagonal { entries, .. } => entries[i],
        }
    }
}

/// `out ← A ⊗ B`; entries that are zero by structure are not written when the result is `clean`.
pub(crate) fn kron<T: Element>(
    out: &mut [T],
    clean: bool,
    a: Factor<'_, T>,
    b: Factor<'_, T>,
    threads: usize,
) {
    let ((m, n), (p, q)) = (a.size(), b.size());
    let width = n * q;
    if out.is_empty() {
        return;
    }
    let vectors = Vectors::new();
    let task = |first: usize, out: &mut [T]| {
        vectors.run(
            #[inline(always)]
            || {
                for (row, out) in out.chunks_exact_mut(width).enumerate() {
                    let (i, k) = ((first + row) / p, (first + row) % p);
                    write(out, clean, a, b, i, k);
                }
            },
        );
    };
    let dense = matches!((a, b), (Factor::Dense { .. }, Factor::Dense { .. }));
    let written = if clean && !dense { out.len() / m.max(p) } else { out.len() };
    if threads > 1 && written >= 2 * TASK {
        let height = (m * p).div_ceil(written / TASK);
        let tasks = out.par_chunks_mut(height * width).enumerate();
        tasks.for_each(|(place, out)| task(place * height, out));
    } else {
        task(0, out);
    }
}

/// `out ← ` the product whose rows are those of `A` times those of `B`, entry by entry.
pub(crate) fn khatri_rao<T: Element>(out: &mut [T], a: Factor<'_, T>, b: Factor<'_, T>) {
    let ((_, n), (p, _)) = (a.size(), b.size());
    for (row, out) in out.chunks_exact_mut(n.max(1)).enumerate() {
        let (i, k) = (row / p, row % p);
        out.iter_mut().enumerate().for_each(|(j, out)| *out = a.entry(i, j) * b.entry(k, j));
    }
}

/// The row of entries `i` and `k` of the factors' rows.
#[inline(always)]
fn write<T: Element>(
    out: &mut [T],
    clean: bool,
    a: Factor<'_, T>,
    b: Factor<'_, T>,
    i: usize,
    k: usize,
) {
    let (n, q) = (a.size().1, b.size().1);
    let product = |to: &mut [T], x: T| match b {
        Factor::Dense { data, turned: false, .. } => {
            let row = &data[k * q..][..q];
            to.iter_mut().zip(row).for_each(|(to, y)| *to = x * *y);
        }
        _ => to.iter_mut().enumerate().for_each(|(l, to)| *to = x * b.entry(k, l)),
    };
    match (a, b) {
        (Factor::Dense { .. }, Factor::Dense { .. }) => {
            for (j, to) in out.chunks_exact_mut(q).enumerate() {
                product(to, a.entry(i, j));
            }
        }
        (Factor::Dense { .. }, Factor::Diagonal { .. }) => {
            if !clean {
                out.fill(T::ZERO);
            }
            let y = b.entry(k, k);
            for (j, to) in out[k..].iter_mut().step_by(q).take(n).enumerate() {
                *to = a.entry(i, j) * y;
            }
        }
        (Factor::Diagonal { .. }, _) => {
            if !clean {
                out.fill(T::ZERO);
            }
            product(&mut out[i * q..][..q], a.entry(i, i));
        }
    }
}
