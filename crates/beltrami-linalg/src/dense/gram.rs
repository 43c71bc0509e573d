//! `X'*diag(w)*X`: one triangle computed, half the work of a product, then mirrored.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::dense::symmetric::mirror;
use crate::dense::{Element, View};

/// Columns of a block of a wide result: enough for faer's kernels to run at their full speed.
const BLOCK: usize = 128;

/// Columns of a block of a narrower one, of which less is then computed beyond the triangle.
const NARROW_BLOCK: usize = 32;

/// Results from this size are cut into rows of blocks, smaller ones into slabs of a long `X`, whose sums are added.
const WIDE: usize = 512;

/// Multiplications from which rows of blocks are worth several threads.
const SHARED: usize = 1 << 22;

/// How the work is cut, by sizes alone.
struct Cut {
    slabs: usize,
    rows: usize,
    depth: usize,
    block: usize,
}

impl Cut {
    fn of(m: usize, n: usize) -> Cut {
        let slabs = if n >= WIDE || m * n < 1 << 17 { 1 } else { (m / 512).clamp(1, 8) };
        let rows = m.div_ceil(slabs).max(1);
        let block = if n < WIDE { NARROW_BLOCK.min(n) } else { BLOCK };
        // A scaled block of columns of this depth stays in the second-level cache.
        let depth = 512.min(rows);
        Cut { slabs, rows, depth, block: block.max(1) }
    }
}

/// How many numbers [`gram`] needs besides the result.
pub fn gram_scratch(m: usize, n: usize) -> usize {
    let cut = Cut::of(m, n);
    if cut.slabs == 1 {
        n.div_ceil(cut.block) * cut.depth * cut.block
    } else {
        cut.slabs * (n * n + cut.depth * cut.block)
    }
}

/// `out ← factor*X'*diag(w)*X`, symmetric to the last bit; without `w`, `factor*X'*X`.
///
/// `m*n²` flops. `scratch` has [`gram_scratch`] numbers.
/// # Panics
/// When the sizes do not fit.
pub fn gram<T: Element>(
    out: &mut [T],
    x: View<'_, T>,
    w: Option<&[T]>,
    factor: T,
    scratch: &mut [T],
    threads: usize,
) {
    let (m, n) = (x.rows, x.cols);
    assert!(out.len() == n * n && w.is_none_or(|w| w.len() == m), "{m}×{n}");
    assert!(scratch.len() >= gram_scratch(m, n), "scratch for {m}×{n}");
    if n == 0 {
        return;
    }
    let cut = Cut::of(m, n);
    let blocks = n.div_ceil(cut.block);
    if cut.slabs == 1 {
        let stripe = |place: usize, out: &mut [T], scratch: &mut [T]| {
            stripe(out, x, w, factor, 0..m, place, &cut, scratch);
        };
        let size = cut.depth * cut.block;
        if threads > 1 && m.saturating_mul(n).saturating_mul(n) >= SHARED {
            // The long stripes first, so that no thread ends with one.
            let stripes = out.par_chunks_mut(cut.block * n).zip(scratch.par_chunks_mut(size));
            stripes
                .enumerate()
                .rev()
                .with_max_len(1)
                .for_each(|(place, (out, scratch))| stripe(place, out, scratch));
        } else {
            for (place, out) in out.chunks_mut(cut.block * n).enumerate() {
                stripe(place, out, &mut scratch[..size]);
            }
        }
    } else {
        let size = n * n + cut.depth * cut.block;
        let slab = |place: usize, part: &mut [T]| {
            let (sum, scratch) = part.split_at_mut(n * n);
            let rows = (place * cut.rows).min(m)..((place + 1) * cut.rows).min(m);
            for block in 0..blocks {
                let top = block * cut.block * n;
                let bottom = ((block + 1) * cut.block).min(n) * n;
                stripe(&mut sum[top..bottom], x, w, factor, rows.clone(), block, &cut, scratch);
            }
        };
        let parts = &mut scratch[..cut.slabs * size];
        if threads > 1 && cut.slabs > 1 {
            let tasks: rayon::slice::ChunksMut<'_, T> = parts.par_chunks_mut(size);
            tasks.into_par_iter().enumerate().for_each(|(place, part)| slab(place, part));
        } else {
            parts.chunks_mut(size).enumerate().for_each(|(place, part)| slab(place, part));
        }
        for (place, part) in parts.chunks(size).enumerate() {
            for i in 0..n {
                let (out, part) = (&mut out[i * n..][..=i], &part[i * n..][..=i]);
                if place == 0 {
                    out.copy_from_slice(part);
                } else {
                    out.iter_mut().zip(part).for_each(|(out, x)| *out += *x);
                }
            }
        }
    }
    mirror(out, n);
}

/// Rows `block*place..` of the lower triangle, from some rows of `X`.
#[allow(clippy::too_many_arguments)]
fn stripe<T: Element>(
    out: &mut [T],
    x: View<'_, T>,
    w: Option<&[T]>,
    factor: T,
    rows: std::ops::Range<usize>,
    place: usize,
    cut: &Cut,
    scratch: &mut [T],
) {
    let n = x.cols;
    let (left, height) = (place * cut.block, out.len() / n);
    let width = left + height;
    let all = x.faer();
    let mut mode = Accum::Replace;
    if rows.is_empty() {
        out.fill(T::ZERO);
    }
    // Without weights nothing is copied, and faer cuts the depth itself.
    let depth = if w.is_some() { cut.depth } else { rows.len().max(1) };
    for top in rows.clone().step_by(depth) {
        let deep = depth.min(rows.end - top);
        let panel = all.submatrix(top, 0, deep, width);
        let scaled = match w {
            None => panel.subcols(left, height),
            Some(w) => scaled(x, &w[top..top + deep], top, left, height, scratch),
        };
        let out = MatMut::from_row_major_slice_mut(&mut *out, height, n).subcols_mut(0, width);
        matmul(out, mode, scaled.transpose(), panel, factor, Par::Seq);
        mode = Accum::Add;
    }
}

/// A block of `diag(w)*X`, in the order in which `X` is stored.
fn scaled<'s, T: Element>(
    x: View<'_, T>,
    w: &[T],
    top: usize,
    left: usize,
    width: usize,
    scratch: &'s mut [T],
) -> MatRef<'s, T> {
    let deep = w.len();
    let stride = x.width();
    if x.transposed {
        for (j, to) in scratch.chunks_exact_mut(deep).take(width).enumerate() {
            let from = &x.data[(left + j) * stride + top..][..deep];
            to.iter_mut().zip(from).zip(w).for_each(|((to, x), w)| *to = *w * *x);
        }
        MatRef::from_row_major_slice(&scratch[..deep * width], width, deep).transpose()
    } else {
        for ((i, to), w) in scratch.chunks_exact_mut(width).take(deep).enumerate().zip(w) {
            let from = &x.data[(top + i) * stride + left..][..width];
            to.iter_mut().zip(from).for_each(|(to, x)| *to = *w * *x);
        }
        MatRef::from_row_major_slice(&scratch[..deep * width], deep, width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weighted_squares_are_those_of_the_definition_for_any_number_of_threads() {
        // One slab in one block, in several and shared ones, and several slabs.
        for (m, n) in [(1, 1), (40, 7), (90, 70), (200, 160), (2200, 61)] {
            let numbers = |len: usize, first: usize| -> Vec<f64> {
                let entry = |k: usize| ((k * 7919 + first) % 1009) as f64 / 1009.0 - 0.5;
                (0..len).map(entry).collect()
            };
            let (x, w) = (numbers(m * n, 13), numbers(m, 5));
            let mut scratch = vec![0.0; gram_scratch(m, n)];
            let mut squares = |threads: usize| {
                let mut out = vec![f64::NAN; n * n];
                gram(&mut out, View::new(&x, m, n), Some(&w), 2.0, &mut scratch, threads);
                out
            };
            let found = squares(1);
            assert_eq!(found, squares(2), "{m}×{n}");
            for i in 0..n {
                for j in 0..n {
                    let sum: f64 = (0..m).map(|k| x[k * n + i] * w[k] * x[k * n + j]).sum();
                    // Sums of m numbers below an eighth, in another order.
                    let error = (found[i * n + j] - 2.0 * sum).abs();
                    assert!(error <= 1e-16 * m as f64, "{m}×{n} entry {i}, {j}: {error:e}");
                }
            }
        }
    }
}
