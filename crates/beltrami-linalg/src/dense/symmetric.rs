//! Symmetric results, one triangle read or computed and both written, tile by tile.

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::dense::Element;

/// Entries of a side of a tile: two of them fit the first-level cache.
const TILE: usize = 32;

/// Copies the lower triangle of an `n×n` matrix to the upper one.
pub fn mirror<T: Element>(a: &mut [T], n: usize) {
    for top in (0..n).step_by(TILE) {
        let bottom = (top + TILE).min(n);
        for left in (0..=top).step_by(TILE) {
            // Rows of the upper triangle are written along, and the tile of the lower one is in cache.
            for j in left..(left + TILE).min(n) {
                for i in top.max(j + 1)..bottom {
                    a[j * n + i] = a[i * n + j];
                }
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
    if threads > 1 && n > 4 * TILE {
        let stripe = |place: usize, out: &mut [T]| {
            let (top, height) = (place * TILE, out.len() / n);
            for left in (0..n).step_by(TILE) {
                let width = TILE.min(n - left);
                let tile = turned_tile(a, n, top, left, height, width);
                for i in 0..height {
                    let here = &a[(top + i) * n + left..][..width];
                    let to = &mut out[i * n + left..][..width];
                    for ((to, x), y) in to.iter_mut().zip(here).zip(&tile[i]) {
                        *to = factor * (*x + *y);
                    }
                }
            }
        };
        out.par_chunks_mut(TILE * n).enumerate().for_each(|(place, out)| stripe(place, out));
        return;
    }
    for top in (0..n).step_by(TILE) {
        let height = TILE.min(n - top);
        for left in (0..=top).step_by(TILE) {
            let width = TILE.min(n - left);
            let mut tile = turned_tile(a, n, top, left, height, width);
            for i in 0..height {
                let below = &a[(top + i) * n + left..][..width];
                let to = &mut out[(top + i) * n + left..][..width];
                for ((sum, x), to) in tile[i].iter_mut().zip(below).zip(to) {
                    *sum = factor * (*x + *sum);
                    *to = *sum;
                }
            }
            if left < top {
                for j in 0..width {
                    let to = &mut out[(left + j) * n + top..][..height];
                    for (to, row) in to.iter_mut().zip(&tile) {
                        *to = row[j];
                    }
                }
            }
        }
    }
}

/// The tile of the transpose at `(top, left)`, so that what follows runs along rows.
#[inline(always)]
fn turned_tile<T: Element>(
    a: &[T],
    n: usize,
    top: usize,
    left: usize,
    height: usize,
    width: usize,
) -> [[T; TILE]; TILE] {
    let mut tile = [[T::ZERO; TILE]; TILE];
    for j in 0..width {
        let row = &a[(left + j) * n + top..][..height];
        for (to, x) in tile.iter_mut().zip(row) {
            to[j] = *x;
        }
    }
    tile
}

/// `out ← A'` for a `rows×cols` matrix stored row by row.
///
/// # Panics
/// When the sizes do not fit.
pub fn transpose<T: Element>(out: &mut [T], a: &[T], rows: usize, cols: usize) {
    assert!(out.len() == rows * cols && a.len() == rows * cols, "{rows}×{cols}");
    for top in (0..rows).step_by(TILE) {
        for left in (0..cols).step_by(TILE) {
            for i in top..(top + TILE).min(rows) {
                for j in left..(left + TILE).min(cols) {
                    out[j * rows + i] = a[i * cols + j];
                }
            }
        }
    }
}
