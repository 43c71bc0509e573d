//! Symmetric results, one triangle read or computed and both written, tile by tile.

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::dense::{Element, Vectors};

/// Entries of a side of a tile: two of them fit the first-level cache.
const TILE: usize = 32;

/// Entries of a side of a block that is turned in registers.
const BLOCK: usize = 4;

/// Copies the lower triangle of an `n×n` matrix to the upper one.
pub fn mirror<T: Element>(a: &mut [T], n: usize) {
    Vectors::new().run(
        #[inline(always)]
        || mirror_kernel(a, n),
    );
}

#[inline(always)]
fn mirror_kernel<T: Element>(a: &mut [T], n: usize) {
    let mut tile = [T::ZERO; TILE * TILE];
    for top in (0..n).step_by(TILE) {
        let height = TILE.min(n - top);
        for left in (0..=top).step_by(TILE) {
            let width = TILE.min(n - left);
            turn(&mut tile, TILE, &a[top * n + left..], n, height, width);
            for j in 0..width {
                // On the diagonal only what lies right of it.
                let first = if left == top { j + 1 } else { 0 };
                let to = &mut a[(left + j) * n + top..][..height];
                to[first..].copy_from_slice(&tile[j * TILE..][first..height]);
            }
        }
    }
}

/// `out ← factor*(A + A')` for an `n×n` matrix, symmetric to the last bit.
///
/// One thread reads `A` once and writes two tiles for each pair of tiles; several take rows of tiles and read it twice.
/// # Panics
/// When there are not `n*n` entries.
pub fn symmetric_sum<T: Element>(out: &mut [T], a: &[T], n: usize, factor: T, threads: usize) {
    assert!(out.len() == n * n && a.len() == n * n, "{n}×{n}");
    let vectors = Vectors::new();
    if threads > 1 && n > 4 * TILE {
        out.par_chunks_mut(TILE * n).enumerate().for_each(|(place, out)| {
            vectors.run(
                #[inline(always)]
                || sum_of_rows(out, a, n, factor, place * TILE),
            );
        });
    } else {
        vectors.run(
            #[inline(always)]
            || sum_of_pairs(out, a, n, factor),
        );
    }
}

/// Some rows of the sum, from `top`.
#[inline(always)]
fn sum_of_rows<T: Element>(out: &mut [T], a: &[T], n: usize, factor: T, top: usize) {
    let mut tile = [T::ZERO; TILE * TILE];
    let height = out.len() / n;
    for left in (0..n).step_by(TILE) {
        let width = TILE.min(n - left);
        turn(&mut tile, TILE, &a[left * n + top..], n, width, height);
        for i in 0..height {
            let here = &a[(top + i) * n + left..][..width];
            let to = &mut out[i * n + left..][..width];
            for ((to, x), y) in to.iter_mut().zip(here).zip(&tile[i * TILE..]) {
                *to = factor * (*x + *y);
            }
        }
    }
}

/// The sum by pairs of tiles on both sides of the diagonal.
#[inline(always)]
fn sum_of_pairs<T: Element>(out: &mut [T], a: &[T], n: usize, factor: T) {
    let mut tile = [T::ZERO; TILE * TILE];
    for top in (0..n).step_by(TILE) {
        let height = TILE.min(n - top);
        for left in (0..=top).step_by(TILE) {
            let width = TILE.min(n - left);
            turn(&mut tile, TILE, &a[left * n + top..], n, width, height);
            for i in 0..height {
                let below = &a[(top + i) * n + left..][..width];
                let to = &mut out[(top + i) * n + left..][..width];
                for ((to, x), y) in to.iter_mut().zip(below).zip(&mut tile[i * TILE..]) {
                    *y = factor * (*x + *y);
                    *to = *y;
                }
            }
            if left < top {
                turn(&mut out[left * n + top..], n, &tile, TILE, height, width);
            }
        }
    }
}

/// `out ← A'` for a `rows×cols` matrix stored row by row.
///
/// # Panics
/// When the sizes do not fit.
pub fn transpose<T: Element>(out: &mut [T], a: &[T], rows: usize, cols: usize) {
    assert!(out.len() == rows * cols && a.len() == rows * cols, "{rows}×{cols}");
    for top in (0..rows).step_by(TILE) {
        for left in (0..cols).step_by(TILE) {
            let (height, width) = (TILE.min(rows - top), TILE.min(cols - left));
            turn(&mut out[left * rows + top..], rows, &a[top * cols + left..], cols, height, width);
        }
    }
}

/// Writes the transpose of a `height×width` part of a matrix; both have rows of a width of their own in memory.
///
/// Blocks of a few rows and columns are turned in registers, so that whole runs are read and written. To be called within
/// [`Vectors::run`].
///
/// # Panics
/// When a row ends beyond what is given.
#[inline(always)]
pub fn turn<T: Element>(
    out: &mut [T],
    out_width: usize,
    a: &[T],
    a_width: usize,
    height: usize,
    width: usize,
) {
    let (whole_height, whole_width) = (height / BLOCK * BLOCK, width / BLOCK * BLOCK);
    for i in (0..whole_height).step_by(BLOCK) {
        for j in (0..whole_width).step_by(BLOCK) {
            let mut block = [[T::ZERO; BLOCK]; BLOCK];
            for row in 0..BLOCK {
                let from = &a[(i + row) * a_width + j..][..BLOCK];
                for col in 0..BLOCK {
                    block[col][row] = from[col];
                }
            }
            for (col, turned) in block.iter().enumerate() {
                out[(j + col) * out_width + i..][..BLOCK].copy_from_slice(turned);
            }
        }
    }
    for i in 0..height {
        for j in (if i < whole_height { whole_width } else { 0 })..width {
            out[j * out_width + i] = a[i * a_width + j];
        }
    }
}
